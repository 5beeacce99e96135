import RivuletClosedForm
import RivuletFlow
import RivuletNumerics
import RivuletStatistics
import RivuletTraining

extension Claim {
  /// The exact recipe converges to the optimum of its objective.
  static let exactOptimum = Claim(
    id: "training/exact-optimum",
    title: "the exact recipe converges to the exact optimum",
    statement: """
      Whole chains with noise at every step, summed log-probabilities, leave-one-out advantages, the exact KL and \
      no clip train to the maximum of E[R] - beta KL at fixed noise: parameters and reward.
      """,
    source: "theory, section 6; RLOO, arXiv 2402.14740",
    scope: """
      the preset exact with one prompt, one bias for each step, plain ascents from the reference in 44 runs, three \
      time constants of the slowest step; rewards x, and x - 0.5 y - 0.4 x^2 - 0.15 y^2
      """,
    recorded: .holds,
    checks: [parameters(), reward(), quadratic()])
}

private let runs = 44

/// The preset with one prompt, a reward and a penalty.
private func recipe(curvatures: [Double]? = nil, coefficient: Double = 1) -> Recipe? {
  guard var recipe = Recipe.preset("exact")?.recipe else { return nil }
  recipe.prompts.count = 1
  recipe.prompts.perIteration = 1
  recipe.kl?.coefficient = coefficient
  if let curvatures {
    recipe.rewards.terms = [
      Recipe.RewardTerm(
        reward: Component(
          "quadratic",
          [
            Component.Parameter("curvatures", .numbers(curvatures)),
            Component.Parameter("gradients", .numbers([1, -0.5])),
            Component.Parameter("offset", .number(0)),
          ]))
    ]
  }
  return recipe
}

/// Runs of one recipe, measured against the prediction of another.
private struct Runs: Sendable {
  let convergence: Convergence
  let predicted: Convergence

  init(of recipe: Recipe?, against other: Recipe?, updates: Int = 1_000) throws {
    guard let recipe, let other else {
      preconditionFailure("there is a preset of the name exact")
    }
    convergence = try Convergence(of: recipe, rows: 24 * updates, timeConstants: 3)
    predicted = try Convergence(of: other, rows: 24 * updates, timeConstants: 3)
  }

  /// The trained biases along the predicted ones over their length, steps weighted as in the divergence.
  private func projection(_ biases: [[Double]]) -> Double {
    let expectation = predicted.expectation
    var product = 0.0
    var square = 0.0
    for step in expectation.trainedSteps {
      let weight = expectation.scoreCoefficients[step] * expectation.scoreCoefficients[step]
      for (bias, exact) in zip(biases[step], predicted.predicted.biases[step]) {
        product += weight * bias * exact
        square += weight * exact * exact
      }
    }
    return product / square
  }

  func measurement(_ run: CheckRun, ofReward: Bool) throws -> Measurement {
    // Independent runs, whole from the reference.
    let outcomes = try run.map(count: runs * run.effort) { index in
      try convergence.run(key: run.key.child(UInt64(index)))
    }
    var tally = Tally()
    for outcome in outcomes {
      tally.add(ofReward ? outcome.rewardRise ?? .nan : projection(outcome.biases))
    }
    return tally.studentisedMean(expected: ofReward ? predicted.predicted.rewardRise ?? .nan : 1)
  }
}

private func parameters() -> Check {
  Check(
    id: "parameters",
    subject: "trained biases along the exact ones over their length, reward x",
    controls: [
      Control(id: "beta", defect: "a penalty 2 % too large") { run in
        try Runs(of: recipe(coefficient: 1.02), against: recipe())
          .measurement(run, ofReward: false)
      }
    ]
  ) { run in
    Finding(
      stating: try Runs(of: recipe(), against: recipe()).measurement(run, ofReward: false))
  }
}

private func reward() -> Check {
  let remembered = Remembered<Measurement>()
  let measure = { @Sendable (run: CheckRun) throws -> Measurement in
    try Runs(of: recipe(), against: recipe(), updates: 2_400).measurement(run, ofReward: true)
  }
  return Check(
    id: "reward", subject: "rise of the mean reward x over the reference",
    controls: [
      Control(id: "tilted", defect: "the rise Var(R)/beta, with the share of the initial noise") {
        run in
        guard
          case .mean(let observed, _, let sigma, let count, _) = try remembered.value(
            run, { try measure(run) }),
          let recipe = recipe()
        else { preconditionFailure("a study of runs measures a mean") }
        let chain = GaussianChain(plan: recipe.fullPlan, deviation: 1)
        return .mean(
          observed: observed, expected: chain.rewardVariance(), sigma: sigma, count: count,
          sigmaIsKnown: false)
      }
    ]
  ) { run in Finding(stating: try remembered.measured(run) { try measure(run) }) }
}

private func quadratic() -> Check {
  let curvatures = [0.8, 0.3]
  return Check(
    id: "quadratic",
    subject:
      "trained biases along the exact ones over their length, reward x - 0.5 y - 0.4 x^2 - 0.15 y^2",
    controls: [
      Control(id: "linear", defect: "the reward without its curvature") { run in
        try Runs(of: recipe(curvatures: [0, 0]), against: recipe(curvatures: curvatures))
          .measurement(run, ofReward: false)
      }
    ]
  ) { run in
    Finding(
      stating: try Runs(
        of: recipe(curvatures: curvatures), against: recipe(curvatures: curvatures)
      ).measurement(run, ofReward: false))
  }
}
