/// How well an estimator's advantages follow the exact ones.
///
/// The fidelity F_k is the squared correlation of the advantage that an estimator gives to step k of one
/// member with D_k = V_{k+1}(x_{k+1}) - V_k(x_k), the exact advantage of its noise. It is the part of the
/// advantage's variance that is credit, and the rest is noise of other steps. D_k = g Phi_{k+1} tau_k
/// xi_k for a linear reward of a Gaussian flow, where all formulas below are exact; those for centred
/// advantages of independent siblings hold for any reward with d_k = Var(D_k).
///
/// The published default tree of BranchGRPO (T = 20, shift 3, eta = 0.3, splits 0, 3, 6 and 9, data of
/// deviation one), centred, has F_0 = .0276 with the final state rewarded, all 20 steps adding noise, and
/// .0297 with the clean prediction of the last step rewarded, as the published code does. A flat group
/// of 16 has .0094 and .0105 with one initial noise, .0013 and .0013 with private ones.
public enum CreditFidelity {
  /// Returns the fidelity of each step for a flat group of whole chains.
  ///
  ///     F_k = (1 - 1/G) d_k / Var(R),   without d_init in Var(R) where the initial noise is shared
  ///
  /// Each member's advantage is the same for all of its steps, so the shares divide it among them.
  /// Dividing by the sample standard deviation multiplies by c4(G)^2: the direction of the centred
  /// rewards is independent of their length, whose mean square and squared mean differ by that factor.
  ///
  /// - Parameters:
  ///   - shares: The shares of the reward's variance.
  ///   - groupSize: G, one or more; 1 gives 0.
  ///   - sharesInitialNoise: Whether all members start from one initial noise.
  ///   - isStandardised: Whether the advantages are divided by the group's sample standard deviation.
  /// - Returns: F_k, one number in [0, 1] for each step.
  public static func flat(
    shares: VarianceShares, groupSize: Int, sharesInitialNoise: Bool, isStandardised: Bool = false
  ) -> [Double] {
    let variance = sharesInitialNoise ? shares.stepTotal : shares.total
    let factor = groupFactor(groupSize, isStandardised: isStandardised)
    return shares.steps.map { variance > 0 ? factor * ($0 / variance) : 0 }
  }

  /// Returns the fidelity of the one trained step of branches that differ in that step's noise alone.
  ///
  ///     F = (1 - 1/K)(1 - rho)
  ///
  /// times c4(K)^2 where the advantages are divided by the sample standard deviation, so that K = 2 gives
  /// 1/pi in place of 1/2. Branches as of TempFlow-GRPO, arXiv 2508.04324: the ODE leads on.
  ///
  /// - Parameters:
  ///   - siblings: K, one or more; 1 gives 0.
  ///   - siblingCorrelation: rho in [0, 1], the correlation of the siblings' noise.
  ///   - isStandardised: Whether the advantages are divided by the siblings' sample standard deviation.
  /// - Returns: F in [0, 1].
  public static func oneStepBranching(
    siblings: Int, siblingCorrelation: Double = 0, isStandardised: Bool = false
  ) -> Double {
    requireCorrelation(siblingCorrelation)
    return groupFactor(siblings, isStandardised: isStandardised) * (1 - siblingCorrelation)
  }

  /// Returns the fidelity of each step of a balanced tree whose nodes are centred on all of their depth.
  ///
  ///     F_k = d_k (1 - u_k)^2 / ( sum_{j <= k} d_j (1 - u_j) + (n_k - 1) sum_{j > k} d_j u_j ),
  ///     u_j = 1/n_j + (1/n_{j-1} - 1/n_j) rho
  ///
  /// The value of a node is the mean reward of the leaves below it, its advantage that value minus the
  /// mean over the n_k nodes that step k draws (BranchGRPO, arXiv 2509.06040, equation 4, without the
  /// division). Derivation: the node's own noise enters its value with factor one and the mean over the
  /// depth with u_k. The noise of a step j above has variance 1 in the value and u_j in the mean; that of
  /// a step below is averaged over n_j/n_k nodes, with variance n_k u_j in the value and u_j in the
  /// mean. The mean over a depth is a projection, so these variances subtract.
  ///
  /// - Parameters:
  ///   - shares: The shares of the reward's variance.
  ///   - nodeCounts: n_k, each a multiple of the number before.
  ///   - siblingCorrelation: rho in [0, 1], the correlation of the noise of the children of one fork.
  /// - Returns: F_k, one number in [0, 1] for each step; 0 where a depth has one node.
  public static func tree(
    shares: VarianceShares, nodeCounts: [Int], siblingCorrelation: Double = 0
  ) -> [Double] {
    precondition(
      nodeCounts.count == shares.stepCount,
      "there are node counts for \(nodeCounts.count) steps and shares of \(shares.stepCount)")
    let weights = TreeMeanVariance.weights(
      nodeCounts: nodeCounts, siblingCorrelation: siblingCorrelation)
    let steps = shares.steps
    var after = 0.0
    var below = [Double](repeating: 0, count: steps.count)
    for step in steps.indices.reversed() {
      below[step] = after
      after += steps[step] * weights[step]
    }
    var above = 0.0
    return steps.indices.map { step in
      let rest = 1 - weights[step]
      above += steps[step] * rest
      let variance = above + Double(nodeCounts[step] - 1) * below[step]
      return variance > 0 ? steps[step] * rest * rest / variance : 0
    }
  }

  /// Returns the mean fidelity of all steps, each weighted by its share.
  ///
  ///     sum_k d_k F_k / sum_k d_k
  ///
  /// d_k F_k is the variance of D_k that the best multiple of the step's advantage explains, so this is
  /// the explained part of all variance that steps decide. A mean without weights would reward a high
  /// fidelity at steps that decide nothing.
  ///
  /// - Parameters:
  ///   - fidelities: F_k.
  ///   - shares: The shares of the reward's variance.
  /// - Returns: A number in [0, 1]; 0 where no step decides anything.
  public static func mean(_ fidelities: [Double], shares: VarianceShares) -> Double {
    precondition(
      fidelities.count == shares.stepCount,
      "there are \(fidelities.count) fidelities for shares of \(shares.stepCount) steps")
    var sum = 0.0
    for (step, share) in shares.steps.enumerated() { sum += share * fidelities[step] }
    let total = shares.stepTotal
    return total > 0 ? sum / total : 0
  }

  /// Returns (1 - 1/G), times c4(G)^2 for standardised advantages.
  private static func groupFactor(_ groupSize: Int, isStandardised: Bool) -> Double {
    precondition(groupSize >= 1, "a group has one or more members, got \(groupSize)")
    guard groupSize > 1 else { return 0 }
    let centred = 1 - 1 / Double(groupSize)
    guard isStandardised else { return centred }
    let shrinkage = AdvantageFactor.c4(groupSize: groupSize)
    return centred * shrinkage * shrinkage
  }
}
