import Rivulet

/// `rivulet expect optimum`: where training against a penalty on the divergence must end.
enum OptimumQuantity: Quantity {
  static let name = "optimum"
  static let summary = "The optimum of E[R] - beta KL, over all steps, velocities and biases"
  static let examples = [
    CommandSyntax.Example(
      "rivulet expect optimum --penalty 0.5", "a linear reward on Flow-GRPO's sampler"),
    CommandSyntax.Example(
      "rivulet expect optimum --schedule sd35 --curvature 2 --reward-gradient 1 --trained 0...3",
      "a reward with a top, and what a window of biases reaches of it"),
  ]
  static let penalty = Option(
    "--penalty", "BETA", .boundedScale, help: "beta, the penalty on the path divergence",
    default: "1")
  static let rewardGradient = Option(
    "--reward-gradient", "G", .bounded, help: "g of the reward g x - q x^2 / 2", default: "1")
  static let curvature = Option(
    "--curvature", "Q", .bounded, help: "q of the reward; positive for one with a top",
    default: "0")
  static let groups = [
    CommandSyntax.OptionGroup(
      title: "Reward",
      options: [penalty.declaration, rewardGradient.declaration, curvature.declaration]),
    CommandSyntax.OptionGroup(
      title: "Flow", options: [FlowOptions.sampler.declaration, FlowOptions.dataMean.declaration]),
    ScheduleOptions.group,
  ]
  static let notes = [
    "One coordinate of a Gaussian flow, the initial noise left as it is. A reward that adds up over "
      + "independent coordinates has one such optimum for each.",
    "Columns of steps hold with the noise held at tau; the trained steps of the schedule have a free bias "
      + "in the last two.",
  ]

  static func expectation(_ arguments: ParsedArguments) throws -> Expectation {
    let schedule = try arguments.schedule()
    var answer = Expectation(quantity: name, title: "Optimum of the penalised reward")
    answer.inputs = schedule.inputs
    let plan = try arguments.plan(of: schedule, into: &answer)
    let mean = try arguments.value(of: FlowOptions.dataMean) ?? 0
    let beta = try arguments.value(of: penalty) ?? 1
    let gradient = try arguments.value(of: rewardGradient) ?? 1
    let curvature = try arguments.value(of: curvature) ?? 0
    answer.add(.init("dataMean", .number(mean)))
    answer.add(.init("penalty", .number(beta)))
    answer.add(.init("gradient", .number(gradient)))
    answer.add(.init("curvature", .number(curvature)))
    try schedule.requireFiniteChain(plan, command: arguments.command)
    let chain = GaussianChain(plan: plan, mean: mean, deviation: schedule.dataScale)
    let transform: DoobTransform
    let sampled: SampledPenaltyPoint
    let biased: BiasOptimum
    do {
      sampled = try SampledPenaltyPoint(
        chain: chain, penalty: beta, curvature: curvature, gradient: gradient)
      transform = try DoobTransform(
        chain: chain, penalty: beta, curvature: curvature, gradient: gradient)
      biased = try BiasOptimum(
        chains: [chain], gradient: [gradient], curvatures: [curvature], penalty: beta,
        trainedSteps: schedule.trainedSteps.filter { plan.kernels[$0].isStochastic })
    } catch let error as DoobTransform.NoOptimum {
      throw UsageError("--penalty, --curvature: \(error)", command: arguments.command)
    } catch let error as BiasOptimum.NoOptimum {
      throw UsageError("--penalty, --curvature: \(error)", command: arguments.command)
    }
    let steps = plan.kernels.indices
    let held = transform.optimum(noise: .held)
    let free = transform.optimum(noise: .free)
    let best = steps.map { transform.optimalStep($0, noise: .held) }
    let shifts = steps.map { transform.velocityShift($0) }
    answer.addColumn("step", values: steps.map { .integer($0) }, "k, 0 is the noisiest")
    answer.addColumn("noiseLevel", plan.deviations, "tau_k = s_k sqrt(h_k)", unit: "state")
    answer.addColumn("weight", transform.weights, "w_k = 1 + A_{k+1} tau_k^2")
    answer.addColumn("slope", best.map(\.slope), "M/w, of the best mean in the state")
    answer.addColumn(
      "offset", best.map(\.offset), "(c + tau^2 B)/w, with A and B at k + 1", unit: "state")
    answer.addColumn(
      "velocitySlope", shifts.map(\.slope),
      "of v* - v = tau^2 (B - A (M x + c))/(w q) in the state; 0 for a linear reward")
    answer.addColumn(
      "velocityOffset", shifts.map(\.offset), "of v* - v at x = 0", unit: "state")
    answer.addColumn(
      "divergence", held.stepDivergences, "E (m* - m)^2/(2 tau^2), of the step", unit: "nats")
    answer.addColumn(
      "bias", biased.biases.map { $0[0] },
      "b_k = tau^2 Phi_{k+1} (g - q m)/((1 + q T) beta q_k), the best bias alone; 0 if not trained",
      unit: "state")
    answer.addColumn(
      "biasDivergence", biased.divergences, "u_k^2/(2 tau_k^2), u_k = q_k b_k", unit: "nats")
    addFacts(
      to: &answer, transform: transform, held: held, free: free, sampled: sampled,
      biased: biased,
      untilted: UntiltedShare(
        shares: VarianceShares(chains: [chain], gradient: [gradient]), penalty: beta))
    return answer
  }

  private static func addFacts(
    to answer: inout Expectation, transform: DoobTransform, held: DoobTransform.Outcome,
    free: DoobTransform.Outcome, sampled: SampledPenaltyPoint, biased: BiasOptimum,
    untilted: UntiltedShare
  ) {
    let reference = transform.referenceReward
    answer.addFact("referenceReward", reference, "E[R] of the reference sampler", unit: "reward")
    answer.addFact(
      "reward", held.expectedReward, "E[R] of the best velocity, the noise held at tau",
      unit: "reward")
    answer.addFact("divergence", held.divergence, "its path divergence", unit: "nats")
    answer.addFact("objective", held.objective, "its E[R] - beta KL", unit: "reward")
    answer.addFact(
      "freeReward", free.expectedReward, "E[R] of the Doob transform, whose noise is tau/sqrt(w)",
      unit: "reward")
    answer.addFact(
      "freeObjective", free.objective, "beta E[log h_0(x_0)], the best of all laws", unit: "reward")
    answer.addFact(
      "heldNoiseLoss", transform.heldNoiseLoss,
      "(beta/2) sum (w - 1 - ln w), what no velocity reaches", unit: "reward")
    answer.addFact(
      "sampledReward", sampled.expectedReward,
      "E[R] where a trainer stops whose penalties do not see that the states change",
      unit: "reward")
    answer.addFact(
      "sampledObjective", sampled.expectedReward - transform.penalty * sampled.divergence,
      "its E[R] - beta KL", unit: "reward")
    answer.addFact(
      "biasReward", reference + biased.rewardRise, "E[R] of the best biases of trained steps",
      unit: "reward")
    answer.addFact(
      "biasObjective", reference + biased.objectiveRise, "its E[R] - beta KL", unit: "reward")
    guard transform.curvature == 0 else { return }
    answer.addFact(
      "missingRise", untilted.missingRise,
      "d_init/beta, by how much E[R] stays below that of p_ref exp(R/beta)", unit: "reward")
    answer.addFact(
      "missingFraction", untilted.fraction, "d_init/Var(R), the part of the tilt that is missing")
  }
}
