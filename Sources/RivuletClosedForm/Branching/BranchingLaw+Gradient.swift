public import RivuletCredit
import RivuletFlow

extension BranchingLaw {
  /// Returns the expected gradient of one trained step for a velocity with a free bias, v + theta.
  ///
  /// The branches of one seed form the group. With theta's score -kappa_k xi and w = g tau_k Phi_{k+1}
  ///
  ///     population, sample    E[(1/K) sum A score] = -b(K) kappa_k sign(w)
  ///     none, leaveOneOut     E[(1/K) sum A score] = -b(K) kappa_k w
  ///
  /// in the direction of ascent, one dimension, without epsilon. So with a spread in the denominator
  /// the balance of the steps is that of kappa_k alone, which grows towards data; without one it is
  /// h_k f_k g Phi_{k+1}. Source: arXiv 2508.04324, section 4.2; the factor b(K) is exact here.
  ///
  /// - Parameters:
  ///   - step: k, a stochastic step.
  ///   - gradient: g.
  ///   - groupSize: K, the branches of a seed.
  ///   - convention: What centred rewards are divided by.
  ///   - weight: The weight of the step in the objective.
  /// - Returns: The expectation.
  public func expectedGradient(
    step: Int, gradient: Double = 1, groupSize: Int, convention: AdvantageRule.Convention,
    weight: Double = 1
  ) -> Double {
    let influence = influence(of: step, gradient: gradient)
    let product = AdvantageFactor.meanProduct(
      groupSize: groupSize, convention: convention, influence: influence,
      rewardDeviation: abs(influence))
    return -weight * plan.kernels[step].scoreCoefficient * product
  }

  /// Returns the prompt group of one trained step for a number of seeds and branches.
  ///
  /// - Parameters:
  ///   - step: k, a stochastic step.
  ///   - gradient: g, not zero.
  ///   - seeds: N.
  ///   - branches: K.
  /// - Returns: The group, from which attenuations follow.
  public func promptGroup(
    step: Int, gradient: Double = 1, seeds: Int, branches: Int
  ) -> PromptGroup {
    PromptGroup(
      seeds: seeds, branches: branches,
      branchDeviation: rewardDeviation(step: step, gradient: gradient),
      seedDeviation: seedDeviation(step: step, gradient: gradient))
  }
}
