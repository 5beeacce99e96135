import Rivulet

/// `rivulet expect depth-factors`: what centring within a tree leaves of the gradient of each step.
enum DepthFactorsQuantity: Quantity {
  static let name = "depth-factors"
  static let summary = "What centring on siblings or on a depth leaves of each step's gradient"
  static let examples = [
    CommandSyntax.Example(
      "rivulet expect depth-factors", "BranchGRPO's default tree with s = 4"),
    CommandSyntax.Example(
      "rivulet expect depth-factors --splits 0,1 --steps 3 --branch-parameter 1",
      "two forks whose siblings share half of their noise"),
  ]
  static let groups = [
    CommandSyntax.OptionGroup(title: "Grid", options: [TreeCountsQuantity.steps.declaration]),
    CommandSyntax.OptionGroup(title: "Tree", options: TreeOptions.shape),
    CommandSyntax.OptionGroup(
      title: "Noise", options: TreeOptions.correlation + [TreeOptions.sharing.declaration]),
  ]
  static let notes = [
    "The mean of (1/n) sum A xi over the n edges of a depth is the factor times the gradient, for any "
      + "reward and without division by a spread. A step above the first fork has one edge, whose "
      + "advantage is zero.",
    "BranchGRPO's equation 4 centres on the depth, its appendix B.3 analyses siblings.",
  ]

  static func expectation(_ arguments: ParsedArguments) throws -> Expectation {
    let stepCount = try arguments.value(of: TreeCountsQuantity.steps) ?? 20
    let tree = try arguments.tree(stepCount: stepCount)
    let noise = try arguments.forkNoise()
    let rho = noise.siblingCorrelation
    var sharing = ForkNoise.Sharing.fork
    if case .correlated(_, let chosen) = noise { sharing = chosen }
    var answer = Expectation(quantity: name, title: "Gradient that centring leaves")
    answer.add(tree.input)
    answer.add(noise.input)
    let counts = tree.nodeCounts
    let edges = Double(tree.counts.edges)
    // A chain step has the siblings of the last fork above it.
    var siblings = 1
    let groups = tree.widths.map { width in
      if width > 1 { siblings = width }
      return siblings
    }
    func sibling(_ step: Int, leavesOneOut: Bool) -> Double {
      TreeGradientFactor.siblingFork(
        siblings: groups[step], correlation: tree.widths[step] > 1 ? rho : 0,
        leavesOneOut: leavesOneOut)
    }
    func depth(_ step: Int, leavesOneOut: Bool) -> Double {
      let isFork = tree.widths[step] > 1
      return TreeGradientFactor.depthFork(
        siblings: tree.widths[step], nodes: counts[step], correlation: isFork ? rho : 0,
        sharing: sharing, leavesOneOut: leavesOneOut)
    }
    let steps = tree.widths.indices
    answer.addColumn("step", values: steps.map { .integer($0) }, "k, 0 is the noisiest")
    answer.addColumn(
      "edge", values: steps.map { .text(tree.widths[$0] > 1 ? "fork" : "chain") },
      "whether the step forks")
    answer.addColumn(
      "nodes", values: counts.map { .integer($0) }, "n, the edges of the step")
    answer.addColumn(
      "sibling", steps.map { sibling($0, leavesOneOut: false) },
      "the mean of the siblings as baseline: (1 - 1/K)(1 - rho) at a fork, 1 - 1/K on the K chains "
        + "that descend from it")
    answer.addColumn(
      "siblingLeaveOneOut", steps.map { sibling($0, leavesOneOut: true) },
      "the mean of the others: 1 - rho and 1")
    answer.addColumn(
      "depth", steps.map { depth($0, leavesOneOut: false) },
      "the mean of the depth: 1 - (1 + (K-1) rho)/n at a fork, 1 - 1/n on a chain; for xi_0 shared by "
        + "a step (1 - 1/n)(1 - rho) at a fork")
    answer.addColumn(
      "depthLeaveOneOut", steps.map { depth($0, leavesOneOut: true) },
      "the mean of the depth's others: 1 - (K-1) rho/(n-1) and 1; 1 - rho for xi_0 shared by a step"
    )
    answer.addColumn(
      "objectiveWeight", counts.map { Double($0) / edges },
      "n / E, what the depth weighs in BranchGRPO's objective, a mean over all E edges")
    return answer
  }
}
