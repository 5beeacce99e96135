/// A word after `rivulet`, with its syntax and what it does.
protocol Command: Sendable {
  /// The word.
  static var name: String { get }
  /// What can follow it.
  static var syntax: CommandSyntax { get }

  /// Does the work.
  ///
  /// - Parameters:
  ///   - arguments: What follows the word.
  ///   - console: The environment, and where text goes.
  /// - Returns: How the process ends.
  /// - Throws: ``UsageError`` or ``CommandFailure``.
  static func run(_ arguments: [String], console: Console) throws -> ExitCode
}

extension Command {
  /// Splits the arguments; nil when help was asked for, and is written.
  ///
  /// - Parameters:
  ///   - arguments: What follows the word.
  ///   - console: Where help goes.
  /// - Returns: The arguments by name.
  /// - Throws: ``UsageError`` or ``CommandFailure``.
  static func parsed(_ arguments: [String], console: Console) throws -> ParsedArguments? {
    let parsed = try ParsedArguments(arguments, syntax: syntax)
    if parsed.has(CommandSyntax.help.declaration) {
      try console.writeHelp(of: syntax)
      return nil
    }
    try parsed.requirePositionals(of: syntax)
    return parsed
  }
}

extension Console {
  /// Writes the help page of a command.
  ///
  /// - Parameter syntax: What is explained.
  /// - Throws: ``CommandFailure`` when it cannot be written.
  func writeHelp(of syntax: CommandSyntax) throws(CommandFailure) {
    try write(HelpPage(syntax: syntax, columns: columns, style: outputStyle).text)
  }
}
