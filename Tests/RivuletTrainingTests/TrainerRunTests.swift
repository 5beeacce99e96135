import Rivulet
import Testing

/// Runs of the real trainer: what the tests with a counting trainer show holds for all of its state.
@Suite struct `Runs of the trainer` {
  /// Four updates of pre-training and four of training, with an average and shuffled updates.
  private static func recipe() throws -> Recipe {
    let changes = [
      #"model={"kind": "perceptron", "dimension": 2, "hidden": [6], "activation": "tanh", "#
        + #""timeFeatures": 2, "conditioning": "prompt"}"#,
      #"pretraining={"data": {"kind": "ring", "modes": 4, "radius": 2, "deviation": 0.3}, "#
        + #""iterations": 4, "batch": 32, "learningRate": 0.01}"#,
      #"prompts={"count": 3, "perIteration": 2, "order": "random"}"#, "rollout.members=4",
      "optimiser.average.interval=2", "iterations=4",
    ]
    return try #require(Recipe.preset("flow-grpo/code")).recipe.changed(
      by: changes.map { try Recipe.Change(parsing: $0) })
  }

  private static func drive(
    _ files: MemoryFiles, _ recipe: Recipe, stopAt: Int? = nil
  ) throws -> TrainingRun<Trainer>.Outcome {
    let trainer = try Trainer(recipe)
    var run = try TrainingRun(trainer, in: files.run(recipe))
    return try run.drive(
      pace: RunPace(checkpointIterations: 3), shouldStop: { trainer.iteration == stopAt })
  }

  private static func remains(_ files: MemoryFiles) throws -> RunRemains {
    try RunRemains(RunDirectory(at: "/run", files: files))
  }

  @Test func `a run that is stopped before every iteration ends with the same bits`() throws {
    let recipe = try Self.recipe()
    let straight = MemoryFiles()
    #expect(try Self.drive(straight, recipe) == .finished)
    #expect(try Self.remains(straight).trail.hashes.count == 8)
    let files = MemoryFiles()
    for stop in 0..<8 {
      #expect(try Self.drive(files, recipe, stopAt: stop) == .stopped)
      #expect(try RunDirectory(at: "/run", files: files).trail().hashes.count == stop)
    }
    #expect(try Self.drive(files, recipe) == .finished)
    #expect(try Self.remains(files) == Self.remains(straight))
  }

  @Test func `whichever write fails, the run goes on and ends with the same bits`() throws {
    let recipe = try Self.recipe()
    let straight = MemoryFiles()
    #expect(try Self.drive(straight, recipe) == .finished)
    let remains = try Self.remains(straight)
    #expect(straight.operations > 35)
    for operation in 1...straight.operations {
      // With every second one the power is lost, and with it what was not synchronised.
      let isPowerLost = operation.isMultiple(of: 2)
      let files = MemoryFiles()
      files.fail(at: operation, staysDown: isPowerLost)
      #expect(throws: (any Error).self) { try Self.drive(files, recipe) }
      if isPowerLost { files.restart(after: .everything) }
      #expect(try Self.drive(files, recipe) == .finished)
      #expect(try Self.remains(files) == remains, "operation \(operation)")
    }
  }

  @Test(arguments: ["exact", "tempflow-v1/code", "branch-grpo-mix/code"])
  func `a replay has the same bits with other threads, and finds one bit that was changed`(
    id: String
  ) throws {
    let changes = [
      "prompts={\"count\": 2, \"perIteration\": 2, \"order\": \"cycle\"}", "iterations=3",
    ]
    let recipe = try #require(Recipe.preset(id)).recipe.changed(
      by: changes.map { try Recipe.Change(parsing: $0) })
    let files = MemoryFiles()
    #expect(try Self.drive(files, recipe) == .finished)
    let run = try RunDirectory(at: "/run", files: files)
    func replayed(_ threads: Int) throws -> RunReplay<Trainer>.Outcome {
      try RunReplay(Trainer(recipe, workers: Workers(threads: threads)), of: run).outcome()
    }
    for threads in [1, 2, 7] { #expect(try replayed(threads) == .same(iterations: 3)) }
    // The last bit of a parameter in the checkpoint, with the right digest.
    let newest = try #require(try run.newestCheckpoint().checkpoint)
    var parameters = try newest.floats("parameters")
    parameters[0] = parameters[0].nextUp
    let other = Checkpoint(
      iteration: 3, recipeDigest: newest.recipeDigest, streamVersion: newest.streamVersion,
      arrays: newest.arrays.map {
        $0.name == "parameters" ? Checkpoint.NamedArray("parameters", .floats(parameters)) : $0
      })
    try files.write(other.bytes, to: #require(try run.checkpointPaths().first))
    #expect(try replayed(1) == .otherCheckpoint(iteration: 3, arrays: ["parameters"]))
    // The trail after the first update.
    let hash = try run.trail().hashes[0]
    let wrong = String(hash.reversed())
    try #require(hash != wrong)
    files.tamper("/run/trail.txt") { bytes in
      bytes = Array(String(decoding: bytes, as: UTF8.self).replacing(hash, with: wrong).utf8)
    }
    #expect(try replayed(1) == .different(iteration: 1, recorded: wrong, computed: hash))
  }

  @Test func `a run that diverges names step, node and dimension, and keeps the state before`()
    throws
  {
    // Adam's first update moves each bias by the learning rate, so all steps together lead 1e38 away,
    // and the velocity that the second iteration starts with is beyond single precision.
    let recipe = try #require(Recipe.preset("exact")).recipe.changed(
      by: [
        Recipe.Change(parsing: "optimiser.learningRate=1e38"),
        Recipe.Change(parsing: "kl=null"),
      ])
    let files = MemoryFiles()
    var found: RunDivergence?
    do {
      _ = try Self.drive(files, recipe)
      Issue.record("the run does not diverge")
    } catch let error as TrainingRunError {
      if case .diverged(let divergence) = error { found = divergence }
    }
    let divergence = try #require(found)
    let good = try #require(divergence.goodIteration)
    #expect(good == divergence.iteration - 1)
    let run = try RunDirectory(at: "/run", files: files)
    let checkpoint = try #require(try run.newestCheckpoint().checkpoint)
    #expect(divergence.goodPath == (try run.checkpointPaths().first))
    #expect(checkpoint.iteration == good)
    // It is the state that a trainer has which never went further.
    let trainer = try Trainer(recipe)
    while trainer.iteration < good { try trainer.iterate() }
    #expect(checkpoint == trainer.checkpoint())
    #expect(throws: divergence.cause) { try trainer.iterate() }
    #expect(divergence.cause == .state(root: 0, step: 0, node: 1, dimension: 0))
    #expect(
      divergence.description.hasPrefix(
        "iteration 2 diverged: dimension 0 of node 1 of root 0, which step 0 leads to, is not"))
  }

  @Test func `a checkpoint that lacks an array of the trainer is refused with its name`() throws {
    let recipe = try Self.recipe()
    let trainer = try Trainer(recipe)
    for _ in 0..<5 { try trainer.iterate() }
    let whole = trainer.checkpoint()
    for array in whole.arrays {
      let part = Checkpoint(
        iteration: 5, recipeDigest: whole.recipeDigest, streamVersion: whole.streamVersion,
        arrays: whole.arrays.filter { $0 != array })
      let other = try Trainer(recipe)
      do {
        try other.restore(part)
        Issue.record("the array \(array.name) is not missed")
      } catch {
        #expect("\(error)".hasPrefix("the array '\(array.name)' must have "))
        #expect("\(error)".hasSuffix("; there is no such array"))
      }
    }
  }
}
