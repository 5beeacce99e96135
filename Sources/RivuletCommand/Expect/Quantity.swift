import Rivulet

/// A quantity that `rivulet expect` knows.
protocol Quantity: Sendable {
  /// The name, such as `noise`.
  static var name: String { get }
  /// One line for the list, without a full stop.
  static var summary: String { get }
  /// Lines to paste, shown first in help.
  static var examples: [CommandSyntax.Example] { get }
  /// The options beside those of the output.
  static var groups: [CommandSyntax.OptionGroup] { get }
  /// Paragraphs at the end of help.
  static var notes: [String] { get }

  /// Returns the answer.
  ///
  /// - Parameter arguments: The options that were given.
  /// - Returns: The answer.
  /// - Throws: ``UsageError`` or ``CommandFailure``.
  static func expectation(_ arguments: ParsedArguments) throws -> Expectation
}

extension Quantity {
  /// Most quantities need no further words.
  static var notes: [String] { [] }

  /// The syntax of `rivulet expect` with this quantity.
  static var syntax: CommandSyntax {
    CommandSyntax(
      command: "rivulet expect \(name)", summary: summary, examples: examples,
      groups: groups + [Expect.outputGroup], notes: notes)
  }
}
