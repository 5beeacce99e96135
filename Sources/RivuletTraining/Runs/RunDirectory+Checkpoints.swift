extension RunDirectory {
  /// The checkpoint with which a run goes on.
  public struct Resumption: Sendable {
    /// The newest checkpoint that can be used; nil where the run has none yet.
    public let checkpoint: Checkpoint?
    /// Newer files that cannot be used, the newest first.
    public let skipped: [SkippedCheckpoint]
  }

  /// Returns the files of checkpoints, the newest first.
  ///
  /// - Returns: The paths.
  /// - Throws: ``RunError/files(_:)``.
  public func checkpointPaths() throws(RunError) -> [String] {
    try numberedCheckpoints().map { checkpointFolder + "/" + $0.name }
  }

  /// Finds the newest checkpoint that is whole and belongs to this run.
  ///
  /// - Returns: The checkpoint, and what was passed over.
  /// - Throws: ``RunError/noUsableCheckpoint(_:)`` where there are files and none can be used.
  public func newestCheckpoint() throws(RunError) -> Resumption {
    var skipped: [SkippedCheckpoint] = []
    for (name, iteration) in try numberedCheckpoints() {
      let path = checkpointFolder + "/" + name
      do {
        let checkpoint = try Checkpoint(
          bytes: files.read(path), recipeDigest: manifest.recipeDigest,
          streamVersion: manifest.streamVersion)
        guard checkpoint.iteration == iteration else {
          throw CheckpointError.wrongIteration(expected: iteration, found: checkpoint.iteration)
        }
        return Resumption(checkpoint: checkpoint, skipped: skipped)
      } catch let error as CheckpointError {
        skipped.append(SkippedCheckpoint(path: path, error: error))
      } catch let error as FileFailure {
        throw .files(error)
      } catch {
        preconditionFailure("\(error)")
      }
    }
    guard skipped.isEmpty else { throw .noUsableCheckpoint(skipped) }
    return Resumption(checkpoint: nil, skipped: [])
  }

  /// Makes the run ready to go on after a checkpoint: later lines are cut off, leftovers removed.
  ///
  /// - Parameter checkpoint: The checkpoint; nil to start from the beginning.
  /// - Returns: What writes the lines and checkpoints to come.
  /// - Throws: ``RunError``; nothing before the checkpoint is lost whatever fails.
  ///   ``RunError/claimed(path:)`` where another process writes.
  public func recorder(after checkpoint: Checkpoint?) throws(RunError) -> RunRecorder {
    let run = try claimed()
    let iteration = checkpoint?.iteration ?? 0
    let trail = try keptTrail(through: iteration)
    let metrics = try keptMetrics(through: iteration)
    do {
      for (folder, names) in [
        (path, try files.names(in: path)),
        (checkpointFolder, try files.names(in: checkpointFolder)),
      ] {
        for name in names where name.hasPrefix(".") && name.hasSuffix(".partial") {
          try files.remove(folder + "/" + name)
        }
      }
      // A checkpoint that was passed over must not be taken for the newest later on. It gets another
      // name before its lines go.
      for (name, number) in try numberedCheckpoints() where number > iteration {
        let path = checkpointFolder + "/" + name
        try files.rename(path, to: path + ".rejected")
      }
      try files.synchroniseFolder(checkpointFolder)
      try replace("trail.txt", by: trail)
      try replace("metrics.jsonl", by: metrics)
    } catch let error as FileFailure {
      throw .files(error)
    } catch let error as RunError {
      throw error
    } catch {
      preconditionFailure("\(error)")
    }
    return RunRecorder(run: run, iteration: iteration)
  }

  private func replace(_ name: String, by bytes: [UInt8]) throws(FileFailure) {
    guard try files.read(path + "/" + name) != bytes else { return }
    try files.replace(name, in: path, with: bytes)
  }

  /// The lines of the trail up to an iteration; what follows was not waited for and may be anything.
  private func keptTrail(through iteration: Int) throws(RunError) -> [UInt8] {
    let bytes = try bytes(of: trailPath)
    let ends = lineEnds(of: bytes)
    guard ends.count >= iteration else {
      throw .shortTrail(path: trailPath, lines: ends.count, iteration: iteration)
    }
    let kept = Array(bytes[..<(iteration == 0 ? 0 : ends[iteration - 1])])
    let text = try Self.text(kept, of: trailPath)
    do {
      _ = try HashTrail(text: text)
    } catch {
      throw .trail(path: trailPath, error)
    }
    return kept
  }

  /// The lines of the metrics up to an iteration.
  private func keptMetrics(through iteration: Int) throws(RunError) -> [UInt8] {
    let bytes = try bytes(of: metricsPath)
    do {
      return Array(bytes[..<(try RunMetrics.end(of: iteration, in: bytes))])
    } catch {
      throw .metrics(path: metricsPath, error)
    }
  }

  /// Gives a trainer the state of a checkpoint of this run.
  ///
  /// - Parameters:
  ///   - checkpoint: A checkpoint.
  ///   - trainer: A trainer of the same recipe.
  /// - Throws: ``RunError/noUsableCheckpoint(_:)`` where an array is missing or has another size.
  public func restore(
    _ checkpoint: Checkpoint, to trainer: some RunnableTrainer
  ) throws(RunError) {
    do {
      try trainer.restore(checkpoint)
    } catch {
      throw .noUsableCheckpoint([
        SkippedCheckpoint(path: checkpointPath(of: checkpoint.iteration), error: error)
      ])
    }
  }

  /// The path that a checkpoint has.
  func checkpointPath(of iteration: Int) -> String {
    checkpointFolder + "/" + Self.name(of: iteration)
  }

  /// Writes a checkpoint whole or not at all, and removes all but the newest two.
  func save(_ checkpoint: Checkpoint) throws(RunError) {
    do {
      try files.replace(
        Self.name(of: checkpoint.iteration), in: checkpointFolder, with: checkpoint.bytes)
      for (name, _) in try numberedCheckpoints().dropFirst(Self.keptCheckpoints) {
        try files.remove(checkpointFolder + "/" + name)
      }
    } catch let error as FileFailure {
      throw .files(error)
    } catch let error as RunError {
      throw error
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// The files with the names of checkpoints, the newest first.
  private func numberedCheckpoints() throws(RunError) -> [(name: String, iteration: Int)] {
    let names: [String]
    do {
      names = try files.names(in: checkpointFolder)
    } catch {
      throw .files(error)
    }
    var found: [(name: String, iteration: Int)] = []
    for name in names {
      guard name.hasPrefix("checkpoint-"), name.hasSuffix(".rvc"),
        let iteration = Int(name.dropFirst(11).dropLast(4)), Self.name(of: iteration) == name
      else { continue }
      found.append((name, iteration))
    }
    return found.sorted { $0.iteration > $1.iteration }
  }

  private static func name(of iteration: Int) -> String {
    let digits = String(iteration)
    return "checkpoint-" + String(repeating: "0", count: max(0, 9 - digits.count)) + digits + ".rvc"
  }
}
