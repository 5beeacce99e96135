import Rivulet

/// `rivulet expect scores`: how strongly each step pulls at the velocity, before and after weighting.
enum ScoresQuantity: Quantity {
  static let name = "scores"
  static let summary = "Score coefficients of the steps before and after weighting"
  static let examples = [
    CommandSyntax.Example(
      "rivulet expect scores --schedule flux", "by how much late steps dominate on FLUX"),
    CommandSyntax.Example(
      "rivulet expect scores --grid uniform --steps 10 --scale 0.7",
      "the flat profile that noise-aware weights give on a uniform grid"),
  ]
  static let groups = [ScheduleOptions.group]

  static func expectation(_ arguments: ParsedArguments) throws -> Expectation {
    let schedule = try arguments.trainedSchedule()
    let weights = schedule.weights
    let trained = schedule.trainedSteps
    let before = ScoreLaw.coefficients(plan: schedule.plan, trainedSteps: trained)
    func after(_ weights: [Double]) -> [Double] {
      ScoreLaw.weightedCoefficients(plan: schedule.plan, trainedSteps: trained, weights: weights)
    }
    let noiseAware = after(weights.noiseAware)

    var answer = Expectation(quantity: name, title: "Score coefficients of the trained steps")
    answer.inputs = schedule.inputs
    answer.addColumn("step", values: schedule.stepCells, "k, 0 is the noisiest")
    answer.addColumn("time", schedule.kernels.map(\.time), "t_k")
    answer.addColumn(
      "unweighted", schedule.overSteps(before),
      "kappa_k = h_k f_k / tau_k; d log p / dv = -kappa_k xi for log p summed over dimensions")
    answer.addColumn(
      "noiseAware", schedule.overSteps(noiseAware), "w_k kappa_k with TempFlow-GRPO's weights")
    answer.addColumn(
      "balanced", schedule.overSteps(after(weights.balanced)),
      "w_k kappa_k with balanced weights, proportional to h_k")
    answer.addColumn(
      "guarded", schedule.overSteps(after(weights.guarded)),
      "w_k kappa_k with GRPO-Guard's weights, proportional to f_k")
    let last = trained.count - 1
    answer.addFact(
      "lateOverEarly", before[last] / before[0], "unweighted, last over first trained step")
    answer.addFact(
      "lateOverEarlyNoiseAware", noiseAware[last] / noiseAware[0],
      "the same with noise-aware weights")
    answer.notes.append("Divide by the dimension where code averages the log-probability.")
    return answer
  }
}
