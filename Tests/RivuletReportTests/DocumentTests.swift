import Foundation
import RivuletClaims
import RivuletReport
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Collects the elements of an XML document with their attributes and texts.
private final class ElementCollector: NSObject, XMLParserDelegate {
  struct Element {
    let name: String
    let attributes: [String: String]
    var text = ""
  }

  var elements: [Element] = []
  private var open: [Int] = []

  func parser(
    _ parser: XMLParser, didStartElement elementName: String, namespaceURI: String?,
    qualifiedName qName: String?, attributes attributeDict: [String: String] = [:]
  ) {
    open.append(elements.count)
    elements.append(Element(name: elementName, attributes: attributeDict))
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if let last = open.last { elements[last].text += string }
  }

  func parser(
    _ parser: XMLParser, didEndElement elementName: String, namespaceURI: String?,
    qualifiedName qName: String?
  ) {
    open.removeLast()
  }
}

struct DocumentTests {
  // MARK: JSON

  @Test func `a report reads back from JSON to the same bytes and digest`() throws {
    for claims in [ReportSamples.passing, ReportSamples.failing] {
      let report = try ReportSamples.report(claims)
      let document = render(report, as: .json)
      let back = try JSONReport.report(from: document)
      #expect(render(back, as: .json) == document)
      #expect(back.digest == report.digest)
      #expect(back.computedDigest() == report.digest)
    }
  }

  @Test func `JSON has what a reader of the ledger looks for`() throws {
    let document = render(try ReportSamples.report(ReportSamples.failing), as: .json)
    let root = try #require(
      try JSONSerialization.jsonObject(with: Data(document.utf8)) as? [String: Any])
    #expect(root["schemaVersion"] as? Int == 1)
    #expect(root["mode"] as? String == "seeded")
    let claims = try #require(root["claims"] as? [[String: Any]])
    #expect(claims[0]["recorded"] as? String == "holds where s < 0.5")
    let rows = try #require(claims[1]["rows"] as? [[String: Any]])
    #expect(rows[1]["observed"] as? String == "nan")
    #expect(rows[1]["p"] == nil)
    #expect(rows[0]["observed"] as? Double == 0.375)
    let cost = try #require(rows[0]["cost"] as? [String: Int])
    #expect(cost == ["modelCalls": 10, "rewardCalls": 4, "gradientEvaluations": 2])
    let summary = try #require(root["summary"] as? [String: Int])
    #expect(summary == ["passed": 1, "failed": 9, "skipped": 0, "inconclusive": 1])
  }

  @Test func `a document that is no report is refused`() {
    #expect(throws: DecodingError.self) { try JSONReport.report(from: "{}") }
  }

  // MARK: JUnit

  private func elements(_ document: String) throws -> [ElementCollector.Element] {
    let collector = ElementCollector()
    let parser = XMLParser(data: Data(document.utf8))
    parser.delegate = collector
    let isWellFormed = parser.parse()
    #expect(isWellFormed, "\(String(describing: parser.parserError))")
    return collector.elements
  }

  @Test func `JUnit is well-formed and counts what the last line counts`() throws {
    let report = try ReportSamples.report(ReportSamples.failing)
    let elements = try elements(render(report, as: .junit))
    let root = try #require(elements.first)
    #expect(root.name == "testsuites")
    #expect(root.attributes["tests"] == "10")
    #expect(root.attributes["failures"] == "8")
    #expect(root.attributes["errors"] == "1")
    #expect(root.attributes["skipped"] == "0")
    #expect(elements.filter { $0.name == "testcase" }.count == 10)
    #expect(elements.filter { $0.name == "failure" }.count == 8)
    #expect(elements.filter { $0.name == "error" }.count == 1)
    #expect(
      elements.filter { $0.name == "testsuite" }.map { $0.attributes["tests"] } == ["2", "8"])
  }

  @Test func `a JUnit failure has the vital facts in its body`() throws {
    let report = try ReportSamples.report(ReportSamples.failing)
    let elements = try elements(render(report, as: .junit))
    let failure = try #require(elements.first { $0.attributes["type"] == "fell" })
    #expect(
      failure.text.split(separator: "\n").prefix(4)
        == [
          "subject: a quarter | of <one> & \"more\"", "expected: 0.25", "observed: 0.375",
          "interval: ± 1e-09",
        ])
    #expect(failure.text.contains("seed: \(report.rows[1].seed)"))
    #expect(failure.text.contains("control doubled: factor 2: rejected"))
    #expect(failure.text.hasSuffix("replay: rivulet verify made/B2/off --seed 7"))
    let error = try #require(elements.first { $0.name == "error" })
    #expect(error.attributes["message"] == "stopped with an error: no <grid> & no \"times\"")
    #expect(error.text.hasPrefix("subject: nothing\u{FFFD}\nat all"))
  }

  @Test func `JUnit skips the verdict of a claim that a filter cuts`() throws {
    let report = try ReportSamples.report(ReportSamples.passing, patterns: ["made/A1/one"])
    let elements = try elements(render(report, as: .junit))
    #expect(elements.filter { $0.name == "skipped" }.count == 1)
    #expect(elements[0].attributes["skipped"] == "1")
  }

  // MARK: Markdown

  @Test func `the rows of Markdown tables have as many cells as their headings`() throws {
    let document = render(try ReportSamples.report(ReportSamples.failing), as: .markdown)
    let lines = document.split(separator: "\n").filter { $0.hasPrefix("|") }
    let counts = lines.map { line in
      line.replacingOccurrences(of: "\\|", with: "").filter { $0 == "|" }.count
    }
    // Two claims with six columns, eight checks with ten, each table with two lines of heading.
    #expect(counts == Array(repeating: 7, count: 4) + Array(repeating: 11, count: 10))
  }

  @Test func `Markdown leads with the counts and escapes what it quotes`() throws {
    let document = render(try ReportSamples.report(ReportSamples.failing), as: .markdown)
    #expect(document.hasPrefix("## 1 passed, 9 failed, 0 skipped\n"))
    #expect(document.contains("subject: a quarter \\| of &lt;one&gt; &amp; \"more\""))
    #expect(!document.contains("<grid>"))
  }

  // MARK: Annotations

  @Test func `annotations name failures as errors and weak rows as warnings`() throws {
    let report = try ReportSamples.report(ReportSamples.failing)
    let lines = annotations(report)
    #expect(lines.filter { $0.hasPrefix("::error ") }.count == 8)
    #expect(lines.filter { $0.hasPrefix("::warning ") }.count == 1)
    #expect(lines.last == "::notice title=rivulet::1 passed, 9 failed, 0 skipped")
    #expect(
      lines.contains(
        "::error title=made/B2/throws::stopped with an error: no <grid> & no \"times\"%0A"
          + "rivulet verify made/B2/throws --seed 7"))
  }

  @Test func `there are at most ten annotations of a kind, and the tenth counts the rest`() throws {
    let claims = (0..<3).map { number in
      Claim(
        id: "made/100%: a,b \(number)", title: "T", statement: "S", source: "X", scope: "Y",
        recorded: .fails, checks: ReportSamples.failing[1].checks)
    }
    let lines = annotations(try ReportSamples.report(claims))
    // Each claim has six errors, a warning and an undecided verdict: 21 errors.
    let errors = lines.filter { $0.hasPrefix("::error ") }
    #expect(errors.count == 10)
    #expect(errors.last == "::error title=rivulet::and 12 more; the report names them")
    #expect(errors[0].hasPrefix("::error title=made/100%25%3A a%2Cb 0::"))
    #expect(lines.filter { $0.hasPrefix("::warning ") }.count == 3)
  }
}
