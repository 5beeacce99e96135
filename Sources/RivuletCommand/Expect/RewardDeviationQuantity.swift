import Rivulet

/// `rivulet expect reward-deviation`: how far the rewards of one step's branches spread.
enum RewardDeviationQuantity: Quantity {
  static let name = "reward-deviation"
  static let summary = "Standard deviation of the reward over branches, for each step"
  static let examples = [
    CommandSyntax.Example(
      "rivulet expect reward-deviation --schedule sd35 --data-scale 0.5",
      "the spread on data of scale 0.5, where early steps no longer dominate"),
    CommandSyntax.Example(
      "rivulet expect reward-deviation --gradient 3,4 --dimension 2", "a reward in the plane"),
  ]
  static let groups = [
    ScheduleOptions.group,
    CommandSyntax.OptionGroup(title: "Reward", options: [FlowOptions.gradient.declaration]),
  ]
  static let notes = [
    "Data N(mu, s^2) in each dimension, a linear reward, one noisy step at k and the ODE elsewhere, "
      + "as in TempFlow-GRPO."
  ]

  static func expectation(_ arguments: ParsedArguments) throws -> Expectation {
    var schedule = try arguments.schedule()
    var answer = Expectation(quantity: name, title: "Spread of the reward over branches")
    let gradient = try arguments.gradientSize(on: &schedule, into: &answer)
    try schedule.requireFiniteChain(.ode(grid: schedule.grid), command: arguments.command)
    let law = BranchingLaw(plan: schedule.plan, deviation: schedule.dataScale)
    let steps = schedule.grid.steps
    answer.addColumn("step", values: schedule.stepCells, "k, 0 is the noisiest")
    answer.addColumn("time", schedule.kernels.map(\.time), "t_k")
    answer.addColumn(
      "noiseLevel", schedule.kernels.map(\.deviation), "tau_k = s_k sqrt(h_k)", unit: "state")
    answer.addColumn(
      "suffixSlope", steps.map { law.suffixSlope(from: $0 + 1) },
      "Phi_{k+1}, what the ODE makes of a difference after step k")
    answer.addColumn(
      "rewardDeviation", law.rewardDeviations(trainedSteps: steps, gradient: gradient),
      "|g| tau_k |Phi_{k+1}|", unit: "reward")
    answer.addColumn(
      "seedDeviation", steps.map { law.seedDeviation(step: $0, gradient: gradient) },
      "standard deviation over seeds of the mean reward of the branches", unit: "reward")
    answer.addColumn(
      "trained", values: steps.map { .truth(schedule.trainedSteps.contains($0)) },
      "whether the step counts in the correlation")
    answer.addFact(
      "noiseCorrelation", schedule.noiseCorrelation(of: law),
      "correlation of rewardDeviation with noiseLevel over the trained steps")
    return answer
  }
}

extension ResolvedSchedule {
  /// Whether the noise level differs from step to step by more than rounding.
  var noiseVaries: Bool {
    let levels = trainedSteps.map { kernels[$0].deviation }
    guard let least = levels.min(), let most = levels.max() else { return false }
    return most - least > 1e-12 * most
  }

  /// The correlation of spread and noise level over the trained steps; nil where one is constant.
  func noiseCorrelation(of law: BranchingLaw) -> Double? {
    guard noiseVaries else { return nil }
    let correlation = law.noiseLevelCorrelation(trainedSteps: trainedSteps)
    return correlation.isFinite ? correlation : nil
  }
}
