/// What can be wrong with the shape of a tree.
public enum TreeShapeInvalid: Error, Hashable, CustomStringConvertible {
  /// There is no step.
  case noSteps
  /// A depth has child counts for another number of nodes than it has.
  case wrongCount(depth: Int, expected: Int, got: Int)
  /// A node has no child although it is no leaf.
  case childless(depth: Int, node: Int, count: Int)
  /// More nodes than ``TreeShape/largestNodeCount``, or more noise addresses than a step has.
  case tooLarge(depth: Int)

  /// The rule that is broken, the place and the value.
  public var description: String {
    switch self {
    case .noSteps: "a tree needs one or more steps"
    case .wrongCount(let depth, let expected, let got):
      "depth \(depth) has \(expected) nodes, but child counts for \(got)"
    case .childless(let depth, let node, let count):
      "node \(node) of depth \(depth) has \(count) children; a node above the leaves has one or more"
    case .tooLarge(let depth):
      "the tree grows too large at depth \(depth): at most \(TreeShape.largestNodeCount) nodes, and "
        + "at most 2^32 as the product of the widest forks of all steps"
    }
  }
}

/// Who descends from whom in a rollout tree.
///
/// A node at depth d is a state after d steps; the root has depth 0, every leaf depth T. A node at depth
/// d has one child (a chain step) or more (a fork), which step d makes. Trees may be uneven: nodes of one
/// depth may have different numbers of children.
///
/// Nodes are numbered by depth, then by parent, then by child: the root is 0, siblings are neighbours, and
/// the leaves below a node are consecutive. An edge has the number of its child, so lists for edges have
/// an entry for the root too, which stands for nothing.
public struct TreeShape: Sendable, Hashable {
  /// What can be wrong with a shape.
  public typealias Invalid = TreeShapeInvalid

  /// The largest number of nodes of a tree.
  public static let largestNodeCount = 1 << 26

  /// The number of children of each node, a list for each depth 0 ..< T.
  public let childCounts: [[Int]]
  /// The parent of each node; the root's is the root.
  public let parents: [Int]
  /// The number of the first node of each depth from 0 to T, and the number of nodes.
  public let depthStarts: [Int]
  /// The first leaf below each node, counted among the leaves, and the number of leaves.
  ///
  /// The leaves below node n of depth d are `leafStarts[n] ..< leafStarts[n] + leafCounts[n]`.
  public let leafStarts: [Int]
  /// The number of leaves below each node; 1 for a leaf.
  public let leafCounts: [Int]
  /// The first child of each node above the leaves.
  let firstChildren: [Int]
  /// The number under which the noise of the edge to each node is drawn.
  ///
  ///     number(child j of n) = number(n) w_d + j,   w_d the largest number of children at depth d
  ///
  /// So a draw depends on the path alone, not on which other branches exist, and the path of first
  /// children draws what a chain draws.
  public let noiseNumbers: [UInt32]

  /// Makes a tree from the number of children of each node.
  ///
  /// - Parameter childCounts: For each depth 0 ..< T one count for each node of that depth, at least one.
  /// - Throws: ``TreeShapeInvalid`` with the place and the value.
  public init(childCounts: [[Int]]) throws(TreeShapeInvalid) {
    try self.init(childCounts: childCounts, numbering: .paths)
  }

  /// How the noise of an edge is numbered.
  enum NoiseNumbering {
    /// By the path from the root: `number(child j of n) = number(n) w_d + j`.
    case paths
    /// By the place among the siblings but for the first, which adds no noise: branch j is child j + 1.
    case branches
  }

  /// Makes a tree from the number of children of each node and the rule for its noise.
  init(childCounts: [[Int]], numbering: NoiseNumbering) throws(TreeShapeInvalid) {
    guard !childCounts.isEmpty else { throw .noSteps }
    var parents = [0]
    var depthStarts = [0, 1]
    var firstChildren: [Int] = []
    var noiseNumbers: [UInt32] = [0]
    var addresses = 1
    for (depth, counts) in childCounts.enumerated() {
      let start = depthStarts[depth]
      let size = depthStarts[depth + 1] - start
      guard counts.count == size else {
        throw .wrongCount(depth: depth, expected: size, got: counts.count)
      }
      for (node, count) in counts.enumerated() where count < 1 {
        throw .childless(depth: depth, node: node, count: count)
      }
      let widest = numbering == .paths ? counts.max() ?? 1 : 1
      let (product, overflow) = addresses.multipliedReportingOverflow(by: widest)
      guard !overflow, product <= 1 << 32 else { throw .tooLarge(depth: depth + 1) }
      addresses = product
      for (node, count) in counts.enumerated() {
        guard count <= Self.largestNodeCount - parents.count else {
          throw .tooLarge(depth: depth + 1)
        }
        firstChildren.append(parents.count)
        let base = UInt64(noiseNumbers[start + node]) * UInt64(widest)
        for child in 0..<count {
          parents.append(start + node)
          let number = numbering == .paths ? base + UInt64(child) : UInt64(max(child - 1, 0))
          noiseNumbers.append(UInt32(truncatingIfNeeded: number))
        }
      }
      depthStarts.append(parents.count)
    }
    let depths = childCounts.count
    var leafStarts = [Int](repeating: 0, count: parents.count)
    var leafCounts = [Int](repeating: 0, count: parents.count)
    for node in depthStarts[depths]..<depthStarts[depths + 1] {
      leafStarts[node] = node - depthStarts[depths]
      leafCounts[node] = 1
    }
    for depth in (0..<depths).reversed() {
      for (index, count) in childCounts[depth].enumerated() {
        let node = depthStarts[depth] + index
        leafStarts[node] = leafStarts[firstChildren[node]]
        for child in 0..<count { leafCounts[node] += leafCounts[firstChildren[node] + child] }
      }
    }
    self.childCounts = childCounts
    self.parents = parents
    self.depthStarts = depthStarts
    self.leafStarts = leafStarts
    self.leafCounts = leafCounts
    self.firstChildren = firstChildren
    self.noiseNumbers = noiseNumbers
  }

  /// Makes a balanced tree: all nodes of a depth have the same number of children.
  ///
  /// - Parameter widths: The number of children that step k gives each node, one for each step; 1 for a
  ///   chain step.
  /// - Throws: ``TreeShapeInvalid`` with the place and the value.
  public init(widths: [Int]) throws(TreeShapeInvalid) {
    var counts: [[Int]] = []
    var size = 1
    for (depth, width) in widths.enumerated() {
      guard size <= Self.largestNodeCount else { throw .tooLarge(depth: depth) }
      counts.append([Int](repeating: width, count: size))
      guard width >= 1 else { throw .childless(depth: depth, node: 0, count: width) }
      let (product, overflow) = size.multipliedReportingOverflow(by: width)
      guard !overflow else { throw .tooLarge(depth: depth + 1) }
      size = product
    }
    try self.init(childCounts: counts)
  }

  /// Makes a balanced tree that forks into K children at the split points.
  ///
  /// - Parameters:
  ///   - splits: The steps at which every node forks; a step that is listed twice forks once.
  ///   - width: K, the number of children at a fork.
  ///   - stepCount: T.
  /// - Throws: ``TreeShapeInvalid`` with the place and the value.
  public init(
    splits: SplitPoints, width: Int = 2, stepCount: Int
  ) throws(TreeShapeInvalid) {
    let forks = splits.steps
    try self.init(widths: (0..<max(0, stepCount)).map { forks.contains($0) ? width : 1 })
  }
}
