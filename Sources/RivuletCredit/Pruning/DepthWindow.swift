/// The depths whose edges are dropped, as a window that slides while training goes on.
///
///     D = base - shift   or   base + shift
///     shift = min(iteration / interval, room up to the stop)
///
/// A depth is that of the edge's child. The window stops when its leading edge has reached the
/// stop: its shallowest depth on the way to the root, its deepest one on the way to the leaves; a
/// window that starts beyond the stop does not move.
public struct DepthWindow: Sendable, Hashable {
  /// Where the window moves.
  public enum Direction: String, Sendable, Hashable, Codable, CaseIterable {
    /// To later steps.
    ///
    /// The paper's text, arXiv 2509.06040.
    case towardsLeaves
    /// To earlier steps.
    ///
    /// The published code, lines 1270 to 1317 of `train_branchgrpo_flux.py` at 19fbb9f.
    case towardsRoot
  }

  /// Where the window moves.
  public let direction: Direction
  /// The depths at the start, ascending.
  public let base: [Int]
  /// The number of iterations between two moves.
  public let interval: Int
  /// The depth at which the leading edge stops.
  public let stop: Int

  /// Makes a window from a list of depths, which need not be neighbours.
  ///
  /// - Parameters:
  ///   - base: The depths at the start, in any order; one or more, distinct.
  ///   - direction: Where the window moves.
  ///   - interval: The number of iterations between two moves, at least one.
  ///   - stop: The depth at which the leading edge stops.
  public init(base: some Sequence<Int>, direction: Direction, interval: Int, stop: Int) {
    let sorted = base.sorted()
    precondition(!sorted.isEmpty, "a window has one or more depths")
    precondition(Set(sorted).count == sorted.count, "a window has each depth once, got \(sorted)")
    precondition(interval >= 1, "a window moves after one or more iterations, got \(interval)")
    self.direction = direction
    self.base = sorted
    self.interval = interval
    self.stop = stop
  }

  /// Makes a window of neighbouring depths.
  ///
  /// - Parameters:
  ///   - start: The shallowest depth at the start.
  ///   - size: The number of depths, at least one.
  ///   - direction: Where the window moves.
  ///   - interval: The number of iterations between two moves, at least one.
  ///   - stop: The depth at which the leading edge stops.
  public init(start: Int, size: Int, direction: Direction, interval: Int, stop: Int) {
    precondition(size >= 1, "a window has one or more depths, got \(size)")
    self.init(base: start..<(start + size), direction: direction, interval: interval, stop: stop)
  }

  /// The paper's window: four depths from the last split point, one deeper every 30 iterations.
  ///
  /// The paper presets the stop without giving it. Source: arXiv 2509.06040, on depth pruning.
  ///
  /// - Parameters:
  ///   - lastSplit: The last split point, taken as the shallowest depth of the window.
  ///   - stop: The deepest depth that the window reaches.
  /// - Returns: The window.
  public static func paper(lastSplit: Int, stop: Int) -> DepthWindow {
    DepthWindow(start: lastSplit, size: 4, direction: .towardsLeaves, interval: 30, stop: stop)
  }

  /// Returns the depths that an iteration drops, ascending.
  ///
  /// - Parameter iteration: The number of the iteration; the published code counts from one.
  /// - Returns: As many depths as ``base`` has.
  public func depths(at iteration: Int) -> [Int] {
    precondition(iteration >= 0, "an iteration must not be negative, got \(iteration)")
    let moves = iteration / interval
    switch direction {
    case .towardsRoot:
      let shift = min(moves, max(0, base[0] - stop))
      return base.map { $0 - shift }
    case .towardsLeaves:
      let shift = min(moves, max(0, stop - base[base.count - 1]))
      return base.map { $0 + shift }
    }
  }

  /// Returns the mask that drops the window of an iteration.
  ///
  /// - Parameters:
  ///   - iteration: The number of the iteration.
  ///   - shape: Who descends from whom.
  ///   - lanes: The number of trees.
  /// - Returns: The mask of the edges that stay.
  public func mask(at iteration: Int, shape: TreeShape, lanes: Int = 1) -> EdgeMask {
    EdgeMask(droppingDepths: depths(at: iteration), shape: shape, lanes: lanes)
  }
}

/// The part of training in which anything is pruned: its beginning.
///
/// Source: `pruning_step_ratio` of BranchGRPO's code, lines 1259 to 1263 of
/// `train_branchgrpo_flux.py` at 19fbb9f; its default 1 prunes always.
public struct PruningPeriod: Sendable, Hashable {
  /// The part of all iterations, in [0, 1].
  public let ratio: Double

  /// Makes a period.
  ///
  /// - Parameter ratio: The part of all iterations, in [0, 1].
  public init(ratio: Double = 1) {
    precondition((0...1).contains(ratio), "the part of training must be in [0, 1], got \(ratio)")
    self.ratio = ratio
  }

  /// Returns whether an iteration prunes: `iteration <= int(maximum ratio)`.
  ///
  /// - Parameters:
  ///   - iteration: The number of the iteration, counted from one as in the published code.
  ///   - maximum: The number of iterations.
  /// - Returns: True up to the end of the period.
  public func prunes(at iteration: Int, of maximum: Int) -> Bool {
    iteration <= Int(Double(maximum) * ratio)
  }
}
