/// Finds the command that the first argument names and turns every failure into a message and a code.
enum Dispatch {
  /// The commands, in the order of help.
  static let commands: [any Command.Type] = [
    Verify.self, Claims.self, Defects.self, Expect.self, Plan.self, Show.self,
    Train.self, Recipes.self, Replay.self, Sample.self, Converge.self, Doctor.self, Help.self,
  ]

  /// Runs a command line.
  ///
  /// - Parameters:
  ///   - arguments: The arguments without the name of the program.
  ///   - console: The environment, and where text goes.
  /// - Returns: How the process ends.
  static func run(_ arguments: [String], console: Console) -> ExitCode {
    ending(on: console) { try command(arguments, console: console) }
  }

  /// Runs a body and writes what it throws.
  ///
  /// - Parameters:
  ///   - console: Where the message goes.
  ///   - body: The work.
  /// - Returns: How the process ends.
  static func ending(on console: Console, _ body: () throws -> ExitCode) -> ExitCode {
    do {
      return try body()
    } catch let error as UsageError {
      return report(CommandFailure(error), on: console)
    } catch let error as CommandFailure {
      return report(error, on: console)
    } catch {
      return report(CommandFailure(.badData, "\(error)"), on: console)
    }
  }

  private static func command(_ arguments: [String], console: Console) throws -> ExitCode {
    guard let first = arguments.first else {
      try console.write(Help.firstScreen(console: console))
      return .success
    }
    let rest = Array(arguments.dropFirst())
    switch first {
    case "--help", "-h": return try Help.run(rest, console: console)
    case "--version":
      if let extra = rest.first {
        throw UsageError("'\(extra)' is one argument too many for '--version'", command: "rivulet")
      }
      try console.write(Version.text)
      return .success
    default:
      guard let command = commands.first(where: { $0.name == first }) else {
        let kind = first.hasPrefix("-") ? "an option of" : "a command of"
        let known = commands.map { $0.name } + ["--help", "--version"]
        throw UsageError.unknown(kind, first, known: known, command: "rivulet")
      }
      return try command.run(rest, console: console)
    }
  }

  private static func report(_ failure: CommandFailure, on console: Console) -> ExitCode {
    console.say(console.errorStyle.error("error:") + " " + failure.message)
    if let command = failure.command {
      let words = command.split(separator: " ").dropFirst().joined(separator: " ")
      console.say("Type 'rivulet help\(words.isEmpty ? "" : " " + words)' for examples.")
    }
    return failure.code
  }
}
