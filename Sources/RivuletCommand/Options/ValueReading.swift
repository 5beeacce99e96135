import Rivulet

/// How the text of an argument becomes a value, and what to say when it does not.
struct ValueReading<Value: Sendable>: Sendable {
  /// What would be right, as the end of the sentence "expected ...".
  let expected: String
  /// Every text that is right, where they are few; for help and for suggestions.
  let choices: [String]
  /// Returns the value of a text, or nil.
  let read: @Sendable (String) -> Value?

  init(_ expected: String, choices: [String] = [], read: @escaping @Sendable (String) -> Value?) {
    self.expected = expected
    self.choices = choices
    self.read = read
  }
}

extension ValueReading where Value == String {
  /// Any text.
  static let text = ValueReading("a text") { $0 }

  /// A name of a file; `-` stands for standard input or output.
  static let file = ValueReading("the name of a file, or -") { $0.isEmpty ? nil : $0 }
}

extension ValueReading where Value == Double {
  /// A finite number.
  static let number = ValueReading("a finite number such as 0.7") { finiteNumber($0) }

  /// A finite number above zero.
  static let positive = ValueReading("a number above 0 such as 0.7") { text in
    finiteNumber(text).flatMap { $0 > 0 ? $0 : nil }
  }

  /// A finite number that is zero or more.
  static let notNegative = ValueReading("a number that is not negative, such as 0.7") { text in
    finiteNumber(text).flatMap { $0 >= 0 ? $0 : nil }
  }

  /// A finite number strictly between zero and one.
  static let insideUnit = ValueReading("a number above 0 and below 1, such as 0.02") { text in
    finiteNumber(text).flatMap { $0 > 0 && $0 < 1 ? $0 : nil }
  }

  /// A time, which is a noise fraction.
  static let time = ValueReading("a time from 0 (data) to 1 (noise)") { text in
    finiteNumber(text).flatMap { (0...1).contains($0) ? $0 : nil }
  }
}

extension ValueReading where Value == Int {
  /// A whole number in a range.
  static func count(_ range: ClosedRange<Int>) -> ValueReading {
    let bound =
      range.upperBound == .max
      ? "a whole number, \(range.lowerBound) or more"
      : "a whole number from \(range.lowerBound) to \(range.upperBound)"
    return ValueReading(bound) { text in
      Int(text).flatMap { range.contains($0) ? $0 : nil }
    }
  }
}

extension ValueReading where Value == UInt64 {
  /// A seed: 64 bits, decimal or hexadecimal.
  static let seed = ValueReading("a whole number from 0 to 2^64 - 1, decimal or 0x...") { text in
    let lower = text.lowercased()
    let digits = lower.dropFirst(2)
    if lower.hasPrefix("0x") { return digits.hasPrefix("+") ? nil : UInt64(digits, radix: 16) }
    return text.hasPrefix("+") ? nil : UInt64(text)
  }
}

extension ValueReading where Value == [Double] {
  /// Finite numbers separated by commas.
  static let numbers = ValueReading("finite numbers separated by commas, such as 0.5,-1") { text in
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { finiteNumber(String($0)) }
    return numbers.count == parts.count ? numbers : nil
  }

  /// Finite numbers that are not negative, separated by commas.
  static let notNegativeNumbers = ValueReading(
    "numbers that are not negative, separated by commas, such as 0.5,1"
  ) { text in
    numbers.read(text).flatMap { $0.allSatisfy { $0 >= 0 } ? $0 : nil }
  }
}

extension ValueReading where Value == [Int] {
  /// Step numbers: a range `0...8` or `0..<9`, single numbers, or several of both with commas, each
  /// step once and in ascending order.
  static let steps = ValueReading(
    "step numbers such as 0...8, 0..<9 or 0,2,5, each once in ascending order"
  ) { text in
    var steps: [Int] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let range = stepRange(String(part)) else { return nil }
      if let last = steps.last, let first = range.first, first <= last { return nil }
      steps += range
    }
    return steps
  }

  private static func stepRange(_ text: String) -> Range<Int>? {
    for (mark, isClosed) in [("...", true), ("..<", false)] {
      guard let place = text.firstRange(of: mark) else { continue }
      guard
        let first = Int(text[..<place.lowerBound]), let last = Int(text[place.upperBound...]),
        first >= 0, last >= first, last <= 1_000_000
      else { return nil }
      return first..<(isClosed ? last + 1 : last)
    }
    guard let step = Int(text), (0...1_000_000).contains(step) else { return nil }
    return step..<(step + 1)
  }
}

extension ValueReading {
  /// One of the cases of an enumeration, by its raw value.
  static func choice(
    of type: Value.Type
  ) -> ValueReading where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    choice(type.allCases.map { ($0.rawValue, $0) })
  }

  /// One of some named values.
  static func choice(_ values: [(name: String, value: Value)]) -> ValueReading {
    let names = values.map(\.name)
    return ValueReading("one of " + names.joined(separator: ", "), choices: names) { text in
      values.first { $0.name == text }?.value
    }
  }
}

/// Returns the number that a text spells, unless it is infinite, not a number or padded.
func finiteNumber(_ text: String) -> Double? {
  guard let number = Double(text), number.isFinite else { return nil }
  return number
}
