/// The law of a Gaussian number.
public struct GaussianLaw: Sendable, Hashable, Codable {
  /// The mean.
  public let mean: Double
  /// The variance; zero for a number that is certain.
  public let variance: Double

  /// Makes the law N(mean, variance).
  ///
  /// - Parameters:
  ///   - mean: Any number.
  ///   - variance: Not negative.
  public init(mean: Double, variance: Double) {
    precondition(variance >= 0, "a variance is not negative, got \(variance)")
    self.mean = mean
    self.variance = variance
  }

  /// The standard deviation.
  public var deviation: Double { variance.squareRoot() }
}
