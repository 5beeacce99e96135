import Rivulet

/// `rivulet expect sampler-bias`: how far a sampler's output is from the data it was made for.
enum SamplerBiasQuantity: Quantity {
  static let name = "sampler-bias"
  static let summary = "The error of a sampler's output on Gaussian data"
  static let examples = [
    CommandSyntax.Example(
      "rivulet expect sampler-bias --schedule sd35", "SDE and ODE samplers on one schedule"),
    CommandSyntax.Example(
      "rivulet expect sampler-bias --steps 1000 --scale 0.7",
      "the bias that is left with a thousand steps"),
  ]
  static let groups = [ScheduleOptions.group]

  static func expectation(_ arguments: ParsedArguments) throws -> Expectation {
    let schedule = try arguments.schedule()
    let deviation = schedule.dataScale
    let samplers: [(name: String, plan: SamplingPlan)] = [
      ("ode", .ode(grid: schedule.grid)),
      ("sde", try .fullSDE(grid: schedule.grid, noise: schedule.noise)),
      ("sde-all", schedule.plan),
    ]
    for sampler in samplers {
      try schedule.requireFiniteChain(sampler.plan, command: arguments.command)
    }
    let biases = samplers.map { SamplerBias(plan: $0.plan, deviation: deviation) }
    var answer = Expectation(quantity: name, title: "Error of the sampler's output")
    answer.inputs = schedule.inputs
    answer.addColumn(
      "sampler", values: samplers.map { .text($0.name) },
      "ode: no noise; sde: noise at every step but the last; sde-all: at every step")
    answer.addColumn(
      "terminalVariance", biases.map(\.terminalVariance),
      "S_N of S_{k+1} = M_k^2 S_k + tau_k^2, S_0 = 1", unit: "state^2")
    answer.addColumn(
      "varianceError", biases.map(\.varianceError), "S_N - s^2", unit: "state^2")
    answer.addColumn("deviationRatio", biases.map(\.deviationRatio), "sqrt(S_N) / s")
    answer.addColumn(
      "seedCorrelation", biases.map(\.seedCorrelation),
      "correlation of the initial noise with the output")
    return answer
  }
}
