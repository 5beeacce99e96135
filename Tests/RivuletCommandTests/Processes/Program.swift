import Foundation
import Testing

/// The executable that was built beside the test bundle.
struct Program {
  let code: Int32
  let output: String
  let errors: String

  /// The executable's path.
  ///
  /// On Linux the test bundle is itself the program that runs; on macOS it is a bundle that another
  /// program loads.
  static func path() throws -> String {
    let bundles = Bundle.allBundles.map(\.bundleURL).filter { $0.pathExtension == "xctest" }
    let beside = bundles.first ?? URL(filePath: CommandLine.arguments[0])
    let path = beside.deletingLastPathComponent().appending(path: "rivulet").path
    try #require(FileManager.default.isExecutableFile(atPath: path), "no program at \(path)")
    return path
  }

  /// Runs the program to its end.
  init(
    _ arguments: String..., environment: [String: String] = [:], input: String? = nil
  ) throws {
    self = try RunningProgram(
      program: Self.path(), arguments: arguments, environment: environment, input: input
    ).finished()
  }

  /// Runs a shell script in which `$0` is the program.
  init(shell script: String) throws {
    self = try RunningProgram(program: "/bin/sh", arguments: ["-c", script, Self.path()])
      .finished()
  }

  fileprivate init(code: Int32, output: String, errors: String) {
    self.code = code
    self.output = output
    self.errors = errors
  }
}

/// A program that was started, and may be sent signals.
final class RunningProgram {
  private let folder: TemporaryFolder
  private let process = Process()

  /// Starts the executable that was built beside the test bundle.
  convenience init(_ arguments: String...) throws {
    try self.init(program: Program.path(), arguments: arguments)
  }

  /// Starts a program.
  init(
    program: String, arguments: [String], environment: [String: String] = [:],
    input: String? = nil
  ) throws {
    folder = try TemporaryFolder()
    for name in ["output", "errors"] { try folder.write("", to: name) }
    try folder.write(input ?? "", to: "input")
    process.executableURL = URL(filePath: program)
    process.arguments = arguments
    process.environment = ["PATH": "/usr/bin:/bin"].merging(environment) { $1 }
    process.standardInput = try FileHandle(forReadingFrom: folder.url.appending(path: "input"))
    process.standardOutput = try FileHandle(forWritingTo: folder.url.appending(path: "output"))
    process.standardError = try FileHandle(forWritingTo: folder.url.appending(path: "errors"))
    try process.run()
  }

  /// Whether it has not ended.
  var isRunning: Bool { process.isRunning }

  /// Sends a signal, unless it has ended.
  func send(_ signal: Int32) { if process.isRunning { kill(process.processIdentifier, signal) } }

  /// Waits for its end.
  ///
  /// - Returns: What it wrote, and its code, or the number of the signal that ended it.
  func finished() throws -> Program {
    process.waitUntilExit()
    return Program(
      code: process.terminationStatus, output: try folder.text("output"),
      errors: try folder.text("errors"))
  }
}
