import Rivulet

/// `rivulet expect update`: what a trainer's conventions make of the gradient, and where they stop.
enum UpdateQuantity: Quantity {
  /// How the samples of a step come about.
  enum Rollouts: String, CaseIterable, Sendable {
    case chains
    case sharedChains = "shared-chains"
    case branches
    case tree
  }

  /// How trained steps are weighted.
  enum Weighting: String, CaseIterable, Sendable {
    case unit
    case noiseAware = "noise-aware"
    case balanced
    case guarded
  }

  /// Which penalty holds the policy.
  enum Divergence: String, CaseIterable, Sendable {
    case none
    case exact
    case withoutStepSize = "without-h"
  }

  static let name = "update"
  static let summary = "The expected update of a trainer's conventions, and where it ends"
  static let examples = [
    CommandSyntax.Example(
      "rivulet expect update --schedule sd35 --kl without-h --kl-coefficient 0.04",
      "Flow-GRPO's conventions with groups of 24"),
    CommandSyntax.Example(
      "rivulet expect update --rollouts branches --group 6 --weights noise-aware --kl exact "
        + "--kl-coefficient 0.004", "TempFlow-GRPO's"),
    CommandSyntax.Example(
      "rivulet expect update --schedule branch20 --rollouts tree --convention sample",
      "BranchGRPO's default tree"),
  ]
  static let rollouts = Option(
    "--rollouts", "WHAT", .choice(of: Rollouts.self),
    help:
      "Chains with initial noises of their own or a shared one, branches of one step, or a tree",
    default: "chains")
  static let group = Option(
    "--group", "G", .count(2...1_000_000), help: "The members of a group, or branches of a seed",
    default: "24")
  static let convention = Option(
    "--convention", "NAME", .choice(of: AdvantageRule.Convention.self),
    help: "What centred rewards are divided by", default: "population")
  static let reduction = Option(
    "--log-probability", "FORM", .choice(of: LogProbabilityReduction.self),
    help: "Sum or mean over the dimensions, of log-probabilities and KL", default: "mean")
  static let weights = Option(
    "--weights", "RULE", .choice(of: Weighting.self), help: "The weights of the trained steps",
    default: "unit")
  static let divergence = Option(
    "--kl", "FORM", .choice(of: Divergence.self),
    help: "The penalty towards the reference: none, the exact divergence, or h times it",
    default: "none")
  static let coefficient = Option(
    "--kl-coefficient", "LAMBDA", .boundedScale, help: "The coefficient of the penalty",
    default: "0.04")
  static let baseline = Option(
    "--baseline", "WHO", .choice(of: TreeAdvantageRule.Baseline.self),
    help: "Which nodes of a tree share a mean and a spread", default: "depth")
  static let groups = [
    CommandSyntax.OptionGroup(
      title: "Update",
      options: [
        rollouts.declaration, group.declaration, convention.declaration, reduction.declaration,
        weights.declaration, divergence.declaration, coefficient.declaration,
      ]),
    CommandSyntax.OptionGroup(
      title: "Tree", options: TreeOptions.shape + [baseline.declaration] + TreeOptions.forkNoise),
    CommandSyntax.OptionGroup(
      title: "Flow and reward",
      options: [TreeOptions.scored.declaration, FlowOptions.gradient.declaration]),
    ScheduleOptions.group,
  ]
  static let notes = [
    "A velocity with one free bias for each trained step and dimension, on Gaussian data with a linear "
      + "reward. Policy and reference are the same where the update starts, no clip acts, and epsilon is "
      + "zero. Columns are those of the first dimension.",
    "The ratio of length is that of the policy part to the exact gradient of E[R]. With a penalty the "
      + "update vanishes at the optimum of E[R] - sum beta_k KL_k.",
    "A mean over steps or edges multiplies both parts of a step and is left out.",
  ]

  static func expectation(_ arguments: ParsedArguments) throws -> Expectation {
    var schedule = try arguments.trainedSchedule()
    let kind = try arguments.value(of: rollouts) ?? .chains
    let isTree = kind == .tree
    let treeOptions =
      TreeOptions.shape + [Self.baseline.declaration] + TreeOptions.forkNoise
    for option in treeOptions where !isTree && arguments.has(option) {
      throw UsageError("\(option.name) needs --rollouts tree", command: arguments.command)
    }
    if isTree && arguments.has(group.declaration) {
      throw UsageError("--group does nothing with a tree", command: arguments.command)
    }
    let form = try arguments.value(of: divergence) ?? .none
    if form == .none && arguments.has(coefficient.declaration) {
      throw UsageError("--kl-coefficient needs --kl exact or without-h", command: arguments.command)
    }
    var answer = Expectation(quantity: name, title: "Expected update of the trained steps")
    _ = try arguments.gradientSize(on: &schedule, into: &answer)
    let given = try arguments.value(of: FlowOptions.gradient) ?? [1]
    let gradient =
      given + [Double](repeating: 0, count: max(0, schedule.dimension - given.count))
    try schedule.requireFiniteChain(schedule.plan, command: arguments.command)
    answer.add(.init("rollouts", .text(kind.rawValue)))
    let scored = try arguments.scored(into: &answer)
    let size = try arguments.value(of: group) ?? 24
    let samples: UpdateConvention.Rollouts
    switch kind {
    case .chains: samples = .chains(groupSize: size, sharesInitialNoise: false)
    case .sharedChains: samples = .chains(groupSize: size, sharesInitialNoise: true)
    case .branches: samples = .seedBranches(siblings: size, siblingCorrelation: 0)
    case .tree:
      let tree = try arguments.tree(stepCount: schedule.grid.stepCount)
      let noise = try arguments.forkNoise()
      let baseline = try arguments.value(of: baseline) ?? .depth
      answer.add(tree.input)
      answer.add(noise.input)
      answer.add(.init("baseline", .text(baseline.rawValue)))
      samples = .tree(nodeCounts: tree.nodeCounts, forkNoise: noise, baseline: baseline)
    }
    if !isTree { answer.add(.init("group", .integer(size))) }
    let reduction = try arguments.value(of: reduction) ?? .mean
    let rule = try arguments.value(of: convention) ?? .population
    let weighting = try arguments.value(of: weights) ?? .unit
    let lambda = try arguments.value(of: coefficient) ?? 0.04
    answer.add(.init("convention", .text(rule.rawValue)))
    answer.add(.init("logProbability", .text(reduction.rawValue)))
    answer.add(.init("weights", .text(weighting.rawValue)))
    answer.add(.init("kl", .text(form.rawValue)))
    if form != .none { answer.add(.init("klCoefficient", .number(lambda))) }
    let update = UpdateExpectation(
      of: UpdateConvention(
        rollouts: samples, convention: rule, reduction: reduction,
        trainedSteps: schedule.trainedSteps, stepWeights: schedule.values(of: weighting),
        penalty: form == .none
          ? nil
          : .init(
            coefficient: lambda, form: form == .exact ? .exact : .withoutStepSize,
            reduction: reduction)),
      on: schedule.credit(
        gradient: gradient, scored: scored.state, branches: kind == .branches))
    fill(&answer, update: update, schedule: schedule)
    return answer
  }

  private static func fill(
    _ answer: inout Expectation, update: UpdateExpectation, schedule: ResolvedSchedule
  ) {
    let steps = schedule.trainedSteps
    let credit = update.credit
    answer.addColumn("step", values: schedule.stepCells, "k, 0 is the noisiest")
    answer.addColumn(
      "influence", credit.influences.map { $0[0] },
      "w_k = g tau_k Phi_{k+1}, of the step's noise in the reward", unit: "reward")
    answer.addColumn(
      "exactGradient", schedule.overSteps(steps.map { credit.exactGradient(step: $0)[0] }),
      "-kappa_k w_k, of E[R] in the bias", unit: "reward / state")
    answer.addColumn(
      "update", schedule.overSteps(update.policyPart().map { $0[0] }),
      "-omega_k rho kappa_k f_k w_k, the expected update at the reference", unit: "1 / state")
    answer.addColumn(
      "lengthRatio", schedule.overSteps(update.lengthRatios),
      "omega_k rho f_k, rho = 1/D for means over dimensions", unit: "1 / reward where divided")
    guard let stationary = update.stationaryBiases else {
      answer.notes.append("Without a penalty there is no stationary point.")
      return
    }
    answer.addColumn(
      "effectivePenalty", update.effectivePenalties.map { $0.flatMap { $0.isFinite ? $0 : nil } },
      "beta_k = lambda gamma_k/(omega_k f_k), gamma_k = h_k without h; none where the step decides "
        + "nothing", unit: "reward")
    answer.addColumn(
      "stationaryBias", schedule.overSteps(stationary.map { $0[0] }),
      "b_k = -w_k/(beta_k kappa_k), where the expected update vanishes", unit: "state")
    guard credit.seedDeviations == nil else { return }
    var rise = 0.0
    var divergence = 0.0
    for (index, step) in steps.enumerated() {
      let gradient = credit.exactGradient(step: step)
      let kappa = credit.kernels[step].scoreCoefficient
      for (slope, bias) in zip(gradient, stationary[index]) {
        rise += slope * bias
        divergence += kappa * kappa * bias * bias / 2
      }
    }
    answer.addFact(
      "rewardRise", rise, "sum d_k/beta_k, by how much E[R] rises there", unit: "reward")
    answer.addFact(
      "divergence", divergence, "sum d_k/(2 beta_k^2), the path divergence there", unit: "nats")
  }
}

extension ResolvedSchedule {
  /// The weights of the trained steps under a rule.
  fileprivate func values(of weighting: UpdateQuantity.Weighting) -> [Double] {
    switch weighting {
    case .unit: StepWeights.unit(count: trainedSteps.count)
    case .noiseAware: weights.noiseAware
    case .balanced: weights.balanced
    case .guarded: weights.guarded
    }
  }

  /// What the noise of each step adds to a linear reward.
  fileprivate func credit(
    gradient: [Double], scored: ScoredState, branches: Bool
  ) -> LinearCredit {
    branches
      ? LinearCredit(
        branches: gradient.map { _ in BranchingLaw(plan: plan, deviation: dataScale) },
        gradient: gradient)
      : LinearCredit(
        plan: plan, deviations: gradient.map { _ in dataScale }, gradient: gradient,
        scored: scored)
  }
}
