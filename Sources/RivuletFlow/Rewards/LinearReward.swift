/// A reward that is linear in the state: g·x + c.
public struct LinearReward: Reward {
  /// The gradient g.
  public let gradient: [Double]
  /// The constant c.
  public let offset: Double

  /// Makes a linear reward.
  ///
  /// - Parameters:
  ///   - gradient: g, one number for each dimension.
  ///   - offset: c.
  public init(gradient: [Double], offset: Double = 0) {
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
    var sum = offset
    for index in gradient.indices { sum += gradient[index] * state[index] }
    return sum
  }
}
