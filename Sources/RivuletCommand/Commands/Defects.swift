import Foundation
import Rivulet

/// `rivulet defects [PATTERN...]`: what published code does beside its paper, and the check that catches it.
enum Defects: Command {
  /// The formats of the table.
  enum Format: String, CaseIterable, Sendable {
    case text
    case json
    case markdown
  }

  static let name = "defects"
  static let format = Option(
    "--format", "FORMAT", .choice(of: Format.self), help: "The form of the table", default: "text")
  static let output = Option(
    "--output", "FILE", .file, help: "Write the table to a file", default: "standard output")

  static let syntax = CommandSyntax(
    command: "rivulet defects",
    summary: "Lists defects of published code: effect as a number, and the check that catches each",
    examples: [
      .init("rivulet defects", "every defect, each held against its check"),
      .init("rivulet defects 'branchgrpo/*'", "those of one source"),
      .init(
        "rivulet defects --format markdown --output defects.md", "a page for an issue or a review"),
    ],
    positional: .init(
      name: "PATTERN", help: "names of defects; * stands for any letters, ? for one; default: all",
      count: 0...1_000),
    groups: [
      .init(title: "Output", options: [format.declaration, output.declaration]),
      .init(title: "Run", options: [Verify.seed.declaration, Verify.threads.declaration]),
    ],
    notes: [
      "'gives' is the number that the defect gets in the place of the right one. Each defect is a wrong "
        + "variant of a check that 'rivulet verify CHECK' runs; where it is a setting, "
        + "there is none.",
      "Exit codes: 0 every defect with a check is caught, 1 one is not.",
    ])

  static func run(_ arguments: [String], console: Console) throws -> ExitCode {
    try run(arguments, ledger: availableLedger(), catalogue: Defect.all, console: console)
  }

  /// Holds the defects of a catalogue against a ledger.
  static func run(
    _ arguments: [String], ledger: Ledger, catalogue: [Defect], console: Console
  ) throws -> ExitCode {
    guard let parsed = try parsed(arguments, console: console) else { return .success }
    let format = try parsed.value(of: format) ?? .text
    let file = try parsed.value(of: output).flatMap { $0 == "-" ? nil : $0 }
    let defects = try selected(parsed.positionals, of: catalogue)
    let run = LedgerRun(
      ledger: ledger, seed: try parsed.value(of: Verify.seed),
      workers: Workers(
        threads: try parsed.value(of: Verify.threads)
          ?? ProcessInfo.processInfo.activeProcessorCount))
    let target = try file.map { path throws(CommandFailure) in try OutputFile(path: path) }
    let bar = ProgressBar(console: console)
    let report = try run.defectReport(of: defects) { state in
      bar?.show(done: state.finished, total: state.total, label: state.check ?? "")
    }
    bar?.clear()
    let document =
      switch format {
      case .text:
        DefectDocument.text(of: report, style: target == nil ? console.reportStyle : .plain)
      case .json: DefectDocument.json(of: report)
      case .markdown: DefectDocument.markdown(of: report)
      }
    if let target { try target.write(document) } else { try console.write(document) }
    return report.isComplete ? .success : .fell
  }

  /// Returns the defects that patterns select, in the order of the catalogue.
  private static func selected(
    _ patterns: [String], of catalogue: [Defect]
  ) throws -> [Defect] {
    for pattern in patterns where !catalogue.contains(where: { $0.matches(pattern) }) {
      guard !pattern.contains("*") && !pattern.contains("?") else {
        throw CommandFailure(
          .nothingRan, "the pattern '\(pattern)' matches no defect; 'rivulet defects' lists them")
      }
      var message = "there is no defect '\(pattern)'"
      if let near = nearestName(to: pattern, among: catalogue.map(\.id)) {
        message += "; did you mean '\(near)'?"
      }
      throw UsageError(message + "; 'rivulet defects' lists them", command: syntax.command)
    }
    guard !patterns.isEmpty else { return catalogue }
    return catalogue.filter { defect in patterns.contains { defect.matches($0) } }
  }
}
