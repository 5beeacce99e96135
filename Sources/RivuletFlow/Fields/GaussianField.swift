/// The exact velocity field of Gaussian data that is independent in each coordinate.
///
/// Data N(mu, diag(s^2)). With V = (1 - t)^2 s^2 + t^2 and the slope alpha = (t - (1 - t) s^2) / V,
///
///     v(x, t) = alpha (x - (1 - t) mu) - mu      in each coordinate.
///
/// Source: E[x_noise - x_data | x_t], both Gaussian.
public struct GaussianField: VelocityField {
  /// What can be wrong with the parameters of a Gaussian field.
  public enum Invalid: Error, Hashable, CustomStringConvertible {
    /// The two lists are empty or differ in length.
    case differentDimensions(means: Int, deviations: Int)
    /// A mean is not finite.
    case invalidMean(index: Int, value: Double)
    /// A standard deviation is not a positive finite number.
    case invalidDeviation(index: Int, value: Double)

    /// The rule that is broken, the place and the value.
    public var description: String {
      switch self {
      case .differentDimensions(let means, let deviations):
        "there are \(means) means and \(deviations) standard deviations; give as many of both, at least one"
      case .invalidMean(let index, let value):
        "mean \(index) is \(value); it must be finite"
      case .invalidDeviation(let index, let value):
        "standard deviation \(index) is \(value); it must be finite and positive"
      }
    }
  }

  /// The mean mu of the data in each coordinate.
  public let means: [Double]
  /// The standard deviation s of the data in each coordinate.
  public let deviations: [Double]

  /// Makes the field of independent Gaussian coordinates.
  ///
  /// - Parameters:
  ///   - means: mu, one finite number for each coordinate.
  ///   - deviations: s, one positive number for each coordinate.
  /// - Throws: ``Invalid`` with the place and the value.
  public init(means: [Double], deviations: [Double]) throws(Invalid) {
    guard means.count == deviations.count && !means.isEmpty else {
      throw .differentDimensions(means: means.count, deviations: deviations.count)
    }
    for (index, mean) in means.enumerated() where !mean.isFinite {
      throw .invalidMean(index: index, value: mean)
    }
    for (index, s) in deviations.enumerated() where !(s.isFinite && s > 0) {
      throw .invalidDeviation(index: index, value: s)
    }
    self.means = means
    self.deviations = deviations
  }

  /// The dimension of the states.
  public var dimension: Int { means.count }

  /// Returns the slope alpha_t of the velocity in the state, for one coordinate.
  ///
  /// - Parameters:
  ///   - time: t in [0, 1].
  ///   - deviation: The standard deviation s of the data.
  /// - Returns: (t - (1 - t) s^2) / ((1 - t)^2 s^2 + t^2).
  public static func slope(time: Double, deviation: Double) -> Double {
    let variance = deviation * deviation
    let rest = 1 - time
    return (time - rest * variance) / (rest * rest * variance + time * time)
  }

  /// Returns the velocity at one state.
  ///
  /// - Parameters:
  ///   - state: x, with `dimension` numbers.
  ///   - time: t in [0, 1].
  /// - Returns: v(x, t).
  public func velocity(at state: [Double], time: Double) -> [Double] {
    precondition(state.count == dimension, "a state of this field has \(dimension) numbers")
    return state.indices.map { index in
      let slope = Self.slope(time: time, deviation: deviations[index])
      return slope * (state[index] - (1 - time) * means[index]) - means[index]
    }
  }
}
