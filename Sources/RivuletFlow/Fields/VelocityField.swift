/// The velocity of a flow at a state and a time.
///
/// The velocity points from data to noise: v(x, t) = E[x_noise - x_data | x_t = x].
public protocol VelocityField: Sendable {
  /// The dimension of the states.
  var dimension: Int { get }

  /// Returns the velocity at one state.
  ///
  /// - Parameters:
  ///   - state: x, with `dimension` numbers.
  ///   - time: t in [0, 1].
  /// - Returns: v(x, t).
  func velocity(at state: [Double], time: Double) -> [Double]

  /// Writes the velocity at every state of a tile, bit-equal to ``velocity(at:time:)`` lane by lane.
  ///
  /// - Parameters:
  ///   - tile: The states.
  ///   - time: t in [0, 1].
  ///   - output: A tile of the same dimension.
  func velocity(of tile: StateTile, time: Double, into output: inout StateTile)
}

extension VelocityField {
  /// Writes the velocity at every state of a tile by asking for one state after the other.
  ///
  /// - Parameters:
  ///   - tile: The states.
  ///   - time: t in [0, 1].
  ///   - output: A tile of the same dimension.
  public func velocity(of tile: StateTile, time: Double, into output: inout StateTile) {
    for lane in 0..<StateTile.lanes {
      output.set(velocity(at: tile.state(lane), time: time), lane: lane)
    }
  }
}
