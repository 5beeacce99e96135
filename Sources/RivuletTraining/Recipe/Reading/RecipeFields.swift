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
  enum Source {
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

  init(path: RecipePath, source: Source) {
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

  static func near(_ name: String, _ known: [String]) -> String? {
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
  mutating func field<Value>(
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

  static func shown(_ element: JSONElement) -> String {
    if case .number(let digits) = element { return digits }
    let line = element.line
    return line.count <= 60 ? line : line.prefix(57) + "..."
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
}
