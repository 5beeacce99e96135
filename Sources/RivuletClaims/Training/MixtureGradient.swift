import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletStatistics
import RivuletTraining

extension Claim {
  /// On mixture data value and gradient of the exact recipe are those of quadrature.
  static let mixtures = Claim(
    id: "training/mixtures",
    title: "rewards and updates on mixture data are those of quadrature",
    statement: """
      Whole chains with noise at every step, summed log-probabilities and leave-one-out advantages give the mean \
      reward of the sampler and, divided by the number of trained steps, its gradient in the parameters of the field.
      """,
    source: "theory, sections 3 and 6; RLOO, arXiv 2402.14740",
    scope: """
      the preset exact without a penalty, four steps, groups of four; two components on the line with all \
      parameters and a bump as the reward, three components in the plane with their means and the choice of one
      """,
    recorded: .holds,
    checks: [
      quadrature("line-quadrature") { .line },
      value("line-value", .line, deviation: 1.2) { .line },
      gradient(
        "line-weights", .line, 0..<2, of: "weights", deviation: 1.75, effect: 0.02,
        runsVariants: true
      ) { .line },
      gradient("line-means", .line, 2..<4, of: "means", deviation: 3) { .line },
      gradient("line-deviations", .line, 4..<6, of: "deviations", deviation: 3) { .line },
      quadrature("plane-quadrature") { .plane },
      value("plane-value", .plane, deviation: 0.65) { .plane },
      gradient(
        "plane-means", .plane, 0..<6, of: "means", deviation: 2.5, runsVariants: true,
        frozen: { frozenPlaneGradient }
      ) { .plane },
    ])
}

/// What quadrature says of a problem, with its error.
private struct Oracle: Sendable {
  /// E[R].
  let value: Double
  /// dE[R] / dtheta of the learned numbers, by central differences.
  let gradient: [Double]
  /// The larger of two changes when nodes are doubled and the distance is halved: that of the value over the
  /// value, and that of the gradient over the length of the gradient.
  let error: Double
  /// The same for differences to one side.
  let oneSidedError: Double

  init(_ problem: MixtureProblem) {
    let distance = MixtureProblem.distance
    let coarse = problem.expectation(problem.field, false)
    value = problem.expectation(problem.field, true)
    gradient = problem.gradient { problem.expectation($0, false) }
    let fine = problem.gradient(distance: distance / 2) { problem.expectation($0, true) }
    // (E(theta + d) - E(theta)) / d, whose error falls with d alone.
    let oneSided = problem.learned.map { place in
      var parameters = problem.field.parameters
      parameters[place] += distance
      return (problem.expectation(problem.field.with(parameters: parameters), false) - coarse)
        / distance
    }
    let ofValue = abs(coarse - value) / abs(value)
    error = max(ofValue, Self.distance(gradient, fine))
    oneSidedError = max(ofValue, Self.distance(oneSided, fine))
  }

  /// |a - b| / |b|.
  private static func distance(_ first: [Double], _ second: [Double]) -> Double {
    let difference = zip(first, second).map { $0 - $1 }
    return (product(difference, difference) / product(second, second)).squareRoot()
  }

  static let line = Oracle(.line)
  static let plane = Oracle(.plane)
}

private func product(_ first: some Sequence<Double>, _ second: some Sequence<Double>) -> Double {
  var sum = 0.0
  for (left, right) in zip(first, second) { sum += left * right }
  return sum
}

/// The error of quadrature, which must be far below what the other checks can see.
private func quadrature(
  _ id: String, _ oracle: @escaping @Sendable () -> Oracle
) -> Check {
  .exact(
    id,
    subject:
      "change of the expected reward and its gradient with twice the nodes and half the distance",
    expected: 0, tolerance: 2e-4,
    defects: [
      ExactVariant("one-sided", "differences to one side") { _ in oracle().oneSidedError }
    ]
  ) { _ in oracle().error }
}

/// The number of rollouts that see an effect in a mean over rows.
private func rollouts(deviation: Double, effect: Double, of recipe: Recipe) -> Int {
  let rows = SampleSize.mean(sigma: deviation, effect: effect)
  // With a hundred rollouts or more the tails of Student's t cost little.
  return max(100, (rows + recipe.rowsPerIteration - 1) / recipe.rowsPerIteration)
}

/// The mean reward of the sampler; the deviation is that of a reward over its mean, rounded up from a
/// measurement.
private func value(
  _ id: String, _ problem: MixtureProblem, deviation: Double,
  _ oracle: @escaping @Sendable () -> Oracle
) -> Check {
  let measure = { @Sendable (recipe: Recipe, run: CheckRun) throws -> Measurement in
    let count = rollouts(deviation: deviation, effect: 0.02, of: recipe)
    let tally = try GradientProbe(recipe).tallies(count: count, run: run) { [$1.reward ?? .nan] }
      .tallies[0]
    return tally.studentisedMean(expected: oracle().value)
  }
  return Check(
    id: id, subject: "mean reward of rollouts",
    controls: [
      Control(id: "equal", defect: "components with equal weights") { run in
        var recipe = problem.recipe
        recipe.model = problem.equalWeights
        return try measure(recipe, run)
      }
    ]
  ) { run in Finding(stating: try measure(problem.recipe, run)) }
}

/// A part of the learned numbers: the gradient of the trainer along the exact one, over the length of that.
///
/// The deviation is that of this number for one row, rounded up from a measurement. An effect of 2 % in place of
/// 3 % would take more than twice as many samples. Wrong variants are rolled out themselves, or they are known
/// multiples of what the check found; frozen is the gradient with the shares of components held.
private func gradient(
  _ id: String, _ problem: MixtureProblem, _ part: Range<Int>, of name: String, deviation: Double,
  effect: Double = 0.03, runsVariants: Bool = false, frozen: (@Sendable () -> [Double])? = nil,
  _ oracle: @escaping @Sendable () -> Oracle
) -> Check {
  let remembered = Remembered<Tally>()
  let tally = { @Sendable (recipe: Recipe, run: CheckRun) throws -> Tally in
    let exact = oracle().gradient[part]
    // The loss is a mean over the trained steps and falls where the reward rises.
    let factor = -MixtureProblem.trainedSteps(recipe) / product(exact, exact)
    let count = rollouts(deviation: deviation, effect: effect, of: recipe)
    return try GradientProbe(recipe).tallies(count: count, run: run) { trainer, _ in
      [factor * product(exact, trainer.gradient[part].map { Double($0) })]
    }.tallies[0]
  }
  let rolledOut = {
    @Sendable (id: String, defect: String, change: @escaping @Sendable (inout Recipe) -> Void)
    in
    Control(id: id, defect: defect) { run in
      var recipe = problem.recipe
      change(&recipe)
      return try tally(recipe, run).studentisedMean(expected: 1)
    }
  }
  // Defects that multiply every gradient, or its part along the exact one, by a known number.
  let scaled = { @Sendable (id: String, defect: String, ratio: @escaping @Sendable () -> Double) in
    Control(id: id, defect: defect) { run in
      let found = try remembered.value(run) { try tally(problem.recipe, run) }
      let ratio = ratio()
      return .mean(
        observed: ratio * found.mean, expected: 1, sigma: ratio.magnitude * found.deviation,
        count: found.count, sigmaIsKnown: false)
    }
  }
  let own = "advantages centred on the mean of all members, their own reward included"
  var controls: [Control] = []
  if runsVariants {
    controls = [
      rolledOut("own", own) { $0.advantage.convention = .none },
      rolledOut("last", "the last step is not trained") { $0.trainedSteps = .allButLast },
    ]
  } else {
    // r - mean(group) is 1 - 1/G times r - mean of the others.
    controls = [scaled("own", own) { 1 - 1 / Double(MixtureProblem.members) }]
  }
  if let frozen {
    let dimension = Double(problem.field.dimension)
    controls += [
      scaled("mean", "log-probabilities averaged over dimensions") { 1 / dimension },
      scaled("shares", "the shares of components do not follow the parameters") {
        let exact = oracle().gradient[part]
        return product(exact, frozen()[part]) / product(exact, exact)
      },
    ]
  }
  return Check(
    id: id, subject: "gradient in \(name) along that of the expected reward, over its length",
    requirement: .relative(effect), controls: controls
  ) { run in
    Finding(
      stating: try remembered.measured(run) { try tally(problem.recipe, run) }
        .studentisedMean(expected: 1))
  }
}

/// The gradient in the plane with the shares of components held.
private let frozenPlaneGradient: [Double] = {
  let problem = MixtureProblem.plane
  return problem.gradient {
    MixtureProblem.planeExpectation(
      FrozenShares(moved: $0, shares: problem.field), problem.recipe.fullPlan)
  }
}()
