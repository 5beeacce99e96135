import RivuletTraining
import Testing

struct TrainingRunTests {
  private static let iterations = 11
  private static let pace = RunPace(checkpointIterations: 3)

  private static func recipe() throws -> Recipe {
    try #require(Recipe.preset("exact")).recipe
  }

  /// Drives a run in memory from where it is.
  private static func drive(
    _ files: MemoryFiles, diverging: Int? = nil, pace: RunPace = pace, stopAt: Int? = nil
  ) throws -> TrainingRun<RunnableCounter>.Outcome {
    let recipe = try recipe()
    let trainer = RunnableCounter(recipe, iterations: iterations, diverging: diverging)
    var run = try TrainingRun(trainer, in: files.run(recipe))
    return try run.drive(pace: pace, shouldStop: { trainer.iteration == stopAt })
  }

  private static func remains(_ files: MemoryFiles) throws -> RunRemains {
    try RunRemains(RunDirectory(at: "/run", files: files))
  }

  private static func straight() throws -> (remains: RunRemains, operations: Int) {
    let files = MemoryFiles()
    #expect(try drive(files) == .finished)
    return (try remains(files), files.operations)
  }

  @Test func `a run records every iteration and ends with a checkpoint of its end`() throws {
    let straight = try Self.straight().remains
    let trainer = RunnableCounter(try Self.recipe(), iterations: Self.iterations)
    var hashes: [String] = []
    var rewards: [Double?] = []
    for _ in 0..<Self.iterations {
      rewards.append(try trainer.iterate().reward)
      hashes.append(trainer.stateHash.hexadecimal)
    }
    #expect(straight.trail.hashes == hashes)
    #expect(straight.metrics.records.map { $0["reward"] } == rewards)
    #expect(straight.checkpoint == trainer.checkpoint().bytes)
  }

  @Test func `a run that is stopped before any iteration ends with the same bits`() throws {
    let straight = try Self.straight().remains
    for stop in 0..<Self.iterations {
      let files = MemoryFiles()
      #expect(try Self.drive(files, stopAt: stop) == .stopped)
      let run = try RunDirectory(at: "/run", files: files)
      #expect(try run.newestCheckpoint().checkpoint?.iteration == stop)
      #expect(try run.trail().hashes.count == stop)
      #expect(try Self.drive(files) == .finished)
      #expect(try Self.remains(files) == straight, "stopped at \(stop)")
    }
  }

  @Test func `the pace of checkpoints and lines changes no bit of the end`() throws {
    let straight = try Self.straight().remains
    for pace in [
      RunPace(), .standard, RunPace(checkpointIterations: 1), RunPace(checkpointSeconds: 0),
      RunPace(lineSeconds: 0),
    ] {
      let files = MemoryFiles()
      #expect(try Self.drive(files, pace: pace) == .finished)
      #expect(try Self.remains(files) == straight)
    }
  }

  @Test func `a run that is finished is not changed by being taken up again`() throws {
    let files = MemoryFiles()
    #expect(try Self.drive(files) == .finished)
    let operations = files.operations
    let remains = try Self.remains(files)
    #expect(try Self.drive(files) == .finished)
    #expect(try Self.remains(files) == remains)
    // The folder of checkpoints is synchronised before the run goes on; nothing is written.
    #expect(files.operations == operations + 1)
  }

  @Test func `whichever write of a driven run fails, it ends with the same bits`() throws {
    let straight = try Self.straight()
    #expect(straight.operations > 40)
    for operation in 1...straight.operations {
      for loss: MemoryFiles.Loss? in [nil, .everything] {
        let files = MemoryFiles()
        files.fail(at: operation, staysDown: loss != nil)
        #expect(throws: (any Error).self) { try Self.drive(files) }
        if let loss { files.restart(after: loss) }
        #expect(try Self.drive(files) == .finished)
        #expect(
          try Self.remains(files) == straight.remains, "\(operation), \(String(describing: loss))")
      }
    }
  }

  @Test func `a divergence names its place and leaves the state before it`() throws {
    for diverging in [1, 2, 4, 5, 11] {
      let files = MemoryFiles()
      let path = "/run/checkpoints/checkpoint-00000000\(diverging - 1).rvc".replacing(
        "0000000010", with: "000000010")
      do {
        _ = try Self.drive(files, diverging: diverging)
        Issue.record("the divergence is passed over")
      } catch let error as TrainingRunError {
        guard case .diverged(let divergence) = error else {
          Issue.record("\(error)")
          continue
        }
        #expect(divergence.iteration == diverging)
        #expect(divergence.goodPath == path)
        #expect(
          "\(error)".hasPrefix(
            "iteration \(diverging) diverged: dimension 1 of node 3 of root 5, which step 2 leads"))
        #expect(
          "\(error)".hasSuffix("the state after iteration \(diverging - 1) is in '\(path)'"))
      }
      let run = try RunDirectory(at: "/run", files: files)
      let expected = RunnableCounter(try Self.recipe(), iterations: Self.iterations)
      for _ in 1..<diverging { _ = try expected.iterate() }
      #expect(try run.newestCheckpoint().checkpoint == expected.checkpoint())
      #expect(try run.trail().hashes.count == diverging - 1)
      // It diverges at the same place when it is taken up again, and loses nothing.
      #expect(throws: TrainingRunError.self) { try Self.drive(files, diverging: diverging) }
      #expect(try run.newestCheckpoint().checkpoint == expected.checkpoint())
    }
  }

  @Test func `a divergence on a disk that fails names the checkpoint that there is`() throws {
    let files = MemoryFiles()
    let recipe = try Self.recipe()
    let trainer = RunnableCounter(recipe, iterations: Self.iterations, diverging: 6)
    var run = try TrainingRun(trainer, in: files.run(recipe))
    do throws(TrainingRunError) {
      _ = try run.drive(pace: Self.pace, shouldStop: { false }) { _ in
        if trainer.iteration == 5 { files.fail(at: 1, staysDown: false) }
      }
      Issue.record("the divergence is passed over")
    } catch {
      #expect("\(error)".hasSuffix("is in '/run/checkpoints/checkpoint-000000003.rvc'"))
    }
  }

  @Test func `a checkpoint with other arrays is refused by its path`() throws {
    let files = MemoryFiles()
    #expect(try Self.drive(files, stopAt: 4) == .stopped)
    let run = try RunDirectory(at: "/run", files: files)
    let other = Checkpoint(
      iteration: 5, recipeDigest: run.manifest.recipeDigest, streamVersion: 1,
      arrays: [Checkpoint.NamedArray("parameters", .doubles([1]))])
    let path = "/run/checkpoints/checkpoint-000000005.rvc"
    try files.write(other.bytes, to: path)
    do {
      _ = try Self.drive(files)
      Issue.record("other arrays are taken")
    } catch {
      #expect("\(error)".contains("'\(path)': the array 'parameters' must have 2 elements"))
    }
  }
}
