import Rivulet

/// `rivulet claims [PATTERN...]`: the list of claims with their recorded verdicts.
enum Claims: Command {
  /// The formats of the list.
  enum Format: String, CaseIterable, Sendable {
    case text
    case json
  }

  static let name = "claims"
  static let format = Option(
    "--format", "FORMAT", .choice(of: Format.self), help: "The form of the list", default: "text")
  static let syntax = CommandSyntax(
    command: "rivulet claims", summary: "Lists the claims and the verdicts that theory predicts",
    examples: [
      .init("rivulet claims", "every claim"),
      .init("rivulet claims 'tempflow/T1*'", "the claims whose names match"),
      .init("rivulet claims --format json | jq '.claims[].id'", "the names alone"),
    ],
    positional: .init(
      name: "PATTERN", help: "names of claims or checks; * stands for any letters, ? for one",
      count: 0...1_000),
    groups: [.init(title: "Output", options: [format.declaration])])

  static func run(_ arguments: [String], console: Console) throws -> ExitCode {
    try run(arguments, ledger: availableLedger(), console: console)
  }

  /// Lists claims of a ledger.
  static func run(
    _ arguments: [String], ledger: Ledger, console: Console
  ) throws -> ExitCode {
    guard let parsed = try parsed(arguments, console: console) else { return .success }
    let format = try parsed.value(of: format) ?? .text
    let claims = try ledger.selected(by: parsed.positionals, command: syntax.command)
    if claims.isEmpty { throw CommandFailure(.nothingRan, "the ledger has no claims") }
    switch format {
    case .text: try console.write(text(claims, console: console))
    case .json: try console.write(json(claims).document)
    }
    return .success
  }

  static func text(_ claims: [Claim], console: Console) -> String {
    let style = console.outputStyle
    var lines: [String] = []
    for claim in claims {
      lines.append(style.heading(claim.id) + "  " + claim.title)
      for (label, words) in [
        ("claimed", claim.statement), ("source", claim.source), ("scope", claim.scope),
        ("verdict", claim.recorded.description),
        ("checks", claim.checks.map(\.id).joined(separator: ", ")),
      ] {
        let paragraph = wrap(words, indent: 11, columns: console.columns)
        lines.append("  " + label.padded(to: 9) + paragraph[0].dropFirst(11))
        lines += paragraph.dropFirst()
      }
      lines.append("")
    }
    lines.append("\(claims.count) claims, \(claims.reduce(0) { $0 + $1.checks.count }) checks")
    return lines.joined(separator: "\n") + "\n"
  }

  static func json(_ claims: [Claim]) -> JSONValue {
    .object([
      "schema": .integer(1),
      "claims": .list(
        claims.map { claim in
          .object([
            "id": .text(claim.id), "title": .text(claim.title),
            "statement": .text(claim.statement), "source": .text(claim.source),
            "scope": .text(claim.scope), "recorded": .text(claim.recorded.description),
            "checks": .list(
              claim.checks.map { check in
                .object([
                  "id": .text(claim.path(of: check)), "subject": .text(check.subject),
                  "controls": .list(check.controls.map { .text($0.id) }),
                ])
              }),
          ])
        }),
    ])
  }
}

extension Ledger {
  /// Returns the claims that patterns select.
  ///
  /// - Parameters:
  ///   - patterns: Names or globs; none selects everything.
  ///   - command: The command, for messages.
  /// - Returns: At least one claim, unless the ledger is empty.
  /// - Throws: ``UsageError`` for a name that is none of a claim or a check, ``CommandFailure`` with
  ///   the code for nothing run for a glob that matches nothing.
  func selected(by patterns: [String], command: String) throws -> [Claim] {
    do {
      return try matching(patterns)
    } catch {
      let name = error.pattern
      guard !name.contains("*") && !name.contains("?") else {
        throw CommandFailure(
          .nothingRan, "the pattern '\(name)' matches no claim; 'rivulet claims' lists them")
      }
      var names = claims.map(\.id)
      if name.filter({ $0 == "/" }).count > 1 {
        names += claims.flatMap { claim in claim.checks.map { claim.path(of: $0) } }
      }
      var message = "there is no claim '\(name)'"
      if let near = nearestName(to: name, among: names) { message += "; did you mean '\(near)'?" }
      throw UsageError(message + "; 'rivulet claims' lists them", command: command)
    }
  }
}
