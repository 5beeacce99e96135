import RivuletKernels

/// A velocity field with a constant vector added, at every time or at chosen ones only.
///
///     v'(x, t) = v(x, t) + theta
///
/// The simplest trainable field: its parameter theta enters the velocity directly, so derivatives with
/// respect to theta are derivatives with respect to the velocity.
public struct ShiftedField<Base: VelocityField>: VelocityField {
  /// The field to which the vector is added.
  public let base: Base
  /// The vector theta.
  public let shift: [Double]
  /// The times at which the vector is added; nil stands for every time.
  public let times: [Double]?

  /// Makes a shifted field.
  ///
  /// - Parameters:
  ///   - base: The field to which the vector is added.
  ///   - shift: theta, one number for each dimension.
  ///   - times: The times at which it is added, compared as exact numbers: give those of the grid. Nil
  ///     stands for every time.
  public init(_ base: Base, shift: [Double], onlyAt times: [Double]? = nil) {
    precondition(
      shift.count == base.dimension,
      "the shift has \(shift.count) numbers for \(base.dimension) dimensions")
    self.base = base
    self.shift = shift
    self.times = times
  }

  /// Makes a field that is shifted at chosen steps of a grid.
  ///
  /// - Parameters:
  ///   - base: The field to which the vector is added.
  ///   - shift: theta, one number for each dimension.
  ///   - steps: Step numbers of the grid.
  ///   - grid: The times at which the sampler asks for velocities.
  public init(_ base: Base, shift: [Double], steps: some Sequence<Int>, of grid: TimeGrid) {
    self.init(
      base, shift: shift,
      onlyAt: steps.map { step in
        precondition(grid.steps.contains(step), "the grid has no step \(step)")
        return grid.times[step]
      })
  }

  /// The dimension of the states.
  public var dimension: Int { base.dimension }

  /// Returns the velocity at one state.
  ///
  /// - Parameters:
  ///   - state: x, with `dimension` numbers.
  ///   - time: t in [0, 1].
  /// - Returns: v(x, t) + theta, or v(x, t) at the times without shift.
  public func velocity(at state: [Double], time: Double) -> [Double] {
    var velocity = base.velocity(at: state, time: time)
    guard isShifted(at: time) else { return velocity }
    for index in velocity.indices { velocity[index] += shift[index] }
    return velocity
  }

  /// Writes the velocity at every state of a tile.
  ///
  /// - Parameters:
  ///   - tile: The states.
  ///   - time: t in [0, 1].
  ///   - output: A tile of the same dimension.
  public func velocity(of tile: StateTile, time: Double, into output: inout StateTile) {
    base.velocity(of: tile, time: time, into: &output)
    guard isShifted(at: time) else { return }
    output.values.withUnsafeMutableBufferPointer { numbers in
      guard let rows = numbers.baseAddress else { return }
      for (index, amount) in shift.enumerated() {
        shiftRow(rows + index * StateTile.lanes, count: StateTile.lanes, by: amount)
      }
    }
  }

  private func isShifted(at time: Double) -> Bool { times?.contains(time) ?? true }
}
