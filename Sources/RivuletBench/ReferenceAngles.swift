/// Reduction of angles of any size by π/2, from digits of π that it computes itself.
///
/// Numbers are fixed-point: an array of 64-bit words, highest first, the first word before the point.
struct ReferenceAngles {
  /// Words behind the point of a reduced angle: 256 bits, some 2^-200 after a product of 53 bits.
  private static let places = 4
  /// Words behind the point while powers of two are doubled 971 times.
  private static let longPlaces = 21

  /// π/2.
  private let quarter: [UInt64]
  /// 2^e modulo 2π for e = 0 to 971.
  private let powers: [[UInt64]]

  init() {
    // π/2 = 8 arctan(1/5) - 2 arctan(1/239) (J. Machin, 1706).
    var long = Self.arctangent(ofOneOver: 5)
    for _ in 0..<3 { long = Self.sum(long, long) }
    var other = Self.arctangent(ofOneOver: 239)
    other = Self.sum(other, other)
    long = Self.difference(long, other)
    let half = Self.sum(long, long)
    let turn = Self.sum(half, half)
    var power = [UInt64](repeating: 0, count: Self.longPlaces + 1)
    power[0] = 1
    var powers: [[UInt64]] = []
    for _ in 0...971 {
      powers.append(Array(power.prefix(Self.places + 1)))
      power = Self.sum(power, power)
      if !Self.isLess(power, turn) { power = Self.difference(power, turn) }
    }
    self.powers = powers
    quarter = Array(long.prefix(Self.places + 1))
  }

  /// Returns the quarter turns modulo 4 in an angle of at least 2^-40, and the rest in radians.
  func reduce(_ angle: Double) -> (Int, DoubleDouble) {
    let significand = angle.significandBitPattern | 1 << 52
    let exponent = Int(angle.exponent) - 52
    var rest: [UInt64]
    if exponent >= 0 {
      rest = Self.product(powers[exponent], significand)
    } else {
      var one = [UInt64](repeating: 0, count: Self.places + 1)
      // 2^exponent has its only bit -exponent places behind the point.
      one[(63 - exponent) / 64] = 1 << UInt64((64 * 4 + exponent) % 64)
      rest = Self.product(one, significand)
    }
    // A quotient that is too small by at most one, and then one by one.
    let estimate = ((Double(rest[0]) - 1) * 0.6366197723675813).rounded(.down)
    var count = estimate > 4 ? UInt64(estimate * (1 - 0x1p-50)) : 0
    rest = Self.difference(rest, Self.product(quarter, count))
    while !Self.isLess(rest, quarter) {
      rest = Self.difference(rest, quarter)
      count += 1
    }
    let complement = Self.difference(quarter, rest)
    if Self.isLess(complement, rest) { return (Int((count + 1) % 4), -Self.number(complement)) }
    return (Int(count % 4), Self.number(rest))
  }

  private static func arctangent(ofOneOver n: UInt64) -> [UInt64] {
    var term = [UInt64](repeating: 0, count: longPlaces + 1)
    term[0] = 1
    term = quotient(term, n)
    var total = term
    var index: UInt64 = 1
    while term.contains(where: { $0 != 0 }) {
      term = quotient(term, n * n)
      let part = quotient(term, 2 * index + 1)
      total = index % 2 == 1 ? difference(total, part) : sum(total, part)
      index += 1
    }
    return total
  }

  private static func sum(_ a: [UInt64], _ b: [UInt64]) -> [UInt64] {
    var result = a
    var carry: UInt64 = 0
    for index in a.indices.reversed() {
      let first = a[index].addingReportingOverflow(b[index])
      let second = first.partialValue.addingReportingOverflow(carry)
      result[index] = second.partialValue
      carry = first.overflow || second.overflow ? 1 : 0
    }
    return result
  }

  private static func difference(_ a: [UInt64], _ b: [UInt64]) -> [UInt64] {
    var result = a
    var borrow: UInt64 = 0
    for index in a.indices.reversed() {
      let first = a[index].subtractingReportingOverflow(b[index])
      let second = first.partialValue.subtractingReportingOverflow(borrow)
      result[index] = second.partialValue
      borrow = first.overflow || second.overflow ? 1 : 0
    }
    return result
  }

  private static func product(_ a: [UInt64], _ factor: UInt64) -> [UInt64] {
    var result = a
    var carry: UInt64 = 0
    for index in a.indices.reversed() {
      let (high, low) = a[index].multipliedFullWidth(by: factor)
      let sum = low.addingReportingOverflow(carry)
      result[index] = sum.partialValue
      carry = high &+ (sum.overflow ? 1 : 0)
    }
    return result
  }

  private static func quotient(_ a: [UInt64], _ divisor: UInt64) -> [UInt64] {
    var result = a
    var remainder: UInt64 = 0
    for index in a.indices {
      (result[index], remainder) = divisor.dividingFullWidth((remainder, a[index]))
    }
    return result
  }

  private static func isLess(_ a: [UInt64], _ b: [UInt64]) -> Bool {
    for index in a.indices where a[index] != b[index] { return a[index] < b[index] }
    return false
  }

  private static func number(_ a: [UInt64]) -> DoubleDouble {
    var value = DoubleDouble(0)
    for (index, word) in a.enumerated() {
      let unit = Double(sign: .plus, exponent: -64 * index, significand: 1)
      // Both halves of a word are exact in double precision.
      value = value + DoubleDouble(Double(word >> 32) * 0x1p32 * unit)
      value = value + DoubleDouble(Double(word & 0xffff_ffff) * unit)
    }
    return value
  }
}
