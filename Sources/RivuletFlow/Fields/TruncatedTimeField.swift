/// A velocity field that is told the time cut to thousandths.
///
///     v'(x, t) = v(x, floor(1000 t) / 1000)
///
/// The published trainers condition the network on a whole number of thousandths while the sampler
/// steps by exact times, so the velocity belongs to a smaller time, by up to 0.001, than the step. A time
/// that is a whole number of thousandths may be rounded to just below it and then loses a whole one; the
/// trainers' 32-bit arithmetic does so at t = 0.875, step 6 of 20 with shift 3.
///
/// Source: `int(sigma * 1000)` in `train_grpo_flux.py` of DanceGRPO at 15cc71d, line 231, and in the
/// trainer of BranchGRPO at 19fbb9f, lines 428 and 443.
public struct TruncatedTimeField<Base: VelocityField>: VelocityField {
  /// The field that is asked at the truncated time.
  public let base: Base

  /// Wraps a field.
  ///
  /// - Parameter base: The field that is asked at the truncated time.
  public init(_ base: Base) { self.base = base }

  /// The dimension of the states.
  public var dimension: Int { base.dimension }

  /// Returns the time that the field is told.
  ///
  /// - Parameter time: t in [0, 1].
  /// - Returns: floor(1000 t) / 1000.
  public static func truncated(_ time: Double) -> Double {
    precondition(time >= 0 && time <= 1, "time lies in [0, 1], got \(time)")
    return (time * 1000).rounded(.down) / 1000
  }

  /// Returns by how much the time that the field is told is too small.
  ///
  /// - Parameter grid: The times at which a sampler asks for velocities.
  /// - Returns: t_k - floor(1000 t_k) / 1000 for each step, in [0, 0.001] up to rounding.
  public static func timeErrors(on grid: TimeGrid) -> [Double] {
    grid.steps.map { grid.times[$0] - truncated(grid.times[$0]) }
  }

  /// Returns the velocity at one state.
  ///
  /// - Parameters:
  ///   - state: x, with `dimension` numbers.
  ///   - time: t in [0, 1].
  /// - Returns: v(x, floor(1000 t) / 1000).
  public func velocity(at state: [Double], time: Double) -> [Double] {
    base.velocity(at: state, time: Self.truncated(time))
  }

  /// Writes the velocity at every state of a tile.
  ///
  /// - Parameters:
  ///   - tile: The states.
  ///   - time: t in [0, 1].
  ///   - output: A tile of the same dimension.
  public func velocity(of tile: StateTile, time: Double, into output: inout StateTile) {
    base.velocity(of: tile, time: Self.truncated(time), into: &output)
  }
}
