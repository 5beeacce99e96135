import RivuletFlow
import RivuletNumerics
import RivuletTraining

/// Gradients of a recipe's objective from the trainer itself, one for each rollout, at held parameters.
struct GradientProbe: Sendable {
  /// A recipe of one update for each rollout.
  let recipe: Recipe
  /// The parameters at which it is held; nil for those of the reference.
  let parameters: [Float]?

  /// Makes the probe of a recipe.
  ///
  /// The length of a step is far below the last digit of any parameter, and windows stand still: they move
  /// after tens of iterations, and each trainer runs fewer.
  init(_ recipe: Recipe, parameters: [Float]? = nil) {
    self.recipe = recipe.withPlainAscents(rate: 1e-30)
    self.parameters = parameters
  }

  /// The rollouts of one trainer.
  static let piece = 25

  /// Rolls out and returns what `measure` makes of each gradient of ascent, `[step][coordinate]`.
  ///
  /// - Parameters:
  ///   - count: The number of rollouts, rounded up to whole trainers.
  ///   - run: The surroundings of the check.
  ///   - measure: The numbers to be tallied, the same number of them each time.
  /// - Returns: A tally for each number, and the cost.
  /// - Throws: `TrainingDivergence` where numbers are not finite.
  func tallies(
    count: Int, run: CheckRun, measure: @escaping @Sendable ([[Double]]) -> [Double]
  ) throws -> Batch {
    let steps = recipe.grid.stepCount
    let dimension = recipe.dimension
    return try tallies(count: count, run: run) { trainer, _ in
      let gradient = trainer.gradient
      return measure(
        (0..<steps).map { step in
          (0..<dimension).map { -Double(gradient[step * dimension + $0]) }
        })
    }
  }

  /// Rolls out and returns what `reading` makes of each iteration, whatever the model is.
  ///
  /// - Parameters:
  ///   - count: The number of rollouts, rounded up to whole trainers.
  ///   - run: The surroundings of the check.
  ///   - reading: The numbers to be tallied, the same number of them each time.
  /// - Returns: A tally for each number, and the cost.
  /// - Throws: `TrainingDivergence` where numbers are not finite.
  func tallies(
    count: Int, run: CheckRun,
    reading: @escaping @Sendable (Trainer, IterationSummary) -> [Double]
  ) throws -> Batch {
    let pieces = (count * run.effort + Self.piece - 1) / Self.piece
    let batches = try run.map(count: pieces) { index in
      var recipe = recipe
      recipe.seed = run.key.child(UInt64(index)).word
      let trainer = try trainer(recipe)
      var batch = Batch(count: 0)
      for _ in 0..<Self.piece {
        let summary = try trainer.iterate()
        let numbers = reading(trainer, summary)
        if batch.tallies.isEmpty { batch = Batch(count: numbers.count) }
        for (place, number) in numbers.enumerated() { batch.tallies[place].add(number) }
      }
      return batch
    }
    return Batch.merged(batches, count: batches.first?.tallies.count ?? 0)
  }

  /// Makes a trainer whose reference is the recipe's model, at the held parameters.
  private func trainer(_ recipe: Recipe) throws -> Trainer {
    let trainer = try Trainer(recipe)
    guard let parameters else { return trainer }
    try trainer.restore(trainer.checkpoint().with(parameters: parameters))
    return trainer
  }
}

extension Checkpoint {
  /// Returns the checkpoint with other parameters; the reference stays.
  func with(parameters: [Float]) -> Checkpoint {
    Checkpoint(
      iteration: iteration, recipeDigest: recipeDigest, streamVersion: streamVersion,
      arrays: arrays.map {
        $0.name == "parameters" ? NamedArray("parameters", .floats(parameters)) : $0
      })
  }
}
