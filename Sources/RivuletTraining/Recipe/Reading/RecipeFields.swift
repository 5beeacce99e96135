import RivuletNumerics

/// A part of a recipe that is a record of fields.
protocol RecipePart: Sendable {
  /// Names every field once: reads it from a document, or takes it from `current` and writes it.
  ///
  /// One description of a part serves reading, checking and writing, so that they cannot differ.
  ///
  /// - Parameters:
  ///   - fields: Where fields are read from or written to.
  ///   - current: The part that is written; nil while a document is read.
  /// - Throws: ``RecipeError`` for a value that is not allowed.
  init(_ fields: inout RecipeFields, of current: Self?) throws(RecipeError)

  /// Refuses fields that do not fit together.
  func check(at path: RecipePath) throws(RecipeError)
}

extension RecipePart {
  func check(at path: RecipePath) throws(RecipeError) {}
}

/// The place of a part in its document.
struct RecipePath: Sendable, Hashable {
  let text: String

  static let root = RecipePath(text: "")

  /// Returns the path of a field.
  func field(_ name: String) -> String { text.isEmpty ? name : "\(text).\(name)" }
}

/// The fields of one record while a recipe is read, or while it is checked and written.
struct RecipeFields {
  /// Where the fields come from.
  private enum Source {
    /// A record of a document.
    case document([JSONElement.Field])
    /// A part in memory; fields are collected.
    case memory
    /// A record that is not there: every field gets some allowed value, and nothing is complained of.
    case nowhere
  }

  let path: RecipePath
  private let source: Source
  private var names: [String] = []
  private var written: [JSONElement.Field] = []
  private var missing: (name: String, expected: String)?

  private init(path: RecipePath, source: Source) {
    self.path = path
    self.source = source
  }

  // MARK: - Whole parts

  /// Reads a part from a record.
  static func read<Part: RecipePart>(
    _ type: Part.Type, from fields: [JSONElement.Field], at path: RecipePath
  ) throws(RecipeError) -> Part {
    var reader = RecipeFields(path: path, source: .document(fields))
    let part = try Part(&reader, of: nil)
    try reader.refuseOthers()
    try part.check(at: path)
    return part
  }

  /// Checks a part and returns its record.
  static func write<Part: RecipePart>(
    _ part: Part, at path: RecipePath
  ) throws(RecipeError) -> JSONElement {
    var writer = RecipeFields(path: path, source: .memory)
    _ = try Part(&writer, of: part)
    try part.check(at: path)
    return .record(writer.written)
  }

  /// Reports what a record has too much or lacks: a wrong name before the field that it stood for.
  private func refuseOthers() throws(RecipeError) {
    guard case .document(let fields) = source else { return }
    for field in fields where !names.contains(field.name) {
      let absent = names.filter { name in !fields.contains { $0.name == name } }
      throw .unknownField(
        path: path.field(field.name),
        nearest: Self.near(field.name, absent) ?? Self.near(field.name, names), allowed: names)
    }
    if let missing {
      throw .missingField(path: path.field(missing.name), expected: missing.expected)
    }
  }

  private static func near(_ name: String, _ known: [String]) -> String? {
    guard let best = NearestNames.nearest(to: name, among: known, limit: 1).first else {
      return nil
    }
    let distance = NearestNames.editDistance(Array(name.lowercased()), Array(best.lowercased()))
    return distance <= max(1, max(name.count, best.count) / 3) ? best : nil
  }

  // MARK: - One field

  /// Returns a field of any kind.
  ///
  /// - Parameters:
  ///   - name: The name of the field.
  ///   - current: The value in memory.
  ///   - expected: What the value must be, in words.
  ///   - placeholder: A value for a field that is not there.
  ///   - parse: Reads the value; nil where it has a wrong type or lies outside its range.
  ///   - element: Writes the value.
  /// - Returns: The value that was read or written.
  /// - Throws: ``RecipeError`` for a value that is not allowed.
  private mutating func field<Value>(
    _ name: String, _ current: Value?, expected: String, placeholder: Value,
    parse: (JSONElement, String) throws(RecipeError) -> Value?,
    element: (Value, String) throws(RecipeError) -> JSONElement
  ) throws(RecipeError) -> Value {
    names.append(name)
    switch source {
    case .nowhere: return placeholder
    case .document(let fields):
      guard let given = fields.first(where: { $0.name == name })?.value else {
        if missing == nil { missing = (name, expected) }
        return placeholder
      }
      guard let value = try parse(given, path.field(name)) else {
        throw .invalidValue(
          path: path.field(name), value: Self.shown(given), expected: expected)
      }
      return value
    case .memory:
      guard let current else {
        preconditionFailure("\(path.field(name)) has no value to be written")
      }
      let place = path.field(name)
      let written = try element(current, place)
      // Values made in memory obey the rules of documents. A record was checked as it was written.
      let isValid = if Self.isRecord(written) { true } else { try parse(written, place) != nil }
      guard isValid else {
        throw .invalidValue(path: place, value: Self.shown(written), expected: expected)
      }
      self.written.append(JSONElement.Field(name, written))
      return current
    }
  }

  private static func isRecord(_ element: JSONElement) -> Bool {
    if case .record = element { true } else { false }
  }

  private static func shown(_ element: JSONElement) -> String {
    if case .number(let digits) = element { return digits }
    let line = element.line
    return line.count <= 60 ? line : line.prefix(57) + "..."
  }

  mutating func number(
    _ name: String, _ current: Double?, in range: ValueRange
  ) throws(RecipeError) -> Double {
    try field(
      name, current, expected: range.description, placeholder: range.sample,
      parse: { element, _ in Self.number(element, in: range) },
      element: { value, _ in .number(value) })
  }

  mutating func count(
    _ name: String, _ current: Int?, in range: ClosedRange<Int>
  ) throws(RecipeError) -> Int {
    try field(
      name, current, expected: Self.words(range), placeholder: range.lowerBound,
      parse: { element, _ in Self.count(element, in: range) },
      element: { value, _ in .number(value) })
  }

  /// An unsigned number of 64 bits, which a `Double` could not hold.
  mutating func seed(_ name: String, _ current: UInt64?) throws(RecipeError) -> UInt64 {
    try field(
      name, current, expected: "a whole number from 0 to \(UInt64.max)", placeholder: 0,
      parse: { element, _ in
        if case .number(let digits) = element { UInt64(digits) } else { nil }
      },
      element: { value, _ in .number(value) })
  }

  mutating func truth(_ name: String, _ current: Bool?) throws(RecipeError) -> Bool {
    try field(
      name, current, expected: "true or false", placeholder: false,
      parse: { element, _ in if case .truth(let value) = element { value } else { nil } },
      element: { value, _ in .truth(value) })
  }

  mutating func text(_ name: String, _ current: String?) throws(RecipeError) -> String {
    try field(
      name, current, expected: "a text that is not empty", placeholder: " ",
      parse: { element, _ in
        if case .text(let value) = element, !value.isEmpty { value } else { nil }
      },
      element: { value, _ in .text(value) })
  }

  /// One of the names of an enumeration.
  mutating func choice<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
    _ name: String, _ current: Choice?, among choices: [Choice] = Array(Choice.allCases)
  ) throws(RecipeError) -> Choice {
    let allowed = choices.map(\.rawValue)
    return try field(
      name, current, expected: "one of " + allowed.joined(separator: ", "),
      placeholder: choices[0],
      parse: { element, place throws(RecipeError) in
        guard case .text(let text) = element else { return nil }
        guard let choice = choices.first(where: { $0.rawValue == text }) else {
          throw .unknownName(
            path: place, value: CanonicalJSON.literal(text), nearest: Self.near(text, allowed),
            allowed: allowed)
        }
        return choice
      },
      element: { value, _ in .text(value.rawValue) })
  }

  /// The name that decides which other fields a record has.
  mutating func kind<Choice: RawRepresentable<String> & CaseIterable & Sendable>(
    _ current: Choice?
  ) throws(RecipeError) -> Choice {
    let choice = try choice("kind", current)
    try requireKind()
    return choice
  }

  /// The name that decides which other fields a record has.
  mutating func kind(
    _ current: String?, among allowed: [String]
  ) throws(RecipeError) -> String {
    let name = try name("kind", current, among: allowed)
    try requireKind()
    return name
  }

  /// Refuses a record without a kind: nobody knows which of its other names are right.
  private func requireKind() throws(RecipeError) {
    guard case .document(let fields) = source, let missing, missing.name == "kind" else { return }
    for field in fields where Self.near(field.name, ["kind"]) != nil {
      throw .unknownField(path: path.field(field.name), nearest: "kind", allowed: ["kind"])
    }
    throw .missingField(path: path.field("kind"), expected: missing.expected)
  }

  /// One of some names that no enumeration holds.
  mutating func name(
    _ name: String, _ current: String?, among allowed: [String]
  ) throws(RecipeError) -> String {
    try field(
      name, current, expected: "one of " + allowed.joined(separator: ", "),
      placeholder: allowed[0],
      parse: { element, place throws(RecipeError) in
        guard case .text(let text) = element else { return nil }
        guard allowed.contains(text) else {
          throw .unknownName(
            path: place, value: CanonicalJSON.literal(text), nearest: Self.near(text, allowed),
            allowed: allowed)
        }
        return text
      },
      element: { value, _ in .text(value) })
  }

  mutating func numbers(
    _ name: String, _ current: [Double]?, in range: ValueRange
  ) throws(RecipeError) -> [Double] {
    try list(
      name, current, expected: range.description, parse: { Self.number($0, in: range) },
      element: { .number($0) })
  }

  mutating func counts(
    _ name: String, _ current: [Int]?, in range: ClosedRange<Int>
  ) throws(RecipeError) -> [Int] {
    try list(
      name, current, expected: Self.words(range), parse: { Self.count($0, in: range) },
      element: { .number($0) })
  }

  private mutating func list<Value>(
    _ name: String, _ current: [Value]?, expected: String, parse: (JSONElement) -> Value?,
    element: (Value) -> JSONElement
  ) throws(RecipeError) -> [Value] {
    try field(
      name, current, expected: "a list, each element \(expected)", placeholder: [],
      parse: { given, place throws(RecipeError) in
        guard case .list(let elements) = given else { return nil }
        var values: [Value] = []
        for (index, element) in elements.enumerated() {
          guard let value = parse(element) else {
            throw .invalidValue(
              path: "\(place)[\(index)]", value: Self.shown(element), expected: expected)
          }
          values.append(value)
        }
        return values
      },
      element: { values, _ in .list(values.map(element)) })
  }

  /// A record within the record.
  mutating func part<Part: RecipePart>(
    _ name: String, _ current: Part?
  ) throws(RecipeError) -> Part {
    var nowhere = RecipeFields(path: path, source: .nowhere)
    let placeholder = try Part(&nowhere, of: nil)
    return try field(
      name, current, expected: "a record", placeholder: placeholder,
      parse: { element, place throws(RecipeError) in
        guard case .record(let fields) = element else { return nil }
        return try Self.read(Part.self, from: fields, at: RecipePath(text: place))
      },
      element: { value, place throws(RecipeError) in
        try Self.write(value, at: RecipePath(text: place))
      })
  }

  /// A record within the record, or null.
  mutating func optionalPart<Part: RecipePart>(
    _ name: String, _ current: Part??
  ) throws(RecipeError) -> Part? {
    try field(
      name, current, expected: "a record or null", placeholder: nil,
      parse: { element, place throws(RecipeError) in
        switch element {
        case .null: return .some(nil)
        case .record(let fields):
          return try Self.read(Part.self, from: fields, at: RecipePath(text: place))
        default: return nil
        }
      },
      element: { value, place throws(RecipeError) in
        guard let value else { return .null }
        return try Self.write(value, at: RecipePath(text: place))
      })
  }

  /// A list of records.
  mutating func parts<Part: RecipePart>(
    _ name: String, _ current: [Part]?
  ) throws(RecipeError) -> [Part] {
    try field(
      name, current, expected: "a list of records", placeholder: [],
      parse: { given, place throws(RecipeError) in
        guard case .list(let elements) = given else { return nil }
        var parts: [Part] = []
        for (index, element) in elements.enumerated() {
          let place = "\(place)[\(index)]"
          guard case .record(let fields) = element else {
            throw .invalidValue(path: place, value: Self.shown(element), expected: "a record")
          }
          parts.append(try Self.read(Part.self, from: fields, at: RecipePath(text: place)))
        }
        return parts
      },
      element: { values, place throws(RecipeError) in
        var elements: [JSONElement] = []
        for (index, value) in values.enumerated() {
          elements.append(try Self.write(value, at: RecipePath(text: "\(place)[\(index)]")))
        }
        return .list(elements)
      })
  }

  /// A number or null.
  mutating func optionalNumber(
    _ name: String, _ current: Double??, in range: ValueRange
  ) throws(RecipeError) -> Double? {
    try field(
      name, current, expected: range.description + ", or null", placeholder: nil,
      parse: { element, _ in
        if case .null = element { return .some(nil) }
        // Returned as it is, a wrong value would count as null.
        guard let value = Self.number(element, in: range) else { return nil }
        return value
      },
      element: { value, _ in value.map { .number($0) } ?? .null })
  }

  private static func number(_ element: JSONElement, in range: ValueRange) -> Double? {
    guard case .number(let digits) = element, let value = Double(digits) else { return nil }
    return range.contains(value) ? value : nil
  }

  private static func count(_ element: JSONElement, in range: ClosedRange<Int>) -> Int? {
    guard case .number(let digits) = element else { return nil }
    guard let value = Int(digits) ?? Double(digits).flatMap(Int.init(exactly:)) else { return nil }
    return range.contains(value) ? value : nil
  }

  private static func words(_ range: ClosedRange<Int>) -> String {
    switch range.upperBound {
    case .max: "a whole number >= \(range.lowerBound)"
    default: "a whole number from \(range.lowerBound) to \(range.upperBound)"
    }
  }
}
