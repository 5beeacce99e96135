import RivuletClaims
import RivuletReport
import RivuletStatistics
import Testing

struct TextReportTests {
  private func lines(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  private func stripped(_ text: String) -> String {
    var plain = ""
    var isEscape = false
    for character in text {
      if character == "\u{1B}" { isEscape = true }
      if !isEscape { plain.append(character) }
      if character == "m" { isEscape = false }
    }
    return plain
  }

  @Test(arguments: ReportFormat.allCases)
  func `every document ends with one line break`(format: ReportFormat) throws {
    let document = render(try ReportSamples.report(ReportSamples.passing), as: format)
    #expect(document.hasSuffix("\n"))
    #expect(!document.hasSuffix("\n\n"))
  }

  @Test func `the last line counts the items`() throws {
    let passing = render(try ReportSamples.report(ReportSamples.passing), as: .text)
    #expect(lines(passing).dropLast().last == "5 passed, 0 failed, 0 skipped")
    // made/B1: the row passes, the verdict differs; made/B2: seven rows fail and the verdict is undecided.
    let failing = render(try ReportSamples.report(ReportSamples.failing), as: .text)
    #expect(lines(failing).dropLast().last == "1 passed, 9 failed, 0 skipped")
    let cut = try ReportSamples.report(ReportSamples.passing, patterns: ["made/A1/one"])
    #expect(lines(render(cut, as: .text)).dropLast().last == "1 passed, 0 failed, 1 skipped")
  }

  @Test func `a row shows its numbers under their headings`() throws {
    let report = try ReportSamples.report(ReportSamples.passing)
    let text = lines(render(report, as: .text))
    let heading = try #require(text.first { $0.contains("expected") && $0.contains("observed") })
    let row = try #require(text.first { $0.contains("made/A1/mean") && $0.contains("0x") })
    let words = heading.split(separator: " ").map(String.init)
    #expect(
      words
        == [
          "check", "expected", "observed", "interval", "p", "detects", "n", "controls", "seed",
          "what", "is", "measured",
        ])
    // z = 1, p = 0.317; three shares of 1e-6 / 3, half of it on two sides: z = 5.2331; the miss rate
    // 1e-6 adds 4.7534: 9.99e-3.
    #expect(
      row.split(separator: " ").map(String.init)
        == [
          "pass", "made/A1/mean", "2", "2.001", "[1.99577,", "2.00623]", "0.317", "0.00999",
          "1000000", "-", report.rows[1].seed, "a", "mean",
        ])
  }

  @Test func `claims come after the checks, with the verdict or the difference`() throws {
    let passing = lines(render(try ReportSamples.report(ReportSamples.passing), as: .text))
    #expect(passing.contains("pass  made/A2  Title of made/A2: fails"))
    let headings = passing.filter { ["Checks", "Claims", "Run"].contains($0) }
    #expect(headings == ["Checks", "Claims", "Run"])
    let failing = lines(render(try ReportSamples.report(ReportSamples.failing), as: .text))
    #expect(
      failing.contains(
        "FAIL  made/B1  Title of made/B1: recorded: holds where s < 0.5; measured: holds"))
  }

  @Test(arguments: [
    (
      "off",
      "observed 0.375 is not within 1e-09 of expected 0.25; the difference is 0.125"
    ),
    ("nan", "observed nan is not within 1e-09 of expected 0.25; the difference is nan"),
    ("control", "not rejected: doubled (factor 2: NOT rejected, observed 0.25, p = 1)"),
    ("exact", "observed 2 is closer to expected 2 than chance allows: 1 - p is below 6.25e-08"),
    ("throws", "stopped with an error: no <grid> & no \"times\""),
  ])
  func `each failure says why, and how to repeat it`(check: String, reason: String) throws {
    let text = lines(render(try ReportSamples.report(ReportSamples.failing), as: .text))
    #expect(text.contains("made/B2/\(check): \(reason)"))
    #expect(text.contains("  replay: rivulet verify made/B2/\(check) --seed 7"))
  }

  @Test func `an under-powered row says what it would have to see`() throws {
    let text = render(try ReportSamples.report(ReportSamples.failing), as: .text)
    #expect(
      text.contains("made/B2/weak: a deviation of 0.001 must be seen, but with n = 100 only 1.0"))
    #expect(text.contains("weak  made/B2/weak"))
  }

  @Test(arguments: [40, 60, 80, 100, 200])
  func `lines keep to the width, except for words that do not fit`(width: Int) throws {
    let report = try ReportSamples.report(ReportSamples.failing)
    let style = ReportStyle(width: width, usesColour: false)
    for line in lines(render(report, as: .text, style: style)) where line.count > width {
      let words = line.split(separator: " ")
      #expect(
        words.count <= 2 || line.hasPrefix("  replay:") || line.contains("interval"),
        "\(line.count) columns: \(line)")
    }
  }

  @Test func `broken lines keep their indentation, and a subject its line`() throws {
    let report = try ReportSamples.report(ReportSamples.failing)
    for width in [nil, 60] {
      let text = lines(
        render(report, as: .text, style: ReportStyle(width: width, usesColour: false)))
      #expect(text.contains("  subject: nothing  at all"))
    }
  }

  @Test func `a narrow interval shows three digits of its width`() throws {
    // z_{1/4 of 1e-6} = 5.0263; 5.0263 / sqrt(1e10) = 5.03e-5 about 2.00001.
    let check = Check(id: "fine", subject: "a mean") { _ in
      Finding(
        .mean(
          observed: 2.000_01, expected: 2, sigma: 1, count: 10_000_000_000, sigmaIsKnown: true),
        statementHolds: true)
    }
    let claim = Claim(
      id: "made/C", title: "T", statement: "S", source: "X", scope: "Y", recorded: .holds,
      checks: [check])
    let text = render(try ReportSamples.report([claim]), as: .text)
    #expect(text.contains("[1.9999597, 2.0000603]"))
  }

  @Test func `a narrow report has the numbers of a wide one`() throws {
    let report = try ReportSamples.report(ReportSamples.passing)
    let text = render(report, as: .text, style: ReportStyle(width: 60, usesColour: false))
    #expect(text.contains("pass  made/A1/mean  a mean\n      expected 2  observed 2.001"))
    #expect(text.contains("seed \(report.rows[1].seed)"))
  }

  @Test func `colours come on request and change nothing else`() throws {
    let report = try ReportSamples.report(ReportSamples.failing)
    let plain = render(report, as: .text)
    let coloured = render(
      report, as: .text, style: ReportStyle(width: nil, usesColour: true))
    #expect(!plain.contains("\u{1B}"))
    #expect(coloured.contains("\u{1B}[31mFAIL\u{1B}[0m"))
    #expect(coloured.contains("\u{1B}[33mweak\u{1B}[0m"))
    #expect(stripped(coloured) == plain)
  }

  @Test func `the run names its budget, its cost and its digest`() throws {
    let report = try ReportSamples.report(ReportSamples.passing)
    let text = render(report, as: .text)
    #expect(
      text.contains(
        "budget: 1e-06 over 3 checks, 3.33e-07 each; 1 sampled, 3.33e-07 spent, "
          + "smallest p 0.317 (made/A1/mean)"))
    #expect(text.contains("20 model calls, 8 reward calls, 4 gradient evaluations"))
    #expect(text.contains("digest: \(report.digest)"))
    #expect(
      text.hasPrefix(
        "keys seed 0x0000000000000007; level quick; stream version 1; schema version 1\n"))
  }
}
