/// What a JSON decoder lets pass in the text of a schedule, and what it has no clear words for.
enum ScheduleText {
  /// Refuses a field that is given twice, a comma before a closing bracket, and NaN and infinity.
  ///
  /// The rest of the grammar is left to the decoder.
  ///
  /// - Parameter text: The text of a schedule.
  /// - Throws: ``CustomSchedule/Invalid`` with the field, or with the line.
  static func check(_ text: String) throws(CustomSchedule.Invalid) {
    let bytes = Array(text.utf8)
    var index = 0
    var depth = 0
    var line = 1
    var fields: [String] = []
    var followsComma = false
    while index < bytes.count {
      let start = index
      let byte = bytes[index]
      index += 1
      switch byte {
      case UInt8(ascii: "\n"): line += 1
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): break
      case UInt8(ascii: "\""):
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
          index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        index = min(index + 1, bytes.count)
        followsComma = false
        guard depth == 1, isBeforeColon(index, in: bytes) else { continue }
        let field = String(decoding: bytes[(start + 1)..<max(start + 1, index - 1)], as: UTF8.self)
        // No field has a letter that must be escaped, so an escaped spelling is not a field.
        if field.contains("\\") { throw .unknown(field: field) }
        if fields.contains(field) { throw .duplicate(field: field) }
        fields.append(field)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        depth += 1
        followsComma = false
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if followsComma {
          throw .malformed(
            detail: "a comma stands before '\(Character(Unicode.Scalar(byte)))' on line \(line); "
              + "nothing follows it")
        }
        depth -= 1
      case UInt8(ascii: ","): followsComma = true
      default:
        followsComma = false
        while index < bytes.count, isLetterOrDigit(bytes[index]) { index += 1 }
        let word = String(decoding: bytes[start..<index], as: UTF8.self)
        if ["nan", "inf", "infinity"].contains(word.lowercased()) {
          throw .malformed(detail: "\(word) on line \(line) is no number; every number is finite")
        }
      }
    }
  }

  private static func isBeforeColon(_ index: Int, in bytes: [UInt8]) -> Bool {
    for byte in bytes[index...] where !" \t\r\n".utf8.contains(byte) {
      return byte == UInt8(ascii: ":")
    }
    return false
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    let lower = byte | 0x20
    return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(lower)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
