import RivuletNumerics

/// A reward with its derivative with respect to the state.
///
/// Training by policy gradients does not need it; exact values of a gradient do.
public protocol DifferentiableReward: Reward {
  /// Returns the gradient of the reward at one state.
  ///
  /// - Parameter state: `dimension` numbers.
  /// - Returns: dR / dx, `dimension` numbers.
  func gradient(at state: [Double]) -> [Double]
}

extension LinearReward: DifferentiableReward {
  /// Returns the gradient, which is the same everywhere.
  ///
  /// - Parameter state: `dimension` numbers.
  /// - Returns: g.
  public func gradient(at state: [Double]) -> [Double] {
    requireDimension(state.count)
    return gradient
  }
}

extension QuadraticReward: DifferentiableReward {
  /// Returns the gradient at one state.
  ///
  /// - Parameter state: `dimension` numbers.
  /// - Returns: g - q x in each dimension.
  public func gradient(at state: [Double]) -> [Double] {
    requireDimension(state.count)
    return state.indices.map { gradient[$0] - curvatures[$0] * state[$0] }
  }
}

extension GaussianBump: DifferentiableReward {
  /// Returns the gradient at one state.
  ///
  /// - Parameter state: `dimension` numbers.
  /// - Returns: -R(x) (x - c) / w^2.
  public func gradient(at state: [Double]) -> [Double] {
    let factor = reward(of: state) / (width * width)
    return state.indices.map { factor * (center[$0] - state[$0]) }
  }
}

extension LogMixture: DifferentiableReward {
  /// Returns the gradient at one state.
  ///
  ///     sum_m p_m(x) (mu_m - x) / tau^2,   p_m the share of bump m in the mixture at x
  ///
  /// - Parameter state: `dimension` numbers.
  /// - Returns: dR / dx; finite however far away the state is.
  public func gradient(at state: [Double]) -> [Double] {
    requireDimension(state.count)
    var slope = [Double](repeating: 0, count: dimension)
    for (share, center) in zip(MixtureField.softmax(exponents(at: state)), centers) {
      for axis in center.indices {
        slope[axis] += share * ((center[axis] - state[axis]) / (width * width))
      }
    }
    return slope
  }
}
