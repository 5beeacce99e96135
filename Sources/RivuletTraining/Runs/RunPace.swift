/// How often a run writes; it changes no bit of the result.
public struct RunPace: Sendable, Hashable {
  /// The number of iterations between two checkpoints; nil for no bound.
  public var checkpointIterations: Int?
  /// The longest time between two checkpoints, in seconds; nil for no bound.
  public var checkpointSeconds: Double?
  /// The longest time that lines are kept back, in seconds; nil for no bound.
  public var lineSeconds: Double?

  /// A checkpoint every 30 seconds, and lines that are a second late at most.
  public static let standard = RunPace(checkpointSeconds: 30, lineSeconds: 1)

  /// Makes a pace.
  ///
  /// - Parameters:
  ///   - checkpointIterations: The number of iterations between two checkpoints; nil for no bound.
  ///   - checkpointSeconds: The longest time between two checkpoints, in seconds; nil for no bound.
  ///   - lineSeconds: The longest time that lines are kept back, in seconds; nil for no bound.
  public init(
    checkpointIterations: Int? = nil, checkpointSeconds: Double? = nil, lineSeconds: Double? = nil
  ) {
    precondition(
      checkpointIterations ?? 1 >= 1,
      "checkpoints are 1 or more iterations apart, got \(checkpointIterations ?? 0)")
    for seconds in [checkpointSeconds, lineSeconds] {
      precondition(seconds ?? 0 >= 0, "a time must not be negative, got \(seconds ?? 0)")
    }
    self.checkpointIterations = checkpointIterations
    self.checkpointSeconds = checkpointSeconds
    self.lineSeconds = lineSeconds
  }
}

/// Says when the next checkpoint and the next lines are due.
struct RunClock {
  private let pace: RunPace
  private var lastCheckpoint: ContinuousClock.Instant
  private var lastLines: ContinuousClock.Instant

  /// What is to be written.
  enum Due { case nothing, lines, checkpoint }

  init(_ pace: RunPace) {
    self.pace = pace
    lastCheckpoint = .now
    lastLines = lastCheckpoint
  }

  /// Returns what is to be written after an iteration, and takes it for written.
  mutating func due(after iteration: Int) -> Due {
    if let interval = pace.checkpointIterations, iteration.isMultiple(of: interval) {
      written()
      return .checkpoint
    }
    guard pace.checkpointSeconds != nil || pace.lineSeconds != nil else { return .nothing }
    let now = ContinuousClock.now
    if let seconds = pace.checkpointSeconds, now - lastCheckpoint >= .seconds(seconds) {
      written()
      return .checkpoint
    }
    if let seconds = pace.lineSeconds, now - lastLines >= .seconds(seconds) {
      lastLines = now
      return .lines
    }
    return .nothing
  }

  private mutating func written() {
    lastCheckpoint = .now
    lastLines = lastCheckpoint
  }
}
