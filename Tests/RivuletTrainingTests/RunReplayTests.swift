import Foundation
import RivuletTraining
import Testing

struct RunReplayTests {
  private static let iterations = 9

  private static func finished() throws -> MemoryFiles {
    let files = MemoryFiles()
    let recipe = try #require(Recipe.preset("exact")).recipe
    let trainer = RunnableCounter(recipe, iterations: iterations)
    var run = try TrainingRun(trainer, in: files.run(recipe))
    #expect(try run.drive(pace: RunPace(checkpointIterations: 4)) == .finished)
    return files
  }

  private static func replayed(
    _ files: MemoryFiles, limit: Int? = nil, diverging: Int? = nil
  ) throws -> RunReplay<RunnableCounter>.Outcome {
    let run = try RunDirectory(at: "/run", files: files)
    let trainer = RunnableCounter(
      run.manifest.recipe, iterations: iterations, diverging: diverging)
    return try RunReplay(trainer, of: run, limit: limit).outcome()
  }

  @Test func `a run that nobody changed is the same, and is not changed`() throws {
    let files = try Self.finished()
    let operations = files.operations
    #expect(try Self.replayed(files) == .same(iterations: 9))
    #expect(try Self.replayed(files, limit: 4) == .same(iterations: 4))
    #expect(try Self.replayed(files, limit: 400) == .same(iterations: 9))
    #expect(files.operations == operations)
  }

  @Test func `the first line of a trail that was changed is named`() throws {
    for line in 1...Self.iterations {
      let files = try Self.finished()
      let right = try RunDirectory(at: "/run", files: files).trail().hashes[line - 1]
      let first = right.hasPrefix("0") ? "1" : "0"
      let wrong = first + right.dropFirst()
      files.tamper("/run/trail.txt") {
        let text = String(decoding: $0, as: UTF8.self)
        $0 = Array(text.replacingOccurrences(of: right, with: wrong).utf8)
      }
      #expect(
        try Self.replayed(files)
          == .different(iteration: line, recorded: wrong, computed: right))
    }
  }

  @Test func `a recipe that was changed with its digest differs at the first iteration`() throws {
    let files = try Self.finished()
    var recipe = try #require(Recipe.preset("exact")).recipe
    recipe.seed = 2
    let manifest = try RunManifest(recipe: recipe, packageVersion: "0.1.0")
    let text = try manifest.json()
    files.tamper("/run/manifest.json") { $0 = Array(text.utf8) }
    // Its checkpoints belong to the other recipe.
    #expect(throws: RunError.self) { try Self.replayed(files) }
    for path in try RunDirectory(at: "/run", files: files).checkpointPaths() {
      try files.remove(path)
    }
    guard case .different(iteration: 1, _, _) = try Self.replayed(files) else {
      Issue.record("the change is passed over")
      return
    }
  }

  @Test func `a checkpoint that is not the state of its iteration is named with its arrays`() throws
  {
    let files = try Self.finished()
    let run = try RunDirectory(at: "/run", files: files)
    let newest = try #require(try run.newestCheckpoint().checkpoint)
    let other = Checkpoint(
      iteration: 9, recipeDigest: newest.recipeDigest, streamVersion: 1,
      arrays: newest.arrays.map {
        $0.name == "moments" ? Checkpoint.NamedArray("moments", .floats([1, 2, 3])) : $0
      })
    try files.write(other.bytes, to: "/run/checkpoints/checkpoint-000000009.rvc")
    #expect(try Self.replayed(files) == .otherCheckpoint(iteration: 9, arrays: ["moments"]))
    #expect(try Self.replayed(files, limit: 8) == .same(iterations: 8))
  }

  @Test func `a trail that does not fit its checkpoint or recipe is refused`() throws {
    let files = try Self.finished()
    let right = try files.read("/run/trail.txt")
    files.tamper("/run/trail.txt") { $0 += Array("10 0123456789abcdef\n".utf8) }
    #expect(
      throws: RunError.longTrail(path: "/run/trail.txt", lines: 10, iterations: 9)
    ) { try Self.replayed(files) }
    files.tamper("/run/trail.txt") { $0 = Array(right.dropLast(19)) }
    #expect(
      throws: RunError.shortTrail(path: "/run/trail.txt", lines: 8, iteration: 9)
    ) { try Self.replayed(files) }
  }

  @Test func `a recorded iteration that diverges now is named`() throws {
    let files = try Self.finished()
    #expect(
      try Self.replayed(files, diverging: 3)
        == .diverged(iteration: 3, .state(root: 5, step: 2, node: 3, dimension: 1)))
  }
}
