import RivuletNumerics

/// How many values an assertion needs.
public enum SampleSize {
  /// Returns the number of values from which a shift of a mean is seen.
  ///
  ///     n = ceil(((z_{alpha/2} + z_beta) sigma / delta)^2)
  ///
  /// With alpha = beta = 1e-6 this is 93.03 (sigma / delta)^2. An assertion of a share of the budget
  /// tests at half of it (the other half guards against numbers that are too good), so a check passes its
  /// share divided by two.
  ///
  /// - Parameters:
  ///   - effect: delta, the shift that must be seen, positive.
  ///   - sigma: The standard deviation of one value, positive.
  ///   - alpha: The level of the two-sided test, in (0, 1).
  ///   - missRate: beta, the probability of missing the shift, in (0, 1).
  /// - Returns: The number of values, at least one.
  public static func required(
    effect: Double, sigma: Double, alpha: Double, missRate: Double = 1e-6
  ) -> Int {
    precondition(effect > 0 && effect.isFinite, "the effect must be positive, got \(effect)")
    precondition(sigma > 0 && sigma.isFinite, "sigma must be positive, got \(sigma)")
    precondition(alpha > 0 && alpha < 1, "alpha must be in (0, 1), got \(alpha)")
    precondition(missRate > 0 && missRate < 1, "missRate must be in (0, 1), got \(missRate)")
    let quantiles = Special.normalQuantile(alpha / 2) + Special.normalQuantile(missRate)
    let root = quantiles * sigma / effect
    let count = (root * root).rounded(.up)
    precondition(count < 0x1p62, "an effect of \(effect) at sigma \(sigma) needs too many values")
    return max(1, Int(count))
  }
}
