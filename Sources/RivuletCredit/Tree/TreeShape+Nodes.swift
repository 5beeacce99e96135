extension TreeShape {
  /// The number of steps T.
  public var stepCount: Int { childCounts.count }

  /// The number of nodes, the root and the leaves included.
  public var nodeCount: Int { parents.count }

  /// The number of edges, one for each node but the root.
  public var edgeCount: Int { parents.count - 1 }

  /// The number L of leaves.
  public var leafCount: Int { nodeCount - depthStarts[stepCount] }

  /// The number of nodes above the leaves, at each of which a rollout evaluates the model once.
  public var expandedCount: Int { depthStarts[stepCount] }

  /// Returns the nodes of a depth.
  ///
  /// - Parameter depth: 0 for the root to T for the leaves.
  /// - Returns: Their numbers.
  public func nodes(atDepth depth: Int) -> Range<Int> {
    precondition(
      (0...stepCount).contains(depth), "the depths are 0 to \(stepCount), got \(depth)")
    return depthStarts[depth]..<depthStarts[depth + 1]
  }

  /// The leaves, in their order.
  public var leaves: Range<Int> { nodes(atDepth: stepCount) }

  /// Returns the depth of a node.
  ///
  /// - Parameter node: A number in 0 ..< ``nodeCount``.
  /// - Returns: The number of steps that lead to it.
  public func depth(of node: Int) -> Int {
    requireNode(node)
    var low = 0
    var high = stepCount
    while low < high {
      let middle = (low + high + 1) / 2
      if depthStarts[middle] <= node { low = middle } else { high = middle - 1 }
    }
    return low
  }

  /// Returns the children of a node; none for a leaf.
  ///
  /// - Parameter node: A number in 0 ..< ``nodeCount``.
  /// - Returns: Their numbers.
  public func children(of node: Int) -> Range<Int> {
    requireNode(node)
    guard node < expandedCount else { return nodeCount..<nodeCount }
    let first = firstChildren[node]
    return first..<(node + 1 < expandedCount ? firstChildren[node + 1] : nodeCount)
  }

  /// Returns the leaves below a node, counted among the leaves; a leaf has itself.
  ///
  /// - Parameter node: A number in 0 ..< ``nodeCount``.
  /// - Returns: A range in 0 ..< ``leafCount``.
  public func leafRange(below node: Int) -> Range<Int> {
    requireNode(node)
    return leafStarts[node]..<(leafStarts[node] + leafCounts[node])
  }

  /// Whether any node of a step forks.
  ///
  /// - Parameter step: A step, 0 ..< T.
  /// - Returns: True if a node of that depth has two or more children.
  public func forks(atStep step: Int) -> Bool {
    nodes(atDepth: step + 1).count > nodes(atDepth: step).count
  }

  /// The steps at which a node forks, ascending.
  public var forkSteps: [Int] { (0..<stepCount).filter { forks(atStep: $0) } }

  /// Whether all nodes of each depth have the same number of children.
  public var isBalanced: Bool { childCounts.allSatisfy { Set($0).count == 1 } }

  /// Returns the nodes from the root to a node, both included.
  ///
  /// - Parameter node: A number in 0 ..< ``nodeCount``.
  /// - Returns: One node for each depth.
  public func path(to node: Int) -> [Int] {
    requireNode(node)
    var path = [node]
    var current = node
    while current > 0 {
      current = parents[current]
      path.append(current)
    }
    return path.reversed()
  }

  /// The nodes subtree by subtree: each after its parent, and all below it before its next sibling.
  public var preorder: [Int] {
    var order: [Int] = []
    order.reserveCapacity(nodeCount)
    var pending = [0]
    while let node = pending.popLast() {
      order.append(node)
      pending.append(contentsOf: children(of: node).reversed())
    }
    return order
  }

  /// Returns the step of the last common fork of two leaves: the depth at which their paths part.
  ///
  /// - Parameters:
  ///   - first: A leaf, counted among the leaves.
  ///   - second: Another one.
  /// - Returns: The depth of the last common node; nil for one leaf and itself.
  public func partingStep(_ first: Int, _ second: Int) -> Int? {
    precondition(
      (0..<leafCount).contains(first) && (0..<leafCount).contains(second),
      "the leaves are 0 to \(leafCount - 1), got \(first) and \(second)")
    guard first != second else { return nil }
    var a = leaves.lowerBound + first
    var b = leaves.lowerBound + second
    var depth = stepCount
    while a != b {
      a = parents[a]
      b = parents[b]
      depth -= 1
    }
    return depth
  }

  func requireNode(_ node: Int) {
    precondition(
      (0..<nodeCount).contains(node), "the nodes are 0 to \(nodeCount - 1), got \(node)")
  }
}
