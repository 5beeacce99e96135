/// A reward of tiles of states in single precision, or several.
///
/// A call takes no memory, but for what fits on the stack, and its bits depend on each lane alone.
public protocol TileReward: Sendable {
  /// The dimension of the states that it scores.
  var dimension: Int { get }

  /// The number of rewards of a state; most have one.
  var rewardCount: Int { get }

  /// Writes the rewards of each lane.
  ///
  /// - Parameters:
  ///   - state: ``dimension`` rows of `lanes` numbers.
  ///   - prompts: The prompt of each lane.
  ///   - lanes: A multiple of eight.
  ///   - rewards: Room for ``rewardCount`` rows of `lanes` numbers.
  func rewards(
    of state: UnsafePointer<Float>, prompts: UnsafePointer<UInt32>, lanes: Int,
    into rewards: UnsafeMutablePointer<Float>)
}

extension TileReward {
  /// One reward.
  public var rewardCount: Int { 1 }
}
