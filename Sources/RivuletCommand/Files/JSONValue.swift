import Foundation

/// A JSON document with one canonical form: keys in order, two spaces, shortest numbers.
///
/// A number is written with the fewest digits that read back to the same bits.
enum JSONValue: Sendable, Hashable {
  case null
  case truth(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  /// The list of numbers.
  static func numbers(_ values: [Double]) -> JSONValue { .list(values.map { .number($0) }) }

  /// The list of whole numbers.
  static func integers(_ values: [Int]) -> JSONValue { .list(values.map { .integer($0) }) }

  /// The document, with a line break at the end.
  var document: String {
    var text = ""
    write(into: &text, indent: 0)
    return text + "\n"
  }

  private func write(into text: inout String, indent: Int) {
    switch self {
    case .null: text += "null"
    case .truth(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let value):
      precondition(value.isFinite, "JSON has no form for \(value)")
      text += shortestText(value)
    case .text(let value): Self.writeQuoted(value, into: &text)
    case .list(let values):
      // Lists of plain values stay on a line; lists of lists and objects get a line for each.
      let isFlat = values.allSatisfy(\.isPlain)
      Self.writeParts(
        values.map { (nil, $0) }, between: ("[", "]"), isFlat: isFlat, into: &text, indent: indent)
    case .object(let values):
      let parts = values.sorted { $0.key < $1.key }.map { (String?.some($0.key), $0.value) }
      Self.writeParts(parts, between: ("{", "}"), isFlat: false, into: &text, indent: indent)
    }
  }

  private var isPlain: Bool {
    switch self {
    case .list, .object: false
    default: true
    }
  }

  private static func writeParts(
    _ parts: [(key: String?, value: JSONValue)], between marks: (String, String), isFlat: Bool,
    into text: inout String, indent: Int
  ) {
    text += marks.0
    for (index, part) in parts.enumerated() {
      if index > 0 { text += isFlat ? ", " : "," }
      if !isFlat { text += "\n" + String(repeating: " ", count: indent + 2) }
      if let key = part.key {
        writeQuoted(key, into: &text)
        text += ": "
      }
      part.value.write(into: &text, indent: indent + 2)
    }
    if !isFlat && !parts.isEmpty { text += "\n" + String(repeating: " ", count: indent) }
    text += marks.1
  }

  private static func writeQuoted(_ value: String, into text: inout String) {
    text += "\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case let control where control.value < 0x20:
        text += String(format: "\\u%04x", control.value)
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

/// Returns the shortest decimal text that reads back to the same number; `1`, not `1.0`.
func shortestText(_ number: Double) -> String {
  let text = number.description
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
