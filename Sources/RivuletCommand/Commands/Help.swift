/// `rivulet help [COMMAND [QUANTITY]]`: the first screen, or the page of a command.
enum Help: Command {
  static let name = "help"

  static let syntax = CommandSyntax(
    command: "rivulet help", summary: "Explains a command, with examples first",
    examples: [
      .init("rivulet help verify", "how claims are decided and reported"),
      .init("rivulet help expect step", "the options of one quantity"),
    ],
    positional: .init(name: "COMMAND", help: "a command, and after expect a quantity", count: 0...2)
  )

  static func run(_ arguments: [String], console: Console) throws -> ExitCode {
    guard let parsed = try parsed(arguments, console: console) else { return .success }
    let words = parsed.positionals
    guard let word = words.first else {
      try console.write(firstScreen(console: console))
      return .success
    }
    guard let command = Dispatch.commands.first(where: { $0.name == word }) else {
      throw UsageError.unknown(
        "a command of", word, known: Dispatch.commands.map { $0.name }, command: "rivulet")
    }
    guard words.count > 1 else {
      try console.writeHelp(of: command.syntax)
      return .success
    }
    guard command == Expect.self else {
      throw UsageError(
        "'\(words[1])' is one argument too many: only 'expect' has quantities", command: "rivulet")
    }
    try console.writeHelp(of: try Expect.quantity(named: words[1]).syntax)
    return .success
  }

  /// Returns what somebody reads who types `rivulet` alone.
  ///
  /// - Parameter console: The width and the style.
  /// - Returns: Lines with line breaks.
  static func firstScreen(console: Console) -> String {
    let style = console.outputStyle
    let width = console.columns
    var lines = wrap(
      "Rivulet holds what is published about GRPO on flow-matching models against exact "
        + "expectations.", indent: 0, columns: width)
    lines += ["", style.heading("START HERE")]
    lines += [
      "  rivulet verify                          decide every claim",
      "  rivulet expect weights --schedule sd35  the step weights of a published schedule",
      "  rivulet expect step --state 0.5 --velocity -0.2 --time 0.9 --next-time 0.8",
      "                                          what one step of a trainer must compute",
      "  rivulet plan                            where a rollout tree should fork",
      "  rivulet show tree                       one rollout tree, with values and advantages",
      "  rivulet train exact                     a small model, trained by a preset",
    ]
    lines += ["", style.heading("COMMANDS")]
    for command in Dispatch.commands {
      lines.append("  " + command.name.padded(to: 11) + command.syntax.summary)
    }
    lines.append("  " + "--version".padded(to: 11) + "Prints the versions and stops")
    lines += ["", style.heading("EXIT CODES")]
    for code in ExitCode.allCases {
      lines.append("  " + String(code.rawValue).rightAligned(to: 2) + "  " + code.meaning)
    }
    lines += ["", "Type 'rivulet help COMMAND' for its examples and options."]
    return lines.joined(separator: "\n") + "\n"
  }
}
