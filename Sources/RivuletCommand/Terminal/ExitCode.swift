/// How the process ends.
enum ExitCode: Int32, Sendable, CaseIterable {
  /// Everything is as expected.
  case success = 0
  /// A claim fell, a known answer is wrong, a run diverged, or a replay has other bits.
  case fell = 1
  /// No claim fell, but some could not be decided.
  case inconclusive = 2
  /// Nothing ran.
  case nothingRan = 5
  /// The command line cannot be understood.
  case usage = 64
  /// A file holds wrong data.
  case badData = 65
  /// A file cannot be read or written.
  case inputOutput = 74
  /// Stopped with a checkpoint; run again.
  case stopped = 75

  /// What the code means, for help.
  var meaning: String {
    switch self {
    case .success: "all as expected"
    case .fell: "a claim fell, a known answer is wrong, a run diverged or was not repeated"
    case .inconclusive: "no claim fell, but some are inconclusive"
    case .nothingRan: "nothing ran"
    case .usage: "the command line is wrong"
    case .badData: "a file holds wrong data"
    case .inputOutput: "a file cannot be read or written"
    case .stopped: "stopped with a checkpoint, run again"
    }
  }
}

/// A reason to stop: the code and the message.
struct CommandFailure: Error, Hashable {
  /// How the process ends.
  let code: ExitCode
  /// What is wrong, where, and what would be right.
  let message: String
  /// The command whose help page explains more, for a wrong command line.
  let command: String?

  init(_ code: ExitCode, _ message: String) {
    self.code = code
    self.message = message
    command = nil
  }

  /// The failure of a command line that cannot be understood.
  init(_ error: UsageError) {
    code = .usage
    message = error.description
    command = error.command
  }
}
