import Foundation
import Rivulet

/// `rivulet verify [CLAIM...]`: decides claims and reports on them.
enum Verify: Command {
  static let name = "verify"
  static let format = Option(
    "--format", "FORMAT", .choice(of: ReportFormat.self),
    help: "The form of the report on standard output", default: "text")
  static let output = Option(
    "--output", "FORMAT=FILE", .text,
    help: "Write a report to a file as well, in one of the same formats; - for standard output",
    isRepeated: true)
  static let seed = Option(
    "--seed", "N", .seed, help: "Draw anew from this seed, decimal or 0x...",
    default: "the pinned keys of the release")
  static let threads = Option(
    "--threads", "N", .count(1...1_024), help: "The number of threads; changes no number",
    default: "one for each processor")
  static let level = Option(
    "--level", "LEVEL", .choice(of: LedgerRun.Level.self),
    help: "How many samples are drawn", default: "quick")

  static let syntax = CommandSyntax(
    command: "rivulet verify", summary: "Decides claims against exact expectations",
    examples: [
      .init("rivulet verify", "every claim; the last line counts what passed and failed"),
      .init("rivulet verify tempflow/T4 'tempflow/T1?'", "some claims"),
      .init(
        "rivulet verify --output junit=report.xml --output json=report.json",
        "for continuous integration: text to read, and two files"),
      .init("rivulet verify tempflow/T10 --seed 7 --level full", "with other, and more, samples"),
    ],
    positional: .init(
      name: "CLAIM",
      help: "names of claims or checks; * stands for any letters, ? for one; default: all",
      count: 0...1_000),
    groups: [
      .init(title: "Report", options: [format.declaration, output.declaration]),
      .init(
        title: "Run", options: [seed.declaration, threads.declaration, level.declaration]),
    ],
    notes: [
      "Exit codes: 0 all as expected, 1 a claim fell, 2 none fell but some are inconclusive, "
        + "5 nothing ran, 64 wrong command line, 74 a file cannot be written.",
      "Where GITHUB_STEP_SUMMARY is set, whatever --output says, the Markdown report is added to that file; where "
        + "GITHUB_ACTIONS is set what fell is also written as annotations. A summary that cannot be "
        + "written is a warning and changes no exit code.",
    ])

  static func run(_ arguments: [String], console: Console) throws -> ExitCode {
    try run(arguments, ledger: availableLedger(), console: console)
  }

  /// Decides claims of a ledger.
  static func run(
    _ arguments: [String], ledger: Ledger, console: Console
  ) throws -> ExitCode {
    guard let parsed = try parsed(arguments, console: console) else { return .success }
    let targets = try ReportTargets(parsed)
    let run = LedgerRun(
      ledger: ledger, seed: try parsed.value(of: seed),
      workers: Workers(
        threads: try parsed.value(of: threads) ?? ProcessInfo.processInfo.activeProcessorCount),
      level: try parsed.value(of: level) ?? .quick)
    guard try !ledger.selected(by: parsed.positionals, command: syntax.command).isEmpty else {
      throw CommandFailure(.nothingRan, "nothing ran: the ledger has no claims")
    }
    let files = try targets.opened()

    let bar = ProgressBar(console: console)
    let report = try run.report(patterns: parsed.positionals) { state in
      bar?.show(done: state.finished, total: state.total, label: state.check ?? "")
    }
    bar?.clear()

    try files.write(report, to: console)
    GitHubActions(environment: console.environment)?.note(report, on: console)
    guard let code = ExitCode(rawValue: report.exitCode) else {
      preconditionFailure("a report ends with a code that has no meaning: \(report.exitCode)")
    }
    return code
  }
}

extension Console {
  /// How a report looks on standard output: cut to the width of a terminal, whole in a pipe.
  var reportStyle: ReportStyle {
    ReportStyle(width: tableColumns, usesColour: outputStyle.isColoured)
  }
}

/// Where the reports of a run go.
struct ReportTargets: Sendable {
  /// The format on standard output.
  let standardOutput: ReportFormat
  /// The files, in the order of the command line.
  let files: [(format: ReportFormat, path: String)]

  /// Reads `--format` and `--output`.
  ///
  /// - Parameter arguments: The options that were given.
  /// - Throws: ``UsageError`` for an unknown format, a file that is named twice, and two reports for
  ///   standard output.
  init(_ arguments: ParsedArguments) throws(UsageError) {
    let chosen = try arguments.value(of: Verify.format)
    var toOutput: [ReportFormat] = []
    var files: [(format: ReportFormat, path: String)] = []
    for text in try arguments.values(of: Verify.output) {
      let target = try Self.target(text, command: arguments.command)
      if target.path == "-" {
        toOutput.append(target.format)
      } else if files.contains(where: { $0.path == target.path }) {
        throw UsageError(
          "--output '\(text)': the file '\(target.path)' is already the place of another report",
          command: arguments.command)
      } else {
        files.append(target)
      }
    }
    if let second = (([chosen].compactMap { $0 }) + toOutput).dropFirst().first {
      throw UsageError(
        "--output '\(second.rawValue)=-': standard output takes one report; "
          + "send the others to files", command: arguments.command)
    }
    standardOutput = toOutput.first ?? chosen ?? .text
    self.files = files
  }

  private static func target(
    _ text: String, command: String
  ) throws(UsageError) -> (format: ReportFormat, path: String) {
    let choices = ReportFormat.allCases.map(\.rawValue)
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[1].isEmpty else {
      throw .invalidValue(
        text, of: Verify.output.declaration.name,
        expected: "FORMAT=FILE such as json=report.json", command: command)
    }
    guard let format = ReportFormat(rawValue: String(parts[0])) else {
      let name = Verify.output.declaration.name
      guard let near = nearestName(to: String(parts[0]), among: choices) else {
        throw .invalidValue(
          text, of: name, expected: "a format of " + choices.joined(separator: ", "),
          command: command)
      }
      throw UsageError(
        "\(name) '\(text)': '\(parts[0])' is not a format; did you mean '\(near)'?",
        command: command)
    }
    return (format, String(parts[1]))
  }

  /// Finds out whether every file can be written, before the run starts.
  ///
  /// - Returns: The files, ready to be written.
  /// - Throws: ``CommandFailure`` for the first that cannot.
  func opened() throws(CommandFailure) -> OpenReportTargets {
    var opened: [(ReportFormat, OutputFile)] = []
    for file in files {
      let place = try OutputFile(path: file.path)
      if let earlier = opened.first(where: { $0.1.target == place.target }) {
        throw CommandFailure(
          UsageError(
            "--output '\(file.format.rawValue)=\(file.path)': the file is already the place of "
              + "another report, as '\(earlier.1.path)'", command: Verify.syntax.command))
      }
      opened.append((file.format, place))
    }
    return OpenReportTargets(standardOutput: standardOutput, files: opened)
  }
}

/// The places of the reports, found to be writable.
struct OpenReportTargets: Sendable {
  /// The format on standard output.
  let standardOutput: ReportFormat
  /// The files.
  let files: [(format: ReportFormat, file: OutputFile)]

  /// Writes every report, also when one of them cannot be written.
  ///
  /// - Parameters:
  ///   - report: What was found.
  ///   - console: Standard output.
  /// - Throws: ``CommandFailure`` for the first report that could not be written.
  func write(_ report: LedgerReport, to console: Console) throws(CommandFailure) {
    var failure: CommandFailure?
    for (format, file) in files {
      do {
        try file.write(render(report, as: format))
      } catch {
        failure = failure ?? error
      }
    }
    try console.write(render(report, as: standardOutput, style: console.reportStyle))
    if let failure { throw failure }
  }
}
