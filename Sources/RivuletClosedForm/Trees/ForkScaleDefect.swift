public import RivuletFlow
import RivuletNumerics

/// What scoring a fork with the plain standard deviation does when its noise was multiplied by c.
///
/// Behaviour N(mu, c^2 std^2), scored as N(mu, std^2): with noise c eta the scored log-probability of one
/// coordinate is -c^2 eta^2/2 - log std - log(2 pi)/2.
///
/// Source: `train_branchgrpo_flux.py` of BranchGRPO at 19fbb9f, lines 266 to 306.
public enum ForkScaleDefect {
  /// Returns how far the mean of the scored log-probability moves.
  ///
  ///     -(c^2 - 1)/2 for each coordinate
  ///
  /// - Parameters:
  ///   - scale: c.
  ///   - dimension: D.
  ///   - reduction: Whether log-probabilities are sums or means over D.
  /// - Returns: The shift against c = 1.
  public static func logProbabilityShift(
    scale: Double, dimension: Int, reduction: LogProbabilityReduction
  ) -> Double {
    let each = -(scale * scale - 1) / 2
    return reduction == .sum ? Double(dimension) * each : each
  }

  /// Returns the ratio of the scored gradient in mu to that of the behaviour, c^2.
  ///
  /// The scored score is c eta/std, that of the behaviour eta/(c std): every sample's gradient is c^2 times too long,
  /// and so is each expectation of it times a reward.
  ///
  /// - Parameter scale: c.
  /// - Returns: c^2.
  public static func scoreRatio(scale: Double) -> Double { scale * scale }

  /// Returns the standard deviation of the difference of two siblings' log-probabilities.
  ///
  ///     c^2 sqrt(D (1 - rho^2)) for sums,   c^2 sqrt((1 - rho^2)/D) for means
  ///
  /// since Var(eta^2) = 2 and Cov(eta^2, eta'^2) = 2 rho^2.
  ///
  /// - Parameters:
  ///   - scale: c.
  ///   - dimension: D.
  ///   - reduction: Whether log-probabilities are sums or means over D.
  ///   - correlation: rho of the siblings' noises; 0 in the published code.
  /// - Returns: The standard deviation in nats.
  public static func siblingDifference(
    scale: Double, dimension: Int, reduction: LogProbabilityReduction, correlation: Double = 0
  ) -> Double {
    let count = Double(dimension)
    let spread = (1 - correlation * correlation) * (reduction == .sum ? count : 1 / count)
    return scale * scale * spread.squareRoot()
  }

  /// Returns the larger weight of two siblings whose log-probabilities differ by one standard deviation.
  ///
  ///     1/(1 + exp(-deviation)),   about 1/2 + deviation/4 for small ones
  ///
  /// - Parameters:
  ///   - scale: c.
  ///   - dimension: D.
  ///   - reduction: Whether log-probabilities are sums or means over D.
  /// - Returns: The weight, 1/2 to 1.
  public static func largerWeight(
    scale: Double, dimension: Int, reduction: LogProbabilityReduction
  ) -> Double {
    let deviation = siblingDifference(scale: scale, dimension: dimension, reduction: reduction)
    return 1 / (1 + Elementary.exp(-deviation))
  }
}
