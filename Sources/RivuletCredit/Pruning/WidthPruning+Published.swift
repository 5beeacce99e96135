// The list of trained edges as the published trainer keeps it: in the order of a walk that visits
// each child's subtree before its next sibling, and, behind the filters, the other edges first.

extension WidthPruning {
  /// Returns the edges that the published mode 2 trains, in the code's order; one may stand twice.
  ///
  /// Of n candidates, sorted by descending score and stably, k = max(2, int(ratio n)) stay: the
  /// best floor(k / 2) and the worst k - floor(k / 2). A single candidate is both the best and the
  /// worst and is trained twice. Where k / 2 is no multiple of a chain's length,
  /// chains are cut. The code pools the candidates of the trees that one process holds; here a tree
  /// stands alone.
  ///
  /// Source: lines 1437 to 1458 of `train_branchgrpo_flux.py` of BranchGRPO at 19fbb9f.
  ///
  /// - Parameters:
  ///   - scores: The advantages, `[node][lane]`.
  ///   - ratio: The part of the candidates that stays, in [0, 1].
  ///   - shape: Who descends from whom.
  ///   - others: What earlier filters keep; nil for every edge.
  ///   - lane: The tree.
  ///   - lanes: The number of trees of this shape.
  /// - Returns: The children of the edges.
  public static func publishedMode2Kept(
    of scores: [Double], ratio: Double, shape: TreeShape, within others: EdgeMask? = nil,
    lane: Int = 0, lanes: Int = 1
  ) -> [Int] {
    var (kept, candidates) = split(shape, ratio: ratio, within: others, lane: lane, lanes: lanes)
    guard !candidates.isEmpty else { return kept }
    candidates = descending(candidates, scores: scores, lane: lane, lanes: lanes)
    let count = max(2, Int(Double(candidates.count) * ratio))
    kept += candidates.prefix(count / 2)
    kept += candidates.suffix(count - count / 2)
    return kept
  }

  /// The edges that the published mode 1 trains, in the code's order.
  static func publishedMode1Kept(
    of scores: [Double], ratio: Double, shape: TreeShape, within others: EdgeMask?, lane: Int,
    lanes: Int
  ) -> [Int] {
    var (kept, candidates) = split(shape, ratio: ratio, within: others, lane: lane, lanes: lanes)
    // The walk visits one chain after the other, so the groups are runs with one leaf below.
    while let first = candidates.first {
      let leaf = shape.leafStarts[first]
      let chain = candidates.prefix { shape.leafStarts[$0] == leaf }
      let sorted = descending(Array(chain), scores: scores, lane: lane, lanes: lanes)
      kept += sorted.prefix(max(1, Int(Double(sorted.count) * ratio)))
      candidates.removeFirst(chain.count)
    }
    return kept
  }

  /// The edges at or above the last fork step, and the candidates behind it, both in the order of
  /// the walk.
  private static func split(
    _ shape: TreeShape, ratio: Double, within others: EdgeMask?, lane: Int, lanes: Int
  ) -> (kept: [Int], candidates: [Int]) {
    precondition((0...1).contains(ratio), "the part that stays must be in [0, 1], got \(ratio)")
    precondition((0..<lanes).contains(lane), "the lanes are 0 to \(lanes - 1), got \(lane)")
    precondition(
      others.map { $0.lanes == lanes && $0.keeps.count == shape.nodeCount * lanes } ?? true,
      "the mask of earlier filters is not of these trees")
    let edges = shape.preorder.dropFirst().filter { others?[$0, lane] ?? true }
    guard let last = shape.lastForkStep else { return (Array(edges), []) }
    let behind = shape.nodes(atDepth: last + 1).upperBound
    return (edges.filter { $0 < behind }, edges.filter { $0 >= behind })
  }

  /// The nodes by descending score, equal ones in their order.
  private static func descending(
    _ nodes: [Int], scores: [Double], lane: Int, lanes: Int
  ) -> [Int] {
    let order = nodes.indices.sorted { first, second in
      let a = scores[nodes[first] * lanes + lane]
      let b = scores[nodes[second] * lanes + lane]
      return a > b || (a == b && first < second)
    }
    return order.map { nodes[$0] }
  }
}
