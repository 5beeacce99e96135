import RivuletCredit
import RivuletFlow
import RivuletStatistics

extension Claim {
  /// The unit of the evaluation columns of table 1.
  static let tableOneUnits = Claim(
    id: "branchgrpo/table1",
    title: "the NFE columns of table 1 count one thing",
    statement: """
      The columns of table 1 count evaluations of the model for each sample, in the rollout and in \
      training: 13.68 and 13.68, with width or depth pruning 8.625, with Mix 4.25.
      """,
    source: "arXiv 2509.06040, table 1",
    scope:
      "the published tree of 16 leaves and 218 edges; the pruning and the Mix window as described",
    recorded: .holdsWhere("half of the chains behind the last fork are pruned by width: 8.625"),
    checks: [rollout(), trained(), widthPruned(), depthPruned(), mix()])

  /// The gain over DanceGRPO that table 1 shows.
  static let tableOneGain = Claim(
    id: "branchgrpo/table1-gain",
    title: "an alignment gain of up to 16 % over DanceGRPO",
    statement: "BranchGRPO improves the alignment score by up to 16 % over DanceGRPO.",
    source: "arXiv 2509.06040, abstract and table 1",
    scope: "HPS-v2.1 as printed: untuned 0.313, DanceGRPO 0.360, BranchGRPO 0.363 to 0.369",
    recorded: .fails,
    checks: [gain()])
}

private let arithmetic = Check.Requirement.absolute(0, because: "arithmetic")

/// Whether a number has the printed digits, the last of which may be cut instead of rounded.
private func agrees(_ number: Double, printed: Double, unit: Double) -> Bool {
  number >= printed - unit / 2 && number < printed + unit
}

/// A count for each sample against its exact value, and whether the printed one is it.
private func row(
  _ id: String, _ subject: String, printed: Double, unit: Double, exact: Double,
  counted: @escaping @Sendable (TreeShape) -> Int, region: String? = nil, wrong: String,
  defect: String, miscounted: @escaping @Sendable (TreeShape) -> Int
) -> Check {
  let perSample = { @Sendable (count: (TreeShape) -> Int) throws -> Double in
    let shape = try TreeSetting().shape()
    return Double(count(shape)) / Double(shape.leafCount)
  }
  return Check(
    id: id, subject: subject, requirement: arithmetic,
    controls: [
      Control(id: wrong, defect: defect) { _ in
        try .identity(observed: perSample(miscounted), expected: exact, tolerance: 0)
      }
    ]
  ) { _ in
    let observed = try perSample(counted)
    return Finding(
      .identity(observed: observed, expected: exact, tolerance: 0),
      statementHolds: agrees(observed, printed: printed, unit: unit), region: region)
  }
}

/// 203/16; the printed 13.68 is the nodes, 219/16 = 13.6875.
private func rollout() -> Check {
  row(
    "rollout", "model calls of the rollout for each sample; printed 13.68", printed: 13.68,
    unit: 0.01, exact: 12.6875, counted: { $0.expandedCount }, wrong: "nodes",
    defect: "nodes counted, as the table does: 219/16 = 13.6875", miscounted: { $0.nodeCount })
}

/// 218/16; the printed 13.68 is the nodes again.
private func trained() -> Check {
  row(
    "trained", "trained edges for each sample; printed 13.68", printed: 13.68, unit: 0.01,
    exact: 13.625, counted: { $0.edgeCount }, wrong: "nodes",
    defect: "nodes counted, as the table does: 219/16 = 13.6875", miscounted: { $0.nodeCount })
}

/// 138/16: the four best and the four worst leaves keep their chains.
private func widthPruned() -> Check {
  let kept = { @Sendable (count: Int, shape: TreeShape) -> Int in
    WidthPruning.extreme(count: count).mask(
      of: (0..<shape.nodeCount).map(Double.init), shape: shape
    ).count
  }
  return row(
    "width", "trained edges for each sample with width pruning; printed 8.625", printed: 8.625,
    unit: 0.001, exact: 8.625, counted: { kept(4, $0) },
    region: "half of the chains behind the last fork are pruned by width: 8.625",
    wrong: "all-chains", defect: "no chain pruned", miscounted: { kept(8, $0) })
}

/// 154/16: the fewest edges that a window of four depths leaves at any of 300 iterations.
private func depthPruned() -> Check {
  let fewest = { @Sendable (size: Int, shape: TreeShape) -> Int in
    let window = DepthWindow(
      start: 9, size: size, direction: .towardsLeaves, interval: 30, stop: 20)
    var fewest = shape.edgeCount
    for iteration in 0...300 {
      fewest = min(fewest, window.mask(at: iteration, shape: shape).count)
    }
    return fewest
  }
  return row(
    "depth", "fewest trained edges for each sample with a window of four depths; printed 8.625",
    printed: 8.625, unit: 0.001, exact: 9.625, counted: { fewest(4, $0) }, wrong: "five",
    defect: "a window of five depths, which gives the printed cell: 138/16",
    miscounted: { fewest(5, $0) })
}

/// 34/16: steps 0 to 3 and the split points; the printed 4.25 is 68/16.
private func mix() -> Check {
  let trained = { @Sendable (trees: Int, shape: TreeShape) -> Int in
    trees * shape.edgeCount(ofSteps: MixPattern.script.stochasticSteps(stepCount: shape.stepCount))
  }
  return row(
    "mix", "trained edges for each sample of the published Mix; printed 4.25", printed: 4.25,
    unit: 0.01, exact: 2.125, counted: { trained(1, $0) }, wrong: "two-trees",
    defect: "the edges of both trees of a batch over the leaves of one: 68/16",
    miscounted: { trained(2, $0) })
}

/// The largest gain over DanceGRPO, and the base over which 16 % is right.
private func gain() -> Check {
  let untuned = 0.313
  let dance = 0.360
  let best = 0.369
  return Check(
    id: "hps", subject: "best printed HPS-v2.1 of BranchGRPO over that of DanceGRPO",
    requirement: arithmetic,
    controls: [
      Control(id: "untuned", defect: "the untuned model as the base: 0.363/0.313 = 1.160") { _ in
        .identity(observed: 0.363 / untuned, expected: 1.025, tolerance: 5e-4)
      }
    ]
  ) { _ in
    let ratio = best / dance
    return Finding(
      .identity(observed: ratio, expected: 1.025, tolerance: 5e-4),
      statementHolds: ratio >= 1.155)
  }
}
