public import RivuletFlow

/// Any reward of double precision, asked for one tile at a time: for rewards that no kernel knows.
///
/// Its cost is that of the reward itself and of memory for a tile at every call.
public struct WidenedTileReward<R: Reward>: TileReward {
  /// The reward.
  public let reward: R

  /// Takes over a reward.
  ///
  /// - Parameter reward: The reward.
  public init(_ reward: R) { self.reward = reward }

  /// The dimension of the states that it scores.
  public var dimension: Int { reward.dimension }

  /// Writes the reward of each lane.
  ///
  /// - Parameters:
  ///   - state: ``dimension`` rows of `lanes` numbers.
  ///   - prompts: Not read.
  ///   - lanes: A multiple of eight.
  ///   - rewards: Room for `lanes` numbers.
  public func rewards(
    of state: UnsafePointer<Float>, prompts: UnsafePointer<UInt32>, lanes: Int,
    into rewards: UnsafeMutablePointer<Float>
  ) {
    var tile = StateTile(dimension: dimension)
    for first in stride(from: 0, to: lanes, by: StateTile.lanes) {
      let count = min(StateTile.lanes, lanes - first)
      for row in 0..<dimension {
        for lane in 0..<count {
          tile.values[row * StateTile.lanes + lane] = Double(state[row * lanes + first + lane])
        }
      }
      let values = reward.rewards(of: tile)
      for lane in 0..<count { rewards[first + lane] = Float(values[lane]) }
    }
  }
}
