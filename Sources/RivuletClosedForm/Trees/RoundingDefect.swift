import RivuletNumerics

/// What storing a state with few binary digits does to the log-probability of the step that made it.
///
/// The published code stores child states in bfloat16 and takes the log-probability before. Replayed, the
/// step has the residual tau xi + delta, delta the rounding error, so with the same weights
///
///     log ratio = -(2 tau xi delta + delta^2)/(2 tau^2) for each coordinate,
///     mean        -E[delta^2]/(2 tau^2),
///
/// for delta is uniform within a unit of the last place and independent of xi as long as tau is much larger.
/// So the on-policy ratio is not 1. Source: `train_branchgrpo_flux.py` of BranchGRPO at 19fbb9f, lines 480 and 496.
public enum RoundingDefect {
  /// Returns the mean squared error of rounding a Gaussian number to the nearest number of few digits.
  ///
  ///     sum over the binades of P(2^e <= |x| < 2^{e+1}) 4^{e + 1 - digits}/12
  ///
  /// Exact up to what the density changes within one unit of the last place.
  ///
  /// - Parameters:
  ///   - law: The law of the number.
  ///   - digits: Significant binary digits, the leading one counted: 8 for bfloat16, 11 for half precision.
  /// - Returns: E[delta^2].
  public static func meanSquaredError(of law: GaussianLaw, digits: Int = 8) -> Double {
    precondition(digits >= 1 && digits <= 52, "digits number 1 to 52, got \(digits)")
    let deviation = law.deviation
    guard deviation > 0 else { return 0 }
    let largest = abs(law.mean) + 40 * deviation
    // Binades from the largest number's down to where what is left is below 1e-18 of the sum.
    let top = largest.exponent
    var sum = 0.0
    for exponent in (0..<80).map({ Int(top) - $0 }) {
      let low = Double(sign: .plus, exponent: exponent, significand: 1)
      let unit = Double(sign: .plus, exponent: exponent + 1 - digits, significand: 1)
      let probability =
        mass(from: (low - law.mean) / deviation, to: (2 * low - law.mean) / deviation)
        + mass(from: (low + law.mean) / deviation, to: (2 * low + law.mean) / deviation)
      sum += probability * unit * unit / 12
    }
    return sum
  }

  /// Returns the expected log-ratio of a stored step under unchanged weights, averaged over coordinates.
  ///
  ///     -E[delta^2]/(2 tau^2)
  ///
  /// With T = 20, shift 3, eta = .3 and unit Gaussian data -8.8e-4 at a first fork of scale 4.
  ///
  /// - Parameters:
  ///   - law: The law of a coordinate of the state after the step.
  ///   - deviation: tau, with which the step is scored; positive.
  ///   - digits: Significant binary digits of the stored state.
  /// - Returns: The mean, not positive; times D for summed log-probabilities.
  public static func expectedLogRatio(
    of law: GaussianLaw, deviation: Double, digits: Int = 8
  ) -> Double {
    precondition(deviation > 0, "the deviation of a scored step is positive, got \(deviation)")
    return -meanSquaredError(of: law, digits: digits) / (2 * deviation * deviation)
  }

  /// Returns the standard deviation of one edge's log-ratio, averaged over D coordinates.
  ///
  ///     c sqrt(E[delta^2])/(tau sqrt(D))
  ///
  /// from the term xi delta/tau; the variance of delta^2 is smaller by delta^2/tau^2 and left out. At D = 129600
  /// a measured first fork of scale 4 scatters by 4.7e-4, half its mean.
  ///
  /// - Parameters:
  ///   - law: The law of a coordinate of the state after the step.
  ///   - deviation: tau, positive.
  ///   - scale: c, what the step's noise was multiplied by.
  ///   - dimension: D.
  ///   - digits: Significant binary digits of the stored state.
  /// - Returns: The standard deviation.
  public static func logRatioDeviation(
    of law: GaussianLaw, deviation: Double, scale: Double = 1, dimension: Int, digits: Int = 8
  ) -> Double {
    precondition(deviation > 0, "the deviation of a scored step is positive, got \(deviation)")
    let error = meanSquaredError(of: law, digits: digits).squareRoot()
    return abs(scale) * error / (deviation * Double(dimension).squareRoot())
  }

  /// The probability between two standard scores, from the tail that is nearer.
  private static func mass(from low: Double, to high: Double) -> Double {
    low > 0
      ? Special.normalUpperTail(low) - Special.normalUpperTail(high)
      : Special.normalCDF(high) - Special.normalCDF(low)
  }
}
