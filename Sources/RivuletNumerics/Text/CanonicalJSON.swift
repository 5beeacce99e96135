/// JSON in one canonical form, so that equal values give equal bytes on every platform.
///
/// Keys are sorted, numbers are the shortest decimals that read back to the same bits, and the numbers
/// that JSON lacks are the texts `nan`, `inf` and `-inf`. A value whose optional is nil has no key.
public enum CanonicalJSON {
  /// Returns the canonical text of a value.
  ///
  /// - Parameters:
  ///   - value: What is written.
  ///   - indented: Whether each element gets its own line, two spaces a level; else one line.
  /// - Returns: JSON without a final line break.
  /// - Throws: What the value's own encoding throws.
  public static func text(of value: some Encodable, indented: Bool = true) throws -> String {
    let node = JSONNode()
    try value.encode(to: JSONNodeEncoder(node: node, codingPath: []))
    var text = ""
    node.write(to: &text, lineBreak: indented ? "\n" : nil)
    return text
  }

  /// Returns a text as a JSON literal, with quotation marks.
  ///
  /// - Parameter text: Any text.
  /// - Returns: The literal; characters outside ASCII stand for themselves.
  public static func literal(_ text: String) -> String {
    var literal = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": literal += "\\\""
      case "\\": literal += "\\\\"
      case "\n": literal += "\\n"
      case "\r": literal += "\\r"
      case "\t": literal += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        literal += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: literal.unicodeScalars.append(scalar)
      }
    }
    return literal + "\""
  }

  /// Returns a number as a JSON literal.
  ///
  /// - Parameter number: Any number.
  /// - Returns: The shortest decimal that reads back to the same bits; `"nan"`, `"inf"` or `"-inf"`, a
  ///   text, for those that JSON lacks.
  public static func literal(_ number: Double) -> String {
    number.isFinite ? number.description : "\"\(name(ofUnwritable: number))\""
  }

  /// Returns the text that stands for a number that JSON lacks.
  static func name(ofUnwritable number: Double) -> String {
    number.isNaN ? "nan" : number < 0 ? "-inf" : "inf"
  }
}

/// An element of a JSON document while it is built.
private final class JSONNode {
  enum Content {
    case literal(String)
    case list([JSONNode])
    case record([String: JSONNode])
  }

  var content = Content.record([:])

  func appendToList() -> JSONNode {
    let node = JSONNode()
    guard case .list(var nodes) = content else { return node }
    content = .literal("")  // Gives up the reference, so that the list grows in place.
    nodes.append(node)
    content = .list(nodes)
    return node
  }

  func insertInRecord(_ key: String) -> JSONNode {
    let node = JSONNode()
    guard case .record(var nodes) = content else { return node }
    content = .literal("")
    nodes[key] = node
    content = .record(nodes)
    return node
  }

  /// Writes the element; `lineBreak` is a line break with the indentation so far, nil for one line.
  func write(to text: inout String, lineBreak: String?) {
    let inner = lineBreak.map { $0 + "  " }
    switch content {
    case .literal(let literal):
      text += literal
    case .list(let nodes):
      text += "["
      for (index, node) in nodes.enumerated() {
        text += (index > 0 ? "," : "") + (inner ?? "")
        node.write(to: &text, lineBreak: inner)
      }
      text += (nodes.isEmpty ? "" : lineBreak ?? "") + "]"
    case .record(let nodes):
      text += "{"
      for (index, (key, node)) in nodes.sorted(by: { $0.key < $1.key }).enumerated() {
        text += (index > 0 ? "," : "") + (inner ?? "")
        text += CanonicalJSON.literal(key) + (inner == nil ? ":" : ": ")
        node.write(to: &text, lineBreak: inner)
      }
      text += (nodes.isEmpty ? "" : lineBreak ?? "") + "}"
    }
  }
}

private struct JSONNodeEncoder: Encoder {
  let node: JSONNode
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    node.content = .record([:])
    return KeyedEncodingContainer(JSONRecordContainer<Key>(node: node, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    node.content = .list([])
    return JSONListContainer(node: node, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    JSONLiteralContainer(node: node, codingPath: codingPath)
  }
}

private struct JSONRecordContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let node: JSONNode
  let codingPath: [any CodingKey]

  private func encoder(_ key: some CodingKey) -> JSONNodeEncoder {
    JSONNodeEncoder(node: node.insertInRecord(key.stringValue), codingPath: codingPath + [key])
  }

  func encodeNil(forKey key: Key) {
    encoder(key).node.content = .literal("null")
  }

  func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    try value.encode(to: encoder(key))
  }

  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type, forKey key: Key)
    -> KeyedEncodingContainer<Nested>
  {
    encoder(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    encoder(key).unkeyedContainer()
  }

  func superEncoder() -> any Encoder {
    JSONNodeEncoder(node: node.insertInRecord("super"), codingPath: codingPath)
  }

  func superEncoder(forKey key: Key) -> any Encoder { encoder(key) }
}

private struct JSONListContainer: UnkeyedEncodingContainer {
  let node: JSONNode
  let codingPath: [any CodingKey]

  var count: Int {
    if case .list(let nodes) = node.content { nodes.count } else { 0 }
  }

  private func encoder() -> JSONNodeEncoder {
    JSONNodeEncoder(node: node.appendToList(), codingPath: codingPath)
  }

  func encodeNil() { encoder().node.content = .literal("null") }

  func encode<Value: Encodable>(_ value: Value) throws { try value.encode(to: encoder()) }

  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type)
    -> KeyedEncodingContainer<Nested>
  {
    encoder().container(keyedBy: type)
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoder().unkeyedContainer() }

  func superEncoder() -> any Encoder { encoder() }
}

private struct JSONLiteralContainer: SingleValueEncodingContainer {
  let node: JSONNode
  let codingPath: [any CodingKey]

  func encodeNil() { node.content = .literal("null") }

  func encode<Value: Encodable>(_ value: Value) throws {
    switch value {
    case let value as Bool: node.content = .literal(value ? "true" : "false")
    case let value as String: node.content = .literal(CanonicalJSON.literal(value))
    case let value as Double: node.content = .literal(CanonicalJSON.literal(value))
    case let value as Float: node.content = .literal(CanonicalJSON.literal(Double(value)))
    case let value as any BinaryInteger: node.content = .literal("\(value)")
    default:
      try value.encode(to: JSONNodeEncoder(node: node, codingPath: codingPath))
    }
  }
}
