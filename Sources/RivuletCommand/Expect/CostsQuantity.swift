import Rivulet

/// `rivulet expect costs`: calls of the model and the reward, counted.
enum CostsQuantity: Quantity {
  static let name = "costs"
  static let summary = "Model, reward and gradient evaluations of branching and of full chains"
  static let examples = [
    CommandSyntax.Example(
      "rivulet expect costs --schedule sd35 --seeds 4 --branches 6",
      "TempFlow-GRPO's default against Flow-GRPO with as many samples"),
    CommandSyntax.Example(
      "rivulet expect costs --schedule flux --branch-last",
      "the FLUX pipeline, which also branches at the last step"
    ),
  ]
  static let seeds = Option(
    "--seeds", "N", .count(1...100_000), help: "The initial noises of a prompt", default: "4")
  static let branches = Option(
    "--branches", "K", .count(1...100_000), help: "The branches of a seed at each step",
    default: "6")
  static let branchLast = Flag(
    "--branch-last", help: "Branch at every stochastic step, trained or not")
  static let groups = [
    CommandSyntax.OptionGroup(
      title: "Group",
      options: [seeds.declaration, branches.declaration, branchLast.declaration]),
    ScheduleOptions.group,
  ]

  static func expectation(_ arguments: ParsedArguments) throws -> Expectation {
    let schedule = try arguments.trainedSchedule()
    let seeds = try arguments.value(of: seeds) ?? 4
    let branches = try arguments.value(of: branches) ?? 6
    let branchesLast = arguments.has(branchLast.declaration)
    let branching =
      branchesLast
      ? schedule.grid.steps.filter { schedule.kernels[$0].isStochastic } : schedule.trainedSteps
    let root = try BranchSampler(
      plan: schedule.plan, field: GaussianField(means: [0], deviations: [schedule.dataScale]),
      reward: LinearReward(gradient: [1]), branches: branches, steps: branching
    ).costOfRoot
    let chains = seeds * branches
    let trained = schedule.trainedSteps.count
    var answer = Expectation(quantity: name, title: "Evaluations for one prompt and one update")
    answer.inputs = schedule.inputs
    answer.add(.init("seeds", .integer(seeds)))
    answer.add(.init("branches", .integer(branches)))
    answer.add(.init("branchLast", .truth(branchesLast)))
    answer.addColumn(
      "method", values: [.text("branching"), .text("chains")],
      "branching: an ODE backbone for each seed, K branches at each step; "
        + "chains: N K full SDE chains")
    answer.addColumn(
      "modelCalls",
      values: [.integer(seeds * root.modelCalls), .integer(chains * schedule.grid.stepCount)],
      "velocity evaluations of the rollout; branching: backbone and K ODE suffixes of each step")
    answer.addColumn(
      "rewardCalls", values: [.integer(seeds * root.rewardCalls), .integer(chains)],
      "evaluations of the reward, each with its decoder")
    answer.addColumn(
      "gradientEvaluations", values: [.integer(chains * trained), .integer(chains * trained)],
      "velocity evaluations with a gradient: N K rows at each trained step")
    answer.addFact(
      "modelCallRatio",
      Double(seeds * root.modelCalls) / Double(chains * schedule.grid.stepCount),
      "model calls of branching over those of chains")
    return answer
  }
}
