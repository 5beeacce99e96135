import RivuletKernels

/// Which branches behind the last fork are trained.
///
/// Behind the last fork step s each leaf ends a chain of its own, whose edges lead to depths s + 2
/// to T. These are the candidates; the edges of step s itself, which lead to its fork's children,
/// stay, and so does all above. A tree without a fork keeps every edge.
public enum WidthPruning: Sendable, Hashable {
  /// Each parent at the last fork step keeps the chain of its best child, the first among equals.
  ///
  /// The published number of 138 of 218 trained edges fits fork edges that stay. Source:
  /// Parent-Top1 of BranchGRPO, arXiv 2509.06040; its code has no such mode.
  /// With `dropsForkEdges` the fork's edges to the other children are dropped too.
  case parentTop1(dropsForkEdges: Bool = false)
  /// The chains of the b best and the b worst leaves stay, equal leaves being taken in their order.
  ///
  /// The order is descending, the first of equal leaves first; its first b and last b stay, all
  /// where there are no more than 2 b leaves. Source: Extreme-b of BranchGRPO, arXiv 2509.06040.
  case extreme(count: Int)
  /// The published mode 1: the first part of *every* chain stays.
  ///
  /// Each group is the chain of one child of the last fork, of which `max(1, int(ratio size))`
  /// edges stay, the best first. All edges of a chain have one advantage and the sort is stable, so
  /// this drops the last steps of all chains and prefers no child to its sibling. Source: lines
  /// 1358 to 1435 of `train_branchgrpo_flux.py` at 19fbb9f.
  case publishedMode1(ratio: Double)
  /// The published mode 2: the best and the worst of all candidate edges stay.
  ///
  /// See ``WidthPruning/publishedMode2Kept(of:ratio:shape:within:lane:lanes:)``. Source: lines 1437
  /// to 1458 of `train_branchgrpo_flux.py` at 19fbb9f.
  case publishedMode2(ratio: Double)

  /// Returns which edges stay.
  ///
  /// Lane l is a tree of its own, with the mask that it has alone.
  ///
  /// - Parameters:
  ///   - scores: What is compared, finite, `[node][lane]`: values for the paper's modes, advantages
  ///     for the published ones. Advantages order the nodes of one depth as values do, but where a
  ///     gate makes them zero.
  ///   - shape: Who descends from whom.
  ///   - lanes: The number of trees of this shape.
  ///   - others: What earlier filters keep, nil for every edge. Only the published modes choose
  ///     among these; the result keeps nothing else in any mode.
  /// - Returns: The mask of the edges that stay.
  public func mask(
    of scores: [Double], shape: TreeShape, lanes: Int = 1, within others: EdgeMask? = nil
  ) -> EdgeMask {
    var keeps = [Bool](repeating: false, count: shape.nodeCount * max(lanes, 1))
    switch self {
    case .parentTop1, .extreme:
      write(scores, shape: shape, lanes: lanes, into: &keeps)
      let mask = EdgeMask(keeps: keeps, lanes: lanes)
      return others.map { mask.intersection($0) } ?? mask
    case .publishedMode1(let ratio), .publishedMode2(let ratio):
      Self.requireScores(scores, shape: shape, lanes: lanes)
      for lane in 0..<lanes {
        let lists =
          if case .publishedMode1 = self {
            Self.publishedMode1Kept(
              of: scores, ratio: ratio, shape: shape, within: others, lane: lane, lanes: lanes)
          } else {
            Self.publishedMode2Kept(
              of: scores, ratio: ratio, shape: shape, within: others, lane: lane, lanes: lanes)
          }
        for node in lists { keeps[node * lanes + lane] = true }
      }
      return EdgeMask(keeps: keeps, lanes: lanes)
    }
  }

  /// Writes which edges stay over a list that already has room for them.
  ///
  /// The entries are those of the mask of ``mask(of:shape:lanes:within:)`` without earlier filters.
  ///
  /// - Parameters:
  ///   - scores: What is compared, finite, `[node][lane]`.
  ///   - shape: Who descends from whom.
  ///   - lanes: The number of trees of this shape.
  ///   - keeps: Room for `[node][lane]`; what it held is lost.
  public func write(
    _ scores: [Double], shape: TreeShape, lanes: Int = 1, into keeps: inout [Bool]
  ) {
    Self.requireScores(scores, shape: shape, lanes: lanes)
    precondition(
      keeps.count == scores.count,
      "\(scores.count) scores need as many entries, got room for \(keeps.count)")
    switch self {
    case .publishedMode1, .publishedMode2:
      keeps = mask(of: scores, shape: shape, lanes: lanes).keeps
    case .parentTop1, .extreme:
      scores.withUnsafeBufferPointer { scores in
        keeps.withUnsafeMutableBufferPointer { keeps in
          guard let scores = scores.baseAddress, let start = keeps.baseAddress else { return }
          start.update(repeating: false, count: lanes)
          (start + lanes).update(repeating: true, count: keeps.count - lanes)
          guard let last = shape.lastForkStep else { return }
          writeChains(scores, shape: shape, lanes: lanes, lastForkStep: last, into: start)
        }
      }
    }
  }

  /// Writes which leaves keep their chain behind the last fork step.
  ///
  /// What ``write(_:shape:lanes:into:)`` writes for every edge of the chain, without the copies: enough for
  /// a trainer that walks over leaves, and a small part of the memory for large trees.
  ///
  /// - Parameters:
  ///   - scores: One finite score for each leaf, `[leaf][lane]`.
  ///   - shape: Who descends from whom, the whole tree or its ``TreeShape/contracted`` form.
  ///   - lanes: The number of trees of this shape.
  ///   - keeps: Room for `[leaf][lane]`; what it held is lost.
  public func write(
    leaves scores: [Double], shape: TreeShape, lanes: Int = 1, into keeps: inout [Bool]
  ) {
    precondition(lanes >= 1, "a batch has one or more trees, got \(lanes)")
    let count = shape.leafCount * lanes
    precondition(
      scores.count == count && keeps.count == count,
      "\(lanes) trees of \(shape.leafCount) leaves have \(count) scores, got \(scores.count), and "
        + "room for \(keeps.count) entries")
    scores.withUnsafeBufferPointer { scores in
      keeps.withUnsafeMutableBufferPointer { keeps in
        guard let scores = scores.baseAddress, let keeps = keeps.baseAddress else { return }
        precondition(areFinite(scores, count: count), "scores must be finite")
        guard let last = shape.lastForkStep else {
          keeps.update(repeating: true, count: count)
          return
        }
        writeLeaves(scores, shape: shape, lanes: lanes, lastForkStep: last, into: keeps)
      }
    }
  }

  private func writeLeaves(
    _ scores: UnsafePointer<Double>, shape: TreeShape, lanes: Int, lastForkStep step: Int,
    into keeps: UnsafeMutablePointer<Bool>
  ) {
    switch self {
    case .parentTop1:
      // Behind the last fork step every node ends in one leaf, so its children are leaves in order.
      let first = shape.nodes(atDepth: step + 1).lowerBound
      for parent in shape.nodes(atDepth: step) {
        let children = shape.children(of: parent)
        let start = (children.lowerBound - first) * lanes
        keepLargestOfRows(
          scores + start, members: children.count, lanes: lanes, into: keeps + start)
      }
    case .extreme(let count):
      precondition(count >= 0, "a number of leaves must not be negative, got \(count)")
      keepExtremesOfRows(
        scores, members: shape.leafCount, lanes: lanes, count: count, into: keeps)
    case .publishedMode1, .publishedMode2:
      preconditionFailure("the published modes choose among edges, not among leaves")
    }
  }

  /// Writes the rows of the depths behind the last fork step, which are alike.
  private func writeChains(
    _ scores: UnsafePointer<Double>, shape: TreeShape, lanes: Int, lastForkStep step: Int,
    into keeps: UnsafeMutablePointer<Bool>
  ) {
    let forked = shape.nodes(atDepth: step + 1)
    let chosen = keeps + forked.lowerBound * lanes
    writeLeaves(
      scores + shape.leaves.lowerBound * lanes, shape: shape, lanes: lanes, lastForkStep: step,
      into: chosen)
    for depth in (step + 2)..<max(step + 2, shape.stepCount + 1) {
      let row = keeps + shape.nodes(atDepth: depth).lowerBound * lanes
      row.update(from: chosen, count: forked.count * lanes)
    }
    if case .parentTop1(dropsForkEdges: true) = self { return }
    chosen.update(repeating: true, count: forked.count * lanes)
  }

  static func requireScores(_ scores: [Double], shape: TreeShape, lanes: Int) {
    precondition(lanes >= 1, "a batch has one or more trees, got \(lanes)")
    precondition(
      scores.count == shape.nodeCount * lanes,
      "\(lanes) trees of \(shape.nodeCount) nodes have \(shape.nodeCount * lanes) scores, "
        + "got \(scores.count)")
    scores.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      precondition(areFinite(start, count: buffer.count), "scores must be finite")
    }
  }
}

extension TreeShape {
  /// The last step at which a node forks; nil for a chain.
  public var lastForkStep: Int? {
    for step in (0..<stepCount).reversed() where forks(atStep: step) { return step }
    return nil
  }
}
