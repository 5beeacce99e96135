// Between two forks a tree is a bundle of chains. All nodes of a chain have the same leaves below
// them, hence one fused reward under uniform fusion, and all depths of the bundle have the same list
// of values, hence one list of advantages. So credit can be computed on the tree of the forks alone,
// which is several times smaller and stays in the cache where the whole tree does not.

extension TreeShape {
  /// The tree of the forks alone: depths that no fork leads to are left out.
  ///
  /// Its depth c stands for the depths behind c fork steps; the leaves are the same, in the same order. A
  /// chain contracts to one step with one child.
  ///
  /// With uniform fusion, values and advantages of the contracted tree are those of the whole one to the
  /// last bit, at ``contractedNodes()``, but for one: edges above the first fork, which have no other choice
  /// to be compared with, have 0 here and a rounding error of 0 there under the flat baseline.
  public var contracted: TreeShape {
    let forks = forkSteps
    let counts = forks.isEmpty ? [[1]] : forks.map { childCounts[$0] }
    do {
      return try TreeShape(childCounts: counts)
    } catch {
      preconditionFailure("a part of a tree is a tree: \(error)")
    }
  }

  /// Returns the node of ``contracted`` that stands for each node.
  ///
  /// - Returns: One node of the contracted tree for each node; nodes of one chain between two forks have
  ///   the same.
  public func contractedNodes() -> [Int] {
    let starts = contracted.depthStarts
    var result: [Int] = []
    result.reserveCapacity(nodeCount)
    var forks = 0
    for depth in 0...stepCount {
      if depth > 0, self.forks(atStep: depth - 1) { forks += 1 }
      let nodes = nodes(atDepth: depth)
      for node in nodes { result.append(starts[forks] + node - nodes.lowerBound) }
    }
    return result
  }

  /// Returns numbers of the contracted tree for every node of this one.
  ///
  /// - Parameters:
  ///   - numbers: One for each node of ``contracted``, `[node][lane]`.
  ///   - lanes: The number of trees of this shape.
  /// - Returns: One for each node of this tree, `[node][lane]`.
  public func expanded<Element>(_ numbers: [Element], lanes: Int = 1) -> [Element] {
    let contracted = contracted
    precondition(
      lanes >= 1 && numbers.count == contracted.nodeCount * lanes,
      "\(lanes) contracted trees of \(contracted.nodeCount) nodes have "
        + "\(contracted.nodeCount * lanes) numbers, got \(numbers.count)")
    var result: [Element] = []
    result.reserveCapacity(nodeCount * lanes)
    for node in contractedNodes() {
      result.append(contentsOf: numbers[(node * lanes)..<((node + 1) * lanes)])
    }
    return result
  }
}
