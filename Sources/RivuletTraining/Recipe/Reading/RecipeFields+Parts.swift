import RivuletNumerics

extension RecipeFields {
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
}
