import Rivulet

/// `rivulet expect fidelity`: how well advantages follow the exact ones, step by step.
enum FidelityQuantity: Quantity {
  static let name = "fidelity"
  static let summary = "Credit fidelity of flat groups, one-step branches and trees, step by step"
  static let examples = [
    CommandSyntax.Example(
      "rivulet expect fidelity", "BranchGRPO's default tree against a flat group of 16"),
    CommandSyntax.Example(
      "rivulet expect fidelity --splits 9,12,15,18 --standardised",
      "late forks, with advantages divided by their spread as trainers do"),
  ]
  static let group = Option(
    "--group", "G", .count(1...1_000_000), help: "The size of the flat group",
    default: "as many as the tree has leaves")
  static let branches = Option(
    "--branches", "K", .count(1...1_000_000), help: "The branches of one-step branching",
    default: "6, as in TempFlow-GRPO")
  static let standardised = Flag(
    "--standardised",
    help: "Divide centred advantages by the sample standard deviation of their group or depth")
  static let groups = [
    TreeOptions.group,
    CommandSyntax.OptionGroup(
      title: "Noise and reward",
      options: TreeOptions.forkNoise + [TreeOptions.scored.declaration]),
    CommandSyntax.OptionGroup(
      title: "Others",
      options: [group.declaration, branches.declaration, standardised.declaration]),
    TreeOptions.scheduleGroup,
  ]
  static let notes = [
    "The fidelity of a step is the squared correlation of its advantage with V_{k+1}(x_{k+1}) - "
      + "V_k(x_k), the exact advantage of its noise: the part of the advantage that is credit. For the "
      + "linear reward of a Gaussian flow.",
    "With the fork noise of the published code the exact advantage is that of the scaled noise.",
  ]

  static func expectation(_ arguments: ParsedArguments) throws -> Expectation {
    let (schedule, tree, plan) = try arguments.treeSetting()
    let noise = try arguments.forkNoise()
    var answer = Expectation(quantity: name, title: "Credit fidelity of the steps")
    answer.inputs = schedule.treeInputs + [tree.input]
    answer.addMix(try arguments.mixPattern(of: tree), stepCount: tree.stepCount)
    answer.add(noise.input)
    let scored = try arguments.scored(into: &answer)
    let leaves = tree.counts.leaves
    guard arguments.has(group.declaration) || leaves <= 1_000_000 else {
      throw UsageError(
        "the tree has \(leaves) leaves, too many for a flat group; give its size with --group",
        command: arguments.command)
    }
    let size = try arguments.value(of: group) ?? leaves
    let branches = try arguments.value(of: branches) ?? 6
    let divides = arguments.has(standardised.declaration)
    answer.add(.init("group", .integer(size)))
    answer.add(.init("branches", .integer(branches)))
    answer.add(.init("standardised", .truth(divides)))

    let chain = VarianceShares(
      plan: plan, deviations: [schedule.dataScale], gradient: [1],
      scored: scored.state)
    let shares = chain.scaled(at: tree.forkSteps, by: noise.variance)
    func flat(isShared: Bool) -> [Double] {
      CreditFidelity.flat(
        shares: chain, groupSize: size, sharesInitialNoise: isShared, isStandardised: divides)
    }
    let one = CreditFidelity.oneStepBranching(siblings: branches, isStandardised: divides)
    let factor = divides ? "; times c4^2 for the division" : ""
    let columns: [(name: String, values: [Double], shares: VarianceShares, formula: String)] = [
      (
        "flat", flat(isShared: false), chain,
        "(1 - 1/G) d_k / Var(R), a flat group with initial noises of their own" + factor
      ),
      (
        "flatOneRoot", flat(isShared: true), chain,
        "the same with one initial noise, which leaves d_init out of Var(R)"
      ),
      (
        "oneStep", chain.steps.map { $0 > 0 ? one : 0 }, chain,
        "1 - 1/K, K branches that differ in the noise of step k alone" + factor
      ),
      (
        "tree",
        treeFidelity(
          shares, nodeCounts: tree.nodeCounts, siblingCorrelation: noise.siblingCorrelation,
          isStandardised: divides), shares,
        divides
          ? "the squared correlation of D_k with values standardised on all nodes of the depth"
          : "d_k (1-u_k)^2 / (sum_{j<=k} d_j (1-u_j) + (n_k - 1) sum_{j>k} d_j u_j), values centred "
            + "on all nodes of the depth"
      ),
    ]
    answer.addColumn("step", values: schedule.stepCells, "k, 0 is the noisiest")
    answer.addColumn("time", schedule.kernels.map(\.time), "t_k")
    answer.addColumn(
      "nodes", values: tree.nodeCounts.map { .integer($0) }, "n_k, the nodes that step k draws")
    answer.addColumn(
      "share", chain.stepTotal > 0 ? chain.steps.map { $0 / chain.stepTotal } : chain.steps,
      "d_k / sum d_k, the part of the variance given the root that step k decides")
    for column in columns {
      answer.addColumn(column.name, column.values, column.formula)
    }
    for column in columns {
      answer.addFact(
        column.name + "Mean", CreditFidelity.mean(column.values, shares: column.shares),
        "sum d_k F_k / sum d_k")
    }
    return answer
  }

  private static func treeFidelity(
    _ shares: VarianceShares, nodeCounts: [Int], siblingCorrelation: Double, isStandardised: Bool
  ) -> [Double] {
    isStandardised
      ? CreditFidelity.standardisedTree(
        shares: shares, nodeCounts: nodeCounts, siblingCorrelation: siblingCorrelation)
      : CreditFidelity.tree(
        shares: shares, nodeCounts: nodeCounts, siblingCorrelation: siblingCorrelation)
  }
}
