import RivuletNumerics

/// The boundary of Robbins' normal mixture: a confidence radius that holds at all times at once.
///
///     |mean_t - mu| <= sigma sqrt((t r^2 + 1) / (t^2 r^2) ln((t r^2 + 1) / alpha^2))   for every t >= 1
///
/// with probability at least 1 - alpha, for values with known sigma (Gaussian, or sub-Gaussian with
/// that scale). A run may stop whenever it likes. r decides where the boundary is tightest.
/// Source: Robbins, Ann. Math. Statist. 41 (1970) 1397; in this form arXiv 2103.06476.
public struct MixtureBoundary: Sendable, Hashable {
  /// The standard deviation of one value.
  public let sigma: Double
  /// r, the spread of the mixture in units of sigma.
  public let mixtureSpread: Double
  /// The probability that the mean ever leaves the boundary.
  public let alpha: Double

  /// Makes a boundary.
  ///
  /// - Parameters:
  ///   - sigma: The standard deviation of one value, positive.
  ///   - mixtureSpread: r, positive; about sqrt((-2 ln alpha + ln(1 - 2 ln alpha)) / t) is
  ///     tightest at time t.
  ///   - alpha: The probability of ever leaving the boundary, in (0, 1).
  public init(sigma: Double, mixtureSpread: Double, alpha: Double) {
    precondition(sigma > 0 && sigma.isFinite, "sigma must be positive, got \(sigma)")
    precondition(
      mixtureSpread > 0 && mixtureSpread.isFinite, "r must be positive, got \(mixtureSpread)")
    precondition(alpha > 0 && alpha < 1, "alpha must be in (0, 1), got \(alpha)")
    self.sigma = sigma
    self.mixtureSpread = mixtureSpread
    self.alpha = alpha
  }

  /// Returns the radius around the mean of the first `count` values.
  ///
  /// - Parameter count: t, at least one.
  /// - Returns: The radius, in the unit of the values.
  public func radius(count: Int) -> Double {
    precondition(count >= 1, "a mean needs one or more values, got \(count)")
    let t = Double(count)
    let square = mixtureSpread * mixtureSpread
    let growth = t * square + 1
    return sigma
      * (growth / (t * t * square) * Elementary.log(growth / (alpha * alpha))).squareRoot()
  }
}
