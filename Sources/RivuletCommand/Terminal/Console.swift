import Foundation

/// What a command may touch besides its arguments: the environment, and where text goes.
struct Console: Sendable {
  /// The variables of the process.
  let environment: [String: String]
  /// Data for the next program.
  let output: any TextSink
  /// Messages for a person.
  let errors: any TextSink

  init(environment: [String: String], output: any TextSink, errors: any TextSink) {
    self.environment = environment
    self.output = output
    self.errors = errors
  }

  /// Prepares the process and returns its console.
  ///
  /// A write to a pipe without a reader, or beyond the limit of a file's size, then fails instead of ending the process, so that output
  /// files are still completed. A standard descriptor that was closed is opened on the null device,
  /// lest a file opened later takes its number and receives what was meant for the terminal.
  ///
  /// - Returns: The console of the process.
  static func ofProcess() -> Console {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    var isOpen: [Bool] = []
    for descriptor: Int32 in 0...2 {
      isOpen.append(fcntl(descriptor, F_GETFD) != -1)
      if !isOpen[Int(descriptor)] { _ = open("/dev/null", O_RDWR) }
    }
    return Console(
      environment: ProcessInfo.processInfo.environment,
      output: DescriptorSink(descriptor: 1, place: "standard output", isOpen: isOpen[1]),
      errors: DescriptorSink(descriptor: 2, place: "standard error", isOpen: isOpen[2]))
  }

  /// How data looks.
  var outputStyle: TextStyle {
    TextStyle(environment: environment, isTerminal: output.isTerminal)
  }

  /// How messages look.
  var errorStyle: TextStyle {
    TextStyle(environment: environment, isTerminal: errors.isTerminal)
  }

  /// The width for running text: `COLUMNS`, else the terminal's, else 80; from 40 to 100.
  var columns: Int { width(of: output) }

  /// The width for tables: `COLUMNS`, else the terminal's; nil where nothing limits it.
  var tableColumns: Int? { environment["COLUMNS"].flatMap(Self.positive) ?? output.columns }

  /// Whether a progress bar makes sense: a person watches, and the line can be rewritten.
  var showsProgress: Bool { errors.isTerminal && environment["TERM"] != "dumb" }

  /// Returns whether letters beyond ASCII are shown as they are.
  ///
  /// Not where `TERM` is dumb, and not where the first of `LC_ALL`, `LC_CTYPE` and `LANG` that has a text
  /// does not name UTF-8, or none has one.
  ///
  /// - Parameter environment: The variables of the process.
  /// - Returns: Whether they are.
  static func showsUnicode(_ environment: [String: String]) -> Bool {
    let names = ["LC_ALL", "LC_CTYPE", "LANG"]
    let locale = names.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    let encoding = locale.uppercased().replacing("-", with: "")
    return environment["TERM"] != "dumb" && encoding.hasSuffix("UTF8")
  }

  /// Returns the width for running text on a sink.
  func width(of sink: any TextSink) -> Int {
    let wanted = environment["COLUMNS"].flatMap(Self.positive)
    return min(max(wanted ?? sink.columns ?? 80, 40), 100)
  }

  private static func positive(_ text: String) -> Int? {
    Int(text).flatMap { $0 > 0 ? $0 : nil }
  }

  /// Writes data.
  ///
  /// - Parameter text: Text with its line breaks.
  /// - Throws: ``CommandFailure`` with the code for input and output.
  func write(_ text: String) throws(CommandFailure) {
    do {
      try output.write(text)
    } catch {
      throw CommandFailure(.inputOutput, error.description)
    }
  }

  /// Writes a line for a person.
  ///
  /// That it cannot be written is no reason to stop.
  ///
  /// - Parameter line: Text without a line break.
  func say(_ line: String) { try? errors.write(line + "\n") }

  /// Writes a warning for a person.
  func warn(_ message: String) { say(errorStyle.warning("warning:") + " " + message) }
}
