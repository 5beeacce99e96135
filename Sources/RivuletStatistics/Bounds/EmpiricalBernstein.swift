import RivuletNumerics

/// The confidence radius of the mean of bounded values whose variance is not known.
///
///     |mean - mu| <= sqrt(2 V ln(4/alpha) / n) + 7 (b - a) ln(4/alpha) / (3 (n - 1))
///
/// with probability at least 1 - alpha, for independent values in [a, b] with sample variance V
/// (divided by n - 1). Source: Maurer and Pontil, arXiv 0907.3740, theorem 4, on both sides.
public struct EmpiricalBernstein: Sendable, Hashable {
  /// The number of values, n.
  public let count: Int
  /// The sample variance, divided by n - 1.
  public let sampleVariance: Double
  /// b - a, the length of the range of the values.
  public let range: Double

  /// Makes the bound of a sample.
  ///
  /// - Parameters:
  ///   - count: The number of independent values, two or more.
  ///   - sampleVariance: Their variance, divided by n - 1; not negative.
  ///   - range: The length of the interval in which each value lies for certain.
  public init(count: Int, sampleVariance: Double, range: Double) {
    precondition(count >= 2, "the bound needs two or more values, got \(count)")
    precondition(sampleVariance >= 0, "a variance is not negative, got \(sampleVariance)")
    precondition(range > 0 && range.isFinite, "the range must be positive, got \(range)")
    self.count = count
    self.sampleVariance = sampleVariance
    self.range = range
  }

  /// Returns the distance that the mean keeps from its expectation.
  ///
  /// - Parameter alpha: The probability of a greater distance, in (0, 1).
  /// - Returns: The radius, in the unit of the values.
  public func radius(alpha: Double) -> Double {
    precondition(alpha > 0 && alpha < 1, "alpha must be in (0, 1), got \(alpha)")
    let n = Double(count)
    let logarithm = Elementary.log(4 / alpha)
    return (2 * sampleVariance * logarithm / n).squareRoot()
      + 7 * range * logarithm / (3 * (n - 1))
  }
}
