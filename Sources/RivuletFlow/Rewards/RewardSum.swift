/// A sum of rewards with weights: sum over the terms of weight times reward.
public struct RewardSum: DifferentiableReward {
  /// One reward of the sum.
  public struct Term: Sendable {
    /// The weight; negative for a penalty.
    public let weight: Double
    /// The reward.
    public let reward: any DifferentiableReward

    /// Makes a term.
    ///
    /// - Parameters:
    ///   - weight: Finite.
    ///   - reward: The reward.
    public init(weight: Double = 1, _ reward: any DifferentiableReward) {
      precondition(weight.isFinite, "the weight of a reward must be finite, got \(weight)")
      self.weight = weight
      self.reward = reward
    }
  }

  /// The terms, added in this order.
  public let terms: [Term]

  /// Makes a sum.
  ///
  /// - Parameter terms: At least one; all of one dimension.
  public init(_ terms: [Term]) {
    precondition(!terms.isEmpty, "a sum of rewards needs one or more terms")
    for (index, term) in terms.enumerated() {
      precondition(
        term.reward.dimension == terms[0].reward.dimension,
        "reward \(index) scores states of \(term.reward.dimension) numbers, "
          + "the first one of \(terms[0].reward.dimension)")
    }
    self.terms = terms
  }

  /// The dimension of the states that it scores.
  public var dimension: Int { terms[0].reward.dimension }

  /// Returns the reward of one state.
  ///
  /// - Parameter state: `dimension` numbers.
  /// - Returns: The weighted sum.
  public func reward(of state: [Double]) -> Double {
    var sum = 0.0
    for term in terms { sum += term.weight * term.reward.reward(of: state) }
    return sum
  }

  /// Returns the reward of every state of a tile.
  ///
  /// - Parameter tile: The states.
  /// - Returns: One reward for each lane.
  public func rewards(of tile: StateTile) -> [Double] {
    var sums = [Double](repeating: 0, count: StateTile.lanes)
    for term in terms {
      let rewards = term.reward.rewards(of: tile)
      for lane in sums.indices { sums[lane] += term.weight * rewards[lane] }
    }
    return sums
  }

  /// Returns the gradient at one state.
  ///
  /// - Parameter state: `dimension` numbers.
  /// - Returns: The weighted sum of the gradients.
  public func gradient(at state: [Double]) -> [Double] {
    var sum = [Double](repeating: 0, count: dimension)
    for term in terms {
      let slope = term.reward.gradient(at: state)
      for axis in sum.indices { sum[axis] += term.weight * slope[axis] }
    }
    return sum
  }
}
