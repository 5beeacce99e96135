import Rivulet

/// `rivulet expect moments`: mean and variance of the state at every step of a sampler.
enum MomentsQuantity: Quantity {
  static let name = "moments"
  static let summary = "Mean and variance of the state at each step of a sampler"
  static let examples = [
    CommandSyntax.Example(
      "rivulet expect moments --schedule uniform", "the exact law of Flow-GRPO's sampler"),
    CommandSyntax.Example(
      "rivulet expect moments --schedule flux --sampler ode --data-mean 2 --data-scale 0.5",
      "the law of the ODE sampler on other data"),
  ]
  static let groups = [
    ScheduleOptions.group,
    CommandSyntax.OptionGroup(
      title: "Flow",
      options: [FlowOptions.sampler.declaration, FlowOptions.dataMean.declaration]),
  ]

  static func expectation(_ arguments: ParsedArguments) throws -> Expectation {
    let schedule = try arguments.schedule()
    var answer = Expectation(quantity: name, title: "Law of the state at each step")
    answer.inputs = schedule.inputs
    let plan = try arguments.plan(of: schedule, into: &answer)
    let mean = try arguments.value(of: FlowOptions.dataMean) ?? 0
    answer.add(.init("dataMean", .number(mean)))
    try schedule.requireFiniteChain(plan, command: arguments.command)
    let chain = GaussianChain(plan: plan, mean: mean, deviation: schedule.dataScale)
    let times = schedule.grid.times
    let s = schedule.dataScale
    answer.addColumn(
      "step", values: times.indices.map { .integer($0) },
      "k, the state before step k; the last row is the result")
    answer.addColumn("time", times, "t_k")
    answer.addColumn("mean", chain.means, "m_{k+1} = M_k m_k + c_k", unit: "state")
    answer.addColumn(
      "variance", chain.variances, "S_{k+1} = M_k^2 S_k + tau_k^2, S_0 = 1", unit: "state^2")
    answer.addColumn(
      "deviation", chain.variances.map { $0.squareRoot() }, "sqrt(S_k)", unit: "state")
    answer.addColumn(
      "continuousVariance", times.map { (1 - $0) * (1 - $0) * s * s + $0 * $0 },
      "(1-t)^2 s^2 + t^2, the law that infinitely many steps would have", unit: "state^2")
    answer.addFact(
      "seedCorrelation", chain.seedCorrelation,
      "correlation of the initial noise with the result")
    return answer
  }
}
