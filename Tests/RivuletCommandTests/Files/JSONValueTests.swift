import Foundation
import Testing

@testable import RivuletCommand

struct JSONValueTests {
  @Test func `keys are sorted and plain lists stay on their line`() {
    let value = JSONValue.object([
      "b": .numbers([1, 0.1]), "a": .list([.object(["k": .null]), .list([.truth(true)])]),
    ])
    #expect(
      value.document == """
        {
          "a": [
            {
              "k": null
            },
            [true]
          ],
          "b": [1, 0.1]
        }

        """)
  }

  @Test(arguments: [
    0.1, 1.0 / 3, Double.leastNonzeroMagnitude, 1.7976931348623157e308, -0.0, 1e22, 123_456_789,
  ])
  func `numbers read back to the same bits`(number: Double) throws {
    let text = JSONValue.number(number).document
    let back = try JSONDecoder().decode(Double.self, from: Data(text.utf8))
    #expect(back.bitPattern == number.bitPattern)
  }

  @Test func `texts are escaped`() throws {
    let text = "a\"b\\c\n\r\t\u{1}é/"
    let document = JSONValue.text(text).document
    #expect(document == "\"a\\\"b\\\\c\\n\\r\\t\\u0001é/\"\n")
    #expect(try JSONDecoder().decode(String.self, from: Data(document.utf8)) == text)
  }
}
