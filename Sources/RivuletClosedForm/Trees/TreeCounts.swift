public import RivuletCredit

/// What a balanced rollout tree has and costs, counted in closed form.
///
/// With w_k children for each node at step k, n_0 = 1 and n_{d+1} = w_d n_d:
///
///     edges        E = n_1 + ... + n_T
///     leaves       L = n_T
///     model calls  F = n_0 + ... + n_{T-1} = E - L + 1
///     nodes        N = E + 1 = F + L
///
/// For K children at m split points, n_d = K^{b(d-1)} with b(i) the number of split points up to step i,
/// and L = K^m. A flat group of L needs T model calls and T edges for each sample. BranchGRPO
/// (arXiv 2509.06040) prints 13.68 evaluations for each sample; that is N/L = 219/16, the nodes, neither
/// the model calls F/L = 12.6875 nor the trained edges E/L = 13.625.
public struct TreeCounts: Sendable, Hashable {
  /// w_k, the number of children that step k gives each node; T numbers.
  public let widths: [Int]
  /// n_d, the number of nodes at each depth from the root to the leaves; T + 1 numbers.
  public let nodesAtDepth: [Int]

  /// Counts a tree from the width of each step.
  ///
  /// - Parameter widths: w_k, one for each step, at least 1; the number of leaves must fit an `Int`.
  public init(widths: [Int]) {
    precondition(!widths.isEmpty, "a tree needs one or more steps")
    var sizes = [1]
    var size = 1
    for (step, width) in widths.enumerated() {
      precondition(
        width >= 1, "step \(step) gives each node \(width) children; it must be 1 or more")
      let (product, overflow) = size.multipliedReportingOverflow(by: width)
      precondition(!overflow, "the tree is too large to count at step \(step)")
      size = product
      sizes.append(size)
    }
    self.widths = widths
    nodesAtDepth = sizes
  }

  /// Counts a tree that forks into K children at the split points.
  ///
  /// - Parameters:
  ///   - splits: The split points; a step that is listed twice forks once, one outside the grid never.
  ///   - width: K, at least 1.
  ///   - stepCount: T, at least 1.
  public init(splits: SplitPoints, width: Int = 2, stepCount: Int) {
    precondition(stepCount >= 1, "a tree needs one or more steps, got \(stepCount)")
    let forks = splits.steps
    self.init(widths: (0..<stepCount).map { forks.contains($0) ? width : 1 })
  }

  /// The number of steps T.
  public var stepCount: Int { widths.count }

  /// The number E of edges.
  public var edges: Int { total(1...stepCount) }

  /// The number F of evaluations of the model in the rollout.
  public var modelCalls: Int { total(0...(stepCount - 1)) }

  /// The number N of nodes, the root included.
  public var nodes: Int { total(0...stepCount) }

  /// The number L of leaves.
  public var leaves: Int { nodesAtDepth[stepCount] }

  /// E / L, the trained edges for each sample.
  public var edgesPerLeaf: Double { Double(edges) / Double(leaves) }

  /// F / L, the model calls for each sample.
  public var modelCallsPerLeaf: Double { Double(modelCalls) / Double(leaves) }

  /// N / L, the nodes for each sample: what the paper prints as evaluations.
  public var nodesPerLeaf: Double { Double(nodes) / Double(leaves) }

  /// L T - F, the model calls that sharing prefixes saves against a flat group of L.
  public var savedModelCalls: Int { leaves * stepCount - modelCalls }

  /// The last step at which nodes fork; nil for a chain.
  public var lastFork: Int? { widths.lastIndex { $0 > 1 } }

  /// Returns the number of edges that the given steps make, the trained ones where these are the SDE steps.
  ///
  ///     sum over the distinct steps k of n_{k+1}
  ///
  /// - Parameter steps: Steps in any order; those outside the grid are ignored.
  /// - Returns: The number of edges.
  public func edges(madeBySteps steps: some Sequence<Int>) -> Int {
    var chosen = [Bool](repeating: false, count: stepCount)
    for step in steps where step >= 0 && step < stepCount { chosen[step] = true }
    var sum = 0
    for step in 0..<stepCount where chosen[step] { sum += nodesAtDepth[step + 1] }
    return sum
  }

  /// Returns the number of edges that depth pruning keeps.
  ///
  ///     E - sum over the distinct dropped depths d of n_d
  ///
  /// - Parameter depths: The depths, 1 to T, of the children of dropped edges; others are ignored.
  /// - Returns: The number of edges.
  public func edges(droppingDepths depths: some Sequence<Int>) -> Int {
    edges - edges(madeBySteps: depths.map { $0 - 1 })
  }

  /// Returns the number of edges that width pruning keeps.
  ///
  ///     E - (L - kept) (T - 1 - last fork)
  ///
  /// Only edges after the last fork are candidates; the edges of the forks themselves stay.
  /// Source: `train_branchgrpo_flux.py` of BranchGRPO at 19fbb9f, lines 1345 to 1458.
  ///
  /// - Parameter kept: The number of leaves whose chains stay, 0 to L.
  /// - Returns: The number of edges.
  public func edges(keepingLeaves kept: Int) -> Int {
    precondition((0...leaves).contains(kept), "there are \(leaves) leaves, got \(kept)")
    return edges - (leaves - kept) * (stepCount - 1 - (lastFork ?? -1))
  }

  /// Returns the SDE steps of the published Mix variant.
  ///
  /// Step i is stochastic if it is a split point or i mod stride < window; stride and window are raised
  /// to 1. A window at least as long as the stride makes every step stochastic.
  /// Source: `train_branchgrpo_flux.py` of BranchGRPO at 19fbb9f, lines 410 to 421.
  ///
  /// - Parameters:
  ///   - splits: The split points.
  ///   - stride: The distance of the starts of two windows.
  ///   - window: The number of steps of a window.
  ///   - stepCount: T.
  /// - Returns: The steps, ascending.
  public static func publishedMixSteps(
    splits: SplitPoints, stride: Int, window: Int, stepCount: Int
  ) -> [Int] {
    let forks = splits.steps
    return (0..<max(0, stepCount)).filter {
      forks.contains($0) || $0 % max(1, stride) < max(1, window)
    }
  }

  private func total(_ depths: ClosedRange<Int>) -> Int {
    var sum = 0
    for depth in depths { sum += nodesAtDepth[depth] }
    return sum
  }
}
