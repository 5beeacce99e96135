import Rivulet

/// `rivulet expect noise`: how much noise each step adds.
enum NoiseQuantity: Quantity {
  static let name = "noise"
  static let summary = "The noise coefficient and the noise level of each step"
  static let examples = [
    CommandSyntax.Example(
      "rivulet expect noise --schedule sd35", "the noise of TempFlow-GRPO on SD3.5"),
    CommandSyntax.Example(
      "rivulet expect noise --grid uniform --steps 20 --noise constant --scale 0.3",
      "the noise of DanceGRPO on a uniform grid"),
  ]
  static let groups = [ScheduleOptions.group]

  static func expectation(_ arguments: ParsedArguments) throws -> Expectation {
    let schedule = try arguments.schedule()
    let kernels = schedule.kernels
    var answer = Expectation(quantity: name, title: "Noise of each step")
    answer.inputs = schedule.inputs
    answer.addColumn("step", values: schedule.stepCells, "k, 0 is the noisiest")
    answer.addColumn("time", kernels.map(\.time), "t_k")
    answer.addColumn(
      "coefficient", kernels.map(\.noiseCoefficient),
      "s_k; Flow-GRPO: a sqrt(t_k/(1-t_k)), at t_k = 1 with 1-t_1 under the root",
      unit: "state / sqrt(time)")
    answer.addColumn(
      "noiseLevel", kernels.map(\.deviation),
      "tau_k = s_k sqrt(h_k), the standard deviation of the step in each dimension", unit: "state")
    answer.addColumn(
      "stateFactor", kernels.map(\.stateFactor), "p_k in the mean p_k x + q_k v of the next state")
    answer.addColumn("velocityFactor", kernels.map(\.velocityFactor), "q_k in the same mean")
    answer.addColumn(
      "trained",
      values: schedule.grid.steps.map { .truth(schedule.trainedSteps.contains($0)) },
      "whether the step has a log-probability in the objective")
    return answer
  }
}
