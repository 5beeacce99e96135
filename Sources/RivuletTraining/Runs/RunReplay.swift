/// A run that is executed anew and held against what it recorded.
///
/// The recipe and the version of the random streams decide every bit, so a trail that differs was
/// changed, or made by other code, or one of the two machines computed wrongly.
public struct RunReplay<Trainer: RunnableTrainer> {
  /// What came out.
  public enum Outcome: Sendable, Hashable {
    /// So many iterations have the recorded hashes, and the checkpoints among them their bytes.
    case same(iterations: Int)
    /// The state after an iteration has another hash than recorded; the first such iteration.
    case different(iteration: Int, recorded: String, computed: String)
    /// The hashes are right, and a checkpoint is not that state; the names of its arrays that differ.
    case otherCheckpoint(iteration: Int, arrays: [String])
    /// An iteration that was recorded met a number that is not finite.
    case diverged(iteration: Int, TrainingDivergence)
  }

  /// The trainer.
  public let trainer: Trainer
  /// What the run recorded, at most as many hashes as are compared.
  public let trail: HashTrail
  /// The checkpoint that is compared; nil where there is none among the iterations.
  public let checkpoint: Checkpoint?
  /// Checkpoints that cannot be read.
  public let skipped: [SkippedCheckpoint]

  /// Prepares to replay a run.
  ///
  /// - Parameters:
  ///   - trainer: A trainer of the run's recipe, at its beginning.
  ///   - directory: The run; nothing in it is changed.
  ///   - limit: How many iterations are compared at most; nil for all.
  /// - Throws: ``RunError``; ``RunError/longTrail(path:lines:iterations:)`` where the trail has more
  ///   lines than the recipe has iterations.
  public init(
    _ trainer: Trainer, of directory: RunDirectory, limit: Int? = nil
  ) throws(RunError) {
    precondition(trainer.iteration == 0, "a trainer starts at 0, got \(trainer.iteration)")
    self.trainer = trainer
    // A run that is being written adds to its trail first, so this is the order to read in.
    let found = try directory.newestCheckpoint()
    let whole = try directory.trail()
    guard whole.hashes.count <= trainer.iterationCount else {
      throw .longTrail(
        path: directory.trailPath, lines: whole.hashes.count, iterations: trainer.iterationCount)
    }
    let count = min(limit ?? whole.hashes.count, whole.hashes.count)
    trail = HashTrail(hashes: Array(whole.hashes[..<count]))
    if let newest = found.checkpoint, newest.iteration > whole.hashes.count {
      throw .shortTrail(
        path: directory.trailPath, lines: whole.hashes.count, iteration: newest.iteration)
    }
    checkpoint = found.checkpoint.flatMap { $0.iteration <= count ? $0 : nil }
    skipped = found.skipped
  }

  /// Executes the iterations, up to the first that differs.
  ///
  /// - Parameter progress: Told of every iteration that is the same.
  /// - Returns: What came out.
  public func outcome(progress: (Trainer.Report) -> Void = { _ in }) -> Outcome {
    if let difference = checkpointDifference() { return difference }
    for (index, recorded) in trail.hashes.enumerated() {
      let report: Trainer.Report
      do {
        report = try trainer.iterate()
      } catch {
        return .diverged(iteration: index + 1, error)
      }
      let computed = trainer.stateHash.hexadecimal
      guard computed == recorded else {
        return .different(iteration: index + 1, recorded: recorded, computed: computed)
      }
      if let difference = checkpointDifference() { return difference }
      progress(report)
    }
    return .same(iterations: trail.hashes.count)
  }

  private func checkpointDifference() -> Outcome? {
    guard let checkpoint, checkpoint.iteration == trainer.iteration else { return nil }
    let arrays = trainer.checkpoint().arrays
    guard arrays != checkpoint.arrays else { return nil }
    var names: [String] = []
    for array in arrays where !checkpoint.arrays.contains(array) { names.append(array.name) }
    for array in checkpoint.arrays where !arrays.contains(where: { $0.name == array.name }) {
      names.append(array.name)
    }
    return .otherCheckpoint(iteration: checkpoint.iteration, arrays: names)
  }
}
