import Rivulet

/// `rivulet expect tree-mean-variance`: how far the mean reward of a tree's leaves varies, and why.
enum TreeMeanVarianceQuantity: Quantity {
  static let name = "tree-mean-variance"
  static let summary = "Variance of the mean reward of a tree: the root's share and each step's"
  static let examples = [
    CommandSyntax.Example(
      "rivulet expect tree-mean-variance",
      "BranchGRPO's default tree against sigma^2/L, which its appendix claims, and flat groups"),
    CommandSyntax.Example(
      "rivulet expect tree-mean-variance --splits 9,12,15,18 --independent-forks --data-scale 0.5",
      "late forks on narrow data"),
  ]
  static let groups = [
    TreeOptions.group,
    CommandSyntax.OptionGroup(
      title: "Noise and reward",
      options: TreeOptions.forkNoise + [
        TreeOptions.scored.declaration, FlowOptions.gradient.declaration,
      ]),
    TreeOptions.scheduleGroup,
  ]
  static let notes = [
    "Exact for a linear reward of a Gaussian flow. The root's share is the same in all leaves of a tree: "
      + "no fork lowers it."
  ]

  static func expectation(_ arguments: ParsedArguments) throws -> Expectation {
    var (schedule, tree, plan) = try arguments.treeSetting()
    let noise = try arguments.forkNoise()
    var answer = Expectation(quantity: name, title: "Variance of the mean reward of a tree")
    let gradient = try arguments.gradientSize(on: &schedule, into: &answer)
    answer.inputs = schedule.treeInputs + answer.inputs.dropFirst()
    answer.add(tree.input)
    answer.addMix(try arguments.mixPattern(of: tree), stepCount: tree.stepCount)
    answer.add(noise.input)
    let scored = try arguments.scored(into: &answer)

    let chain = try arguments.shares(
      plan: plan, deviation: schedule.dataScale, gradient: gradient, scored: scored)
    guard (chain.total * noise.variance).isFinite else {
      throw UsageError(
        "--fork-scale: the variance of the reward is not a finite number",
        command: arguments.command)
    }
    let shares = chain.scaled(at: tree.forkSteps, by: noise.variance)
    let counts = tree.counts
    let rho = noise.siblingCorrelation
    let weights = TreeMeanVariance.weights(nodeCounts: tree.nodeCounts, siblingCorrelation: rho)
    let mean = TreeMeanVariance(
      shares: shares, nodeCounts: tree.nodeCounts, siblingCorrelation: rho)

    answer.addColumn("step", values: schedule.stepCells, "k, 0 is the noisiest")
    answer.addColumn("time", schedule.kernels.map(\.time), "t_k")
    answer.addColumn(
      "nodes", values: tree.nodeCounts.map { .integer($0) }, "n_k, the nodes that step k draws")
    answer.addColumn(
      "share", shares.steps,
      "d_k = (|g| Phi_{k+1} tau_k)^2, what the noise of step k adds to the variance of a reward; "
        + "c^2 times as much at a fork of scale c", unit: "reward^2")
    answer.addColumn(
      "weight", weights, "u_k = 1/n_k + (1/n_{k-1} - 1/n_k) rho; u_k = 1/n_k where no node forks")
    answer.addColumn(
      "part", zip(shares.steps, weights).map { $0 * $1 }, "d_k u_k", unit: "reward^2")

    answer.addFact(
      "rewardVariance", shares.total, "sigma^2 = d_init + sum d_k, of one leaf", unit: "reward^2")
    answer.addFact(
      "rootShare", mean.initial, "d_init = (|g| Phi_0)^2, of the initial noise", unit: "reward^2")
    answer.addFact("stepPart", mean.steps, "sum d_k u_k, given the root", unit: "reward^2")
    answer.addFact(
      "variance", mean.total, "rootShare + stepPart, of the mean reward", unit: "reward^2")
    let leaves = Double(counts.leaves)
    answer.addFact(
      "claim", shares.total / leaves, "sigma^2 / L, as BranchGRPO's appendix B.2 has it",
      unit: "reward^2")
    answer.addFact(
      "claimGivenRoot", shares.stepTotal / leaves, "the same for one root: sum d_k / L",
      unit: "reward^2")
    answer.addFact(
      "effectiveLeaves", mean.steps > 0 ? shares.stepTotal / mean.steps : nil,
      "sum d_k / stepPart, the chains from one root whose mean varies as much; at most L")
    addFlat(chain, counts: counts, to: &answer)
    return answer
  }

  /// Adds flat groups of whole chains, of as many leaves and of as many model calls.
  private static func addFlat(
    _ shares: VarianceShares, counts: TreeCounts, to answer: inout Expectation
  ) {
    func flat(_ size: Int, isShared: Bool) -> Double {
      TreeMeanVariance.flat(shares: shares, groupSize: size, sharesInitialNoise: isShared).total
    }
    let asMany = max(1, counts.modelCalls / counts.stepCount)
    answer.addFact(
      "flatOfLeaves", flat(counts.leaves, isShared: false),
      "a flat group of L chains with roots of their own, L N model calls", unit: "reward^2")
    answer.addFact(
      "flatOfLeavesOneRoot", flat(counts.leaves, isShared: true), "the same from one root",
      unit: "reward^2")
    answer.addFact(
      "flatGroupOfCalls", .integer(asMany),
      "G, the whole chains that the \(counts.modelCalls) model calls of the tree pay for")
    answer.addFact(
      "flatOfCalls", flat(asMany, isShared: false), "a flat group of G chains", unit: "reward^2")
    answer.addFact(
      "flatOfCallsOneRoot", flat(asMany, isShared: true), "the same from one root",
      unit: "reward^2")
  }
}

extension ParsedArguments {
  /// Returns the shares of the variance of a linear reward.
  ///
  /// - Parameters:
  ///   - plan: The steps.
  ///   - deviation: The standard deviation of the data.
  ///   - gradient: The length of the gradient; all coordinates have one law, so it acts as one of them.
  ///   - scored: What the reward sees.
  /// - Returns: The shares.
  /// - Throws: ``UsageError`` where they are beyond double precision.
  func shares(
    plan: SamplingPlan, deviation: Double, gradient: Double, scored: PlanOptions.Scored
  ) throws(UsageError) -> VarianceShares {
    func shares(_ gradient: Double) -> VarianceShares {
      VarianceShares(
        plan: plan, deviations: [deviation], gradient: [gradient],
        scored: scored.state)
    }
    guard (shares(1).total * gradient * gradient).isFinite else {
      throw UsageError(
        "--gradient: the variance of the reward is not a finite number", command: command)
    }
    return shares(gradient)
  }
}

extension VarianceShares {
  /// Returns the shares with other variances of the noise at some steps.
  ///
  /// - Parameters:
  ///   - steps: The steps.
  ///   - factor: The variance of their noise.
  /// - Returns: The shares.
  func scaled(at steps: [Int], by factor: Double) -> VarianceShares {
    var shares = self.steps
    for step in steps { shares[step] *= factor }
    return VarianceShares(initial: initial, steps: shares)
  }
}
