/// How the terms of the edges of a tree are averaged into its objective.
public enum EdgeAveraging: String, Sendable, Hashable, Codable, CaseIterable {
  /// Every edge counts alike, so a depth counts by its number of nodes.
  ///
  ///     J = (1 / |E|) sum over edges,   weight of depth d: n_d / |E|
  ///
  /// Source: BranchGRPO, arXiv 2509.06040, equation 5.
  case overEdges
  /// Every depth counts alike: the mean over depths of the mean over their edges.
  ///
  ///     J = (1 / T) sum over depths (1 / n_d) sum over edges to depth d
  case perDepth

  /// What the terms of a pruned tree are divided by.
  public enum Divisor: String, Sendable, Hashable, Codable, CaseIterable {
    /// The edges that stay, or the depths that keep one: pruning makes the others count more.
    ///
    /// The published code divides by the number of samples that pruning leaves, averaged over the
    /// trees of a process and rounded down; lines 1501 to 1503 of `train_branchgrpo_flux.py` at
    /// 19fbb9f.
    case keptEdges
    /// All edges, dropped ones included: a term does not depend on what happened to the others.
    ///
    /// This is what Dr. GRPO's constant divisor, arXiv 2503.20783, means for trees.
    case allEdges
  }

  /// Returns the factor of each edge in the objective.
  ///
  /// Without pruning, and with ``Divisor/keptEdges``, the factors of a tree sum to one; a tree of
  /// which no edge stays has zeros.
  ///
  /// Shape: `[node][lane]`, the root's entry and those of dropped edges 0.
  ///
  /// - Parameters:
  ///   - shape: Who descends from whom.
  ///   - lanes: The number of trees of this shape.
  ///   - mask: Which edges stay; nil for all.
  ///   - divisor: What the terms of a pruned tree are divided by.
  /// - Returns: The factors.
  public func factors(
    shape: TreeShape, lanes: Int = 1, mask: EdgeMask? = nil, divisor: Divisor = .keptEdges
  ) -> [Double] {
    let mask = mask ?? .all(shape: shape, lanes: lanes)
    precondition(
      mask.lanes == lanes && mask.keeps.count == shape.nodeCount * lanes,
      "the mask has \(mask.keeps.count) entries in \(mask.lanes) lanes, the trees have "
        + "\(shape.nodeCount * lanes) in \(lanes)")
    var factors = [Double](repeating: 0, count: shape.nodeCount * lanes)
    for lane in 0..<lanes {
      var kept = [Int](repeating: 0, count: shape.stepCount + 1)
      for depth in 1...shape.stepCount {
        for node in shape.nodes(atDepth: depth) where mask[node, lane] { kept[depth] += 1 }
      }
      let edges = divisor == .allEdges ? shape.edgeCount : kept.reduce(0, +)
      let depths = divisor == .allEdges ? shape.stepCount : kept.count { $0 > 0 }
      for depth in 1...shape.stepCount {
        let nodes = shape.nodes(atDepth: depth)
        let size = divisor == .allEdges ? nodes.count : kept[depth]
        for node in nodes where mask[node, lane] {
          factors[node * lanes + lane] =
            switch self {
            case .overEdges: 1 / Double(edges)
            case .perDepth: 1 / (Double(depths) * Double(size))
            }
        }
      }
    }
    return factors
  }

  /// Returns the weight of each depth in the objective of an unpruned tree.
  ///
  /// - Parameter shape: Who descends from whom.
  /// - Returns: One weight for each depth 0 to T, that of the root 0; their sum is one.
  public func depthWeights(shape: TreeShape) -> [Double] {
    (0...shape.stepCount).map { depth in
      guard depth > 0 else { return 0 }
      switch self {
      case .overEdges: return Double(shape.nodes(atDepth: depth).count) / Double(shape.edgeCount)
      case .perDepth: return 1 / Double(shape.stepCount)
      }
    }
  }
}
