import RivuletNumerics

/// The law of the policy ratio of one step, for samples of the old policy.
///
/// Old and new policy are Gaussian steps with one deviation tau and means that differ by a vector of
/// length tau delta; delta = kappa |v_new - v_old|. Under the old policy the log-ratio, summed over
/// the D dimensions, is N(-delta^2/2, delta^2), and the mean of the ratio is one. Published code
/// takes the *mean* over dimensions,
///
///     l ~ N(-delta^2 / (2 D), delta^2 / D^2),
///
/// whose exponential is no importance ratio: for D > 1 its mean is below one.
public struct RatioLaw: Sendable, Hashable {
  /// delta, the distance of the two means in units of the noise.
  public let shift: Double
  /// By how many dimensions the log-ratio is divided; 1 for the sum.
  public let dimension: Int
  /// The law of the logarithm of the ratio.
  public let logRatio: GaussianLaw

  /// Makes the law of the ratio.
  ///
  /// - Parameters:
  ///   - shift: delta, not negative.
  ///   - dimension: D where the log-probability is averaged over dimensions, 1 where it is summed.
  public init(shift: Double, dimension: Int = 1) {
    precondition(shift >= 0 && shift.isFinite, "the shift is not negative, got \(shift)")
    precondition(dimension >= 1, "there is one or more dimensions, got \(dimension)")
    self.shift = shift
    self.dimension = dimension
    let spread = shift / Double(dimension)
    logRatio = GaussianLaw(
      mean: -(shift * shift / 2) / Double(dimension), variance: spread * spread)
  }

  /// The mean of the ratio, exp(-delta^2 / (2 D) + delta^2 / (2 D^2)).
  public var mean: Double { Elementary.exp(logRatio.mean + logRatio.variance / 2) }

  /// Returns the mean of GRPO-Guard's ratio, which re-centres the log-ratio and scales it by tau.
  ///
  ///     exp((l + delta^2 / (2 D)) tau)   with mean   exp(tau^2 delta^2 / (2 D^2))
  ///
  /// so its median is one whatever the policies.
  ///
  /// - Parameter deviation: tau, the noise level of the step.
  /// - Returns: The mean.
  public func guardedMean(deviation: Double) -> Double {
    Elementary.exp(deviation * deviation * logRatio.variance / 2)
  }

  /// Returns the probability that the ratio lies outside [1 - below, 1 + above].
  ///
  ///     Phi((ln(1 - below) - m) / sd) + 1 - Phi((ln(1 + above) - m) / sd)
  ///
  /// - Parameters:
  ///   - below: How far the range reaches below one, in (0, 1).
  ///   - above: How far the range reaches above one; positive.
  /// - Returns: The probability; zero where the policies are equal.
  public func clipFraction(below: Double, above: Double) -> Double {
    guard shift > 0 else { return 0 }
    let low = (Elementary.log1p(-Self.requireBelow(below)) - logRatio.mean) / logRatio.deviation
    let high = (Elementary.log1p(Self.requireAbove(above)) - logRatio.mean) / logRatio.deviation
    return Special.normalCDF(low) + Special.normalCDF(-high)
  }

  /// Returns E[(ratio - q)^+], the mean of what the ratio exceeds a level by.
  ///
  ///     mean Phi(d1) - q Phi(d1 - sd),   d1 = (m + sd^2 - ln q) / sd
  ///
  /// with N(m, sd^2) the law of the log-ratio.
  ///
  /// - Parameter excess: q - 1, greater than -1; the level's distance from one keeps its digits.
  /// - Returns: The expectation.
  public func meanExcess(overOnePlus excess: Double) -> Double {
    precondition(excess > -1, "a level of the ratio is positive, got 1 + \(excess)")
    guard shift > 0 else { return max(-excess, 0) }
    let d = (logRatio.mean - Elementary.log1p(excess)) / logRatio.deviation + logRatio.deviation
    return mean * Special.normalCDF(d)
      - (1 + excess) * Special.normalCDF(d - logRatio.deviation)
  }

  /// Returns E[min(ratio, 1 + above)], the clipped objective of a unit positive advantage.
  ///
  ///     mean - E[(ratio - (1 + above))^+]
  ///
  /// - Parameter above: How far the range reaches above one; positive.
  /// - Returns: The expectation.
  public func meanClippedAbove(_ above: Double) -> Double {
    mean - meanExcess(overOnePlus: Self.requireAbove(above))
  }

  /// Returns E[max(ratio, 1 - below)]; its negative is the clipped objective of a unit negative
  /// advantage.
  ///
  ///     (1 - below) + E[(ratio - (1 - below))^+]
  ///
  /// - Parameter below: How far the range reaches below one, in (0, 1).
  /// - Returns: The expectation.
  public func meanClippedBelow(_ below: Double) -> Double {
    (1 - below) + meanExcess(overOnePlus: -Self.requireBelow(below))
  }

  /// Returns the clip on the summed log-ratio that a clip on its mean over dimensions stands for.
  ///
  /// A clip c on the mean is c D nats on the joint: 1e-4 is 6.6 nats for a latent of 65,536 numbers
  /// and 2e-4 nats in two dimensions.
  ///
  /// - Parameters:
  ///   - clip: c, as configured for the mean over dimensions.
  ///   - dimension: D.
  /// - Returns: c D.
  public static func nats(ofMeanClip clip: Double, dimension: Int) -> Double {
    clip * Double(dimension)
  }

  private static func requireBelow(_ below: Double) -> Double {
    precondition(below > 0 && below < 1, "the lower clip lies in (0, 1), got \(below)")
    return below
  }

  private static func requireAbove(_ above: Double) -> Double {
    precondition(above > 0, "the upper clip is positive, got \(above)")
    return above
  }
}
