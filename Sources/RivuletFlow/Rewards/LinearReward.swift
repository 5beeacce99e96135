import RivuletKernels

/// A reward that is linear in the state: g·x + c.
///
/// With an affine velocity every advantage and value of this reward has a closed form.
public struct LinearReward: Reward {
  /// The gradient g.
  public let gradient: [Double]
  /// The constant c.
  public let offset: Double

  /// Makes a linear reward.
  ///
  /// - Parameters:
  ///   - gradient: g, one finite number for each dimension, at least one.
  ///   - offset: c, finite.
  public init(gradient: [Double], offset: Double = 0) {
    precondition(!gradient.isEmpty, "a reward needs one or more dimensions")
    precondition(
      gradient.allSatisfy(\.isFinite) && offset.isFinite,
      "a linear reward needs finite numbers, got \(gradient) and \(offset)")
    self.gradient = gradient
    self.offset = offset
  }

  /// The dimension of the states that it scores.
  public var dimension: Int { gradient.count }

  /// Returns the reward of one state.
  ///
  /// - Parameter state: `dimension` numbers.
  /// - Returns: g . x + c.
  public func reward(of state: [Double]) -> Double {
    requireDimension(state.count)
    var sum = offset
    for index in gradient.indices { sum += gradient[index] * state[index] }
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
      accumulateProduct(row, factor: gradient[index], into: sums, count: StateTile.lanes)
    }
    return sums
  }
}
