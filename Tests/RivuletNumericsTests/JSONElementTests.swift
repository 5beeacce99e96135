import Foundation
import RivuletNumerics
import RivuletTestSupport
import Testing

struct JSONElementTests {
  private static func error(_ text: String) -> JSONError? {
    do {
      _ = try JSONElement(parsing: text)
      return nil
    } catch {
      return error
    }
  }

  @Test func `documents are read with the digits of their numbers`() throws {
    let text =
      " {\"b\": [1.50, -0, 18446744073709551615, 1E+2], \"a\": {\"t\": true, \"n\": null}} \n"
    let expected = JSONElement.record([
      JSONElement.Field(
        "b",
        .list([.number("1.50"), .number("-0"), .number("18446744073709551615"), .number("1E+2")])),
      JSONElement.Field(
        "a", .record([JSONElement.Field("t", .truth(true)), JSONElement.Field("n", .null)])),
    ])
    #expect(try JSONElement(parsing: text) == expected)
    // Canonical: names sorted, shortest numbers.
    #expect(
      expected.line
        == #"{"a":{"n":null,"t":true},"b":[1.5,0,18446744073709551615,100.0]}"#)
  }

  @Test func `escapes of RFC 8259 are read, and halves of characters are not`() throws {
    let text = #""\"\\\/\b\f\n\r\t\u0041\ud83d\ude00ä""#
    #expect(
      try JSONElement(parsing: text) == .text("\"\\/\u{8}\u{c}\n\r\tA\u{1F600}\u{E4}"))
    #expect(Self.error(#""\ud83d""#)?.detail == "an escape names half a character")
    #expect(Self.error(#""\ud83d\u0041""#)?.detail == "an escape names half a character")
    #expect(Self.error(#""\ude00""#)?.detail == "an escape names half a character")
    #expect(Self.error(#""\u12g4""#)?.detail == "an escape needs four hexadecimal digits")
    #expect(Self.error(#""\x""#)?.detail == #"'\x' is no escape"#)
  }

  @Test(
    arguments: [
      ("", 1, 1), ("{", 1, 2), ("[1,]", 1, 4), ("{\"a\":1,}", 1, 8), ("[1 2]", 1, 4),
      ("{a:1}", 1, 2), ("{\"a\" 1}", 1, 6), ("01", 1, 1), ("1.", 1, 3), ("-", 1, 2), (".5", 1, 1),
      ("1e", 1, 3), ("+1", 1, 1), ("NaN", 1, 1), ("1e999", 1, 1), ("0x10", 1, 1), ("\"a", 1, 1),
      ("\"\n\"", 1, 2), ("[\n  1,\n  nul\n]", 3, 3), ("{}\n{}", 2, 1), ("// no", 1, 1),
      ("{\"a\":1, \"a\":2}", 1, 9), ("'a'", 1, 1), ("1.5.2", 1, 1), ("tru", 1, 1),
    ])
  func `what the grammar lacks is refused with its place`(text: String, line: Int, column: Int) {
    let error = Self.error(text)
    #expect(error?.line == line && error?.column == column, "\(String(describing: error))")
  }

  @Test func `nesting has a limit, so no document overflows the stack`() {
    let fitting = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(Self.error(fitting) == nil)
    #expect(Self.error(String(repeating: "[", count: 100_000))?.column == 66)
  }

  @Test func `random damage is refused or read, and what is read has one canonical text`() throws {
    let document = #"{"a": [1.5, -2e-3, true, null, "x\n\u00e4"], "b": {"c": "d", "e": []}}"#
    var words = WordStream(key: RandomKey(seed: 5), address: NoiseAddress(root: 0), expected: 8000)
    var read = 0
    for _ in 0..<4000 {
      var bytes = Array(document.utf8)
      bytes[words.nextBelow(UInt64(bytes.count))] = UInt8(words.nextBelow(128))
      let text = String(decoding: bytes, as: UTF8.self)
      guard let element = try? JSONElement(parsing: text) else { continue }
      read += 1
      #expect(try JSONElement(parsing: element.line).line == element.line)
      // What is read here Foundation reads too; it takes more, such as a name given twice.
      #expect(throws: Never.self) {
        try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
      }
    }
    #expect(read > 400 && read < 3600)
  }
}
