/// A trainer that is driven to the end of its recipe, with everything that happens on disk.
///
///     restore the newest checkpoint, if there is one
///     until the last iteration is done:
///       stop, with a checkpoint, where that is asked for
///       iterate; record the hash of the state and the metrics
///       write a checkpoint where one is due
///     write the last checkpoint
///
/// The trail, the metrics and the last checkpoint have the same bits however often the run is cut.
public struct TrainingRun<Trainer: RunnableTrainer> {
  /// How driving ended.
  public enum Outcome: Sendable, Hashable {
    /// All iterations are done, and there is a checkpoint of the end.
    case finished
    /// A stop was asked for, and there is a checkpoint of where it happened.
    case stopped
  }

  /// The trainer.
  public let trainer: Trainer
  /// The folder, claimed for this process.
  public let directory: RunDirectory
  /// The number of iterations that were done before.
  public let resumedFrom: Int
  /// Newer checkpoints that could not be used, the newest first; they are put aside.
  public let skipped: [SkippedCheckpoint]

  private var recorder: RunRecorder
  private var lastSaved: Checkpoint
  private var isSaved: Bool

  /// Takes up a run at its newest checkpoint, or at its beginning where it has none.
  ///
  /// Lines after the checkpoint are cut off; they are written again.
  ///
  /// - Parameters:
  ///   - trainer: A trainer of the run's recipe, at its beginning.
  ///   - directory: The folder.
  /// - Throws: ``RunError``, and ``RunError/claimed(path:)`` where another process writes.
  public init(_ trainer: Trainer, in directory: RunDirectory) throws(RunError) {
    precondition(trainer.iteration == 0, "a trainer starts at 0, got \(trainer.iteration)")
    let beginning = trainer.checkpoint()
    precondition(
      beginning.recipeDigest == directory.manifest.recipeDigest,
      "the trainer has the recipe \(beginning.recipeDigest), the run "
        + directory.manifest.recipeDigest)
    self.trainer = trainer
    self.directory = try directory.claimed()
    let found = try self.directory.newestCheckpoint()
    skipped = found.skipped
    if let checkpoint = found.checkpoint {
      try self.directory.restore(checkpoint, to: trainer)
    }
    recorder = try self.directory.recorder(after: found.checkpoint)
    resumedFrom = trainer.iteration
    lastSaved = found.checkpoint ?? beginning
    isSaved = found.checkpoint != nil
  }

  /// Iterates until the recipe is done or a stop is asked for.
  ///
  /// - Parameters:
  ///   - pace: How often checkpoints and lines are written.
  ///   - shouldStop: Asked before every iteration.
  ///   - progress: Told of every iteration after it is recorded.
  /// - Returns: How it ended; there is a checkpoint either way.
  /// - Throws: ``TrainingRunError``. After a failure the run is to be taken up anew.
  public mutating func drive(
    pace: RunPace = .standard, shouldStop: () -> Bool = { false },
    progress: (Trainer.Report) -> Void = { _ in }
  ) throws(TrainingRunError) -> Outcome {
    var clock = RunClock(pace)
    while trainer.iteration < trainer.iterationCount {
      if shouldStop() {
        try save()
        return .stopped
      }
      let report: Trainer.Report
      do {
        report = try trainer.iterate()
      } catch {
        throw .diverged(rescue(from: error, shouldStop: shouldStop))
      }
      do {
        try recorder.record(hash: trainer.stateHash, metrics: report.metrics)
        isSaved = false
        switch clock.due(after: trainer.iteration) {
        case .nothing: break
        case .lines: try recorder.flush()
        case .checkpoint: try save()
        }
      } catch let error as RunError {
        throw .run(error)
      } catch let error as TrainingRunError {
        throw error
      } catch {
        preconditionFailure("\(error)")
      }
      progress(report)
    }
    try save()
    return .finished
  }

  /// Writes a checkpoint, unless the newest one is of this state.
  private mutating func save() throws(TrainingRunError) {
    guard !isSaved else { return }
    let checkpoint = trainer.checkpoint()
    do {
      try recorder.save(checkpoint.arrays)
    } catch {
      throw .run(error)
    }
    lastSaved = checkpoint
    isSaved = true
  }

  /// Writes a checkpoint of the state before an iteration that failed, and describes the failure.
  ///
  /// That state is gone: the iteration may have changed a part of it. It is reached again from the
  /// last checkpoint, which costs nothing until it is needed. Where that cannot be done, the last
  /// checkpoint is the last good one.
  private mutating func rescue(
    from cause: TrainingDivergence, shouldStop: () -> Bool
  ) -> RunDivergence {
    let last = recorder.iteration
    if !isSaved {
      do {
        try trainer.restore(lastSaved)
        while trainer.iteration < last, !shouldStop() { try trainer.iterate() }
        if trainer.iteration == last { try save() }
      } catch {
        // The failure that is reported is the first one.
        try? recorder.flush()
      }
    }
    let newest = try? directory.newestCheckpoint().checkpoint
    return RunDivergence(
      cause: cause, iteration: last + 1, goodIteration: newest?.iteration,
      goodPath: newest.map { directory.checkpointPath(of: $0.iteration) })
  }
}

/// What ended a run that was being driven.
public enum TrainingRunError: Error, Hashable, CustomStringConvertible {
  /// Something with its files.
  case run(RunError)
  /// A number that is not finite.
  case diverged(RunDivergence)

  /// The place, the value and what would be right.
  public var description: String {
    switch self {
    case .run(let error): error.description
    case .diverged(let divergence): divergence.description
    }
  }
}

/// An iteration that met a number that is not finite.
public struct RunDivergence: Error, Hashable, CustomStringConvertible {
  /// The number and its place.
  public let cause: TrainingDivergence
  /// The iteration that met it, from 1.
  public let iteration: Int
  /// The number of iterations of the last good checkpoint; nil where none could be written.
  public let goodIteration: Int?
  /// The last good checkpoint; nil where none could be written.
  public let goodPath: String?

  /// The iteration, the place, and where the last good state is.
  public var description: String {
    var text = "iteration \(iteration) diverged: \(cause)"
    if let goodPath, let goodIteration {
      text += "; the state after iteration \(goodIteration) is in '\(goodPath)'"
    } else {
      text += "; there is no checkpoint"
    }
    return text
  }
}
