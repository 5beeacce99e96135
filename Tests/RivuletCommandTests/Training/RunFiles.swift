import Foundation
import Rivulet
import Testing

@testable import RivuletCommand

/// The files of a run in a temporary folder.
struct RunFiles {
  private let folder: TemporaryFolder
  let path: String

  init() throws {
    folder = try TemporaryFolder()
    path = folder.path("run")
  }

  /// The run, opened to be read.
  var directory: RunDirectory { get throws { try RunDirectory(at: path) } }

  /// The number of iterations of the newest checkpoint; 0 where there is none.
  var checkpointed: Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path + "/checkpoints")) ?? []
    return names.compactMap { name in
      name.hasPrefix("checkpoint-") && name.hasSuffix(".rvc")
        ? Int(name.dropFirst(11).dropLast(4)) : nil
    }.max() ?? 0
  }

  /// The names of all files that a finished run has, and their bytes.
  var bytes: [String: Data] {
    get throws {
      var found: [String: Data] = [:]
      for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
        let file = URL(filePath: path).appending(path: name)
        if !file.hasDirectoryPath, name != "checkpoints" {
          found[name] = try Data(contentsOf: file)
        }
      }
      return found
    }
  }

  /// The bytes of what decides: the newest checkpoint, the trail and the metrics.
  func end() throws -> [Data] {
    let run = try directory
    let newest = try #require(try run.checkpointPaths().first)
    return try [newest, path + "/trail.txt", path + "/metrics.jsonl"].map {
      try Data(contentsOf: URL(filePath: $0))
    }
  }

  /// Waits for a checkpoint of an iteration or a later one, or for the end of the program.
  ///
  /// - Returns: Whether the program is still running.
  func waits(for iteration: Int, of program: RunningProgram) -> Bool {
    while program.isRunning, checkpointed < iteration { usleep(500) }
    return program.isRunning
  }
}
