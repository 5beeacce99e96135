import Rivulet

/// `rivulet expect tree-counts`: what a rollout tree has and costs.
enum TreeCountsQuantity: Quantity {
  static let name = "tree-counts"
  static let summary = "Edges, model calls, nodes and leaves of a rollout tree"
  static let examples = [
    CommandSyntax.Example(
      "rivulet expect tree-counts", "BranchGRPO's default tree: 20 steps, forks at 0, 3, 6 and 9"),
    CommandSyntax.Example(
      "rivulet expect tree-counts --steps 16 --splits 0:3,4,8 --format csv",
      "three children at step 0 and two at steps 4 and 8 of 16"),
    CommandSyntax.Example(
      "rivulet expect tree-counts --mix-interval 30 --mix-window 4",
      "the edges that BranchGRPO-Mix trains by its script"),
    CommandSyntax.Example(
      "rivulet expect tree-counts --drop-depths 15...18 --keep-leaves 8",
      "the edges that depth and width pruning keep"),
  ]
  static let steps = Option(
    "--steps", "N", .count(1...10_000), help: "The number of steps", default: "20")
  static let dropDepths = Option(
    "--drop-depths", "DEPTHS", .steps,
    help: "Depths whose edges are not trained, such as 15...18; an edge to depth d is made by step "
      + "d - 1")
  static let keepLeaves = Option(
    "--keep-leaves", "B", .count(0...1_000_000_000_000),
    help:
      "The number of leaves whose chains behind the last fork are trained; the fork's own edges "
      + "always are")
  static let groups = [
    CommandSyntax.OptionGroup(title: "Grid", options: [steps.declaration]),
    TreeOptions.group,
    CommandSyntax.OptionGroup(
      title: "Training", options: [dropDepths.declaration, keepLeaves.declaration]),
  ]
  static let notes = [
    "BranchGRPO prints 13.68 evaluations for each sample of its default tree: that is nodesPerLeaf, "
      + "neither the model calls nor the trained edges."
  ]

  static func expectation(_ arguments: ParsedArguments) throws -> Expectation {
    let stepCount = try arguments.value(of: steps) ?? 20
    let tree = try arguments.tree(stepCount: stepCount)
    let pattern = try arguments.mixPattern(of: tree)
    let counts = tree.counts
    var answer = Expectation(quantity: name, title: "Counts of a rollout tree")
    answer.add(tree.input)
    answer.addMix(pattern, stepCount: stepCount)
    let dropped = try droppedDepths(arguments, tree: tree, into: &answer)
    let leaves = try keptLeaves(arguments, tree: tree, into: &answer)
    let noisy = pattern?.stochasticSteps(stepCount: stepCount) ?? Array(0..<stepCount)
    let isNoisy = (0..<stepCount).map { noisy.contains($0) }

    answer.addColumn("depth", values: (0...stepCount).map { .integer($0) }, "d, 0 is the root")
    answer.addColumn(
      "nodes", values: counts.nodesAtDepth.map { .integer($0) },
      "n_d = w_{d-1} n_{d-1}; the edges to this depth are as many, the root has none")
    answer.addColumn(
      "children", values: tree.widths.map { .integer($0) } + [.integer(0)],
      "w_d, the children of each of them")
    answer.addColumn(
      "trained",
      values: [.truth(false)]
        + (0..<stepCount).map { .truth(isNoisy[$0] && !dropped.contains($0 + 1)) },
      "whether edges to this depth are trained: their step adds noise and pruning spares the depth")

    func addCount(_ name: String, _ value: Int, _ formula: String) {
      answer.addFact(name, .integer(value), formula)
    }
    addCount("edges", counts.edges, "E = n_1 + ... + n_N")
    addCount("modelCalls", counts.modelCalls, "F = n_0 + ... + n_{N-1} = E - L + 1")
    addCount("nodeCount", counts.nodes, "E + 1 = F + L")
    addCount("leaves", counts.leaves, "L = n_N")
    answer.addFact("edgesPerLeaf", counts.edgesPerLeaf, "E / L, against N of a flat group")
    answer.addFact("modelCallsPerLeaf", counts.modelCallsPerLeaf, "F / L, against N")
    answer.addFact(
      "nodesPerLeaf", counts.nodesPerLeaf, "(E + 1) / L, which BranchGRPO prints as evaluations")
    addCount(
      "savedModelCalls", counts.savedModelCalls, "L N - F, against a flat group of as many samples")
    addCount(
      "trainedEdges",
      trainedEdges(counts, noisy: noisy, dropped: dropped, keptLeaves: leaves ?? counts.leaves),
      "edges of steps with noise that pruning keeps, one gradient evaluation each")
    return answer
  }

  /// The depths that depth pruning drops.
  private static func droppedDepths(
    _ arguments: ParsedArguments, tree: ChosenTree, into answer: inout Expectation
  ) throws(UsageError) -> Set<Int> {
    guard let depths = try arguments.value(of: dropDepths) else { return [] }
    for depth in depths where !(1...tree.stepCount).contains(depth) {
      throw UsageError(
        "--drop-depths: there are no edges to depth \(depth); the depths are 1...\(tree.stepCount)",
        command: arguments.command)
    }
    answer.add(.init("droppedDepths", .integers(depths), text: stepListText(depths)))
    return Set(depths)
  }

  /// The number of leaves whose chains width pruning keeps.
  private static func keptLeaves(
    _ arguments: ParsedArguments, tree: ChosenTree, into answer: inout Expectation
  ) throws(UsageError) -> Int? {
    guard let kept = try arguments.value(of: keepLeaves) else { return nil }
    guard kept <= tree.counts.leaves else {
      throw UsageError(
        "--keep-leaves '\(kept)': the tree has \(tree.counts.leaves) leaves",
        command: arguments.command)
    }
    answer.add(.init("keptLeaves", .integer(kept)))
    return kept
  }

  /// The edges that all filters keep: behind the last fork only those of the kept leaves' chains.
  private static func trainedEdges(
    _ counts: TreeCounts, noisy: [Int], dropped: Set<Int>, keptLeaves: Int
  ) -> Int {
    var sum = 0
    for step in noisy where !dropped.contains(step + 1) {
      let isBehind = counts.lastFork.map { step > $0 } ?? false
      sum += isBehind ? keptLeaves : counts.nodesAtDepth[step + 1]
    }
    return sum
  }
}
