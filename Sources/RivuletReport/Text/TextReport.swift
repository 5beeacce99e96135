import RivuletClaims

/// The report for people: checks with numbers, then claims with verdicts, then failures with reasons.
///
/// What decides stands last, where a terminal shows it.
struct TextReport: Sendable {
  let report: LedgerReport
  let style: ReportStyle

  var document: String {
    var lines = wrapped(report.setting, width: style.width, indent: "  ")
    lines += ["", heading("Checks")] + checkLines
    lines += [""] + wrapped(Self.legend, width: style.width ?? 100, indent: "")
    lines += ["", heading("Claims")] + claimLines
    let failures = failureLines
    if !failures.isEmpty { lines += ["", heading("Failures")] + failures }
    lines += ["", heading("Run")]
    for fact in runFacts {
      lines += wrapped("\(fact.name): \(fact.value)", width: style.width, indent: "  ")
    }
    lines += ["", report.summary.description]
    return lines.joined(separator: "\n") + "\n"
  }

  /// What the columns of the checks mean.
  private static let legend =
    "interval: the expectations that the observed number does not reject, +- a tolerance where nothing "
    + "is sampled (then p is -); detects: the least deviation that is sure to be seen; n: independent "
    + "values; controls: wrong variants that the same statistic rejects, of all."

  // MARK: Claims

  private var claimLines: [String] {
    let indent = String(repeating: " ", count: 6)
    let longest = report.claims.reduce(0) { max($0, $1.id.count) }
    return report.claims.flatMap { claim in
      let id = claim.id + String(repeating: " ", count: longest - claim.id.count)
      let start = "\(claim.outcome.mark)  \(id)  \(claim.title): "
      var lines: [String]
      if claim.verdict != .agrees {
        lines = wrapped(
          start + "recorded: \(claim.recorded); measured: \(claim.measuredText)",
          width: style.width, indent: indent)
      } else if case .holdsWhere(let region) = claim.recorded {
        lines = wrapped(start + "holds where", width: style.width, indent: indent)
        lines += wrapped(indent + region, width: style.width ?? 100, indent: indent)
      } else {
        lines = wrapped(start + "\(claim.recorded)", width: style.width, indent: indent)
      }
      return lines.painted(first: claim.outcome.mark, as: claim.outcome.tone, style)
    }
  }

  // MARK: Checks

  private var checkLines: [String] {
    var table = TextTable(columns: [
      .init(heading: "    "), .init(heading: "check"),
      .init(heading: "expected", isRightAligned: true),
      .init(heading: "observed", isRightAligned: true), .init(heading: "interval"),
      .init(heading: "p", isRightAligned: true), .init(heading: "detects", isRightAligned: true),
      .init(heading: "n", isRightAligned: true), .init(heading: "controls", isRightAligned: true),
      .init(heading: "seed"), .init(heading: "what is measured"),
    ])
    for row in report.rows {
      table.append([
        row.outcome.mark, row.id, row.expectedText, row.observedText, row.intervalText,
        Numerals.probability(row.p), row.detectableText, row.sampleSizeText, row.controlsText,
        row.seed, row.subject,
      ])
    }
    if let width = style.width, table.width > width { return narrowCheckLines(width) }
    return table.lines.enumerated().flatMap { index, line in
      guard index > 0 else { return [line] }
      let outcome = report.rows[index - 1].outcome
      return [line].painted(first: outcome.mark, as: outcome.tone, style)
    }
  }

  /// Each check in a line of its own, its numbers below as many to a line as fit.
  private func narrowCheckLines(_ width: Int) -> [String] {
    report.rows.flatMap { row in
      let items = [
        "expected \(row.expectedText)", "observed \(row.observedText)",
        "interval \(row.intervalText)", "p \(Numerals.probability(row.p))",
        "detects \(row.detectableText)", "n \(row.sampleSizeText)",
        "controls \(row.controlsText)", "seed \(row.seed)",
      ]
      var lines = wrapped(
        "\(row.outcome.mark)  \(row.id)  \(row.subject)", width: width, indent: "      "
      )
      .painted(first: row.outcome.mark, as: row.outcome.tone, style)
      var line = ""
      for item in items {
        if !line.isEmpty, line.count + 2 + item.count > width {
          lines.append(line)
          line = ""
        }
        line += (line.isEmpty ? String(repeating: " ", count: 6) : "  ") + item
      }
      return lines + [line]
    }
  }

  // MARK: Failures and the end

  private var failureLines: [String] {
    var lines: [String] = []
    for claim in report.claims {
      if let reason = claim.reason {
        lines += wrapped("\(claim.id): \(reason)", width: style.width, indent: "  ")
      }
      for row in claim.rows {
        guard let reason = report.reason(of: row) else { continue }
        lines += wrapped("\(row.id): \(reason)", width: style.width, indent: "  ")
        lines += wrapped("  subject: \(row.subject)", width: style.width, indent: "    ")
        lines.append("  replay: \(row.replay)")
      }
    }
    return lines
  }

  private var runFacts: [Fact] {
    let seconds = Numerals.significant(report.execution.seconds, digits: 3)
    return [
      Fact(name: "budget", value: report.budgetText),
      Fact(
        name: "cost",
        value: "\(report.costDescription), \(seconds) s with threads: \(report.execution.threads)"
      ),
      Fact(
        name: "counted",
        value: "each check, and the verdict of each claim as one more; "
          + "a verdict is skipped if a filter left out checks"),
      Fact(name: "digest", value: report.digest),
    ]
  }

  private func heading(_ text: String) -> String {
    style.usesColour ? "\u{1B}[1m\(text)\u{1B}[0m" : text
  }
}
