/// A number that says how good a final state is.
public protocol Reward: Sendable {
  /// The dimension of the states that it scores.
  var dimension: Int { get }

  /// Returns the reward of one state.
  ///
  /// A rollout stops with ``RewardError`` where the reward is not finite.
  ///
  /// - Parameter state: `dimension` numbers.
  /// - Returns: The reward.
  func reward(of state: [Double]) -> Double

  /// Returns the reward of every state of a tile, bit-equal to ``reward(of:)`` lane by lane.
  ///
  /// - Parameter tile: The states.
  /// - Returns: One reward for each lane.
  func rewards(of tile: StateTile) -> [Double]
}

extension Reward {
  /// Returns the reward of every state of a tile by asking for one state after the other.
  ///
  /// - Parameter tile: The states.
  /// - Returns: One reward for each lane.
  public func rewards(of tile: StateTile) -> [Double] {
    (0..<StateTile.lanes).map { reward(of: tile.state($0)) }
  }

  /// Stops when a state has another dimension than the reward.
  func requireDimension(_ count: Int) {
    precondition(
      count == dimension, "this reward scores states of \(dimension) numbers, got \(count)")
  }
}
