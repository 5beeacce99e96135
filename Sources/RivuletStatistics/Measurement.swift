/// A number that was measured, what it should be, and the law of the difference.
public enum Measurement: Sendable, Hashable {
  /// An identity without sampling error; `tolerance` is its rounding error bound.
  case identity(observed: Double, expected: Double, tolerance: Double)
  /// The mean of `count` independent values with standard deviation `sigma`.
  ///
  /// `sigmaIsKnown` tells a closed-form sigma from one estimated from the same values.
  case mean(observed: Double, expected: Double, sigma: Double, count: Int, sigmaIsKnown: Bool)
  /// A variance estimated from Gaussian values with the given degrees of freedom.
  case variance(observed: Double, expected: Double, degreesOfFreedom: Int)
  /// A number of successes in independent trials.
  case proportion(successes: Int, trials: Int, expected: Double)
}
