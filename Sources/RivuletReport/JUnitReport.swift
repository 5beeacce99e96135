import RivuletClaims

/// The report as JUnit XML: a suite for each claim, a case for each check and one for the verdict.
///
/// The counts of the document are those of the report's last line. A failure names the numbers, the seed
/// and the replay command in its body, for most viewers show nothing else.
struct JUnitReport: Sendable {
  let report: LedgerReport

  var document: String {
    var lines = [#"<?xml version="1.0" encoding="UTF-8"?>"#]
    let counts = report.claims.map(Counts.init).reduce(Counts(), +)
    let attributes =
      counts.attributes + [("time", Numerals.fixed(seconds: report.execution.seconds))]
    lines.append(Self.opening("testsuites", [("name", "rivulet")] + attributes))
    for claim in report.claims { lines += suite(of: claim) }
    lines.append("</testsuites>")
    return lines.joined(separator: "\n") + "\n"
  }

  /// The numbers of cases.
  private struct Counts {
    var tests = 0
    var failures = 0
    var errors = 0
    var skipped = 0

    init() {}

    init(_ claim: LedgerReport.ClaimResult) {
      tests = claim.rows.count + 1
      errors = claim.rows.filter { $0.outcome == .error }.count
      failures = claim.rows.filter { $0.outcome != .passed }.count - errors
      if claim.reason != nil { failures += 1 }
      if claim.verdict == .notCompared { skipped = 1 }
    }

    static func + (first: Counts, second: Counts) -> Counts {
      var sum = first
      sum.tests += second.tests
      sum.failures += second.failures
      sum.errors += second.errors
      sum.skipped += second.skipped
      return sum
    }

    var attributes: [(String, String)] {
      [
        ("tests", "\(tests)"), ("failures", "\(failures)"), ("errors", "\(errors)"),
        ("skipped", "\(skipped)"),
      ]
    }
  }

  private func suite(of claim: LedgerReport.ClaimResult) -> [String] {
    let seconds = claim.rows.reduce(0) { $0 + $1.seconds }
    let attributes = Counts(claim).attributes + [("time", Numerals.fixed(seconds: seconds))]
    var lines = ["  " + Self.opening("testsuite", [("name", claim.id)] + attributes)]
    lines.append("    <properties>")
    let properties = [
      ("title", claim.title), ("statement", claim.statement), ("source", claim.source),
      ("scope", claim.scope), ("setting", report.setting), ("digest", report.digest),
    ]
    for (name, value) in properties {
      lines.append("      " + Self.empty("property", [("name", name), ("value", value)]))
    }
    lines.append("    </properties>")
    for row in claim.rows { lines += testCase(of: row) }
    lines += verdictCase(of: claim)
    lines.append("  </testsuite>")
    return lines
  }

  private func testCase(of row: LedgerReport.Row) -> [String] {
    let attributes = [
      ("classname", row.claim), ("name", row.name), ("time", Numerals.fixed(seconds: row.seconds)),
    ]
    guard let reason = report.reason(of: row) else {
      return ["    " + Self.empty("testcase", attributes)]
    }
    let tag = row.outcome == .error ? "error" : "failure"
    let body = row.facts.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
    return [
      "    " + Self.opening("testcase", attributes),
      "      " + Self.opening(tag, [("message", reason), ("type", row.outcome.rawValue)])
        + Self.escaped(body) + "</\(tag)>",
      "    </testcase>",
    ]
  }

  private func verdictCase(of claim: LedgerReport.ClaimResult) -> [String] {
    let attributes = [("classname", claim.id), ("name", "verdict"), ("time", "0")]
    let outcome: String
    if let reason = claim.reason {
      let body = "recorded: \(claim.recorded)\nmeasured: \(claim.measuredText)"
      outcome =
        Self.opening("failure", [("message", reason), ("type", claim.verdict.rawValue)])
        + Self.escaped(body) + "</failure>"
    } else if claim.verdict == .notCompared {
      outcome = Self.empty("skipped", [("message", "a filter left out checks of this claim")])
    } else {
      return ["    " + Self.empty("testcase", attributes)]
    }
    return [
      "    " + Self.opening("testcase", attributes), "      " + outcome, "    </testcase>",
    ]
  }

  // MARK: XML

  private static func opening(_ name: String, _ attributes: [(String, String)]) -> String {
    "<" + name + attributes.map { " \($0)=\"\(escaped($1))\"" }.joined() + ">"
  }

  private static func empty(_ name: String, _ attributes: [(String, String)]) -> String {
    "<" + name + attributes.map { " \($0)=\"\(escaped($1))\"" }.joined() + "/>"
  }

  /// A text as XML character data or attribute value.
  ///
  /// Line breaks and tabs are written as references, which an attribute keeps. Characters that XML 1.0 does
  /// not have at all become U+FFFD.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&apos;"
      case "\n": escaped += "&#10;"
      case "\r": escaped += "&#13;"
      case "\t": escaped += "&#9;"
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
        escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
