/// Writes the lines and checkpoints of a run, in the order that keeps it whole.
///
/// Lines are collected and written together: after ``lineLimit`` bytes, before a checkpoint, and at
/// ``flush()``.
public struct RunRecorder: Sendable {
  /// The number of bytes of lines that are collected before they are written.
  public static let lineLimit = 65_536

  /// The run.
  public let run: RunDirectory
  /// The number of iterations that are recorded.
  public private(set) var iteration: Int

  private var metrics: [UInt8] = []
  private var trail: [UInt8] = []

  init(run: RunDirectory, iteration: Int) {
    self.run = run
    self.iteration = iteration
  }

  /// Records the next iteration.
  ///
  /// - Parameters:
  ///   - hash: The hash of the state after it.
  ///   - values: The numbers to report and their names; none for no line.
  /// - Throws: ``RunError/files(_:)`` where collected lines cannot be written.
  public mutating func record(
    hash: TrailHash, metrics values: [RunMetrics.Value] = []
  ) throws(RunError) {
    iteration += 1
    trail += HashTrail.line(iteration, hash.hexadecimal).utf8
    if !values.isEmpty {
      metrics += RunMetrics.Record(iteration: iteration, values: values).line.utf8
    }
    if metrics.count + trail.count >= Self.lineLimit { try flush() }
  }

  /// Writes the lines that are collected, without waiting for the disk.
  ///
  /// - Throws: ``RunError/files(_:)``.
  public mutating func flush() throws(RunError) {
    do {
      if !trail.isEmpty { try run.files.append(trail, to: run.trailPath) }
      trail.removeAll(keepingCapacity: true)
      if !metrics.isEmpty { try run.files.append(metrics, to: run.metricsPath) }
      metrics.removeAll(keepingCapacity: true)
    } catch {
      throw .files(error)
    }
  }

  /// Writes a checkpoint of the state after the last recorded iteration.
  ///
  /// - Parameter arrays: The state, as arrays with names, each name once.
  /// - Throws: ``RunError/files(_:)``; earlier checkpoints are then still there. Whatever fails, the
  ///   run is to be opened again, not recorded on: a part of the lines may have been written.
  public mutating func save(_ arrays: [Checkpoint.NamedArray]) throws(RunError) {
    try flush()
    do {
      try run.files.synchronise(run.trailPath)
      try run.files.synchronise(run.metricsPath)
    } catch {
      throw .files(error)
    }
    try run.save(
      Checkpoint(
        iteration: iteration, recipeDigest: run.manifest.recipeDigest,
        streamVersion: run.manifest.streamVersion, arrays: arrays))
  }
}
