import RivuletNumerics

extension RecipeFields {
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
    case range.lowerBound: "\(range.lowerBound)"
    case .max: "a whole number >= \(range.lowerBound)"
    default: "a whole number from \(range.lowerBound) to \(range.upperBound)"
    }
  }
}
