/// Whether text may carry colours, and which.
struct TextStyle: Sendable, Hashable {
  /// Whether escape sequences are written.
  let isColoured: Bool

  /// Text without escape sequences.
  static let plain = TextStyle(isColoured: false)

  init(isColoured: Bool) { self.isColoured = isColoured }

  /// Decides from the environment and the place where the text goes.
  ///
  /// `NO_COLOR` with any text turns colours off and wins over everything; `FORCE_COLOR` with any text
  /// but 0 turns them on; otherwise they are on on a terminal that is not dumb.
  ///
  /// - Parameters:
  ///   - environment: The variables of the process.
  ///   - isTerminal: Whether the text goes to a terminal.
  init(environment: [String: String], isTerminal: Bool) {
    if let no = environment["NO_COLOR"], !no.isEmpty {
      isColoured = false
    } else if let force = environment["FORCE_COLOR"], !force.isEmpty {
      isColoured = force != "0"
    } else {
      isColoured = isTerminal && environment["TERM"] != "dumb"
    }
  }

  /// Returns a heading, bold where colours are on.
  func heading(_ text: String) -> String { wrapped(text, in: "1") }

  /// Returns the word that starts an error message, red where colours are on.
  func error(_ text: String) -> String { wrapped(text, in: "1;31") }

  /// Returns the word that starts a warning, yellow where colours are on.
  func warning(_ text: String) -> String { wrapped(text, in: "1;33") }

  /// Returns what matters less, dim where colours are on.
  func dimmed(_ text: String) -> String { wrapped(text, in: "2") }

  private func wrapped(_ text: String, in code: String) -> String {
    isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
