/// The numbers that a field of a recipe may have.
struct ValueRange: Sendable, Hashable {
  /// The smallest number, or the one that all must exceed.
  let lower: Double
  /// The largest number, or the one that all must stay below.
  let upper: Double
  /// Whether the lower end is allowed.
  let includesLower: Bool
  /// Whether the upper end is allowed.
  let includesUpper: Bool

  private init(_ lower: Double, _ upper: Double, _ includesLower: Bool, _ includesUpper: Bool) {
    self.lower = lower
    self.upper = upper
    self.includesLower = includesLower
    self.includesUpper = includesUpper
  }

  static let any = ValueRange(-.infinity, .infinity, false, false)
  static let positive = ValueRange(0, .infinity, false, false)
  static let notNegative = ValueRange(0, .infinity, true, false)
  /// (0, 1).
  static let inside = ValueRange(0, 1, false, false)
  /// [0, 1).
  static let belowOne = ValueRange(0, 1, true, false)
  /// (0, 1].
  static let fraction = ValueRange(0, 1, false, true)
  /// [0, 1].
  static let unit = ValueRange(0, 1, true, true)

  static func closed(_ range: ClosedRange<Double>) -> ValueRange {
    ValueRange(range.lowerBound, range.upperBound, true, true)
  }

  func contains(_ value: Double) -> Bool {
    guard value.isFinite else { return false }
    return (includesLower ? value >= lower : value > lower)
      && (includesUpper ? value <= upper : value < upper)
  }

  /// A number that is allowed, for a field that is not there.
  var sample: Double {
    for candidate in [lower, upper, 0, lower / 2 + upper / 2, 1] where contains(candidate) {
      return candidate
    }
    return 0
  }

  /// The allowed numbers in words.
  var description: String {
    switch (lower.isFinite, upper.isFinite) {
    case (false, false): "a finite number"
    case (true, false):
      includesLower && lower == 0
        ? "a finite number that is not negative"
        : "a finite number \(includesLower ? ">=" : ">") \(shown(lower))"
    case (false, true): "a finite number \(includesUpper ? "<=" : "<") \(shown(upper))"
    case (true, true):
      "a number in \(includesLower ? "[" : "(")\(shown(lower)), \(shown(upper))"
        + (includesUpper ? "]" : ")")
    }
  }

  private func shown(_ value: Double) -> String {
    let text = value.description
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
