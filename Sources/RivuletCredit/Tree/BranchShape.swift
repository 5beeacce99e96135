/// The tree of branches that leave one ODE trajectory at several steps.
///
/// The backbone is the first child of each of its nodes. At a branching step it has K more children, the
/// branches, each of which goes on alone. Noise is added at the edges to the branches and nowhere else.
/// Branch j of step k draws its noise at (step k, node j).
///
/// Source: TempFlow-GRPO, arXiv 2508.04324, section 4.1, whose rollouts of one seed are this tree.
public struct BranchShape: Sendable, Hashable {
  /// Who descends from whom.
  public let shape: TreeShape
  /// The branching steps, ascending.
  public let steps: [Int]
  /// The number K of branches of a step.
  public let branches: Int
  /// The first branch of each branching step, whose other branches follow it.
  private let firstNodes: [Int]

  /// Makes the tree.
  ///
  /// - Parameters:
  ///   - steps: The branching steps, one or more, ascending, below `stepCount`.
  ///   - branches: K, one or more.
  ///   - stepCount: The number of steps.
  /// - Throws: ``TreeShapeInvalid`` where the tree grows too large.
  public init(steps: [Int], branches: Int, stepCount: Int) throws(TreeShapeInvalid) {
    precondition(branches >= 1, "a step has one or more branches, got \(branches)")
    precondition(
      !steps.isEmpty && zip(steps, steps.dropFirst()).allSatisfy { $0 < $1 }
        && steps.allSatisfy { (0..<stepCount).contains($0) },
      "branching steps ascend from 0 to \(stepCount - 1), got \(steps)")
    var counts: [[Int]] = []
    var size = 1
    for step in 0..<stepCount {
      var row = [Int](repeating: 1, count: size)
      if steps.contains(step) { row[0] += branches }
      counts.append(row)
      size += row[0] - 1
    }
    let shape = try TreeShape(childCounts: counts, numbering: .branches)
    self.shape = shape
    self.steps = steps
    self.branches = branches
    // The backbone's successor stands first at its depth.
    firstNodes = steps.map { shape.nodes(atDepth: $0 + 1).lowerBound + 1 }
  }

  /// Returns the node of a branch, and so its edge.
  ///
  /// - Parameters:
  ///   - index: The place of its step in ``steps``.
  ///   - branch: The number of the branch, below ``branches``.
  /// - Returns: The node.
  public func node(step index: Int, branch: Int) -> Int { firstNodes[index] + branch }

  /// Returns the leaf in which a branch ends, counted among the leaves.
  ///
  /// - Parameters:
  ///   - index: The place of its step in ``steps``.
  ///   - branch: The number of the branch, below ``branches``.
  /// - Returns: The number of the leaf.
  public func leaf(step index: Int, branch: Int) -> Int {
    shape.leafStarts[node(step: index, branch: branch)]
  }

  /// Which edges add noise, at the number of their child.
  public var noisyEdges: [Bool] {
    var edges = [Bool](repeating: false, count: shape.nodeCount)
    for first in firstNodes {
      for branch in 0..<branches { edges[first + branch] = true }
    }
    return edges
  }
}
