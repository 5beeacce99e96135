public import RivuletFlow

/// What centring within a tree leaves of a step's gradient, without division by a spread.
///
/// The estimator is (1/n) sum_e A_e xi_e over the n edges of a depth, with A_e = V_e - baseline and V_e
/// the mean reward below the edge. For noises of the same law that correlate by rho_{e,e'},
/// E[f(x_e) xi_e'] = rho_{e,e'} E[f(x_e) xi_e], so a baseline that averages the values of a set B which
/// holds e leaves the factor
///
///     1 - (1/|B|) sum over e' in B of rho_{e,e'}
///
/// of the gradient, for any reward. Leaving e itself out of B multiplies this by |B|/(|B| - 1).
///
/// | baseline | edges of a fork | edges of a chain step |
/// |---|---|---|
/// | siblings | (1 - 1/K)(1 - rho) | 1 - 1/K |
/// | siblings, leave-one-out | 1 - rho | 1 |
/// | depth | 1 - (1 + (K - 1) rho)/n | 1 - 1/n |
/// | depth, leave-one-out | 1 - (K - 1) rho/(n - 1) | 1 |
///
/// A chain edge has no sibling of its own; its group are the K chains that descend from the same fork,
/// whose noises at this step are independent whatever rho is. Where the forks of a step share xi_0, all
/// n edges of a fork step correlate, and the depth acts as one group of n siblings.
/// With unequal numbers of children the factor of a depth differs from edge to edge.
///
/// Source: BranchGRPO, arXiv 2509.06040, equation 4 (depth) and appendix B.3 (siblings).
public enum TreeGradientFactor {
  /// Returns the factor of the edges of a fork with the mean over its siblings as baseline.
  ///
  ///     (1 - 1/K)(1 - rho),   leave-one-out 1 - rho
  ///
  /// - Parameters:
  ///   - siblings: K, one or more; a single child gives zero.
  ///   - correlation: rho in [0, 1].
  ///   - leavesOneOut: Whether the baseline leaves the edge itself out.
  /// - Returns: The factor.
  public static func siblingFork(
    siblings: Int, correlation: Double, leavesOneOut: Bool = false
  ) -> Double {
    let factor = AdvantageFactor.centredSiblingFactor(siblings: siblings, correlation: correlation)
    return leavesOneOut ? siblings > 1 ? 1 - correlation : 0 : factor
  }

  /// Returns the factor of the edges of a chain step with the mean over K chains from one fork as baseline.
  ///
  ///     1 - 1/K,   leave-one-out 1
  ///
  /// - Parameters:
  ///   - siblings: K, one or more; a single chain gives zero.
  ///   - leavesOneOut: Whether the baseline leaves the edge itself out.
  /// - Returns: The factor.
  public static func siblingChain(siblings: Int, leavesOneOut: Bool = false) -> Double {
    siblingFork(siblings: siblings, correlation: 0, leavesOneOut: leavesOneOut)
  }

  /// Returns the factor of the edges of a fork with the mean over the whole depth as baseline.
  ///
  ///     1 - (1 + (K - 1) rho)/n,   leave-one-out 1 - (K - 1) rho/(n - 1)
  ///
  /// With xi_0 shared by the step, (1 - 1/n)(1 - rho) and 1 - rho.
  ///
  /// - Parameters:
  ///   - siblings: K, one or more.
  ///   - nodes: n, the number of nodes of the depth, a multiple of K.
  ///   - correlation: rho in [0, 1].
  ///   - sharing: Which children share xi_0.
  ///   - leavesOneOut: Whether the baseline leaves the edge itself out.
  /// - Returns: The factor.
  public static func depthFork(
    siblings: Int, nodes: Int, correlation: Double, sharing: ForkNoise.Sharing = .fork,
    leavesOneOut: Bool = false
  ) -> Double {
    precondition(
      siblings >= 1 && nodes >= siblings && nodes % siblings == 0,
      "\(nodes) nodes are not made of forks with \(siblings) children")
    precondition(
      correlation >= 0 && correlation <= 1, "the correlation lies in [0, 1], got \(correlation)")
    guard nodes > 1 else { return 0 }
    let group = sharing == .step ? nodes : siblings
    let others = Double(group - 1) * correlation
    let count = Double(nodes)
    return leavesOneOut ? 1 - others / (count - 1) : 1 - (1 + others) / count
  }

  /// Returns the factor of the edges of a chain step with the mean over the whole depth as baseline.
  ///
  ///     1 - 1/n,   leave-one-out 1
  ///
  /// - Parameters:
  ///   - nodes: n, the number of nodes of the depth.
  ///   - leavesOneOut: Whether the baseline leaves the edge itself out.
  /// - Returns: The factor; zero for a single node.
  public static func depthChain(nodes: Int, leavesOneOut: Bool = false) -> Double {
    depthFork(siblings: 1, nodes: nodes, correlation: 0, leavesOneOut: leavesOneOut)
  }
}
