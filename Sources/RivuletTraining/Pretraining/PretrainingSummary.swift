/// What one update of a pre-training measures.
public struct PretrainingSummary: Sendable, Hashable {
  /// The mean over pairs of |v(x_t, t) - (eps - x)|², before the update.
  public var loss: Double
  /// The length of the gradient.
  public var gradientNorm: Double
  /// The root of the mean over pairs of |v - v*|², v* the exact velocity; nil where it is unknown.
  ///
  /// Its square is what the loss exceeds the smallest possible loss by, in expectation.
  public var velocityError: Double?

  /// Makes a summary.
  ///
  /// - Parameters:
  ///   - loss: The mean over pairs of |v(x_t, t) - (eps - x)|².
  ///   - gradientNorm: The length of the gradient.
  ///   - velocityError: The root of the mean over pairs of |v - v*|², or nil.
  public init(loss: Double, gradientNorm: Double, velocityError: Double?) {
    self.loss = loss
    self.gradientNorm = gradientNorm
    self.velocityError = velocityError
  }
}
