import Rivulet

/// `rivulet expect leaf-covariance`: how the leaves of a tree vary together.
enum LeafCovarianceQuantity: Quantity {
  static let name = "leaf-covariance"
  static let summary = "Covariance of two leaves by the step at which they part"
  static let examples = [
    CommandSyntax.Example(
      "rivulet expect leaf-covariance", "BranchGRPO's default tree on data of deviation 1"),
    CommandSyntax.Example(
      "rivulet expect leaf-covariance --given-root --branch-parameter 1 --data-scale 0.5",
      "given the initial noise, siblings that share half of their noise"),
    CommandSyntax.Example(
      "rivulet expect leaf-covariance --fork-scale 4 --scored final",
      "the fork noise of the published code, under which a leaf has another law"),
  ]
  static let givenRoot = Flag(
    "--given-root", help: "Take the initial noise as given, in place of N(0, 1)")
  static let groups = [
    TreeOptions.group,
    CommandSyntax.OptionGroup(
      title: "Noise and reward",
      options: TreeOptions.forkNoise + [
        TreeOptions.sharing.declaration, givenRoot.declaration, TreeOptions.scored.declaration,
        FlowOptions.dataMean.declaration,
      ]),
    TreeOptions.scheduleGroup,
  ]
  static let notes = [
    "Of one coordinate of Gaussian data. With --scored clean a leaf is the clean prediction of the last "
      + "step, which the reward sees; with --scored final the state after it."
  ]
  /// A leaf is looked up by its path, so the whole shape is built.
  static let largestLeafCount = 65_536.0

  static func expectation(_ arguments: ParsedArguments) throws -> Expectation {
    let (schedule, tree, plan) = try arguments.treeSetting(largest: largestLeafCount)
    let noise = try arguments.forkNoise()
    let mean = try arguments.value(of: FlowOptions.dataMean) ?? 0
    let isGiven = arguments.has(givenRoot.declaration)
    var answer = Expectation(quantity: name, title: "Covariance of the leaves of a tree")
    answer.inputs = schedule.treeInputs + [tree.input]
    answer.addMix(try arguments.mixPattern(of: tree), stepCount: tree.stepCount)
    answer.add(noise.input)
    let scored = try arguments.scored(into: &answer)
    answer.add(.init("givenRoot", .truth(isGiven)))
    answer.add(.init("dataMean", .number(mean)))
    let law = LeafLaw(
      chain: GaussianChain(
        plan: plan, mean: mean, deviation: schedule.dataScale, initialDeviation: isGiven ? 0 : 1),
      shape: try tree.shape(command: arguments.command), forkNoise: noise, scored: scored.state)

    let counts = tree.counts
    let pairs = tree.forkSteps.map { step in Pair(of: law.shape, partingAt: step) }
    answer.addColumn("step", values: tree.forkSteps.map { .integer($0) }, "k, a fork")
    answer.addColumn("time", tree.forkSteps.map { schedule.kernels[$0].time }, "t_k")
    answer.addColumn(
      "pairs",
      values: tree.forkSteps.map { .integer(pairCount(counts, partingAt: $0)) },
      "the pairs of leaves whose paths part at step k")
    answer.addColumn(
      "covariance", pairs.map { law.covariance(0, $0.other) },
      "Phi_{k+1}^2 (M_k^2 S_k + rho tau_k^2), and for xi_0 shared by a step rho tau_j^2 Phi_{j+1}^2 "
        + "of each later fork j", unit: "state^2")
    answer.addColumn(
      "correlation", pairs.map { law.correlation(0, $0.other) }, "covariance / leafVariance")
    answer.addFact(
      "leafMean", isGiven ? nil : law.mean, "mean of a leaf; none where the root is given",
      unit: "state")
    answer.addFact(
      "leafVariance", law.variance(ofLeaf: 0), "S_N, of one leaf on its own", unit: "state^2")
    answer.addFact(
      "varianceOfMean", law.varianceOfMean, "variance of the mean over the leaves of a tree",
      unit: "state^2")
    answer.addFact(
      "effectiveLeaves", law.effectiveLeafCount,
      "leafVariance / varianceOfMean, the independent leaves whose mean varies as much")
    answer.addFact(
      "meanSquaredDistance", tree.forkSteps.isEmpty ? nil : law.meanSquaredDistance,
      "E |x - x'|^2 of two different leaves of a tree, over all pairs", unit: "state^2")
    return answer
  }

  /// The first leaf and another one that parts from it at a step.
  private struct Pair {
    /// The other one, counted among the leaves.
    let other: Int

    init(of shape: TreeShape, partingAt step: Int) {
      let first = shape.nodes(atDepth: step).lowerBound
      other = shape.leafStarts[shape.children(of: first).lowerBound + 1]
    }
  }

  /// n_k pairs of children of each fork, times the squared number of leaves below a child.
  private static func pairCount(_ counts: TreeCounts, partingAt step: Int) -> Int {
    let width = counts.widths[step]
    let below = counts.leaves / counts.nodesAtDepth[step + 1]
    return counts.nodesAtDepth[step] * (width * (width - 1) / 2) * below * below
  }
}

extension ChosenTree {
  /// Returns who descends from whom.
  ///
  /// - Parameter command: The command, for the message.
  /// - Returns: The shape.
  /// - Throws: ``UsageError`` where the tree is too large to be built.
  func shape(command: String) throws(UsageError) -> TreeShape {
    do {
      return try TreeShape(widths: widths)
    } catch {
      throw UsageError("\(error)", command: command)
    }
  }
}
