import Rivulet
import Testing

@Suite struct `What a recipe becomes` {
  /// The exact preset with two prompts and other components.
  static func recipe(
    _ model: Component, _ rewards: [Component], gold: [Component] = [], data: Component? = nil
  ) throws -> Recipe {
    var recipe = try #require(Recipe.preset("exact")).recipe
    recipe.prompts = Recipe.Prompts(count: 2, perIteration: 2)
    recipe.model = model
    recipe.rewards.terms = rewards.map { Recipe.RewardTerm(weight: 0.5, reward: $0) }
    recipe.rewards.gold = gold.map { Recipe.RewardTerm(reward: $0) }
    recipe.pretraining = data.map {
      Recipe.Pretraining(data: $0, iterations: 1, batch: 40, learningRate: 0.01)
    }
    try recipe.validate()
    return recipe
  }

  /// The names that a recipe may have at a place, as a refusal lists them.
  private func allowed(_ change: (inout Recipe) -> Void) throws -> [String] {
    var recipe = try Self.recipe(
      WorldComponents.models[0], [WorldComponents.planeRewards[0]],
      data: WorldComponents.planeData[0])
    change(&recipe)
    do {
      try recipe.validate()
    } catch .unknownName(_, _, _, let allowed) {
      return allowed
    }
    return []
  }

  @Test func `every kind that a recipe may name is built here`() throws {
    let nothing = Component("nothing", [])
    #expect(try allowed { $0.model = nothing } == WorldComponents.models.map(\.kind))
    #expect(
      try allowed { $0.rewards.terms[0].reward = nothing }
        == (WorldComponents.planeRewards + WorldComponents.pixelRewards).map(\.kind))
    #expect(
      Set(try allowed { $0.pretraining?.data = nothing })
        == Set((WorldComponents.planeData + WorldComponents.pixelData).map(\.kind)))
    for model in WorldComponents.models {
      let isOfPixels = model.kind == "pixelField"
      for data in isOfPixels ? WorldComponents.pixelData : WorldComponents.planeData {
        let rewards = isOfPixels ? WorldComponents.pixelRewards : WorldComponents.planeRewards
        let recipe = try Self.recipe(model, rewards, gold: [rewards[0]], data: data)
        let world = TrainingWorld(recipe)
        #expect(world.field.dimension == recipe.dimension)
        #expect(world.field.contextCount == 2)
        #expect(world.score.rewardCount == rewards.count + 1)
        #expect(TrainingData(data).data.dimension == recipe.dimension)
        // A recipe survives its document with these components.
        #expect(try Recipe(json: recipe.json()) == recipe)
      }
    }
  }

  @Test func `terms come before gold terms, without weights, by the prompt of the lane`() throws {
    let world = TrainingWorld(
      try Self.recipe(
        WorldComponents.models[0], [WorldComponents.planeRewards[0]],
        gold: [WorldComponents.planeRewards[1]]))
    let lanes = 8
    let state = wave(2 * lanes, 1)
    let prompts = (0..<lanes).map { UInt32($0 % 2) }
    let values = score(world.score, state, prompts, lanes)
    for lane in 0..<lanes {
      let x = [Double(state[lane]), Double(state[lanes + lane])]
      // The gradient is (1, 0) for prompt 0 and (0, 1) for prompt 1; the weight 1/2 stays outside.
      expectNear(Double(values[lane]), x[lane % 2], within: 1e-6)
      // x_0 - x_0² / 2 - x_1² + 1/2 for both.
      expectNear(
        Double(values[lanes + lane]), x[0] - x[0] * x[0] / 2 - x[1] * x[1] + 0.5, within: 4e-6)
    }
  }

  private func score(
    _ score: some TileReward, _ state: [Float], _ prompts: [UInt32], _ lanes: Int
  ) -> [Float] {
    `Rewards of tiles`.rewards(score, of: state, prompts: prompts, lanes: lanes)
  }

  /// The rewards of both prompts in double precision, of points or of pixels.
  private func exact(_ kind: String) throws -> [any Reward] {
    let centers = [[1.0, 0], [-1, 0]]
    switch kind {
    case "linear": return [LinearReward(gradient: [1, 0]), LinearReward(gradient: [0, 1])]
    case "quadratic":
      return [QuadraticReward(curvatures: [1, 2], gradient: [1, 0], offset: 0.5)]
    case "bump":
      return [GaussianBump(center: [1, 0], width: 1), GaussianBump(center: [0, 1], width: 1)]
    case "logMixture": return [LogMixture(weights: [1, 2], centers: centers, width: 0.5)]
    case "mode":
      let mixture = try MixtureField(weights: [1, 2], means: centers, deviations: [0.5, 0.5])
      return [
        ModeChoice(mixture: mixture, component: 1), ModeChoice(mixture: mixture, component: 0),
      ]
    case "halfPlane":
      return [
        SoftHalfPlane(normal: [1, 0], offset: 0.25, width: 0.5),
        SoftHalfPlane(normal: [0, 1], offset: 0.25, width: 0.5),
      ]
    case "lowFrequencies": return [EnergyShare.lowFrequencies(side: 4, cutoff: 2)]
    case "highFrequencies": return [EnergyShare.highFrequencies(side: 4, cutoff: 2)]
    case "texture": return [RewardInBasis.texture(side: 4, cutoff: 2)]
    case "symmetry": return [EnergyShare.mirrorSymmetry(side: 4, axis: .horizontal)]
    case "blob":
      // Along x first, then along y, which is the row.
      return [
        BlobPosition(side: 4, target: [0.5, 0.25]), BlobPosition(side: 4, target: [0.5, 0.75]),
      ]
    default: return []
    }
  }

  @Test func `every reward is the one of double precision, prompt by prompt`() throws {
    let lanes = 16
    let prompts = (0..<lanes).map { UInt32($0 % 2) }
    for (model, rewards) in [
      (WorldComponents.models[0], WorldComponents.planeRewards),
      (WorldComponents.pixels(hidden: []), WorldComponents.pixelRewards),
    ] {
      let world = TrainingWorld(try Self.recipe(model, rewards))
      let dimension = world.score.dimension
      let state = wave(dimension * lanes, 3)
      let values = score(world.score, state, prompts, lanes)
      for (index, reward) in rewards.enumerated() {
        let forms = try exact(reward.kind)
        try #require(!forms.isEmpty, "\(reward.kind) has no exact form here")
        for lane in 0..<lanes {
          // An image for rewards of pixels, the point itself for those of points.
          let seen = world.pixels(
            of: (0..<dimension).map { Double(state[$0 * lanes + lane]) })
          expectNear(
            Double(values[index * lanes + lane]),
            forms[forms.count == 1 ? 0 : lane % 2].reward(of: seen), within: 6e-6, reward.kind)
        }
      }
    }
  }

  @Test func `the exact part of an affine field is told the time cut to thousandths`() throws {
    var recipe = try #require(Recipe.preset("exact")).recipe
    recipe.grid = .uniform(steps: 7)
    recipe.timeConditioning = .thousandths
    try recipe.validate()
    let world = TrainingWorld(recipe)
    // 6/7 = 0.857142... is told as 0.857.
    #expect(world.times[1] == 0.857)
    let data = try GaussianField(means: [0, 0], deviations: [1, 1])
    #expect(
      (world.field as? StepwiseAffineField) == StepwiseAffineField(data, times: world.times))
    recipe.timeConditioning = .exact
    let other = TrainingWorld(recipe)
    #expect(abs(other.times[1] - 6.0 / 7) < 1e-15)
    #expect(
      (other.field as? StepwiseAffineField) != StepwiseAffineField(data, times: world.times))
  }

  @Test func `parameters depend on the seed, and exact models start exact`() throws {
    var recipe = try Self.recipe(WorldComponents.models[2], [WorldComponents.planeRewards[0]])
    let first = TrainingWorld(recipe).parameters
    #expect(first == TrainingWorld(recipe).parameters)
    recipe.seed += 1
    #expect(first != TrainingWorld(recipe).parameters)
    let affine = TrainingWorld(
      try Self.recipe(WorldComponents.models[0], [WorldComponents.planeRewards[0]]))
    #expect(affine.parameters.allSatisfy { $0 == 0 })
  }

  @Test func `the pixels of a state are its image, and a point is itself`() throws {
    let images = TrainingWorld(
      try Self.recipe(WorldComponents.pixels(hidden: []), [WorldComponents.pixelRewards[0]]))
    #expect(images.imageSide == 4)
    // The first coefficient of the orthonormal transform is a constant image: 8 / 4 in each pixel.
    let constant = images.pixels(of: [8] + [Double](repeating: 0, count: 15))
    #expect(constant.count == 16 && constant.allSatisfy { abs($0 - 2) < 1e-14 })
    let points = TrainingWorld(
      try Self.recipe(WorldComponents.models[0], [WorldComponents.planeRewards[0]]))
    #expect(points.imageSide == nil && points.pixels(of: [1, 2]) == [1, 2])
  }
}
