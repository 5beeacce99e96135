public import RivuletNumerics
import RivuletStatistics
public import RivuletTraining

/// Trained results of a preset from many seeds beside the exact ones.
public struct ConvergenceStudy: Sendable {
  /// A number that theory predicts, and its estimate from independent runs.
  public struct Estimate: Sendable, Hashable {
    /// What theory predicts.
    public let predicted: Double
    /// The mean over the runs.
    public let trained: Double
    /// Half of the interval of 99 % that Student's t gives.
    public let halfWidth: Double

    /// Makes the estimate of some runs.
    init(predicted: Double, runs: [Double]) {
      var tally = Tally()
      for run in runs { tally.add(run) }
      self.predicted = predicted
      trained = tally.mean
      let interval = tally.studentisedMean(expected: predicted).interval(alpha: 0.01)
      halfWidth = (interval.upper - interval.lower) / 2
    }

    /// The difference over the prediction.
    public var deviation: Double { (trained - predicted) / abs(predicted) }
    /// The half-width over the prediction.
    public var relativeHalfWidth: Double { halfWidth / abs(predicted) }
    /// Whether the interval holds the prediction.
    public var agrees: Bool { abs(trained - predicted) <= halfWidth }
  }

  /// The preset.
  public let preset: Recipe.Preset
  /// What was trained, and what theory predicts.
  public let convergence: Convergence
  /// The number of independent runs.
  public let seeds: Int
  /// The biases, or the ascent of one update, along the predicted ones, over their length.
  ///
  /// With a penalty steps count as in the divergence, without one as in claims on length and direction.
  public let parameters: Estimate
  /// The rise of the mean reward; nil without a penalty.
  public let reward: Estimate?
  /// The divergence of the mean biases from the reference, in nats; nil without a penalty.
  public let divergence: Estimate?
  /// Each trained step along the predicted direction: the bias, or the ascent of one update.
  public let steps: [(step: Int, estimate: Estimate)]
  /// How the ratio of trained to predicted changes for a standard deviation of the steps; predicted zero.
  public let tilt: Estimate
  /// The length of the predicted biases or ascent.
  public let length: Double
  /// The largest of the coordinates that theory leaves at rest, over the length of the prediction.
  public let idle: Double

  /// Trains a preset from many seeds.
  ///
  /// - Parameters:
  ///   - preset: The preset.
  ///   - seeds: The number of runs, two or more.
  ///   - precision: The half-width that each step is to have, as a fraction of its prediction.
  ///   - budget: The largest number of edges of all runs; it may be coarser then.
  ///   - key: The key of the study.
  ///   - workers: The threads.
  /// - Throws: ``RecipeExpectation/NoClosedForm``, or `TrainingDivergence`.
  public init(
    of preset: Recipe.Preset, seeds: Int, precision: Double = 0.01, budget: Double, key: RandomKey,
    workers: Workers
  ) throws {
    precondition(seeds >= 2, "a study has two or more seeds, got \(seeds)")
    let rows = try Self.rows(of: preset.recipe, precision: precision, budget: budget)
    let convergence = try Convergence(of: preset.recipe, rows: (rows + seeds - 1) / seeds)
    let own = key.child(preset.id)
    let outcomes = try workers.map(count: seeds) { seed in
      Result { try convergence.run(key: own.child(UInt64(seed))) }
    }.map { try $0.get() }
    let predicted = convergence.predicted.biases
    let expectation = convergence.expectation
    self.preset = preset
    self.convergence = convergence
    self.seeds = seeds
    let weights = convergence.hasPenalty ? expectation.scoreCoefficients.map { $0 * $0 } : nil
    let (ascent, noises) = try Convergence.meanAscent(convergence.recipe)
    let scale = GradientScale(policy: ascent, noises: noises)
    parameters = Estimate(
      predicted: 1,
      runs: outcomes.map { outcome in
        guard let weights else { return scale.length(of: outcome.biases) }
        var product = 0.0
        var square = 0.0
        for step in expectation.trainedSteps {
          for (bias, exact) in zip(outcome.biases[step], predicted[step]) {
            product += weights[step] * bias * exact
            square += weights[step] * exact * exact
          }
        }
        return product / square
      })
    tilt = Estimate(
      predicted: 0, runs: outcomes.map { scale.tilt(of: $0.biases) / scale.length(of: predicted) })
    var squares = 0.0
    for row in predicted { for number in row { squares += number * number } }
    length = squares.squareRoot()
    reward = convergence.predicted.rewardRise.map { rise in
      Estimate(predicted: rise, runs: outcomes.map { $0.rewardRise ?? .nan })
    }
    divergence =
      convergence.hasPenalty
      ? Estimate(
        predicted: expectation.divergence(of: predicted),
        runs: outcomes.map { expectation.divergence(of: $0.biases) }) : nil
    var steps: [(step: Int, estimate: Estimate)] = []
    var idle = 0.0
    for (step, exact) in predicted.enumerated() {
      var length = 0.0
      for number in exact { length += number * number }
      length = length.squareRoot()
      guard length > 0 else { continue }
      steps.append(
        (
          step,
          Estimate(
            predicted: length,
            runs: outcomes.map { outcome in
              var product = 0.0
              for (number, other) in zip(outcome.biases[step], exact) { product += number * other }
              return product / length
            })
        ))
      for (coordinate, number) in exact.enumerated() where number == 0 {
        var sum = 0.0
        for outcome in outcomes { sum += outcome.biases[step][coordinate] }
        idle = max(idle, abs(sum) / Double(seeds) / length)
      }
    }
    self.steps = steps
    self.idle = idle
  }

  /// The rows after which each step has its half-width, or as many as the budget allows.
  private static func rows(
    of recipe: Recipe, precision: Double, budget: Double
  ) throws(RecipeExpectation.NoClosedForm) -> Int {
    let (ascent, noises) = try Convergence.meanAscent(RecipeReduction(of: recipe).recipe)
    var worst = 0.0
    for (step, noise) in noises.enumerated() {
      var square = 0.0
      for number in ascent[step] { square += number * number }
      if square > 0 { worst = max(worst, noise / square.squareRoot()) }
    }
    // 2.86 standard errors for twenty seeds, and a margin.
    let rows = (3.5 * worst / precision) * (3.5 * worst / precision)
    return Int(min(rows, budget / recipe.edgesPerRow))
  }

  /// The name of the preset.
  public var name: String { preset.id }

  /// The number of steps of the sampler.
  public var stepCount: Int { convergence.recipe.grid.stepCount }

  /// Whether reward, divergence and parameters lie within four half-widths of their predictions.
  public var agrees: Bool {
    [parameters, reward, divergence].allSatisfy { estimate in
      guard let estimate else { return true }
      return abs(estimate.trained - estimate.predicted) <= 4 * estimate.halfWidth
    }
  }

  /// The largest half-width of a step over its prediction.
  public var coarsest: Double {
    var largest = 0.0
    for (_, estimate) in steps { largest = max(largest, estimate.relativeHalfWidth) }
    return largest
  }
}

extension Recipe {
  /// The edges that are drawn for one row.
  var edgesPerRow: Double {
    let steps = grid.stepCount
    switch rollout {
    case .chains: return Double(steps)
    case .branches(_, let branches, let leaving):
      var edges = Double(steps) / Double(branches)
      for step in leaving.steps(stepCount: steps) { edges += Double(steps - step) }
      return edges
    case .tree(let tree):
      var nodes = 1
      var edges = 0
      for step in 0..<steps {
        if let index = tree.splits.firstIndex(of: step) { nodes *= tree.widths[index] }
        edges += nodes
      }
      return Double(edges)
    }
  }
}
