import RivuletNumerics

/// A window of consecutive steps that moves over the grid while training goes on.
///
/// Where the window stands is a function of the iteration alone, so a run can be cut anywhere and
/// continued: nothing is stored. Iterations count from 0. The window stands some iterations at each
/// start 0, stride, 2 stride and so on, and from the last start it goes back to 0 or stays.
///
/// Two forms of the ends are kept apart. In the ``Form/complete`` one the window always has its full
/// size and reaches every step below ``bound``: the last start is bound - size, which the start moves
/// to when a stride would pass it. The ``Form/published`` one lets the start run up to the bound
/// itself, and cuts the window there, so that it shrinks and at last is empty.
///
/// Source: MixGRPO, arXiv 2507.21802, and `grpo_states.py` at e5cdd6a.
public struct MovingWindow: Sendable, Hashable {
  /// How long the window stands at a start, or how the start is drawn.
  public enum Strategy: Sendable, Hashable {
    /// The same number of iterations everywhere.
    case progressive(iterations: Int)
    /// A start drawn uniformly from 0 ... bound - size for each iteration.
    case random
    /// A number of iterations that falls linearly along the way.
    ///
    ///     max(last, floor(first (1 - p) + last p)),   p = start / last start
    case decay(first: Int, last: Int)
    /// A number of iterations that falls exponentially from the start 13 on.
    ///
    ///     ceil(iterations exp(-rate max(0, start - threshold)))
    case exponentialDecay(iterations: Int, rate: Double = 0.1, threshold: Int = 13)
  }

  /// What follows the last start.
  public enum End: String, Sendable, Hashable, Codable, CaseIterable {
    /// The window goes back to start 0.
    case rollBack
    /// The window stays at the last start.
    case stay
  }

  /// Which last start a window has.
  public enum Form: String, Sendable, Hashable, Codable, CaseIterable {
    /// The window is never cut and reaches every step below the bound.
    case complete
    /// The code's: a start counts as past the end only beyond the bound, so the window shrinks and at
    /// the bound itself holds no step.
    case published
  }

  /// How long the window stands at a start.
  public let strategy: Strategy
  /// The number of steps that the window may hold: steps 0 ..< bound.
  public let bound: Int
  /// The number of steps in the window.
  public let size: Int
  /// How far the start moves at once; 0 leaves the window where it is.
  public let stride: Int
  /// What follows the last start.
  public let end: End
  /// Which last start the window has.
  public let form: Form

  /// Makes a window.
  ///
  /// - Parameters:
  ///   - strategy: How long the window stands at a start; numbers of iterations are at least one.
  ///   - bound: The number of steps that it may hold, from step 0 on; T - 1 trains all but the last.
  ///   - size: The number of steps in it, 1 ... bound.
  ///   - stride: How far the start moves at once; nil for the size, so that windows do not overlap.
  ///   - end: What follows the last start.
  ///   - form: Which last start it has.
  public init(
    _ strategy: Strategy, bound: Int, size: Int, stride: Int? = nil, end: End = .rollBack,
    form: Form = .complete
  ) {
    precondition(
      size >= 1 && size <= bound, "a window of \(size) steps does not lie in \(bound) steps")
    let stride = stride ?? size
    precondition(stride >= 0, "the stride must not be negative, got \(stride)")
    switch strategy {
    case .progressive(let iterations):
      precondition(iterations >= 1, "a start lasts one or more iterations, got \(iterations)")
    case .random: break
    case .decay(let first, let last):
      precondition(
        first >= last && last >= 1, "iterations decay to one or more, got \(first) to \(last)")
    case .exponentialDecay(let iterations, let rate, let threshold):
      precondition(iterations >= 1, "a start lasts one or more iterations, got \(iterations)")
      precondition(rate.isFinite && rate >= 0, "the rate must not be negative, got \(rate)")
      precondition(threshold >= 0, "the threshold must not be negative, got \(threshold)")
    }
    self.strategy = strategy
    self.bound = bound
    self.size = size
    self.stride = stride
    self.end = end
    self.form = form
  }

  /// The last start: bound - size, or in the published form the bound.
  public var lastStart: Int { form == .complete ? bound - size : bound }

  /// Returns for how many iterations the window stands at a start.
  ///
  /// - Parameter start: 0 ... ``lastStart``.
  /// - Returns: At least one; 1 for random starts.
  public func iterations(at start: Int) -> Int {
    precondition(
      (0...lastStart).contains(start), "the starts are 0 to \(lastStart), got \(start)")
    switch strategy {
    case .progressive(let iterations): return iterations
    case .random: return 1
    case .decay(let first, let last):
      guard lastStart > 0 else { return first }
      if form == .complete {
        // In whole numbers: where the formula gives one, rounding could fall below it.
        return first - ((first - last) * start + lastStart - 1) / lastStart
      }
      let progress = Double(start) / Double(lastStart)
      return max(last, Int(Double(first) * (1 - progress) + Double(last) * progress))
    case .exponentialDecay(let iterations, let rate, let threshold):
      let decay = Elementary.exp(-rate * Double(max(0, start - threshold)))
      return max(1, Int((Double(iterations) * decay).rounded(.up)))
    }
  }

  /// The starts of one way through the steps, in order; for random starts every start, each once.
  public var starts: [Int] {
    if case .random = strategy { return Array(0...(bound - size)) }
    guard stride > 0 else { return [0] }
    var starts = Array(Swift.stride(from: 0, through: lastStart, by: stride))
    // Without this the steps behind the last full stride would never be trained. The published form
    // moves there only where it stays.
    let reachesEnd = form == .complete || end == .stay
    if reachesEnd, starts[starts.count - 1] != lastStart { starts.append(lastStart) }
    return starts
  }
}
