import RivuletClaims
import RivuletNumerics
import RivuletTestSupport
import Testing

struct LedgerSelectionTests {
  private let ledger = Ledger(claims: LedgerSamples.assorted)

  private func selected(_ patterns: String...) throws -> [String] {
    try ledger.matching(patterns).flatMap { claim in claim.checks.map { claim.path(of: $0) } }
  }

  @Test func `no pattern selects everything`() throws {
    #expect(try ledger.matching([]).map(\.id) == LedgerSamples.assorted.map(\.id))
    #expect(try selected().count == ledger.checkCount)
  }

  @Test func `the identity of a claim selects all its checks`() throws {
    #expect(try selected("made/A2") == ["made/A2/first", "made/A2/second"])
  }

  @Test func `the identity of a check selects that check alone`() throws {
    #expect(try selected("made/A2/second") == ["made/A2/second"])
  }

  @Test func `a star crosses slashes and a question mark stands for one character`() throws {
    #expect(try ledger.matching(["made/*"]).map(\.id) == ["made/A1", "made/A2", "made/A3"])
    #expect(try selected("*/one") == ["made/A1/one"])
    #expect(try ledger.matching(["*/?1"]).map(\.id) == ["made/A1", "other/B1"])
    #expect(try ledger.matching(["*"]).count == 5)
  }

  @Test func `several patterns select the union in the order of the ledger, each once`() throws {
    #expect(
      try selected("other/B1", "made/A1/one", "made/A1", "made/A1/mean")
        == ["made/A1/mean", "made/A1/one", "other/B1/far"])
  }

  @Test func `a pattern without a match names the nearest claims`() {
    let error = #expect(throws: Ledger.UnmatchedPattern.self) {
      try ledger.matching(["made/*", "mde/A2"])
    }
    #expect(error?.pattern == "mde/A2")
    #expect(error?.nearest.first == "made/A2")
    #expect(
      error?.description
        == "no claim or check matches 'mde/A2'; nearest: made/A2, made/A1, made/A3")
  }

  @Test func `a pattern with the slashes of a check names the nearest checks`() {
    let error = #expect(throws: Ledger.UnmatchedPattern.self) {
      try ledger.matching(["made/a3/smal"])
    }
    #expect(error?.nearest.first == "made/A3/small")
  }

  @Test func `an empty ledger names nothing`() {
    let error = #expect(throws: Ledger.UnmatchedPattern.self) {
      try Ledger(claims: []).matching(["x"])
    }
    #expect(error?.description == "no claim or check matches 'x'")
  }

  @Test func `two claims of one name stop the program`() async {
    await #expect(processExitsWith: .failure) {
      _ = Ledger(claims: [LedgerSamples.assorted[0], LedgerSamples.assorted[0]])
    }
  }

  @Test(arguments: [
    ("", "", true), ("", "a", false), ("*", "", true), ("**", "abc", true), ("?", "", false),
    ("a*c", "abbc", true), ("a*c", "abcb", false), ("a?c", "abc", true), ("a?c", "ac", false),
    ("*ab*ab", "xababab", true), ("*ab*ab", "xab", false), ("a*b*c", "aXbYbZc", true),
    ("A", "a", false), ("a.c", "abc", false), ("[ab]", "a", false), ("a*", "a", true),
  ])
  func `globs match whole texts`(pattern: String, text: String, expected: Bool) {
    #expect(Glob(pattern).matches(text) == expected)
  }

  // Distances by hand; kitten to sitting is the textbook's 3.
  @Test(arguments: [
    ("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("ab", "ba", 2),
  ])
  func `edit distances count insertions, deletions and substitutions`(
    first: String, second: String, expected: Int
  ) {
    #expect(NearestNames.editDistance(Array(first), Array(second)) == expected)
  }

  @Test func `nearest names ignore case and keep their order at equal distance`() {
    #expect(
      NearestNames.nearest(to: "T4", among: ["t1", "t2", "t4", "t3"]) == ["t4", "t1", "t2"])
  }
}
