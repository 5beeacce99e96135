/// The help page of a command, examples first.
struct HelpPage: Sendable {
  /// What is explained.
  let syntax: CommandSyntax
  /// The width of the page in letters.
  let columns: Int
  /// How headings look.
  let style: TextStyle

  /// The page, with a line break at the end.
  var text: String {
    var lines = wrapped(syntax.summary + ".", indent: 0)
    lines += section("EXAMPLES")
    for example in syntax.examples {
      lines.append("  " + example.line)
      lines += wrapped(example.meaning, indent: 6)
    }
    lines += section("USAGE")
    lines.append("  " + syntax.usage)
    if let positional = syntax.positional {
      lines += section("ARGUMENTS")
      lines += entry(positional.name, positional.help)
    }
    for group in syntax.groups {
      lines += section(group.title.uppercased())
      for option in group.options { lines += entry(option.synopsis, explanation(of: option)) }
    }
    if !syntax.groups.isEmpty {
      let help = CommandSyntax.help.declaration
      lines += entry(help.synopsis, help.help)
    }
    if !syntax.notes.isEmpty { lines += section("NOTES") }
    for note in syntax.notes { lines += wrapped(note, indent: 2) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func section(_ title: String) -> [String] { ["", style.heading(title)] }

  private func explanation(of option: OptionDeclaration) -> String {
    var text = option.help
    if !option.choices.isEmpty { text += ": " + option.choices.joined(separator: ", ") }
    if option.isRepeated { text += "; any number of times" }
    if let defaultText = option.defaultText { text += " (default: \(defaultText))" }
    return text
  }

  private func entry(_ name: String, _ explanation: String) -> [String] {
    let indent = 24
    var lines = wrapped(explanation, indent: indent)
    let label = "  " + name
    if label.count + 2 <= indent, !lines.isEmpty {
      lines[0] = label.padded(to: indent) + lines[0].dropFirst(indent)
    } else {
      lines.insert(label, at: 0)
    }
    return lines
  }

  private func wrapped(_ text: String, indent: Int) -> [String] {
    wrap(text, indent: indent, columns: columns)
  }
}

/// Returns the lines of a paragraph, broken between words.
///
/// - Parameters:
///   - text: Words with single spaces.
///   - indent: Spaces before each line.
///   - columns: The width in letters; a longer word stands alone.
/// - Returns: At least one line.
func wrap(_ text: String, indent: Int, columns: Int) -> [String] {
  let margin = String(repeating: " ", count: indent)
  var lines: [String] = []
  var line = margin
  for word in text.split(separator: " ") {
    if line.count > indent && line.count + 1 + word.count > columns {
      lines.append(line)
      line = margin
    }
    line += (line.count > indent ? " " : "") + word
  }
  return lines + [line]
}

extension String {
  /// Returns the text with spaces after it up to a width.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  /// Returns the text with spaces before it up to a width.
  func rightAligned(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
