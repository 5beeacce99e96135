/// What one iteration reports.
public protocol IterationReport: Sendable {
  /// The numbers and their names, in the order of a line, each name once and none `iteration`.
  var metrics: [RunMetrics.Value] { get }
}

/// A trainer whose state between two iterations decides everything that follows.
///
/// ``iterate()`` depends on the recipe and on this state alone. So a run can be cut anywhere and
/// taken up again, and an iteration can be done again to see whether its bits are the same.
public protocol RunnableTrainer: AnyObject {
  /// What an iteration reports.
  associatedtype Report: IterationReport

  /// The number of iterations of the whole run.
  var iterationCount: Int { get }
  /// The number of iterations that are done.
  var iteration: Int { get }
  /// The hash of the state.
  var stateHash: TrailHash { get }

  /// Does one iteration.
  ///
  /// - Returns: What it measured.
  /// - Throws: ``TrainingDivergence``; the state is then undefined until one is restored.
  @discardableResult func iterate() throws(TrainingDivergence) -> Report

  /// Returns the state.
  ///
  /// - Returns: The state, as a checkpoint of this recipe.
  func checkpoint() -> Checkpoint

  /// Takes up a state.
  ///
  /// - Parameter checkpoint: A checkpoint of this recipe.
  /// - Throws: ``CheckpointError`` where an array is missing or has another size.
  func restore(_ checkpoint: Checkpoint) throws(CheckpointError)
}

extension IterationSummary: IterationReport {}

extension Trainer: RunnableTrainer {}
