import Rivulet
import Testing

@Suite struct `What a recipe becomes` {
  /// A component of every kind of model, for the given states.
  static let models: [Component] = [
    Component(
      "affineGaussian",
      [
        .init("dimension", .count(2)), .init("mean", .numbers([0.5, 0])),
        .init("deviation", .numbers([1, 0.5])), .init("learns", .name("matrices")),
        .init("conditioning", .name("prompt")),
      ]),
    Component(
      "gaussianMixture",
      [
        .init("dimension", .count(2)), .init("weights", .numbers([1, 2])),
        .init("means", .numbers([1, 0, -1, 0])), .init("deviations", .numbers([0.5, 0.25])),
        .init("learns", .name("all")), .init("conditioning", .name("prompt")),
      ]),
    Component(
      "perceptron",
      [
        .init("dimension", .count(2)), .init("hidden", .counts([8, 8])),
        .init("activation", .name("silu")), .init("timeFeatures", .count(2)),
        .init("conditioning", .name("prompt")),
      ]),
    pixels(hidden: [8]),
  ]

  static func pixels(hidden: [Int]) -> Component {
    Component(
      "pixelField",
      [
        .init("side", .count(4)), .init("spectrumExponent", .number(2)),
        .init("deviation", .number(1.5)), .init("hidden", .counts(hidden)),
        .init("activation", .name("tanh")), .init("conditioning", .name("prompt")),
      ])
  }

  /// Every kind of reward for points in the plane and two prompts.
  static let planeRewards: [Component] = [
    Component(
      "linear", [.init("gradients", .numbers([1, 0, 0, 1])), .init("offset", .number(0))]),
    Component(
      "quadratic",
      [
        .init("curvatures", .numbers([1, 2])), .init("gradients", .numbers([1, 0])),
        .init("offset", .number(0.5)),
      ]),
    Component("bump", [.init("centres", .numbers([1, 0, 0, 1])), .init("width", .number(1))]),
    Component(
      "logMixture",
      [
        .init("weights", .numbers([1, 2])), .init("means", .numbers([1, 0, -1, 0])),
        .init("deviation", .number(0.5)),
      ]),
    Component(
      "mode",
      [
        .init("weights", .numbers([1, 2])), .init("means", .numbers([1, 0, -1, 0])),
        .init("deviation", .number(0.5)), .init("modes", .counts([1, 0])),
      ]),
    Component(
      "halfPlane",
      [
        .init("normals", .numbers([1, 0, 0, 1])), .init("offset", .number(0.25)),
        .init("softness", .number(0.5)),
      ]),
  ]

  /// Every kind of reward for images of four pixels a side.
  static let pixelRewards: [Component] = [
    Component("lowFrequencies", [.init("cutoff", .count(2))]),
    Component("highFrequencies", [.init("cutoff", .count(2))]),
    Component("texture", [.init("cutoff", .count(2))]),
    Component("symmetry", [.init("axis", .name("horizontal"))]),
    Component(
      "blob",
      [
        .init("rows", .numbers([0.25, 0.75])), .init("columns", .numbers([0.5])),
        .init("width", .number(0.25)), .init("sharpness", .number(2)),
      ]),
  ]

  /// Every kind of data in the plane.
  static let planeData: [Component] = [
    Component(
      "gaussian", [.init("mean", .numbers([1, 0])), .init("deviation", .numbers([1, 0.5]))]),
    Component(
      "ring",
      [
        .init("modes", .count(6)), .init("radius", .number(2)), .init("deviation", .number(0.25)),
      ]),
    Component(
      "grid",
      [
        .init("side", .count(3)), .init("spacing", .number(1)), .init("deviation", .number(0.25)),
      ]),
    Component(
      "mixture",
      [
        .init("weights", .numbers([1, 2])), .init("means", .numbers([1, 0, -1, 0])),
        .init("deviations", .numbers([0.5, 0.25])),
      ]),
    Component("twoMoons", [.init("deviation", .number(0.125)), .init("radius", .number(1.5))]),
    Component("checkerboard", [.init("cells", .count(4)), .init("side", .number(4))]),
    Component(
      "spirals",
      [
        .init("arms", .count(2)), .init("turns", .number(1)), .init("radius", .number(3)),
        .init("deviation", .number(0.125)),
      ]),
  ]

  /// Every kind of data of images of four pixels a side.
  static let pixelData: [Component] = [
    Component(
      "pixels",
      [
        .init("side", .count(4)), .init("spectrumExponent", .number(1)),
        .init("deviation", .number(1)),
      ]),
    Component("shapes", [.init("side", .count(4)), .init("shape", .name("discs"))]),
  ]

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
      Self.models[0], [Self.planeRewards[0]], data: Self.planeData[0])
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
    #expect(try allowed { $0.model = nothing } == Self.models.map(\.kind))
    #expect(
      try allowed { $0.rewards.terms[0].reward = nothing }
        == (Self.planeRewards + Self.pixelRewards).map(\.kind))
    #expect(
      Set(try allowed { $0.pretraining?.data = nothing })
        == Set((Self.planeData + Self.pixelData).map(\.kind)))
    for model in Self.models {
      let isOfPixels = model.kind == "pixelField"
      for data in isOfPixels ? Self.pixelData : Self.planeData {
        let rewards = isOfPixels ? Self.pixelRewards : Self.planeRewards
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
      try Self.recipe(Self.models[0], [Self.planeRewards[0]], gold: [Self.planeRewards[1]]))
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

  @Test func `a blob's prompt decides its row, and the columns are shared`() throws {
    let world = TrainingWorld(
      try Self.recipe(Self.pixels(hidden: []), [Self.pixelRewards[4]]))
    let basis = OrthonormalBasis.cosines(side: 4)
    let state = wave(16 * 8, 3)
    let values = score(world.score, state, (0..<8).map { UInt32($0 % 2) }, 8)
    for lane in 0..<8 {
      let image = basis.state(of: (0..<16).map { Double(state[$0 * 8 + lane]) })
      // Along x first, then along y, which is the row.
      let exact = BlobPosition(side: 4, target: [0.5, lane % 2 == 0 ? 0.25 : 0.75])
      expectNear(Double(values[lane]), exact.reward(of: image), within: 4e-6)
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
    var recipe = try Self.recipe(Self.models[2], [Self.planeRewards[0]])
    let first = TrainingWorld(recipe).parameters
    #expect(first == TrainingWorld(recipe).parameters)
    recipe.seed += 1
    #expect(first != TrainingWorld(recipe).parameters)
    let affine = TrainingWorld(try Self.recipe(Self.models[0], [Self.planeRewards[0]]))
    #expect(affine.parameters.allSatisfy { $0 == 0 })
  }

  @Test func `the pixels of a state are its image, and a point is itself`() throws {
    let images = TrainingWorld(try Self.recipe(Self.pixels(hidden: []), [Self.pixelRewards[0]]))
    #expect(images.imageSide == 4)
    // The first coefficient of the orthonormal transform is a constant image: 8 / 4 in each pixel.
    let constant = images.pixels(of: [8] + [Double](repeating: 0, count: 15))
    #expect(constant.count == 16 && constant.allSatisfy { abs($0 - 2) < 1e-14 })
    let points = TrainingWorld(try Self.recipe(Self.models[0], [Self.planeRewards[0]]))
    #expect(points.imageSide == nil && points.pixels(of: [1, 2]) == [1, 2])
  }
}
