import Rivulet

/// `rivulet expect weights`: how much each trained step counts.
enum WeightsQuantity: Quantity {
  static let name = "weights"
  static let summary = "Step weights: noise-aware, balanced, and those of GRPO-Guard"
  static let examples = [
    CommandSyntax.Example(
      "rivulet expect weights --schedule sd35",
      "TempFlow-GRPO's weights on SD3.5; the constant is the 2.25 of the training script"),
    CommandSyntax.Example(
      "rivulet expect weights --schedule-file mine.json", "the weights of a schedule of your own"),
  ]
  static let groups = [ScheduleOptions.group]

  static func expectation(_ arguments: ParsedArguments) throws -> Expectation {
    let schedule = try arguments.trainedSchedule()
    let weights = schedule.weights
    var answer = Expectation(quantity: name, title: "Weights of the trained steps")
    answer.inputs = schedule.inputs
    answer.addColumn("step", values: schedule.stepCells, "k, 0 is the noisiest")
    answer.addColumn("time", schedule.kernels.map(\.time), "t_k")
    answer.addColumn(
      "noiseLevel", schedule.kernels.map(\.deviation), "tau_k = s_k sqrt(h_k)", unit: "state")
    answer.addColumn(
      "noiseAware", schedule.overSteps(weights.noiseAware),
      "tau_k / mean(tau) over the trained steps; TempFlow-GRPO")
    answer.addColumn(
      "balanced", schedule.overSteps(weights.balanced),
      "tau_k / f_k over its mean, f_k = -q_k / h_k; leaves h_k of every noise schedule")
    answer.addColumn(
      "guarded", schedule.overSteps(weights.guarded),
      "tau_k / h_k over its mean; GRPO-Guard's weight where the ratio is one")
    var sum = 0.0
    for step in schedule.trainedSteps { sum += schedule.kernels[step].deviation }
    answer.addFact(
      "constant", Double(schedule.trainedSteps.count) / sum,
      "1 / mean(tau) over the trained steps, the number that training scripts write out",
      unit: "1 / state")
    answer.notes.append("Each column of weights has mean one over the trained steps.")
    return answer
  }
}

extension ResolvedSchedule {
  /// The weights of the trained steps under each rule.
  struct Weights {
    let noiseAware: [Double]
    let balanced: [Double]
    let guarded: [Double]
  }

  /// The weights of the trained steps, of which there is one or more.
  var weights: Weights {
    let trained = trainedSteps.map { kernels[$0] }
    let deviations = trained.map(\.deviation)
    return Weights(
      noiseAware: StepWeights.noiseAware(deviations: deviations),
      balanced: StepWeights.balanced(
        deviations: deviations, factors: trained.map { -$0.velocityFactor / $0.stepSize }),
      guarded: StepWeights.guarded(
        deviations: deviations, stepSizes: trained.map(\.stepSize)))
  }
}
