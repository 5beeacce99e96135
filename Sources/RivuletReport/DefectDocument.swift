public import RivuletClaims
import RivuletNumerics

/// The table of defects: what, where, the effect as a number, and the check that catches it.
public enum DefectDocument {
  /// Returns the table for people.
  ///
  /// - Parameters:
  ///   - report: What was found.
  ///   - style: The looks.
  /// - Returns: A line for each defect, or a paragraph where the width does not hold a line; counts in the
  ///   last line, and a line break at the end.
  public static func text(of report: DefectReport, style: ReportStyle = .plain) -> String {
    var table = TextTable(columns: [
      .init(heading: "    "), .init(heading: "defect"),
      .init(heading: "gives", isRightAligned: true), .init(heading: "right", isRightAligned: true),
      .init(heading: "caught by check#variant"), .init(heading: "what"), .init(heading: "where"),
    ])
    for row in report.rows {
      table.append([
        mark(row.outcome), row.id, number(row.observed), number(row.expected), catcher(row),
        row.title, row.place,
      ])
    }
    let lines =
      style.width.map { table.width > $0 } ?? false
      ? narrowLines(report, style: style)
      : table.lines.enumerated().flatMap { index, line in
        index == 0
          ? [line]
          : [line].painted(
            first: mark(report.rows[index - 1].outcome), as: tone(report.rows[index - 1].outcome),
            style)
      }
    return (lines + ["", summary(of: report)]).joined(separator: "\n") + "\n"
  }

  /// Each defect in a paragraph of its own, for narrow terminals.
  private static func narrowLines(_ report: DefectReport, style: ReportStyle) -> [String] {
    let indent = String(repeating: " ", count: 6)
    return report.rows.flatMap { row in
      var facts = ["where \(row.place)", "effect \(row.consequence)"]
      if let subject = row.subject {
        facts.append(
          "gives \(number(row.observed)), right \(number(row.expected)): \(subject)")
      }
      facts.append("check \(catcher(row))")
      let heading = "\(mark(row.outcome))  \(row.id)  \(row.title)"
      return wrapped(heading, width: style.width, indent: indent)
        .painted(first: mark(row.outcome), as: tone(row.outcome), style)
        + facts.flatMap { wrapped(indent + $0, width: style.width, indent: indent + "  ") }
    }
  }

  /// Returns the table as canonical JSON.
  ///
  /// - Parameter report: What was found.
  /// - Returns: An indented document with a line break at its end.
  public static func json(of report: DefectReport) -> String {
    do {
      return try CanonicalJSON.text(of: report) + "\n"
    } catch {
      preconditionFailure("a report of plain values cannot be written: \(error)")
    }
  }

  /// Returns the table as a Markdown page.
  ///
  /// - Parameter report: What was found.
  /// - Returns: A table with one line for each defect, and a line break at the end.
  public static func markdown(of report: DefectReport) -> String {
    var lines = [
      "| outcome | defect | what | where | right | defect gives | caught by |",
      "| --- | --- | --- | --- | ---: | ---: | --- |",
    ]
    for row in report.rows {
      let cells = [
        row.outcome.rawValue, row.id, "\(row.title): \(row.consequence)", row.place,
        number(row.expected), number(row.observed), catcher(row),
      ]
      lines.append("| " + cells.map(MarkdownReport.escaped).joined(separator: " | ") + " |")
    }
    return (lines + ["", summary(of: report)]).joined(separator: "\n") + "\n"
  }

  /// The counts of the outcomes; settings, where nothing can be computed, are skipped.
  ///
  /// - Parameter report: What was found.
  /// - Returns: The last line of the table.
  public static func summary(of report: DefectReport) -> String {
    "\(report.count(.caught)) passed, \(report.count(.missed)) failed, "
      + "\(report.count(.onRecord)) skipped"
  }

  /// The check that rejects the defect, or why there is none.
  private static func catcher(_ row: DefectReport.Row) -> String {
    switch row.outcome {
    case .caught, .missed: "\(row.check ?? "-")#\(row.variant ?? "-")"
    case .onRecord: "none: settings, nothing to compute"
    }
  }

  private static func number(_ value: Double?) -> String {
    value.map { Numerals.significant($0) } ?? "-"
  }

  private static func mark(_ outcome: DefectReport.Outcome) -> String {
    switch outcome {
    case .caught: "pass"
    case .missed: "FAIL"
    case .onRecord: "skip"
    }
  }

  private static func tone(_ outcome: DefectReport.Outcome) -> Tone {
    switch outcome {
    case .caught: .good
    case .missed: .bad
    case .onRecord: .doubtful
    }
  }
}
