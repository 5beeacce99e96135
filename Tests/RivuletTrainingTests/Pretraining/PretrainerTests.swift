import Rivulet
import Testing

@Suite struct `Pre-training by flow matching` {
  static func recipe(
    _ model: Component, data: Component, batch: Int = 256, rate: Double = 0.01
  ) throws -> Recipe {
    var recipe = try #require(Recipe.preset("exact")).recipe
    recipe.model = model
    if model.kind == "pixelField" {
      recipe.rewards.terms[0].reward = Component("texture", [.init("cutoff", .count(1))])
    }
    recipe.pretraining = Recipe.Pretraining(
      data: data, iterations: 1000, batch: batch, learningRate: rate)
    try recipe.validate()
    return recipe
  }

  static let affine = Component(
    "affineGaussian",
    [
      .init("dimension", .count(2)), .init("mean", .numbers([0, 0])),
      .init("deviation", .numbers([1, 1])), .init("learns", .name("matrices")),
      .init("conditioning", .name("none")),
    ])

  static func perceptron(conditioning: String = "none") -> Component {
    Component(
      "perceptron",
      [
        .init("dimension", .count(2)), .init("hidden", .counts([32, 32])),
        .init("activation", .name("silu")), .init("timeFeatures", .count(2)),
        .init("conditioning", .name(conditioning)),
      ])
  }

  static func gaussian(_ mean: [Double], _ deviation: [Double]) -> Component {
    Component("gaussian", [.init("mean", .numbers(mean)), .init("deviation", .numbers(deviation))])
  }

  static func mixture(means: [Double], deviations: [Double]) -> [Component.Parameter] {
    [
      .init("weights", .numbers([0.4, 0.6])), .init("means", .numbers(means)),
      .init("deviations", .numbers(deviations)),
    ]
  }

  /// Does updates, and returns the velocity error before them and at the mean of the parameters over the
  /// last third, in which steps of constant length walk around the minimum.
  private func train(
    _ field: some TrainableField, _ parameters: [Float], _ recipe: Recipe, updates: Int
  ) throws -> (start: Double, end: Double, parameters: [Float]) {
    let pretrainer = Pretrainer(recipe, field: field, parameters: parameters)
    var sums = [Double](repeating: 0, count: parameters.count)
    let last = updates / 3
    for update in 0..<updates {
      try pretrainer.iterate(update)
      guard update >= updates - last else { continue }
      for (index, parameter) in pretrainer.parameters.enumerated() {
        sums[index] += Double(parameter)
      }
    }
    let means = sums.map { Float($0 / Double(last)) }
    let start = try #require(evaluate(field, parameters, recipe).velocityError)
    let end = try #require(evaluate(field, means, recipe).velocityError)
    return (start, end, means)
  }

  /// What an update with fresh draws measures before the parameters move.
  private func evaluate(
    _ field: some TrainableField, _ parameters: [Float], _ recipe: Recipe, at iteration: Int = 5000
  ) throws -> PretrainingSummary {
    try Pretrainer(recipe, field: field, parameters: parameters).iterate(iteration)
  }

  @Test func `free matrices and biases reach the exact velocity of other Gaussian data`() throws {
    let recipe = try Self.recipe(Self.affine, data: Self.gaussian([1, -0.5], [0.5, 1.25]))
    let world = TrainingWorld(recipe)
    let result = try train(world.field, world.parameters, recipe, updates: 1500)
    // The exact velocity is affine at each step, so what is left is statistical: of p parameters and n
    // pairs the error is about sqrt(sigma² p / n), with sigma² about 1.3, p = 60, n = 500 times 256: 0.025.
    #expect(result.start > 0.5)
    #expect(result.end < 0.05, "\(result.end)")
  }

  @Test func `a mixture reaches the means, weights and scales of its data`() throws {
    let model = Component(
      "gaussianMixture",
      [.init("dimension", .count(2))]
        + Self.mixture(means: [0.5, 0.5, -0.5, 0], deviations: [0.8, 0.8])
        + [.init("learns", .name("all")), .init("conditioning", .name("none"))])
    let recipe = try Self.recipe(
      model,
      data: Component(
        "mixture", Self.mixture(means: [1.5, 0, -1, 0.5], deviations: [0.5, 0.4])),
      rate: 0.02)
    let world = TrainingWorld(recipe)
    let result = try train(world.field, world.parameters, recipe, updates: 1200)
    // As above with p = 7, n = 400 times 256: 0.01.
    #expect(result.start > 0.4)
    #expect(result.end < 0.025, "\(result.end)")
    // log(0.6 / 0.4), the means, and the logarithms of 1/2 and 2/5.
    let parameters = result.parameters.map { Double($0) }
    expectNear(parameters[1] - parameters[0], 0.4054651081081644, within: 0.03)
    for (index, mean) in [1.5, 0, -1, 0.5].enumerated() {
      expectNear(parameters[2 + index], mean, within: 0.03)
    }
    expectNear(parameters[6], -0.6931471805599453, within: 0.03)
    expectNear(parameters[7], -0.916290731874155, within: 0.03)
  }

  @Test func `a perceptron comes near the exact velocity, and its negative does not`() throws {
    let recipe = try Self.recipe(
      Self.perceptron(), data: Self.gaussian([1, -0.5], [0.5, 1.25]))
    let world = TrainingWorld(recipe)
    let result = try train(world.field, world.parameters, recipe, updates: 1000)
    // What 1250 parameters leave after so many updates has no law; about 0.07 is usual.
    #expect(result.end < 0.12, "\(result.end)")
    // A target of the wrong sign, x - eps, leads to -v: the last layer turned round.
    var wrong = result.parameters
    for index in (wrong.count - 2 * 33)..<wrong.count { wrong[index] = -wrong[index] }
    let flipped = try evaluate(world.field, wrong, recipe)
    #expect(try #require(flipped.velocityError) > 1)
  }

  @Test func `at the exact velocity the error is zero and the loss has its smallest mean`() throws {
    // The mixture of the data as model: its velocity is the exact one at any time.
    let parts = Self.mixture(means: [1, 0, 1, 0], deviations: [0.5, 0.5])
    let recipe = try Self.recipe(
      Component(
        "gaussianMixture",
        [.init("dimension", .count(2))] + parts
          + [.init("learns", .name("means")), .init("conditioning", .name("none"))]),
      data: Component("mixture", parts), batch: 20_000)
    let world = TrainingWorld(recipe)
    let summary = try evaluate(world.field, world.parameters, recipe)
    #expect(try #require(summary.velocityError) < 2e-6)
    // Both components are one: each coordinate is N(mu, s²), s = 1/2, and the smallest loss at t is the
    // variance of eps - x given x_t, 1 + s² - (t - (1 - t) s²)² / V_t. Midpoint rule, 1000 points.
    var smallest = 0.0
    var wrong = 0.0
    for index in 0..<1000 {
      let t = (Double(index) + 0.5) / 1000
      let slope = t - (1 - t) * 0.25
      let variance = (1 - t) * (1 - t) * 0.25 + t * t
      smallest += 2 * (1.25 - slope * slope / variance) / 1000
      wrong += 2 * (1.25 + 3 * slope * slope / variance) / 1000
    }
    // Of 20 000 pairs the mean of |eps - x - v|² has a standard error below 2.6 / sqrt(20 000) = 0.019:
    // given t and x_t it is 2 w² chi-squared halves, w² at most 1.25. Six of them.
    expectNear(summary.loss, smallest, within: 0.11 / smallest)
    #expect(wrong - smallest > 1)
  }

  @Test func `loss and error are the means over the pairs that the key draws`() throws {
    let parts = Self.mixture(means: [1.5, 0, -1, 0.5], deviations: [0.5, 0.4])
    let data = Component("mixture", Self.mixture(means: [1, 0, -1, 0], deviations: [0.5, 0.5]))
    // Two chunks, one of them with 8 of 32 lanes.
    let recipe = try Self.recipe(
      Component(
        "gaussianMixture",
        [.init("dimension", .count(2))] + parts
          + [.init("learns", .name("means")), .init("conditioning", .name("none"))]),
      data: data, batch: 40)
    let world = TrainingWorld(recipe)
    let summary = try evaluate(world.field, world.parameters, recipe, at: 4)
    let key = RandomKey(seed: recipe.seed).child("pretraining").child(4)
    let shifts = key.child("time").uniforms(count: 2)
    let model = try MixtureField(
      weights: [0.4, 0.6], means: [[1.5, 0], [-1, 0.5]], deviations: [0.5, 0.4])
    let truth = try MixtureField(
      weights: [0.4, 0.6], means: [[1, 0], [-1, 0]], deviations: [0.5, 0.5])
    var (loss, error) = (0.0, 0.0)
    for pair in 0..<40 {
      let time = (Double(pair / 32) + shifts[pair / 32]) / 2
      let x = MixtureData(field: truth).sample(UInt32(pair), key: key.child("data"))
      let eps = key.child("initial").standardNormals(
        count: 2, at: NoiseAddress(root: UInt32(pair)))
      let state = [0, 1].map { (1 - time) * x[$0] + time * eps[$0] }
      let velocity = model.velocity(at: state, time: time)
      let exact = truth.velocity(at: state, time: time)
      for row in 0..<2 {
        let miss = velocity[row] - (eps[row] - x[row])
        loss += miss * miss / 40
        error += (velocity[row] - exact[row]) * (velocity[row] - exact[row]) / 40
      }
    }
    expectNear(summary.loss, loss, within: 1e-5)
    expectNear(try #require(summary.velocityError), error.squareRoot(), within: 1e-5)
  }

  @Test func `the gradient is the slope of the loss`() throws {
    let recipe = try Self.recipe(
      Self.affine, data: Self.gaussian([1, -0.5], [0.5, 1.25]), batch: 70)
    let world = TrainingWorld(recipe)
    let parameters = wave(world.parameters.count, 2, scale: 0.25)
    try expectSlopes(of: world.field, at: parameters, recipe)
  }

  /// The loss is quadratic in the parameters of an affine field, so that central differences are exact up
  /// to rounding: of 1e-6 in the loss with a change of 1/8.
  private func expectSlopes(
    of field: some TrainableField, at parameters: [Float], _ recipe: Recipe
  ) throws {
    let pretrainer = Pretrainer(recipe, field: field, parameters: parameters)
    try pretrainer.iterate(3)
    let gradient = pretrainer.gradient
    for index in stride(from: 0, to: parameters.count, by: 3) {
      var (low, high) = (parameters, parameters)
      low[index] -= 0.125
      high[index] += 0.125
      let slope =
        (try evaluate(field, high, recipe, at: 3).loss
          - evaluate(field, low, recipe, at: 3).loss) / 0.25
      expectNear(Double(gradient[index]), slope, within: 4e-5, "parameter \(index)")
    }
  }

  @Test func `the bits do not depend on threads`() throws {
    let recipe = try Self.recipe(
      Self.perceptron(conditioning: "prompt"), data: Self.gaussian([1, -0.5], [0.5, 1.25]),
      batch: 1000)
    let world = TrainingWorld(recipe)
    func bits(_ field: some TrainableField, threads: Int) throws -> [UInt64] {
      let pretrainer = Pretrainer(
        recipe, field: field, parameters: world.parameters, workers: Workers(threads: threads))
      var bits: [UInt64] = []
      for iteration in 0..<3 {
        let summary = try pretrainer.iterate(iteration)
        bits += [summary.loss, summary.gradientNorm, summary.velocityError ?? 0].map(\.bitPattern)
      }
      return bits + pretrainer.parameters.map { UInt64($0.bitPattern) }
    }
    let one = try bits(world.field, threads: 1)
    #expect(try bits(world.field, threads: 2) == one)
    #expect(try bits(world.field, threads: 7) == one)
  }

  @Test func `images train a residual, and their loss falls`() throws {
    let shapes = Component("shapes", [.init("side", .count(4)), .init("shape", .name("discs"))])
    let recipe = try Self.recipe(
      WorldComponents.pixels(hidden: [24]), data: shapes, batch: 128)
    let world = TrainingWorld(recipe)
    let (first, last) = try losses(world.field, world.parameters, recipe)
    #expect(last < 0.8 * first, "\(first) to \(last)")
  }

  private func losses(
    _ field: some TrainableField, _ parameters: [Float], _ recipe: Recipe
  ) throws -> (Double, Double) {
    let pretrainer = Pretrainer(recipe, field: field, parameters: parameters)
    var (first, last) = (0.0, 0.0)
    for update in 0..<300 {
      let summary = try pretrainer.iterate(update)
      // The velocity of shapes has no closed form.
      #expect(summary.velocityError == nil)
      if update < 20 { first += summary.loss / 20 }
      if update >= 280 { last += summary.loss / 20 }
    }
    return (first, last)
  }

  @Test func `a number that is not finite stops an update and leaves the parameters`() throws {
    let recipe = try Self.recipe(Self.affine, data: Self.gaussian([1, -0.5], [0.5, 1.25]))
    let world = TrainingWorld(recipe)
    var parameters = world.parameters
    parameters[0] = 1e38
    func stop(_ field: some TrainableField) {
      let pretrainer = Pretrainer(recipe, field: field, parameters: parameters)
      #expect(throws: TrainingDivergence.self) { try pretrainer.iterate(0) }
      #expect(pretrainer.parameters == parameters)
      #expect(pretrainer.adamPowers.updates == 0)
    }
    stop(world.field)
  }
}
