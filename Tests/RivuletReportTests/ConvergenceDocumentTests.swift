import RivuletClaims
import RivuletNumerics
import RivuletReport
import RivuletTraining
import Testing

@Suite struct ConvergenceDocumentTests {
  static let studies = Result {
    try ["exact", "flow-grpo-fast/code"].compactMap { Recipe.preset($0) }.map {
      try ConvergenceStudy(
        of: $0, seeds: 2, budget: 2e3, key: RandomKey(seed: 1), workers: Workers(threads: 1))
    }
  }

  @Test func `the page has a table for each kind, every number with its half-width`() throws {
    let page = ConvergenceDocument.markdown(
      of: try Self.studies.get(), command: "rivulet converge", figure: "f.svg")
    let lines = page.split(separator: "\n")
    let exact = try #require(lines.first { $0.hasPrefix("| exact | 2 |") })
    let fast = try #require(lines.first { $0.hasPrefix("| flow-grpo-fast/code | 2 |") })
    #expect(exact.split(separator: "|").count == 9)
    #expect(fast.split(separator: "|").count == 7)
    #expect(exact.contains("±") && exact.contains("of 10") && fast.contains("of 5"))
    #expect(page.contains("![Exact and trained biases of each step for every preset](f.svg)"))
    #expect(page.contains("| flow-grpo-fast/code | updates |"))
    #expect(page.hasSuffix("\n"))
  }

  @Test func `the numbers of the figure are in a table, and the figure names its panels`() throws {
    let studies = try Self.studies.get()
    let rows = ConvergenceDocument.csv(of: studies).split(separator: "\n")
    // Ten steps of one, five of the other, and the heading.
    #expect(rows.count == 16)
    #expect(rows[0] == "preset,step,exact,trained,halfWidth")
    #expect(rows[1].hasPrefix("exact,0,2."))
    let figure = ConvergenceFigure.svg(of: studies)
    #expect(figure.hasPrefix("<svg ") && figure.hasSuffix("</svg>\n"))
    #expect(figure.contains("role=\"img\"") && figure.contains("<title>"))
    #expect(figure.split(separator: "\n").count { $0.hasPrefix("<circle") } == 15 + 1)
    #expect(figure.contains(">flow-grpo-fast/code</text>"))
    #expect(!figure.contains("nan") && !figure.contains("inf"))
  }
}
