import Foundation
import Rivulet
import Testing

@testable import RivuletCommand

/// Real processes that are stopped and killed; the end must have the bits of a run that nobody touched.
@Suite(.serialized) struct InterruptionTests {
  private static let iterations = 240
  private static let recipe = "flow-grpo/code"

  private static func arguments(_ files: RunFiles) -> [String] {
    [
      "train", recipe, "--resume", "--run", files.path, "--checkpoint-every", "5", "--threads", "1",
    ] + TrainingWords.fewPrompts + ["--iterations", "\(iterations)"]
  }

  private static func start(_ files: RunFiles) throws -> RunningProgram {
    try RunningProgram(program: Program.path(), arguments: arguments(files))
  }

  private static func straight() throws -> [Data] {
    let files = try RunFiles()
    let run = try start(files).finished()
    try #require(run.code == 0, "\(run.errors)")
    return try files.end()
  }

  @Test func `SIGTERM and SIGINT end with a checkpoint and 75, and the run goes on`() throws {
    let files = try RunFiles()
    for (signal, target) in [(SIGTERM, 20), (SIGINT, 60)] {
      let program = try Self.start(files)
      try #require(files.waits(for: target, of: program), "it ended before the signal")
      if signal == SIGTERM {
        // Somebody else who would write the same run is turned away; the first one waits meanwhile.
        program.send(SIGSTOP)
        defer { program.send(SIGCONT) }
        let second = try Self.start(files).finished()
        #expect(second.code == 74)
        #expect(second.errors.contains("'\(files.path)' is being written by another process"))
      }
      program.send(signal)
      let run = try program.finished()
      #expect(run.code == 75)
      #expect(
        run.errors.contains(
          "stopped with a checkpoint; go on with: rivulet train --resume --run \(files.path)\n"))
      let checkpoint = try #require(try files.directory.newestCheckpoint().checkpoint)
      #expect(checkpoint.iteration >= target)
      #expect(checkpoint.iteration < Self.iterations)
      #expect(try files.directory.trail().hashes.count == checkpoint.iteration)
      #expect(run.output.contains("iterations  \(checkpoint.iteration) of \(Self.iterations)"))
    }
    let run = try Self.start(files).finished()
    #expect(run.code == 0)
    #expect(run.output.contains("of \(Self.iterations), the first "))
    #expect(try files.end() == Self.straight())
  }

  @Test func `a run that is killed again and again ends with the same bits`() throws {
    let straight = try Self.straight()
    let files = try RunFiles()
    let key = RandomKey(seed: 11).child("kill")
    var kills = 0
    for attempt: UInt64 in 0..<7 {
      let draws = key.child(attempt).uniforms(count: 2)
      let program = try Self.start(files)
      // The first ones die while the folder is made, later ones anywhere.
      let target = attempt < 2 ? 0 : files.checkpointed + Int(30 * draws[0])
      if attempt < 2 {
        usleep(UInt32(30_000 * draws[1]))
      } else if files.waits(for: target, of: program) {
        usleep(UInt32(5_000 * draws[1]))
      }
      program.send(SIGKILL)
      let run = try program.finished()
      if run.code == SIGKILL { kills += 1 }
      guard FileManager.default.fileExists(atPath: files.path + "/manifest.json") else { continue }
      // What is there can be read at any time.
      let found = try files.directory.newestCheckpoint()
      #expect(found.skipped.isEmpty)
      #expect(try files.directory.trail().hashes.count >= found.checkpoint?.iteration ?? 0)
    }
    #expect(kills >= 3)
    let run = try Self.start(files).finished()
    #expect(run.code == 0, "\(run.errors)")
    #expect(try files.end() == straight)
  }
}
