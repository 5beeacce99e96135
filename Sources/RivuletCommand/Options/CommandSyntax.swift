/// Everything that can follow a command's name, and the words that explain it.
struct CommandSyntax: Sendable {
  /// One line to paste, and what it does.
  struct Example: Sendable {
    /// The line after the prompt.
    let line: String
    /// What it does.
    let meaning: String

    init(_ line: String, _ meaning: String) {
      self.line = line
      self.meaning = meaning
    }
  }

  /// Arguments without a name.
  struct Positional: Sendable {
    /// The name in help, such as `CLAIM`.
    let name: String
    /// One line of help.
    let help: String
    /// How many may be given.
    let count: ClosedRange<Int>

    /// The arguments as a usage line writes them.
    var synopsis: String {
      let repeated = count.upperBound > 1 ? "\(name)..." : name
      return count.lowerBound == 0 ? "[\(repeated)]" : repeated
    }
  }

  /// Options that belong together.
  struct OptionGroup: Sendable {
    /// The heading in help.
    let title: String
    /// The options, in the order of help.
    let options: [OptionDeclaration]
  }

  /// The words that call the command, such as `rivulet verify`.
  let command: String
  /// One line, without a full stop.
  let summary: String
  /// What help shows first.
  let examples: [Example]
  /// The arguments without a name.
  let positional: Positional?
  /// The options.
  let groups: [OptionGroup]
  /// Paragraphs at the end of help.
  let notes: [String]

  init(
    command: String, summary: String, examples: [Example], positional: Positional? = nil,
    groups: [OptionGroup] = [], notes: [String] = []
  ) {
    self.command = command
    self.summary = summary
    self.examples = examples
    self.positional = positional
    self.groups = groups
    self.notes = notes
  }

  /// The flag that every command has.
  static let help = Flag("--help", help: "Show this page and stop; also -h")

  /// All options, with `--help`.
  var options: [OptionDeclaration] { groups.flatMap(\.options) + [Self.help.declaration] }

  /// The usage line.
  var usage: String {
    var words = [command]
    if let positional { words.append(positional.synopsis) }
    if !groups.isEmpty { words.append("[OPTION...]") }
    return words.joined(separator: " ")
  }
}
