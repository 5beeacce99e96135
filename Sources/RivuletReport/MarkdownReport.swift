import RivuletClaims

/// The report as a Markdown page, which the summary of a workflow run shows too.
struct MarkdownReport: Sendable {
  let report: LedgerReport

  var document: String {
    var lines = ["## \(report.summary)", "", Self.escaped(report.setting), ""]
    lines += ["| outcome | claim | title | recorded verdict | measured verdict | source |"]
    lines += ["| --- | --- | --- | --- | --- | --- |"]
    for claim in report.claims {
      lines.append(
        Self.line([
          claim.outcome.rawValue, claim.id, claim.title, claim.recorded.description,
          claim.measuredText, claim.source,
        ]))
    }
    lines += failureLines
    lines += ["", "### Checks", ""]
    lines += [
      "| outcome | check | expected | observed | interval | p | detects | n | controls | seed |",
      "| --- | --- | ---: | ---: | --- | ---: | ---: | ---: | ---: | --- |",
    ]
    for row in report.rows {
      lines.append(
        Self.line([
          row.outcome.rawValue, row.id, row.expectedText, row.observedText, row.intervalText,
          Numerals.probability(row.p), row.detectableText, row.sampleSizeText, row.controlsText,
          row.seed,
        ]))
    }
    lines += [
      "", "Budget: \(Self.escaped(report.budgetText)).", "", "Digest: `\(report.digest)`",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  private var failureLines: [String] {
    var lines: [String] = []
    for claim in report.claims {
      if let reason = claim.reason {
        lines.append("- **\(Self.escaped(claim.id))**: \(Self.escaped(reason))")
      }
      for row in claim.rows {
        guard let reason = report.reason(of: row) else { continue }
        lines.append("- **\(Self.escaped(row.id))**: \(Self.escaped(reason))")
        for fact in row.facts {
          lines.append("  - \(Self.escaped(fact.name)): \(Self.escaped(fact.value))")
        }
      }
    }
    return lines.isEmpty ? [] : ["", "### Failures", ""] + lines
  }

  private static func line(_ cells: [String]) -> String {
    "| " + cells.map(escaped).joined(separator: " | ") + " |"
  }

  /// A text in which no character has a meaning for Markdown or HTML, on one line.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "\\", "|", "*", "_", "`", "[", "]", "~", "#": escaped += "\\\(character)"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "&": escaped += "&amp;"
      case _ where character.isNewline: escaped += " "
      default: escaped.append(character)
      }
    }
    return escaped
  }
}
