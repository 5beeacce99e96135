import RivuletFlow
public import RivuletNumerics
public import RivuletTraining

/// Training by a recipe from the reference, against the exact expectation of where it goes.
///
/// The largest part of a recipe with a closed form is trained by plain ascents. With a penalty on the
/// divergence from the reference the biases go to a point; they are averaged over a stretch of the run after
/// some time constants of the slowest step. Without one they move for ever: then the ascent of one update is
/// averaged over courses of the recipe's iterations, each with short ascents from the reference, so that
/// windows move as they do in training. Both expectations are exact at any number of updates.
public struct Convergence: Sendable {
  /// What a run comes to.
  public struct Outcome: Sendable, Hashable {
    /// With a penalty the mean biases of the stretch, otherwise the mean ascent of an update for a rate of
    /// one; `[step][coordinate]`.
    public let biases: [[Double]]
    /// By how much the mean reward of the stretch exceeds that of the reference; nil without a penalty.
    public let rewardRise: Double?
  }

  /// The part of the recipe that is trained.
  public let recipe: Recipe
  /// What was taken out of the recipe, beside the optimiser.
  public let removed: [RecipeExpectation.NoClosedForm]
  /// The expected update of the first iteration.
  public let expectation: RecipeExpectation
  /// The length of an ascent over its gradient.
  public let rate: Double
  /// The updates before the stretch; 0 without a penalty.
  public let start: Int
  /// The updates that a run is averaged over.
  public let length: Int
  /// The updates of one course; that of the whole run with a penalty.
  public let course: Int
  /// What the run comes to in expectation.
  public let predicted: Outcome

  /// Whether a penalty gives the biases a point to go to.
  public var hasPenalty: Bool { expectation.stationaryBiases != nil }

  /// Predicts runs of a recipe.
  ///
  /// - Parameters:
  ///   - recipe: A valid recipe.
  ///   - rows: The rows that a run is averaged over, rounded up to whole updates or courses.
  ///   - timeConstants: How many time constants of the slowest step pass before the stretch.
  /// - Throws: ``RecipeExpectation/NoClosedForm`` for a model or reward without closed form.
  public init(
    of recipe: Recipe, rows: Int, timeConstants: Double = 6
  ) throws(RecipeExpectation.NoClosedForm) {
    let recipe = Self.withFewPrompts(recipe)
    let reduction = try RecipeReduction(of: recipe)
    let expectation = reduction.expectation
    let updates = max(1, (rows + recipe.rowsPerIteration - 1) / recipe.rowsPerIteration)
    removed = reduction.removed
    self.expectation = expectation
    if expectation.stationaryBiases != nil {
      let stiffnesses = expectation.trainedSteps.map { expectation.stiffnesses[$0] }
      rate = 0.8 / (stiffnesses.max() ?? 1)
      start = Int((timeConstants / (rate * (stiffnesses.min() ?? 1))).rounded(.up))
      length = updates
      course = start + updates
      predicted = Self.stretch(expectation, rate: rate, start: start, length: updates)
    } else {
      start = 0
      course = recipe.iterations
      length = (updates + recipe.iterations - 1) / recipe.iterations * recipe.iterations
      let (ascent, _) = try Self.meanAscent(reduction.recipe)
      var largest = 0.0
      for row in ascent { for number in row { largest = max(largest, abs(number)) } }
      // At the end a bias is a thousandth, and the reward as at the reference.
      rate = 1e-3 / (largest * Double(course))
      predicted = Outcome(biases: ascent, rewardRise: nil)
    }
    self.recipe = reduction.recipe.withPlainAscents(rate: rate)
  }

  /// Fewer prompts an iteration for a recipe with a penalty, whose slow steps need many updates.
  ///
  /// All prompts are alike, so the gradient has more noise and no other mean, but for the spread of a batch,
  /// whose closed form knows the number of its prompts.
  static func withFewPrompts(_ recipe: Recipe) -> Recipe {
    guard recipe.kl != nil else { return recipe }
    var smaller = recipe
    smaller.prompts.count = min(recipe.prompts.count, 4)
    smaller.prompts.perIteration = min(recipe.prompts.perIteration, 4)
    return smaller
  }

  /// The mean biases of a stretch, and the rise of the reward that the rollouts of its updates see.
  private static func stretch(
    _ expectation: RecipeExpectation, rate: Double, start: Int, length: Int
  ) -> Outcome {
    var biases = expectation.policyPart.map { $0.map { _ in 0.0 } }
    var sums = biases
    var before = biases
    for update in 0..<(start + length) {
      if update >= start { add(biases, to: &before) }
      let ascent = expectation.update(at: biases)
      for step in expectation.trainedSteps {
        for coordinate in biases[step].indices {
          biases[step][coordinate] += rate * ascent[step][coordinate]
        }
      }
      if update >= start { add(biases, to: &sums) }
    }
    return Outcome(
      biases: divided(sums, by: Double(length)),
      rewardRise: expectation.rewardRise(of: divided(before, by: Double(length))))
  }

  /// The mean ascent over the iterations of a recipe, and about the noise that a row gives each step.
  static func meanAscent(
    _ recipe: Recipe
  ) throws(RecipeExpectation.NoClosedForm) -> (ascent: [[Double]], noises: [Double]) {
    let first = try RecipeExpectation(of: recipe)
    guard recipe.movesSteps else { return (first.policyPart, first.rowNoises) }
    var sums = first.policyPart.map { $0.map { _ in 0.0 } }
    var squares = [Double](repeating: 0, count: sums.count)
    for iteration in 0..<recipe.iterations {
      let expectation = try RecipeExpectation(of: recipe, at: iteration)
      add(expectation.policyPart, to: &sums)
      for (step, noise) in expectation.rowNoises.enumerated() { squares[step] += noise * noise }
    }
    let count = Double(recipe.iterations)
    return (divided(sums, by: count), squares.map { ($0 / count).squareRoot() })
  }

  /// Trains once.
  ///
  /// - Parameter key: The key of the run.
  /// - Returns: What it comes to.
  /// - Throws: `TrainingDivergence` where numbers are not finite.
  public func run(key: RandomKey) throws -> Outcome {
    hasPenalty ? try stretch(key: key) : try courses(key: key)
  }

  private func stretch(key: RandomKey) throws -> Outcome {
    var recipe = recipe
    recipe.seed = key.word
    let trainer = try Trainer(recipe)
    for _ in 0..<start { try trainer.iterate() }
    var sums = [Double](repeating: 0, count: trainer.parameters.count)
    var reward = 0.0
    for _ in 0..<length {
      reward += try trainer.iterate().reward ?? .nan
      let parameters = trainer.parameters
      for place in sums.indices { sums[place] += Double(parameters[place]) }
    }
    return Outcome(
      biases: rows(sums.map { $0 / Double(length) }),
      rewardRise: reward / Double(length) - expectation.referenceReward)
  }

  private func courses(key: RandomKey) throws -> Outcome {
    let count = length / course
    var recipe = recipe
    var sums = [Double](repeating: 0, count: recipe.grid.stepCount * recipe.dimension)
    for index in 0..<count {
      recipe.seed = key.child(UInt64(index)).word
      let trainer = try Trainer(recipe)
      for _ in 0..<course { try trainer.iterate() }
      let parameters = trainer.parameters
      for place in sums.indices { sums[place] += Double(parameters[place]) }
    }
    return Outcome(
      biases: rows(sums.map { $0 / (Double(length) * rate) }), rewardRise: nil)
  }

  /// A list of parameters as `[step][coordinate]`.
  private func rows(_ numbers: [Double]) -> [[Double]] {
    let dimension = recipe.dimension
    return (0..<recipe.grid.stepCount).map { step in
      Array(numbers[(step * dimension)..<((step + 1) * dimension)])
    }
  }

  private static func add(_ biases: [[Double]], to sums: inout [[Double]]) {
    for step in sums.indices {
      for coordinate in sums[step].indices { sums[step][coordinate] += biases[step][coordinate] }
    }
  }

  private static func divided(_ sums: [[Double]], by count: Double) -> [[Double]] {
    sums.map { $0.map { $0 / count } }
  }
}

extension Recipe {
  /// Whether different iterations may train different steps.
  var movesSteps: Bool {
    if tree?.depthPruning != nil { return true }
    let noisySteps: NoisySteps
    switch rollout {
    case .chains(_, let steps): noisySteps = steps
    case .tree(let tree): noisySteps = tree.noisySteps
    case .branches: return false
    }
    guard case .window(let window) = noisySteps else { return false }
    if case .random = window.strategy { return false }
    return true
  }
}
