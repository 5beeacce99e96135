/// The variance of the mean reward of the leaves of balanced trees, in its two parts.
///
/// Two leaves have the noise of step k in common if they descend from the same node drawn by that step.
/// With n_k such nodes, two leaves drawn at random with replacement do so with probability 1/n_k, and
/// they share the parent but not the node with probability 1/n_{k-1} - 1/n_k. Siblings correlate by rho,
/// so averaging the covariances of the leaves gives
///
///     Var(mean) = d_init/n_init + sum_k d_k u_k,
///     u_k = 1/n_k + (1/n_{k-1} - 1/n_k) rho = (1 + (n_k/n_{k-1} - 1) rho) / n_k,   n_{-1} = n_init.
///
/// Exact for any reward with d_k = Var(D_k) where siblings are independent, and for a linear reward of a
/// Gaussian flow where they are not; the part xi_0 of their noise is shared by the children of one fork.
/// A step without a fork has n_k = n_{k-1} and the term d_k/n_k. BranchGRPO, arXiv 2509.06040, appendix
/// B.2, claims Var(R)/L instead, which holds for a flat group alone.
public struct TreeMeanVariance: Sendable, Hashable {
  /// d_init/n_init, the part of the initial noise.
  ///
  /// It is the same for every member of a tree. Given the root it is no variance, but a bias towards
  /// the root's value.
  public let initial: Double
  /// sum_k d_k u_k, the variance given the initial noise.
  public let steps: Double

  /// The variance over the initial noise too.
  public var total: Double { initial + steps }

  /// Makes the variance of one balanced tree, or of several with a root of their own each.
  ///
  /// - Parameters:
  ///   - shares: The shares of the reward's variance.
  ///   - nodeCounts: n_k, the number of nodes that step k draws in all trees together, a multiple of the
  ///     number before; the last one is L.
  ///   - siblingCorrelation: rho in [0, 1]; see `ForkNoise.siblingCorrelation`.
  ///   - roots: n_init, the number of trees.
  public init(
    shares: VarianceShares, nodeCounts: [Int], siblingCorrelation: Double = 0, roots: Int = 1
  ) {
    precondition(
      nodeCounts.count == shares.stepCount,
      "there are node counts for \(nodeCounts.count) steps and shares of \(shares.stepCount)")
    let weights = Self.weights(
      nodeCounts: nodeCounts, siblingCorrelation: siblingCorrelation, roots: roots)
    var steps = 0.0
    for (step, share) in shares.steps.enumerated() { steps += share * weights[step] }
    self.init(initial: shares.initial / Double(roots), steps: steps)
  }

  private init(initial: Double, steps: Double) {
    self.initial = initial
    self.steps = steps
  }

  /// Returns the variance of the mean reward of a flat group of whole chains.
  ///
  ///     d_init/G + sum_k d_k/G, or d_init + sum_k d_k/G where all chains start from one initial noise
  ///
  /// - Parameters:
  ///   - shares: The shares of the reward's variance.
  ///   - groupSize: G, one or more.
  ///   - sharesInitialNoise: Whether all chains start from one initial noise.
  /// - Returns: The variance.
  public static func flat(
    shares: VarianceShares, groupSize: Int, sharesInitialNoise: Bool
  ) -> TreeMeanVariance {
    precondition(groupSize >= 1, "a group has one or more members, got \(groupSize)")
    let size = Double(groupSize)
    return TreeMeanVariance(
      initial: sharesInitialNoise ? shares.initial : shares.initial / size,
      steps: shares.stepTotal / size)
  }

  /// Returns the factor u_k of each step's share in the variance of the mean over leaves.
  ///
  /// - Parameters:
  ///   - nodeCounts: n_k, each a multiple of the number before.
  ///   - siblingCorrelation: rho in [0, 1].
  ///   - roots: n_init, the number of trees.
  /// - Returns: u_k, one number in (0, 1] for each step.
  public static func weights(
    nodeCounts: [Int], siblingCorrelation: Double = 0, roots: Int = 1
  ) -> [Double] {
    requireCorrelation(siblingCorrelation)
    precondition(roots >= 1, "there are one or more trees, got \(roots)")
    var before = roots
    return nodeCounts.enumerated().map { step, count in
      precondition(
        count >= before && count % before == 0,
        "step \(step) draws \(count) nodes after \(before); a balanced tree has a multiple")
      let own = 1 / Double(count)
      let common = 1 / Double(before) - own
      before = count
      return own + common * siblingCorrelation
    }
  }

  /// Returns n_k, the number of nodes that each step draws in a balanced tree.
  ///
  /// - Parameter widths: The number of children that step k gives each node; 1 for a chain step. Their
  ///   product must be a whole number of the machine.
  /// - Returns: The running products.
  public static func nodeCounts(widths: [Int]) -> [Int] {
    var count = 1
    return widths.enumerated().map { step, width in
      precondition(width >= 1, "step \(step) has width \(width); a node has one or more children")
      let (product, overflow) = count.multipliedReportingOverflow(by: width)
      precondition(!overflow, "the tree grows too large at step \(step)")
      count = product
      return count
    }
  }
}
