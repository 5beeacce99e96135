/// A number as the unevaluated sum of two: some 106 bits, against which kernels are judged.
///
/// Sums after D. Knuth, products after T. Dekker (Numerische Mathematik 18, 1971); the relative error
/// of each operation is a few 2^-104. Numbers beyond 2^990 or below 2^-900 are out of its range.
struct DoubleDouble {
  /// The number, rounded.
  var head: Double
  /// What the rounding lost.
  var tail: Double

  init(_ value: Double) {
    head = value
    tail = 0
  }

  /// Keeps the exact sum of two numbers of any size.
  init(_ a: Double, plus b: Double) {
    head = a + b
    let back = head - a
    tail = (a - (head - back)) + (b - back)
  }

  /// Keeps the exact product of two numbers.
  init(_ a: Double, times b: Double) {
    let (aUpper, aLower) = Self.halves(a)
    let (bUpper, bLower) = Self.halves(b)
    head = a * b
    tail = ((aUpper * bUpper - head) + aUpper * bLower + aLower * bUpper) + aLower * bLower
  }

  /// Splits a significand into two numbers of 26 bits.
  private static func halves(_ a: Double) -> (Double, Double) {
    let upper = Double(bitPattern: a.bitPattern & ~0x7ff_ffff)
    return (upper, a - upper)
  }

  static func + (a: Self, b: Self) -> Self {
    let heads = Self(a.head, plus: b.head)
    let tails = Self(a.tail, plus: b.tail)
    let sum = Self(heads.head, plus: heads.tail + tails.head)
    return Self(sum.head, plus: sum.tail + tails.tail)
  }

  static func - (a: Self, b: Self) -> Self { a + -b }

  static prefix func - (a: Self) -> Self {
    var negated = a
    negated.head = -a.head
    negated.tail = -a.tail
    return negated
  }

  static func * (a: Self, b: Self) -> Self {
    let product = Self(a.head, times: b.head)
    return Self(product.head, plus: product.tail + (a.head * b.tail + a.tail * b.head))
  }

  static func / (a: Self, b: Self) -> Self {
    let first = a.head / b.head
    let rest = a - b * Self(first)
    let second = rest.head / b.head
    let third = (rest - b * Self(second)).head / b.head
    return Self(first, plus: second) + Self(third)
  }

  /// Returns the number times 2 to a power from -1022 to 1023, exact.
  func scaled(byTwoTo power: Int) -> Self {
    let unit = Double(sign: .plus, exponent: power, significand: 1)
    var result = self
    result.head *= unit
    result.tail *= unit
    return result
  }

  /// Returns c₀ + x (c₁ + x (c₂ + …)).
  static func polynomial(_ coefficients: [Self], at x: Self) -> Self {
    var value = Self(0)
    for coefficient in coefficients.reversed() { value = value * x + coefficient }
    return value
  }
}
