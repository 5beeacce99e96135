/// Which edges of rollout trees are trained.
///
/// A mask only chooses: rollouts, rewards, values and advantages are those of the whole tree.
///
/// Shape: `[node][lane]`, an edge having the number of its child; the root's entry is false.
public struct EdgeMask: Sendable, Hashable {
  /// Whether each edge is trained.
  public let keeps: [Bool]
  /// The number of trees.
  public let lanes: Int

  /// Makes a mask from its entries.
  ///
  /// - Parameters:
  ///   - keeps: One entry for each node of each tree, the root's false.
  ///   - lanes: The number of trees.
  public init(keeps: [Bool], lanes: Int = 1) {
    precondition(
      lanes >= 1 && keeps.count >= lanes && keeps.count.isMultiple(of: lanes),
      "\(keeps.count) entries are not those of \(lanes) trees")
    precondition(!keeps[..<lanes].contains(true), "the root is no edge; its entry must be false")
    self.keeps = keeps
    self.lanes = lanes
  }

  /// Returns the mask that keeps every edge.
  ///
  /// - Parameters:
  ///   - shape: Who descends from whom.
  ///   - lanes: The number of trees.
  /// - Returns: A mask with ``TreeShape/edgeCount`` edges in each lane.
  public static func all(shape: TreeShape, lanes: Int = 1) -> EdgeMask {
    EdgeMask(shape: shape, lanes: lanes) { _ in true }
  }

  /// Keeps the edges of some steps, such as the stochastic steps of a mixed rollout.
  ///
  /// The edges of step k lead to depth k + 1.
  ///
  /// - Parameters:
  ///   - steps: The steps, in any order; those outside the tree keep nothing.
  ///   - shape: Who descends from whom.
  ///   - lanes: The number of trees.
  public init(steps: some Sequence<Int>, shape: TreeShape, lanes: Int = 1) {
    let kept = Set(steps)
    self.init(shape: shape, lanes: lanes) { depth in kept.contains(depth - 1) }
  }

  /// Drops the edges that lead to some depths, and keeps all others.
  ///
  /// Source: depth pruning of BranchGRPO, arXiv 2509.06040; lines 1270 to 1317 of
  /// `train_branchgrpo_flux.py` at 19fbb9f.
  ///
  /// - Parameters:
  ///   - depths: The depths of the children, in any order; those outside the tree drop nothing.
  ///   - shape: Who descends from whom.
  ///   - lanes: The number of trees.
  public init(droppingDepths depths: some Sequence<Int>, shape: TreeShape, lanes: Int = 1) {
    let dropped = Set(depths)
    self.init(shape: shape, lanes: lanes) { depth in !dropped.contains(depth) }
  }

  private init(shape: TreeShape, lanes: Int, keepsDepth: (Int) -> Bool) {
    precondition(lanes >= 1, "a batch has one or more trees, got \(lanes)")
    var keeps = [Bool](repeating: false, count: lanes)
    keeps.reserveCapacity(shape.nodeCount * lanes)
    for depth in 1...shape.stepCount {
      keeps += repeatElement(
        keepsDepth(depth), count: shape.nodes(atDepth: depth).count * lanes)
    }
    self.keeps = keeps
    self.lanes = lanes
  }

  /// Whether the edge to a node of a tree is trained.
  ///
  /// - Parameters:
  ///   - node: The child.
  ///   - lane: The tree.
  public subscript(node: Int, lane: Int = 0) -> Bool {
    precondition(
      node >= 0 && (0..<lanes).contains(lane) && node < keeps.count / lanes,
      "there are \(keeps.count / lanes) nodes in \(lanes) lanes, got \(node) in lane \(lane)")
    return keeps[node * lanes + lane]
  }

  /// Returns the number of trained edges of one tree.
  ///
  /// - Parameter lane: The tree.
  /// - Returns: How many edges the mask keeps.
  public func count(lane: Int) -> Int {
    precondition((0..<lanes).contains(lane), "the lanes are 0 to \(lanes - 1), got \(lane)")
    var count = 0
    for index in stride(from: lane, to: keeps.count, by: lanes) where keeps[index] { count += 1 }
    return count
  }

  /// The number of trained edges of all trees together.
  public var count: Int {
    var count = 0
    for keep in keeps where keep { count += 1 }
    return count
  }

  /// Returns the mask that keeps what both keep.
  ///
  /// - Parameter other: A mask of the same trees.
  /// - Returns: The common edges.
  public func intersection(_ other: EdgeMask) -> EdgeMask {
    requireSameTrees(other)
    return EdgeMask(
      keeps: keeps.indices.map { keeps[$0] && other.keeps[$0] }, lanes: lanes)
  }

  /// Returns whether another mask keeps all that this one keeps.
  ///
  /// - Parameter other: A mask of the same trees.
  /// - Returns: True if no edge is kept here and dropped there.
  public func isSubset(of other: EdgeMask) -> Bool {
    requireSameTrees(other)
    return keeps.indices.allSatisfy { !keeps[$0] || other.keeps[$0] }
  }

  private func requireSameTrees(_ other: EdgeMask) {
    precondition(
      lanes == other.lanes && keeps.count == other.keeps.count,
      "masks of \(keeps.count) and \(other.keeps.count) entries in \(lanes) and \(other.lanes) lanes "
        + "are not of the same trees")
  }
}
