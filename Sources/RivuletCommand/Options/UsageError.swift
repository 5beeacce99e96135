/// A command line that cannot be understood: what is wrong, where, and what would be right.
struct UsageError: Error, Hashable, CustomStringConvertible {
  /// The sentence that names the argument, the value and the rule.
  let description: String
  /// The command whose help page explains more.
  let command: String

  init(_ description: String, command: String) {
    self.description = description
    self.command = command
  }

  /// An argument that is none of the known names.
  static func unknown(
    _ kind: String, _ name: String, known: [String], command: String
  ) -> UsageError {
    var message = "'\(name)' is not \(kind) '\(command)'"
    if let near = nearestName(to: name, among: known) {
      message += "; did you mean '\(near)'?"
    } else if !known.isEmpty && known.count <= 16 {
      message += "; expected " + (known.count == 1 ? "" : "one of ")
      message += known.joined(separator: ", ")
    }
    return UsageError(message, command: command)
  }

  /// A value that an option does not take.
  static func invalidValue(
    _ text: String, of name: String, expected: String, choices: [String] = [], command: String
  ) -> UsageError {
    var message = "\(name) '\(text)': expected \(expected)"
    if let near = nearestName(to: text, among: choices) { message += "; did you mean '\(near)'?" }
    return UsageError(message, command: command)
  }
}
