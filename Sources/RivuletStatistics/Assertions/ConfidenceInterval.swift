/// The numbers that a measurement does not exclude, both ends included.
public struct ConfidenceInterval: Sendable, Hashable, Codable {
  /// The lower end; NaN if the measurement is not defined.
  public let lower: Double
  /// The upper end; NaN if the measurement is not defined.
  public let upper: Double

  /// Makes an interval from its ends.
  ///
  /// - Parameters:
  ///   - lower: The lower end.
  ///   - upper: The upper end.
  public init(lower: Double, upper: Double) {
    self.lower = lower
    self.upper = upper
  }

  /// The interval of a measurement that is not defined: it contains no number.
  static let undefined = ConfidenceInterval(lower: .nan, upper: .nan)

  /// Returns whether the interval contains a number; NaN is in no interval.
  ///
  /// - Parameter number: The number.
  /// - Returns: Whether lower <= number <= upper.
  public func contains(_ number: Double) -> Bool { lower <= number && number <= upper }
}
