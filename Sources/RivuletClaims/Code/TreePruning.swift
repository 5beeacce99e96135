import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// Pruned edges are those that the paper names, and no edge is trained for nothing.
  static let codeTreePruning = Claim(
    id: "code/tree-pruning",
    title: "trained edges are those that are meant",
    statement: """
      Parent-Top1 prefers the better sibling, the depth window slides to later steps, no edge is \
      trained twice, and no edge is trained whose noise cannot reach the reward.
      """,
    source: "BranchGRPO 19fbb9f, train_branchgrpo_flux.py:861, 1270-1458, 2089-2092",
    scope: "the published default tree, 20 steps, K = 2, splits 0, 3, 6, 9",
    recorded: .holds,
    checks: [
      preferredSiblings(), depthDirection(), singleCandidate(), extremeEdges(), windowStop(),
      prunedIterations(), lastEdge(),
    ])
}

/// The last-fork parents of which exactly the better child's chain is trained.
private func preferredSiblings() -> Check {
  let preferred = { @Sendable (run: CheckRun, pruning: WidthPruning) throws -> Double in
    let shape = try TreeShape(splits: .dense, stepCount: 20)
    let rewards = run.key.standardNormals(count: shape.leafCount)
    let values = RewardFusion.uniform.values(of: rewards, logProbabilities: nil, shape: shape)
    let scores = TreeAdvantageRule.published.advantages(of: values, shape: shape)
    let mask = pruning.mask(of: scores, shape: shape)
    let first = shape.leaves.lowerBound
    return Double(
      (0..<(shape.leafCount / 2)).count { pair in
        let better = rewards[2 * pair] >= rewards[2 * pair + 1] ? 2 * pair : 2 * pair + 1
        let worse = 4 * pair + 1 - better
        // The chain of a leaf behind the last fork: eleven nodes, the fork's child apart.
        let isWhole = shape.path(to: first + better).suffix(10).allSatisfy { mask[$0, 0] }
        let isGone = shape.path(to: first + worse).suffix(10).allSatisfy { !mask[$0, 0] }
        return isWhole && isGone
      })
  }
  return .exact(
    "parent-top1", subject: "parents of the last fork, of 8, whose better child alone is trained",
    expected: 8,
    defects: [
      ExactVariant("mode1", "groups of one chain each: the last half of every chain is dropped") {
        try preferred($0, .publishedMode1(ratio: 0.5))
      }
    ]
  ) { try preferred($0, .parentTop1()) }
}

/// How far the window of dropped depths has moved after 30 iterations.
private func depthDirection() -> Check {
  let moved = { @Sendable (direction: DepthWindow.Direction) -> Double in
    let window = DepthWindow(
      start: 10, size: 4, direction: direction, interval: 30,
      stop: direction == .towardsLeaves ? 20 : 9)
    return Double(window.depths(at: 30)[0] - window.depths(at: 0)[0])
  }
  return .exact(
    "depth-direction",
    subject: "depths by which the window moves in 30 iterations, deeper positive",
    expected: 1,
    defects: [
      ExactVariant("towards-root", "the window moves towards the root") { _ in moved(.towardsRoot) }
    ]
  ) { _ in moved(.towardsLeaves) }
}

/// How often the only candidate of width pruning is trained.
private func singleCandidate() -> Check {
  // One fork at the first of two steps; an earlier filter leaves one edge behind it.
  let count = { @Sendable (asList: Bool) throws -> Double in
    let shape = try TreeShape(widths: [2, 1])
    let scores: [Double] = [0, 1, -1, 1, -1]
    let others = EdgeMask(keeps: [false, true, true, true, false])
    if asList {
      return Double(
        WidthPruning.publishedMode2Kept(of: scores, ratio: 0.5, shape: shape, within: others)
          .count { $0 == 3 })
    }
    let mask = WidthPruning.extreme(count: 1).mask(of: scores, shape: shape, within: others)
    return mask[3] ? 1 : 0
  }
  return .exact(
    "single-candidate", subject: "times that the only candidate edge is trained", expected: 1,
    defects: [
      ExactVariant("mode2", "the only candidate is both among the best and among the worst") { _ in
        try count(true)
      }
    ]
  ) { _ in try count(false) }
}

/// The sum of the advantages that the published mode 2 keeps of one chain edge for each of six leaves.
///
/// By hand: of six candidates 5, 4, 3, -1, -5, -6 and the ratio 0.5 three stay, the best one and the two
/// worst: 5 - 5 - 6.
private func extremeEdges() -> Check {
  let kept = { @Sendable (pruning: WidthPruning) throws -> Double in
    let shape = try TreeShape(widths: [6, 1])
    let scores: [Double] = [0, 3, 5, -6, 4, -1, -5, 3, 5, -6, 4, -1, -5]
    let mask = pruning.mask(of: scores, shape: shape)
    var sum = 0.0
    for leaf in shape.leaves where mask[leaf] { sum += scores[leaf] }
    return sum
  }
  return .exact(
    "mode2-extremes", subject: "sum of the advantages that width mode 2 keeps of six chains",
    expected: -6,
    defects: [
      ExactVariant("extreme-b", "one best and one worst, as the paper counts") { _ in
        try kept(.extreme(count: 1))
      }
    ]
  ) { _ in try kept(.publishedMode2(ratio: 0.5)) }
}

/// The deepest depth that the paper's window ever drops, of 20.
private func windowStop() -> Check {
  let deepest = { @Sendable (window: DepthWindow) -> Double in
    var deepest = 0
    for iteration in 0...3000 { deepest = max(deepest, window.depths(at: iteration).max() ?? 0) }
    return Double(deepest)
  }
  return .exact(
    "depth-stop", subject: "deepest depth that the window of four depths from 9 on ever drops",
    expected: 20,
    defects: [
      ExactVariant("towards-root", "the published direction never leaves the start") { _ in
        deepest(DepthWindow(start: 9, size: 4, direction: .towardsRoot, interval: 30, stop: 9))
      }
    ]
  ) { _ in deepest(.paper(lastSplit: 9, stop: 20)) }
}

/// The iterations of 300, counted from one, that prune when the first half does.
private func prunedIterations() -> Check {
  let count = { @Sendable (period: PruningPeriod) -> Double in
    Double((1...300).count { period.prunes(at: $0, of: 300) })
  }
  return .exact(
    "period", subject: "iterations of 300 that prune with a ratio of one half", expected: 150,
    defects: [
      ExactVariant("always", "the default ratio, which prunes in all of training") { _ in
        count(PruningPeriod())
      }
    ]
  ) { _ in count(PruningPeriod(ratio: 0.5)) }
}

/// The trained edges whose noise has no influence on the scored state.
private func lastEdge() -> Check {
  let idle = { @Sendable (trainsLast: Bool) throws -> Double in
    let law = try TreeSetting { $0.scored = .cleanPrediction }.law()
    let trained = 0..<(trainsLast ? 20 : 19)
    var count = 0
    for step in trained where law.influence(of: step) == 0 {
      count += law.shape.nodes(atDepth: step + 1).count
    }
    return Double(count)
  }
  return .exact(
    "last-edge", subject: "trained edges whose noise cannot reach the clean prediction",
    expected: 0,
    defects: [
      ExactVariant("ignore-last", "the option that leaves the last step out is never read") { _ in
        try idle(true)
      }
    ]
  ) { _ in try idle(false) }
}
