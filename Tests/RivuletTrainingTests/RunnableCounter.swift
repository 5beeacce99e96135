import RivuletTraining
import Testing

/// What one iteration of the counting trainer reports.
struct CountingReport: IterationReport {
  let reward: Double

  var metrics: [RunMetrics.Value] { [RunMetrics.Value("reward", reward)] }
}

/// The counting trainer behind the protocol of runs; its bits depend on the recipe's seed.
final class RunnableCounter: RunnableTrainer {
  let recipeDigest: String
  let iterationCount: Int
  /// The iteration that meets a number that is not finite, from 1, after it changed the state.
  let diverging: Int?
  private(set) var iteration = 0
  private var trainer = CountingTrainer()

  init(_ recipe: Recipe, iterations: Int, diverging: Int? = nil) {
    recipeDigest = (try? recipe.digest()) ?? ""
    iterationCount = iterations
    self.diverging = diverging
    trainer.draws = recipe.seed
  }

  var stateHash: TrailHash { trainer.hash }

  func iterate() throws(TrainingDivergence) -> CountingReport {
    trainer.step()
    if iteration + 1 == diverging {
      throw TrainingDivergence.state(root: 5, step: 2, node: 3, dimension: 1)
    }
    iteration += 1
    return CountingReport(reward: trainer.parameters[0])
  }

  func checkpoint() -> Checkpoint {
    Checkpoint(
      iteration: iteration, recipeDigest: recipeDigest, streamVersion: 1,
      arrays: trainer.arrays)
  }

  func restore(_ checkpoint: Checkpoint) throws(CheckpointError) {
    do {
      trainer = try CountingTrainer(checkpoint)
    } catch let error as CheckpointError {
      throw error
    } catch {
      preconditionFailure("\(error)")
    }
    iteration = checkpoint.iteration
  }
}

/// What a run leaves behind.
struct RunRemains: Equatable {
  let checkpoint: [UInt8]?
  let trail: HashTrail
  let metrics: RunMetrics

  init(_ run: RunDirectory) throws {
    checkpoint = try run.newestCheckpoint().checkpoint?.bytes
    trail = try run.trail()
    metrics = try run.metrics()
  }
}

extension MemoryFiles {
  /// Opens the run, or makes it.
  func run(_ recipe: Recipe) throws -> RunDirectory {
    if try contains("/run/manifest.json") { return try RunDirectory(at: "/run", files: self) }
    return try RunDirectory.create(
      at: "/run", recipe: recipe, packageVersion: "0.1.0", files: self)
  }
}
