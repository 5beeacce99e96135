import RivuletTraining
import Testing

struct RunFailureTests {
  private static let iterations = 11

  private struct Outcome: Equatable {
    var checkpoint: [UInt8]?
    var trail: HashTrail
    var metrics: RunMetrics
  }

  private static func recipe() throws -> Recipe {
    try #require(Recipe.preset("exact")).recipe
  }

  /// Creates the run where there is none, and carries it to its end.
  private static func carryOn(
    _ files: MemoryFiles, saved: (Int, [Checkpoint.NamedArray]) -> Void = { _, _ in }
  ) throws {
    let run: RunDirectory
    if try files.contains("/run/manifest.json") {
      run = try RunDirectory(at: "/run", files: files)
    } else {
      run = try RunDirectory.create(
        at: "/run", recipe: recipe(), packageVersion: "0.1.0", files: files)
    }
    try CountingTrainer.run(run, to: iterations, saved: saved)
  }

  private static func outcome(_ files: MemoryFiles) throws -> Outcome {
    let run = try RunDirectory(at: "/run", files: files)
    return Outcome(
      checkpoint: try run.newestCheckpoint().checkpoint?.bytes, trail: try run.trail(),
      metrics: try run.metrics())
  }

  /// The run that nothing interrupts, and the number of its changing operations.
  private static func straight() throws -> (outcome: Outcome, operations: Int) {
    let files = MemoryFiles()
    try carryOn(files)
    return (try outcome(files), files.operations)
  }

  @Test func `a run without a failure keeps two checkpoints and all lines`() throws {
    let files = MemoryFiles()
    try Self.carryOn(files)
    let run = try RunDirectory(at: "/run", files: files)
    #expect(
      try run.checkpointPaths() == [
        "/run/checkpoints/checkpoint-000000011.rvc", "/run/checkpoints/checkpoint-000000009.rvc",
      ])
    #expect(try run.trail().hashes.count == Self.iterations)
    #expect(try run.metrics().records.map(\.iteration) == Array(1...Self.iterations))
    #expect(try run.manifest.recipe == Self.recipe())
    var trainer = CountingTrainer()
    for _ in 0..<Self.iterations { trainer.step() }
    #expect(try run.newestCheckpoint().checkpoint?.arrays == trainer.arrays)
    #expect(try run.trail().hashes.last == trainer.hash.hexadecimal)
  }

  @Test func `whichever write fails, no promised checkpoint is lost and the end has the same bits`()
    throws
  {
    let straight = try Self.straight()
    // Creation, four checkpoints and their lines: each a few operations.
    #expect(straight.operations > 50)
    for operation in 1...straight.operations {
      for loss in [nil] + MemoryFiles.Loss.allCases.map(Optional.some) {
        let place: Comment = "operation \(operation), loss \(loss.map { "\($0)" } ?? "none")"
        let files = MemoryFiles()
        files.fail(at: operation, staysDown: loss != nil)
        var promised = 0
        var state: [Checkpoint.NamedArray] = []
        #expect(throws: RunError.self, place) {
          try Self.carryOn(files) { iteration, arrays in (promised, state) = (iteration, arrays) }
        }
        if let loss { files.restart(after: loss) }
        if try files.contains("/run/manifest.json") {
          let run = try RunDirectory(at: "/run", files: files)
          let found = try run.newestCheckpoint()
          #expect(found.skipped.isEmpty, place)
          let iteration = found.checkpoint?.iteration ?? 0
          #expect(iteration >= promised, place)
          if iteration == promised, promised > 0 {
            #expect(found.checkpoint?.arrays == state, place)
          }
          // Whatever checkpoint there is, its lines are there.
          _ = try run.recorder(after: found.checkpoint)
          #expect(try run.trail().hashes == Array(straight.outcome.trail.hashes[..<iteration]))
          #expect(
            try run.metrics().records == Array(straight.outcome.metrics.records[..<iteration]))
        } else {
          #expect(promised == 0, place)
        }
        try Self.carryOn(files)
        #expect(try Self.outcome(files) == straight.outcome, place)
      }
    }
  }

  @Test func `a second failure while a run is taken up again loses nothing either`() throws {
    let straight = try Self.straight()
    for first in stride(from: 14, through: straight.operations, by: 7) {
      for second in 1...6 {
        for loss in MemoryFiles.Loss.allCases {
          let files = MemoryFiles()
          files.fail(at: first, staysDown: true)
          #expect(throws: RunError.self) { try Self.carryOn(files) }
          files.restart(after: loss)
          files.fail(at: second, staysDown: true)
          var isWhole = true
          do { try Self.carryOn(files) } catch { isWhole = false }
          files.restart(after: isWhole ? .nothing : loss)
          try Self.carryOn(files)
          #expect(try Self.outcome(files) == straight.outcome, "\(first), \(second), \(loss)")
        }
      }
    }
  }

  @Test func `a store that renames before it synchronises would be found out`() throws {
    // The control of the tests above: without the synchronisation of the file, a loss of power that
    // keeps names leaves an empty file under the final name.
    let files = MemoryFiles()
    try files.makeFolder("/run")
    try files.write([1, 2, 3], to: "/run/.a.partial")
    try files.rename("/run/.a.partial", to: "/run/a")
    try files.synchroniseFolder("/run")
    files.restart(after: .bytes)
    #expect(try files.read("/run/a") == [])
  }
}
