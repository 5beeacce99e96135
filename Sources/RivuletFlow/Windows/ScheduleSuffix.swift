/// A shifted grid whose steps behind the stochastic window are replaced by fewer, longer ones.
///
///     u_k = 1 - k / T,  t = shift u / (1 + (shift - 1) u)
///
/// The times up to the first step behind the window stay; from there the u are spaced evenly anew.
/// MixGRPO Flash replaces r remaining steps by floor(ratio r) and crosses them with a solver of higher
/// order. Its code counts *points* where steps are meant: with one point left the schedule ends above
/// 0, and a noisy state is decoded.
///
/// Source: MixGRPO, arXiv 2507.21802, and `sampling_utils.py` at e5cdd6a, lines 29 to 59.
public struct ScheduleSuffix: Sendable, Hashable {
  /// What the compressed number counts.
  public enum Form: String, Sendable, Hashable, Codable, CaseIterable {
    /// Steps: max(1, floor(ratio x remaining steps)) of them lead to 0.
    case steps
    /// The code's: max(1, floor(ratio x remaining points)) points, one step fewer; the first of them is
    /// the state behind the window, and the only one when there is just one.
    case points
  }

  /// T before the compression.
  public let stepCount: Int
  /// The shift of the grid.
  public let shift: Double
  /// The step at which the suffix begins: the first one behind the window.
  public let start: Int
  /// The share of the remaining steps that is kept, in (0, 1].
  public let ratio: Double
  /// What the compressed number counts.
  public let form: Form

  /// Makes a schedule.
  ///
  /// - Parameters:
  ///   - stepCount: T before the compression, at least one.
  ///   - shift: The shift in [1e-6, 1e6].
  ///   - start: The first step behind the window, 0 ... T; at T nothing is replaced.
  ///   - ratio: The share of the remaining steps that is kept, in (0, 1].
  ///   - form: What the compressed number counts.
  public init(stepCount: Int, shift: Double, start: Int, ratio: Double, form: Form = .steps) {
    precondition(stepCount >= 1, "a grid needs one or more steps, got \(stepCount)")
    precondition((0...stepCount).contains(start), "the grid has no step \(start)")
    precondition(ratio > 0 && ratio <= 1, "the ratio must lie in (0, 1], got \(ratio)")
    self.stepCount = stepCount
    self.shift = shift
    self.start = start
    self.ratio = ratio
    self.form = form
  }

  /// The number of steps behind the window after the compression; 0 when the schedule ends there.
  public var suffixSteps: Int {
    let remaining = stepCount - start
    guard remaining > 0 else { return 0 }
    switch form {
    case .steps: return max(1, Int(Double(remaining) * ratio))
    case .points: return max(1, Int(Double(remaining + 1) * ratio)) - 1
    }
  }

  /// The times, from 1 down; the last one is 0 unless the published form is left with one point.
  public var times: [Double] {
    let grid = TimeGrid.shifted(steps: stepCount, shift: shift)
    var times = Array(grid.times[0...start])
    let steps = suffixSteps
    let u = Double(stepCount - start) / Double(stepCount)
    for step in 0..<steps {
      let rest = u * (Double(steps - 1 - step) / Double(steps))
      times.append(shift * rest / (1 + (shift - 1) * rest))
    }
    return times
  }

  /// Returns the times as a grid.
  ///
  /// - Returns: The grid.
  /// - Throws: ``TimeGrid/Invalid/doesNotEndAtZero(value:)`` where the published form ends above 0.
  public func grid() throws(TimeGrid.Invalid) -> TimeGrid { try TimeGrid(times: times) }
}
