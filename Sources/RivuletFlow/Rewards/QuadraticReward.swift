import RivuletKernels

/// A reward that is quadratic in the state, without mixed terms: sum of g x - q x^2 / 2, plus c.
///
/// With q > 0 the reward has its maximum at x = g / q; q < 0 rewards distance.
public struct QuadraticReward: Reward {
  /// The curvature q in each dimension.
  public let curvatures: [Double]
  /// The gradient g at the origin.
  public let gradient: [Double]
  /// The constant c.
  public let offset: Double

  /// Makes the reward of one curvature, -q |x|^2 / 2 + g·x + c.
  ///
  /// - Parameters:
  ///   - curvature: q, finite, the same in every dimension.
  ///   - gradient: g, one finite number for each dimension, at least one.
  ///   - offset: c, finite.
  public init(curvature: Double, gradient: [Double], offset: Double = 0) {
    self.init(
      curvatures: [Double](repeating: curvature, count: gradient.count), gradient: gradient,
      offset: offset)
  }

  /// Makes the reward with a curvature of its own in every dimension.
  ///
  /// - Parameters:
  ///   - curvatures: q, one finite number for each dimension, at least one.
  ///   - gradient: g, one finite number for each dimension.
  ///   - offset: c, finite.
  public init(curvatures: [Double], gradient: [Double], offset: Double = 0) {
    precondition(
      curvatures.count == gradient.count && !gradient.isEmpty,
      "a quadratic reward needs as many curvatures as numbers of the gradient, at least one; "
        + "got \(curvatures.count) and \(gradient.count)")
    precondition(
      curvatures.allSatisfy(\.isFinite) && gradient.allSatisfy(\.isFinite) && offset.isFinite,
      "a quadratic reward needs finite numbers, got \(curvatures), \(gradient) and \(offset)")
    self.curvatures = curvatures
    self.gradient = gradient
    self.offset = offset
  }

  /// The dimension of the states that it scores.
  public var dimension: Int { gradient.count }

  /// Returns the reward of one state.
  ///
  /// - Parameter state: `dimension` numbers.
  /// - Returns: sum of x (g - (q/2) x), plus c.
  public func reward(of state: [Double]) -> Double {
    requireDimension(state.count)
    var sum = offset
    for index in gradient.indices {
      let x = state[index]
      sum += x * (gradient[index] - (curvatures[index] / 2) * x)
    }
    return sum
  }

  /// Returns the reward of every state of a tile.
  ///
  /// - Parameter tile: The states.
  /// - Returns: One reward for each lane.
  public func rewards(of tile: StateTile) -> [Double] {
    requireDimension(tile.dimension)
    var sums = [Double](repeating: offset, count: StateTile.lanes)
    tile.accumulate(into: &sums) { index, row, sums in
      accumulateQuadratic(
        row, linear: gradient[index], square: curvatures[index] / 2, into: sums,
        count: StateTile.lanes)
    }
    return sums
  }
}
