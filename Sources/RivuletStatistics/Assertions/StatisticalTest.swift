/// A two-sided test of one measured number against its expectation.
///
/// A test value exists for sound data only: the initialisers of the conforming types return nil
/// for numbers that are not finite or out of range.
protocol StatisticalTest {
  /// The probability, if the expectation is right, of being as far from it or farther.
  ///
  /// For a distribution with steps the two-sided value is twice the smaller tail, at most 1.
  var pValue: Double { get }

  /// The probability, if the expectation is right, of being as close to it or closer.
  ///
  /// For a continuous law this is 1 - p, computed without the cancellation. For a law with steps it is
  /// larger: the most likely value alone may have p = 1 and a large probability.
  var closeness: Double { get }

  /// Returns the expectations that the two-sided test at level `alpha` does not reject.
  func interval(alpha: Double) -> ConfidenceInterval

  /// Returns the least distance from the expectation at which the test at level `alpha` misses with
  /// a probability of at most `missRate`, in both directions.
  func detectableEffect(alpha: Double, missRate: Double) -> Double
}
