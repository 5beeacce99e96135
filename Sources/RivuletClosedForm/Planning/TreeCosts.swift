/// What the nodes of a balanced tree cost, in calls of the model or in any other unit.
///
/// A rollout calls the model once at each node above the leaves. A node that step k draws is expanded by
/// step k + 1, so a tree costs
///
///     cost = root + sum_k c_k n_k,   with c_k = 1 for k < T - 1, c_{T-1} = 0 and root = 1
///
/// when calls of the rollout are all that counts: 203 for the published default tree.
public struct TreeCosts: Sendable, Hashable {
  /// What expanding the root costs.
  public let root: Double
  /// c_k, what a node costs that step k draws; one number for each step.
  public let nodes: [Double]

  /// Takes costs as they are.
  ///
  /// - Parameters:
  ///   - root: What expanding the root costs; not negative.
  ///   - nodes: c_k, not negative; one number for each step.
  public init(root: Double, nodes: [Double]) {
    precondition(!nodes.isEmpty, "costs need one or more steps")
    for cost in [root] + nodes {
      precondition(cost >= 0 && cost.isFinite, "a cost is finite and not negative, got \(cost)")
    }
    self.root = root
    self.nodes = nodes
  }

  /// Counts one for each call of the rollout, and more for gradients and rewards if they are to count.
  ///
  /// - Parameters:
  ///   - stepCount: T, one or more.
  ///   - trainedEdge: What the gradient of one trained edge costs, in calls; not negative.
  ///   - trainedSteps: The steps whose edges are trained.
  ///   - leaf: What the reward of one leaf costs, in calls; not negative.
  public init(
    stepCount: Int, trainedEdge: Double = 0, trainedSteps: [Int] = [], leaf: Double = 0
  ) {
    precondition(stepCount >= 1, "costs need one or more steps, got \(stepCount)")
    var nodes = [Double](repeating: 1, count: stepCount)
    nodes[stepCount - 1] = leaf
    for step in trainedSteps {
      precondition(
        nodes.indices.contains(step), "the steps are 0 to \(stepCount - 1), got \(step)")
      nodes[step] += trainedEdge
    }
    self.init(root: 1, nodes: nodes)
  }

  /// What one chain costs.
  public var chain: Double { cost(nodeCounts: [Int](repeating: 1, count: nodes.count)) }

  /// Returns what a tree costs.
  ///
  /// - Parameter nodeCounts: n_k, one number for each step.
  /// - Returns: root + sum_k c_k n_k, summed in the order of the steps.
  public func cost(nodeCounts: [Int]) -> Double {
    precondition(
      nodeCounts.count == nodes.count,
      "there are node counts for \(nodeCounts.count) steps and costs of \(nodes.count)")
    var sum = root
    for (step, count) in nodeCounts.enumerated() { sum += nodes[step] * Double(count) }
    return sum
  }

  /// Returns the calls of the model of a rollout, 1 + sum_{k < T-1} n_k.
  ///
  /// - Parameter nodeCounts: n_k, one number for each step.
  /// - Returns: The number of nodes above the leaves.
  public static func modelCalls(nodeCounts: [Int]) -> Int {
    nodeCounts.dropLast().reduce(1, +)
  }
}
