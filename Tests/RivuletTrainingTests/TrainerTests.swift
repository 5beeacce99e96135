import Rivulet
import Testing

@Suite struct `The trainer of a recipe` {
  /// A preset that takes little time: a few prompts with their members, trees as they are.
  private func small(_ id: String, _ change: (inout Recipe) -> Void = { _ in }) throws -> Recipe {
    var recipe = try #require(Recipe.preset(id)).recipe
    recipe.prompts = Recipe.Prompts(count: 4, perIteration: 4)
    recipe.iterations = 3
    change(&recipe)
    return recipe
  }

  /// The bits of everything that three iterations leave.
  private func bits(_ recipe: Recipe, threads: Int = 1) throws -> [TrailHash] {
    let trainer = try Trainer(recipe, workers: Workers(threads: threads))
    var hashes: [TrailHash] = []
    for _ in 0..<3 {
      try trainer.iterate()
      hashes.append(trainer.stateHash)
    }
    return hashes
  }

  @Test(arguments: Recipe.presets.map(\.id))
  func `every preset trains`(id: String) throws {
    let trainer = try Trainer(small(id))
    let start = trainer.parameters
    for _ in 0..<3 {
      let summary = try trainer.iterate()
      #expect(summary.updates > 0 && summary.gradientNorm > 0)
      #expect((summary.divergence == nil) == (trainer.recipe.kl == nil))
    }
    #expect(trainer.parameters != start)
    #expect(trainer.referenceParameters == start)
    #expect(trainer.iteration == 3 && trainer.iterationCount == 3)
  }

  @Test(
    arguments: [
      "exact", "flow-grpo/code", "flow-grpo-fast/code", "dance-grpo/code", "tempflow-v2/code",
      "branch-grpo-width/code", "branch-grpo-depth/paper",
    ])
  func `threads and micro-batches change no bit`(id: String) throws {
    let recipe = try small(id)
    let one = try bits(recipe)
    #expect(try bits(recipe, threads: 2) == one)
    #expect(try bits(recipe, threads: 7) == one)
    if case .batches(let count) = recipe.updates.schedule, recipe.rowsPerIteration / count >= 3 {
      let divided = try small(id) { $0.updates.microBatches = 3 }
      #expect(try bits(divided) == one)
    }
  }

  @Test(arguments: ["flow-grpo/code", "mix-grpo/code", "branch-grpo-mix/code"])
  func `a trainer goes on from a checkpoint with the same bits`(id: String) throws {
    let recipe = try small(id) { $0.iterations = 6 }
    let straight = try Trainer(recipe)
    for _ in 0..<3 { try straight.iterate() }
    let bytes = straight.checkpoint().bytes
    for _ in 0..<3 { try straight.iterate() }
    let resumed = try Trainer(recipe)
    // One that has gone elsewhere before must not remember it.
    try resumed.iterate()
    try resumed.restore(
      Checkpoint(
        bytes: bytes, recipeDigest: recipe.digest(), streamVersion: RandomKey.streamVersion))
    #expect(resumed.iteration == 3)
    for _ in 0..<3 { try resumed.iterate() }
    #expect(resumed.stateHash == straight.stateHash)
    #expect(resumed.parameters == straight.parameters)
    #expect(resumed.averagedParameters == straight.averagedParameters)
  }

  @Test func `advantages of branches compare the branches of one step of one seed`() throws {
    let recipe = try small("tempflow-v2/paper") {
      $0.advantage.convention = .none
      $0.advantage.epsilon = 0
      $0.stepWeights = .unit
      $0.updates.schedule = .batches(1)
    }
    let trainer = try Trainer(recipe)
    try trainer.iterate()
    // By hand: 4 prompts of 4 seeds are 16 trees; nine branching steps of six branches each, the
    // branches of step k standing at depth k + 1 behind the backbone.
    let trees = 16
    let branching = try BranchShape(steps: Array(0..<9), branches: 6, stepCount: 10)
    for index in 0..<9 {
      for tree in 0..<trees {
        let rewards = (0..<6).map {
          trainer.rewards[branching.leaf(step: index, branch: $0) * trees + tree]
        }
        let mean = rewards.reduce(0, +) / 6
        for branch in 0..<6 {
          let place = branching.node(step: index, branch: branch) * trees + tree
          #expect(abs(trainer.advantages[place] - (rewards[branch] - mean)) < 1e-9)
          #expect(abs(trainer.weights[place] - 1 / Double(96 * 9)) < 1e-12)
        }
      }
    }
  }

  @Test func `rows without an advantage are kept, dropped or padded`() throws {
    // A reward that is the same everywhere leaves no row an advantage.
    func updates(_ rows: Recipe.Updates.ZeroRows) throws -> Int {
      let recipe = try small("flow-grpo/code") {
        $0.updates.zeroAdvantageRows = rows
        $0.rewards.terms[0].weight = 0
      }
      return try Trainer(recipe).iterate().updates
    }
    #expect(try updates(.kept) == 2)
    #expect(try updates(.dropped) == 0)
    #expect(try updates(.droppedThenPadded) == 0)
  }

  @Test func `an iteration whose noisy steps are not trained moves nothing`() throws {
    // Of 25 steps the first alone is trained, and the window moves on from it after one iteration.
    let recipe = try small("mix-grpo/paper") {
      $0.rollout = .chains(
        members: 12,
        noisySteps: .window(
          Recipe.Window(strategy: .progressive(iterations: 1), bound: 24, size: 4)))
      $0.trainedSteps = .fraction(0.04, of: .all, order: .first)
      $0.iterations = 2
    }
    let trainer = try Trainer(recipe)
    #expect(try trainer.iterate().updates == 4)
    let after = trainer.stateHash
    let summary = try trainer.iterate()
    #expect(summary.updates == 0 && summary.gradientNorm == 0)
    #expect(trainer.stateHash == after)
  }

  @Test func `edges of trees make so many updates as the code counts`() throws {
    // Eight processes with two trees of 218 edges, twelve an update: 436 = 36 x 12 + 4 in each of them.
    let recipe = try #require(Recipe.preset("branch-grpo/code")).recipe
    #expect(try Trainer(recipe).iterate().updates == 37)
  }

  @Test func `samples have the law of the policy`() throws {
    let trainer = try Trainer(small("exact"))
    let samples = try trainer.samples(
      count: 2000, sampler: .sde, key: RandomKey(seed: 5), parameters: nil)
    #expect(
      samples.states.count == 2000 && samples.rewards == [samples.states.map { Double($0[0]) }])
    // The reference is its own reference.
    #expect(samples.divergence == 0)
    var mean = 0.0
    for state in samples.states { mean += Double(state[1]) / 2000 }
    // Standard deviation about one: five standard errors.
    #expect(abs(mean) < 5 / 2000.0.squareRoot())
  }

  @Test(arguments: [2, 4, 6])
  func `pre-training and training are one run that can be stopped anywhere`(stop: Int) throws {
    let recipe = try small("flow-grpo/paper") {
      $0.model = Component(
        "perceptron",
        [
          Component.Parameter("dimension", .count(2)), Component.Parameter("hidden", .counts([8])),
          Component.Parameter("activation", .name("silu")),
          Component.Parameter("timeFeatures", .count(2)),
          Component.Parameter("conditioning", .name("prompt")),
        ])
      $0.pretraining = Recipe.Pretraining(
        data: Component(
          "ring",
          [
            Component.Parameter("modes", .count(4)), Component.Parameter("radius", .number(2)),
            Component.Parameter("deviation", .number(0.3)),
          ]), iterations: 4, batch: 64, learningRate: 0.01)
    }
    let straight = try Trainer(recipe)
    #expect(straight.iterationCount == 7)
    var bytes: [UInt8] = []
    while straight.iteration < 7 {
      if straight.iteration == stop { bytes = straight.checkpoint().bytes }
      let summary = try straight.iterate()
      #expect(summary.isPretraining == (straight.iteration <= 4))
      #expect((summary.velocityError == nil) == !summary.isPretraining)
      // The reference is what pre-training left, and nothing before.
      if straight.iteration == 4 { #expect(straight.referenceParameters == straight.parameters) }
    }
    let resumed = try Trainer(recipe)
    try resumed.restore(
      Checkpoint(
        bytes: bytes, recipeDigest: recipe.digest(), streamVersion: RandomKey.streamVersion))
    while resumed.iteration < 7 { try resumed.iterate() }
    #expect(resumed.stateHash == straight.stateHash)
    #expect(resumed.referenceParameters == straight.referenceParameters)
    // One that goes back to pre-training forgets what the optimiser and the average of training held.
    try resumed.restore(
      Checkpoint(
        bytes: bytes, recipeDigest: recipe.digest(), streamVersion: RandomKey.streamVersion))
    while resumed.iteration < 7 { try resumed.iterate() }
    #expect(resumed.stateHash == straight.stateHash)
  }

  @Test func `prompts draw gradients of their own`() throws {
    // Two prompts want opposite sides; one set of biases for both stays, biases of their own part.
    let recipe = try small("exact") {
      $0.prompts = Recipe.Prompts(count: 2, perIteration: 2)
      $0.rollout = .chains(members: 64, noisySteps: .all)
      $0.model = Component(
        "affineGaussian",
        $0.model.parameters.map {
          $0.name == "conditioning" ? Component.Parameter("conditioning", .name("prompt")) : $0
        })
      $0.rewards.terms[0].reward = Component(
        "linear",
        [
          Component.Parameter("gradients", .numbers([1, 0, -1, 0])),
          Component.Parameter("offset", .number(0)),
        ])
      $0.iterations = 60
      $0.optimiser.learningRate = 0.05
      $0.kl?.coefficient = 0.25
    }
    let trainer = try Trainer(recipe)
    while trainer.iteration < 60 { try trainer.iterate() }
    func mean(_ prompt: Int) throws -> Double {
      let samples = try trainer.samples(count: 500, prompt: prompt, key: RandomKey(seed: 1))
      return samples.states.reduce(0) { $0 + Double($1[0]) } / 500
    }
    #expect(try mean(0) > 0.5)
    #expect(try mean(1) < -0.5)
  }
}
