/// A gradient estimator's mean and variance.
public struct EstimatorLaw: Sendable, Hashable {
  /// The mean.
  public let mean: Double
  /// The variance.
  public let variance: Double

  /// Makes the record.
  ///
  /// - Parameters:
  ///   - mean: The mean.
  ///   - variance: The variance, not negative.
  public init(mean: Double, variance: Double) {
    self.mean = mean
    self.variance = variance
  }

  /// The variance of the multiple of the estimator whose mean is one, variance / mean^2.
  ///
  /// What to compare estimators by whose means differ by a factor. Infinite for a mean of zero.
  public var relativeVariance: Double { variance / (mean * mean) }
}

/// The gradient estimator of the second of two forks, with the siblings' and with the depth's mean as baseline.
///
/// P parents with noises u_i, each with K children with noises xi_ij, n = P K leaves, and the reward of a
/// leaf a function of both. The estimator is
///
///     g = (1/n) sum_ij A_ij xi_ij,   A_ij = r_ij - mean of r over the siblings, or over all n leaves.
///
/// Here the reward is linear, r = a u + xi; the mean over the depth leaves a (u_i - mean u) in A, which the
/// siblings' mean removes, but it loses less of the length.
public struct TwoForks: Sendable, Hashable {
  /// P, the number of parents.
  public let parents: Int
  /// K, the number of children of each.
  public let children: Int
  /// rho, the correlation of the noises of siblings at both forks.
  public let correlation: Double

  /// Makes the tree of two forks.
  ///
  /// - Parameters:
  ///   - parents: P, one or more; all are siblings.
  ///   - children: K, one or more.
  ///   - correlation: rho in [0, 1].
  public init(parents: Int, children: Int, correlation: Double = 0) {
    precondition(parents >= 1 && children >= 1, "forks have one or more children")
    precondition(
      correlation >= 0 && correlation <= 1, "the correlation lies in [0, 1], got \(correlation)")
    self.parents = parents
    self.children = children
    self.correlation = correlation
  }

  /// The law of g for r = a u + xi with the siblings' mean as baseline, whatever a is.
  ///
  ///     g = (1 - rho) chi^2_{P (K - 1)}/n:   mean (1 - rho)(1 - 1/K),   variance 2 (1 - rho)^2 P (K - 1)/n^2
  public var siblingLaw: EstimatorLaw {
    let count = Double(parents * children)
    let degrees = Double(parents * (children - 1))
    let scale = 1 - correlation
    return EstimatorLaw(
      mean: scale * degrees / count, variance: 2 * scale * scale * degrees / (count * count))
  }

  /// Returns the law of g for r = a u + xi with the mean over all leaves as baseline.
  ///
  /// With lambda = 1 + (K - 1) rho, the larger eigenvalue of the noise of one fork,
  ///
  ///     mean     1 - lambda/n
  ///     variance 2 [(1 - rho)^2 P (K - 1) + lambda^2 (P - 1)]/n^2 + a^2 (P - 1)(1 - rho) K lambda/n^2
  ///
  /// The first part is that of a quadratic form in xi, the second that of (a/n) sum_i (u_i - mean u) sum_j
  /// xi_ij, given u a Gaussian; the two are uncorrelated since the second is odd in u.
  ///
  /// - Parameter parentSlope: a.
  /// - Returns: Mean and variance of g.
  public func depthLaw(parentSlope: Double) -> EstimatorLaw {
    let count = Double(parents * children)
    let inner = Double(parents * (children - 1))
    let outer = Double(parents - 1)
    let scale = 1 - correlation
    let lambda = 1 + Double(children - 1) * correlation
    let own = 2 * (scale * scale * inner + lambda * lambda * outer)
    let between = parentSlope * parentSlope * outer * scale * Double(children) * lambda
    return EstimatorLaw(mean: 1 - lambda / count, variance: (own + between) / (count * count))
  }

  /// The square of the slope a at which both baselines vary alike at equal mean.
  ///
  /// Below it the depth's mean is better, above it the siblings'. Independent noises, P = K: a^2 =
  /// 2 (K + 1)/K^2, for K = 2 a^2 = 1.5. Nil where the depth's mean varies no less at a = 0 (one parent).
  public var boundarySquaredSlope: Double? {
    guard parents > 1, children > 1, correlation < 1 else { return nil }
    let start = depthLaw(parentSlope: 0).relativeVariance
    let growth = depthLaw(parentSlope: 1).relativeVariance - start
    let boundary = (siblingLaw.relativeVariance - start) / growth
    return boundary > 0 ? boundary : nil
  }
}
