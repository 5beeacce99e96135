/// An element of a JSON document, with numbers as they are written.
///
/// Numbers keep their digits, so that 64-bit integers and the last bits of a `Double` survive.
/// Written through ``CanonicalJSON`` a document has one form whatever the order of its fields.
public enum JSONElement: Sendable, Hashable {
  /// The word null.
  case null
  /// True or false.
  case truth(Bool)
  /// A number, as the digits that stand for it.
  case number(String)
  /// A text.
  case text(String)
  /// A list.
  case list([JSONElement])
  /// A record of named fields, each name once, in the order of the document.
  case record([Field])

  /// A named field of a record.
  public struct Field: Sendable, Hashable {
    /// The name.
    public var name: String
    /// The value.
    public var value: JSONElement

    /// Makes a field.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - value: The value.
    public init(_ name: String, _ value: JSONElement) {
      self.name = name
      self.value = value
    }
  }

  /// Returns the element of a number.
  ///
  /// - Parameter value: Any number; those that JSON lacks become the texts of ``CanonicalJSON``.
  /// - Returns: The shortest digits that read back to the same bits.
  public static func number(_ value: Double) -> JSONElement {
    value.isFinite ? .number(value.description) : .text(CanonicalJSON.name(ofUnwritable: value))
  }

  /// Returns the element of a whole number.
  ///
  /// - Parameter value: Any integer.
  /// - Returns: Its digits.
  public static func number(_ value: some BinaryInteger) -> JSONElement { .number("\(value)") }

  /// The canonical text in one line, without a line break.
  public var line: String { text(indented: false) }

  /// The canonical text with a line for each element, and a line break at the end.
  public var document: String { text(indented: true) + "\n" }

  private func text(indented: Bool) -> String {
    do {
      return try CanonicalJSON.text(of: self, indented: indented)
    } catch {
      preconditionFailure("JSON elements always have a text: \(error)")
    }
  }

  /// Returns a field of a record.
  ///
  /// - Parameter name: The name of the field.
  /// - Returns: The value; nil where there is none, or where this is no record.
  public subscript(name: String) -> JSONElement? {
    guard case .record(let fields) = self else { return nil }
    return fields.first { $0.name == name }?.value
  }

  /// What kind of element this is, in words.
  public var kind: String {
    switch self {
    case .null: "null"
    case .truth: "true or false"
    case .number: "a number"
    case .text: "a text"
    case .list: "a list"
    case .record: "a record"
    }
  }
}

extension JSONElement: Codable {
  private struct Name: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Writes the element.
  ///
  /// - Parameter encoder: The encoder.
  /// - Throws: What the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .list(let elements):
      var container = encoder.unkeyedContainer()
      for element in elements { try container.encode(element) }
    case .record(let fields):
      var container = encoder.container(keyedBy: Name.self)
      for field in fields { try container.encode(field.value, forKey: Name(field.name)) }
    case .null:
      var container = encoder.singleValueContainer()
      try container.encodeNil()
    case .truth(let value):
      var container = encoder.singleValueContainer()
      try container.encode(value)
    case .text(let value):
      var container = encoder.singleValueContainer()
      try container.encode(value)
    case .number(let digits):
      var container = encoder.singleValueContainer()
      if let value = Int64(digits) {
        try container.encode(value)
      } else if let value = UInt64(digits) {
        try container.encode(value)
      } else if let value = Double(digits) {
        try container.encode(value)
      } else {
        preconditionFailure("'\(digits)' is no number")
      }
    }
  }

  /// Reads an element of any decoder.
  ///
  /// - Parameter decoder: The decoder.
  /// - Throws: What the decoder throws.
  public init(from decoder: any Decoder) throws {
    if let container = try? decoder.container(keyedBy: Name.self) {
      let names = container.allKeys.map(\.stringValue).sorted()
      self = .record(
        try names.map { Field($0, try container.decode(JSONElement.self, forKey: Name($0))) })
    } else if var container = try? decoder.unkeyedContainer() {
      var elements: [JSONElement] = []
      while !container.isAtEnd { elements.append(try container.decode(JSONElement.self)) }
      self = .list(elements)
    } else {
      let container = try decoder.singleValueContainer()
      if container.decodeNil() {
        self = .null
      } else if let value = try? container.decode(Bool.self) {
        self = .truth(value)
      } else if let value = try? container.decode(Int64.self) {
        self = .number(value)
      } else if let value = try? container.decode(UInt64.self) {
        self = .number(value)
      } else if let value = try? container.decode(Double.self) {
        self = .number(value)
      } else {
        self = .text(try container.decode(String.self))
      }
    }
  }
}
