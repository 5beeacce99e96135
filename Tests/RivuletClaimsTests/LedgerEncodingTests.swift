import Foundation
import RivuletClaims
import RivuletNumerics
import RivuletTestSupport
import Testing

struct LedgerEncodingTests {
  private struct Sample: Codable {
    var zebra = 1
    var apple = [0.1, -0.0, 1e300, .leastNonzeroMagnitude]
    var none: Int?
    var words = ["a": "\"quoted\" \\ \n\t\u{1}", "b": "Ünïcode / ok"]
    var flags = [true, false]
    var big = UInt64.max
    var small = Int8(-5)
    var half: Float = 0.5
    var nested: [[Int]] = [[], [1, 2]]
    var missing: [Int?] = [nil, 3]
  }

  @Test func `canonical JSON sorts its keys and writes the shortest numbers`() throws {
    // Written by hand from the JSON grammar (RFC 8259) and the rules of the type.
    let expected =
      #"{"apple":[0.1,-0.0,1e+300,5e-324],"big":18446744073709551615,"flags":[true,false],"#
      + #""half":0.5,"missing":[null,3],"nested":[[],[1,2]],"small":-5,"#
      + #""words":{"a":"\"quoted\" \\ \n\t\u0001","b":"Ünïcode / ok"},"zebra":1}"#
    #expect(try CanonicalJSON.text(of: Sample(), indented: false) == expected)
  }

  @Test func `numbers that JSON lacks become texts`() throws {
    let numbers = [Double.nan, .infinity, -.infinity]
    #expect(try CanonicalJSON.text(of: numbers, indented: false) == #"["nan","inf","-inf"]"#)
  }

  @Test func `indentation gives each element a line`() throws {
    let text = try CanonicalJSON.text(of: ["b": [1, 2], "a": []])
    #expect(text == "{\n  \"a\": [],\n  \"b\": [\n    1,\n    2\n  ]\n}")
  }

  @Test func `canonical JSON reads back to the same bits`() throws {
    let text = try CanonicalJSON.text(of: Sample())
    let back = try JSONDecoder().decode(Sample.self, from: Data(text.utf8))
    #expect(back.apple.map(\.bitPattern) == Sample().apple.map(\.bitPattern))
    #expect(back.words == Sample().words)
    #expect(back.big == .max)
  }

  @Test(arguments: [Verdict.holds, .fails, .holdsWhere("s < 0.5; d >= 2"), .holdsWhere("")])
  func `verdicts read back from what they print`(verdict: Verdict) throws {
    #expect(Verdict(verdict.description) == verdict)
    let text = try CanonicalJSON.text(of: [verdict], indented: false)
    #expect(text == "[\"\(verdict)\"]")
    #expect(try JSONDecoder().decode([Verdict].self, from: Data(text.utf8)) == [verdict])
  }

  @Test func `a text that is no verdict is refused`() {
    #expect(Verdict("perhaps") == nil)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([Verdict].self, from: Data(#"["perhaps"]"#.utf8))
    }
  }
}
