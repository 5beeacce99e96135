/// Mean and variance of the gradient estimator of one fork, with and without the siblings' mean as baseline.
///
///     g = (1/K) sum_b A_b xi_b,   A_b = r_b (none) or r_b - mean of the siblings' r
///
/// For independent siblings g with baseline is (K - 1)/K times the sample covariance of r and xi, whose
/// variance is known. Source of the claim under test, "unbiased, strictly smaller variance": BranchGRPO,
/// arXiv 2509.06040, appendix B.3.
public enum SiblingBaseline {
  /// Returns the variance of the estimator without a baseline, independent siblings.
  ///
  ///     (E[r^2 xi^2] - E[r xi]^2)/K
  ///
  /// - Parameters:
  ///   - siblings: K, one or more.
  ///   - moments: The moments of the reward.
  /// - Returns: The variance of g.
  public static func plainVariance(siblings: Int, moments: RewardMoments) -> Double {
    requireSiblings(siblings, 1)
    let mean = moments.mean
    let square = moments.squaredProduct + 2 * mean * moments.noiseSquare + mean * mean
    return (square - moments.product * moments.product) / Double(siblings)
  }

  /// Returns the variance of the estimator with the siblings' mean as baseline, independent siblings.
  ///
  ///     ((K - 1)/K)^2 [ E[d^2 xi^2]/K - (K - 2)/(K (K - 1)) E[d xi]^2 + E[d^2]/(K (K - 1)) ]
  ///
  /// Its mean is (1 - 1/K) of the gradient. The bracket is the variance of a sample covariance.
  ///
  /// - Parameters:
  ///   - siblings: K, two or more.
  ///   - moments: The moments of the reward.
  /// - Returns: The variance of g, as it stands.
  public static func shrunkVariance(siblings: Int, moments: RewardMoments) -> Double {
    requireSiblings(siblings, 2)
    let share = 1 - 1 / Double(siblings)
    return share * share * rescaledVariance(siblings: siblings, moments: moments)
  }

  /// Returns the variance of the estimator with the siblings' mean as baseline, times K/(K - 1).
  ///
  /// That is the leave-one-out baseline, unbiased for independent siblings: compare this one with the
  /// estimator without a baseline, for both have the same mean.
  ///
  /// - Parameters:
  ///   - siblings: K, two or more.
  ///   - moments: The moments of the reward.
  /// - Returns: The variance of g K/(K - 1).
  public static func rescaledVariance(siblings: Int, moments: RewardMoments) -> Double {
    requireSiblings(siblings, 2)
    let count = Double(siblings)
    let pairs = count * (count - 1)
    let expected = moments.product * moments.product
    return (moments.squaredProduct - (count - 2) / (count - 1) * expected) / count
      + moments.square / pairs
  }

  /// Returns the variance without a baseline for r = offset + slope xi and correlated siblings.
  ///
  ///     [ offset^2 (1 + (K - 1) rho) + 2 slope^2 (1 + (K - 1) rho^2) ]/K
  ///
  /// since Cov(xi, xi') = rho and Cov(xi^2, xi'^2) = 2 rho^2. Independent: (c^2 + 2)/K at slope 1.
  ///
  /// - Parameters:
  ///   - siblings: K, one or more.
  ///   - offset: c.
  ///   - slope: The factor of the noise.
  ///   - correlation: rho in [0, 1].
  /// - Returns: The variance of g.
  public static func linearPlainVariance(
    siblings: Int, offset: Double, slope: Double = 1, correlation: Double = 0
  ) -> Double {
    requireSiblings(siblings, 1)
    let others = Double(siblings - 1)
    let constant = offset * offset * (1 + others * correlation)
    return (constant + 2 * slope * slope * (1 + others * correlation * correlation))
      / Double(siblings)
  }

  /// Returns the variance with the siblings' mean as baseline for a linear reward.
  ///
  ///     2 slope^2 (1 - rho)^2 (K - 1)/K^2
  ///
  /// g = slope (1 - rho) chi^2_{K-1}/K. The offset drops out.
  ///
  /// - Parameters:
  ///   - siblings: K, one or more.
  ///   - slope: The factor of the noise.
  ///   - correlation: rho in [0, 1].
  /// - Returns: The variance of g, as it stands.
  public static func linearShrunkVariance(
    siblings: Int, slope: Double = 1, correlation: Double = 0
  ) -> Double {
    requireSiblings(siblings, 1)
    let count = Double(siblings)
    let scale = slope * (1 - correlation)
    return 2 * scale * scale * (count - 1) / (count * count)
  }

  /// Returns the variance of the unbiased multiple of the estimator with baseline, linear reward.
  ///
  ///     2 slope^2/(K - 1)   for every rho < 1
  ///
  /// - Parameters:
  ///   - siblings: K, two or more.
  ///   - slope: The factor of the noise.
  /// - Returns: The variance of g/((1 - 1/K)(1 - rho)).
  public static func linearRescaledVariance(siblings: Int, slope: Double = 1) -> Double {
    requireSiblings(siblings, 2)
    return 2 * slope * slope / Double(siblings - 1)
  }

  /// Returns the squared offset above which the rescaled baseline has less variance than none.
  ///
  ///     c^2 = 2/(K - 1)   at slope 1, independent siblings
  ///
  /// - Parameter siblings: K, two or more.
  /// - Returns: c^2; below it the baseline *adds* variance at equal mean.
  public static func boundarySquaredOffset(siblings: Int) -> Double {
    requireSiblings(siblings, 2)
    return 2 / Double(siblings - 1)
  }

  private static func requireSiblings(_ count: Int, _ least: Int) {
    precondition(count >= least, "this estimator needs \(least) or more siblings, got \(count)")
  }
}
