/// What is wrong with a text that should be JSON.
public struct JSONError: Error, Hashable, CustomStringConvertible {
  /// The line, from 1.
  public let line: Int
  /// The column in bytes, from 1.
  public let column: Int
  /// The rule that is broken, with the value.
  public let detail: String

  /// The place and the rule.
  public var description: String { "line \(line), column \(column): \(detail)" }
}

extension JSONElement {
  /// Reads a JSON document strictly (RFC 8259).
  ///
  /// Beyond the grammar a record must have each name once, a number must be finite as a `Double`,
  /// and lists and records may be nested 64 deep.
  ///
  /// - Parameter text: One element with white space around it.
  /// - Throws: ``JSONError`` with the first place that breaks a rule.
  public init(parsing text: String) throws(JSONError) {
    var parser = JSONParser(bytes: Array(text.utf8))
    parser.skipSpace()
    self = try parser.element(depth: 0)
    parser.skipSpace()
    guard parser.isAtEnd else { throw parser.failure("nothing may follow the document") }
  }
}

private struct JSONParser {
  let bytes: [UInt8]
  private var index = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { index >= bytes.count }

  private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

  func failure(_ detail: String) -> JSONError { failure(detail, at: index) }

  private func failure(_ detail: String, at place: Int) -> JSONError {
    var line = 1
    var start = 0
    for (offset, byte) in bytes[..<min(place, bytes.count)].enumerated()
    where byte == UInt8(ascii: "\n") {
      line += 1
      start = offset + 1
    }
    return JSONError(line: line, column: place - start + 1, detail: detail)
  }

  mutating func skipSpace() {
    while let byte = next, " \t\n\r".utf8.contains(byte) { index += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: character) else { return false }
    index += 1
    return true
  }

  mutating func element(depth: Int) throws(JSONError) -> JSONElement {
    guard depth <= 64 else { throw failure("lists and records are nested more than 64 deep") }
    guard let byte = next else { throw failure("the document ends where a value should stand") }
    switch byte {
    case UInt8(ascii: "{"): return try record(depth: depth)
    case UInt8(ascii: "["): return try list(depth: depth)
    case UInt8(ascii: "\""): return .text(try text())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
    default:
      let start = index
      while let byte = next, isLetter(byte) { index += 1 }
      switch String(decoding: bytes[start..<index], as: UTF8.self) {
      case "null": return .null
      case "true": return .truth(true)
      case "false": return .truth(false)
      case "":
        throw failure("'\(shown(byte))' stands where a value should stand")
      case let word:
        throw failure("'\(word)' is no value; texts stand in quotation marks", at: start)
      }
    }
  }

  private mutating func record(depth: Int) throws(JSONError) -> JSONElement {
    index += 1
    var fields: [JSONElement.Field] = []
    skipSpace()
    if take("}") { return .record([]) }
    while true {
      let place = index
      guard next == UInt8(ascii: "\"") else {
        throw failure("a record needs a name in quotation marks here")
      }
      let name = try text()
      if fields.contains(where: { $0.name == name }) {
        throw failure("'\(name)' is given twice in one record", at: place)
      }
      skipSpace()
      guard take(":") else { throw failure("a colon must follow the name '\(name)'") }
      skipSpace()
      fields.append(JSONElement.Field(name, try element(depth: depth + 1)))
      skipSpace()
      if take("}") { return .record(fields) }
      guard take(",") else { throw failure("a comma or '}' must follow the value of '\(name)'") }
      skipSpace()
    }
  }

  private mutating func list(depth: Int) throws(JSONError) -> JSONElement {
    index += 1
    var elements: [JSONElement] = []
    skipSpace()
    if take("]") { return .list([]) }
    while true {
      elements.append(try element(depth: depth + 1))
      skipSpace()
      if take("]") { return .list(elements) }
      guard take(",") else { throw failure("a comma or ']' must follow element of a list") }
      skipSpace()
    }
  }

  private mutating func number() throws(JSONError) -> String {
    let start = index
    _ = take("-")
    if !take("0") { try digits() }
    if take(".") { try digits() }
    if take("e") || take("E") {
      if !take("+") { _ = take("-") }
      try digits()
    }
    let text = String(decoding: bytes[start..<index], as: UTF8.self)
    if let byte = next, isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: ".") {
      throw failure("'\(text)\(shown(byte))' is no number", at: start)
    }
    guard let value = Double(text), value.isFinite else {
      throw failure("the number \(text) is too large", at: start)
    }
    return text
  }

  private mutating func digits() throws(JSONError) {
    guard let byte = next, isDigit(byte) else { throw failure("a number needs a digit here") }
    while let byte = next, isDigit(byte) { index += 1 }
  }

  private mutating func text() throws(JSONError) -> String {
    let start = index
    index += 1
    var unescaped: [UInt8] = []
    while let byte = next {
      index += 1
      switch byte {
      case UInt8(ascii: "\""): return String(decoding: unescaped, as: UTF8.self)
      case UInt8(ascii: "\\"): unescaped += String(try escaped()).utf8
      case 0..<0x20: throw failure("a control character must be escaped", at: index - 1)
      default: unescaped.append(byte)
      }
    }
    throw failure("the text that starts here does not end", at: start)
  }

  private mutating func escaped() throws(JSONError) -> Unicode.Scalar {
    guard let byte = next else { throw failure("the document ends in an escape") }
    index += 1
    switch byte {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      let place = index
      var code = try fourDigits()
      if (0xD800..<0xDC00).contains(code), take("\\"), take("u") {
        let low = try fourDigits()
        if (0xDC00..<0xE000).contains(low) {
          code = 0x1_0000 + ((code - 0xD800) << 10) + (low - 0xDC00)
        }
      }
      guard let scalar = Unicode.Scalar(code) else {
        throw failure("an escape names half a character", at: place)
      }
      return scalar
    default: throw failure("'\\\(shown(byte))' is no escape", at: index - 1)
    }
  }

  private mutating func fourDigits() throws(JSONError) -> UInt32 {
    let end = index + 4
    guard end <= bytes.count, bytes[index..<end].allSatisfy({ isLetter($0) || isDigit($0) }),
      let code = UInt32(String(decoding: bytes[index..<end], as: UTF8.self), radix: 16)
    else { throw failure("an escape needs four hexadecimal digits") }
    index = end
    return code
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private func shown(_ byte: UInt8) -> String {
    byte < 0x80 ? String(Character(Unicode.Scalar(byte))) : "a letter outside ASCII"
  }
}
