/// An exact result as a double-double significand and a power of two, so that none underflows.
struct ReferenceValue {
  /// The significand, from 2^-70 to 2^970 in magnitude, or zero.
  var significand: DoubleDouble
  /// The power of two that multiplies it.
  var exponent = 0

  /// Returns by how many units in the last place of the exact result `value` differs from it.
  ///
  /// - Parameter value: A computed result.
  /// - Returns: The error, not negative; infinite if `value` is not finite.
  func ulps(of value: Double) -> Double {
    guard value.isFinite else { return .infinity }
    guard significand.head != 0 else { return value == 0 ? 0 : .infinity }
    var top = Int(significand.head.exponent)
    // A head that is a power of two with a negative tail stands for a number of the lower binade.
    if significand.head.significandBitPattern == 0,
      significand.tail != 0, (significand.tail < 0) == (significand.head > 0)
    {
      top -= 1
    }
    let last = max(top + exponent, -1022) - 52
    // In units of the last place: two factors, because one could overflow.
    let half = -last / 2
    let units =
      value * Double(sign: .plus, exponent: half, significand: 1)
      * Double(sign: .plus, exponent: -last - half, significand: 1)
    let shift = exponent - last
    // A result far below the least number: 2^-1000 of a unit is as good as its own.
    guard shift > -1000 else { return abs(units) }
    let exact = significand.scaled(byTwoTo: shift)
    return abs((units - exact.head) - exact.tail)
  }
}

/// The elementary functions to some 100 bits, by series and with other reductions than the kernels'.
struct ReferenceFunctions {
  /// 1, 1/2!, 1/3!, ...: exp(r) - 1 = r (1 + r/2! + r²/3! + …).
  private let exponentialSeries: [DoubleDouble]
  /// 1, 1/3, 1/5, ...: atanh(s) = s (1 + s²/3 + s⁴/5 + …).
  private let logarithmSeries: [DoubleDouble]
  /// 1, -1/3!, 1/5!, ...: sin(r) = r (1 - r²/3! + …).
  private let sineSeries: [DoubleDouble]
  /// 1, -1/2!, 1/4!, ...: cos(r) = 1 - r²/2! + ….
  private let cosineSeries: [DoubleDouble]
  private let angles = ReferenceAngles()

  init() {
    var factorials = [DoubleDouble(1)]
    for n in 1...32 {
      factorials.append(factorials[n - 1] / DoubleDouble(Double(n)))
    }
    exponentialSeries = (1...29).map { factorials[$0] }
    logarithmSeries = (0...25).map { DoubleDouble(1) / DoubleDouble(Double(2 * $0 + 1)) }
    sineSeries = (0...14).map { $0 % 2 == 0 ? factorials[2 * $0 + 1] : -factorials[2 * $0 + 1] }
    cosineSeries = (0...14).map { $0 % 2 == 0 ? factorials[2 * $0] : -factorials[2 * $0] }
  }

  /// k ln 2 for |k| < 2^11: ln 2 in two parts of 42 bits, whose products are exact, and a rest.
  private func multipleOfLogarithmOfTwo(_ k: Double) -> DoubleDouble {
    let rest = DoubleDouble(k) * DoubleDouble(0x1.cc01f97b57a08p-87, plus: -0x1.979b31ace93a5p-141)
    return (DoubleDouble(k * 0x1.62e42fefa38p-1) + DoubleDouble(k * 0x1.ef35793c76p-45)) + rest
  }

  /// exp(r) - 1 and k with x = k ln 2 + r.
  private func reducedExponential(_ x: Double) -> (DoubleDouble, Int) {
    let k = (x * 1.4426950408889634).rounded()
    let r = DoubleDouble(x) - multipleOfLogarithmOfTwo(k)
    return (r * DoubleDouble.polynomial(exponentialSeries, at: r), Int(k))
  }

  func exp(_ x: Double) -> ReferenceValue {
    let (minusOne, k) = reducedExponential(x)
    return ReferenceValue(significand: minusOne + DoubleDouble(1), exponent: k)
  }

  func expm1(_ x: Double) -> ReferenceValue {
    if abs(x) < 0x1p-40 { return tiny(x, x / 2, x * x / 6) }
    let (minusOne, k) = reducedExponential(x)
    if k == 0 { return ReferenceValue(significand: minusOne) }
    if k > 200 { return exp(x) }
    let power = (minusOne + DoubleDouble(1)).scaled(byTwoTo: max(k, -300))
    return ReferenceValue(significand: power - DoubleDouble(1))
  }

  func log(_ x: Double) -> ReferenceValue {
    var k = Int(x.exponent)
    var m = x.significand
    if m > 1.4142135623730951 { (k, m) = (k + 1, m / 2) }
    return logarithm(power: k, fraction: DoubleDouble(m) - DoubleDouble(1))
  }

  func log1p(_ x: Double) -> ReferenceValue {
    if abs(x) < 0x1p-40 { return tiny(x, -x / 2, x * x / 3) }
    if x > 0x1p120 { return log(x) }
    let sum = DoubleDouble(1, plus: x)
    var k = Int(sum.head.exponent)
    if sum.head.significand > 1.4142135623730951 { k += 1 }
    return logarithm(power: k, fraction: sum.scaled(byTwoTo: -k) - DoubleDouble(1))
  }

  func sin(_ x: Double) -> ReferenceValue {
    if abs(x) < 0x1p-40 { return tiny(x, 0, -x * x / 6) }
    let (quadrant, r) = angles.reduce(abs(x))
    let value = quadrant % 2 == 0 ? sine(r) : cosine(r)
    return ReferenceValue(significand: (quadrant >= 2) == (x > 0) ? -value : value)
  }

  func cos(_ x: Double) -> ReferenceValue {
    let (quadrant, r) = abs(x) < 0x1p-40 ? (0, DoubleDouble(x)) : angles.reduce(abs(x))
    let value = quadrant % 2 == 0 ? cosine(r) : sine(r)
    return ReferenceValue(significand: quadrant == 1 || quadrant == 2 ? -value : value)
  }

  func tanh(_ x: Double) -> ReferenceValue {
    if abs(x) < 0x1p-40 { return tiny(x, 0, -x * x / 3) }
    let t = expm1(min(2 * abs(x), 120)).significand
    let value = t / (t + DoubleDouble(2))
    return ReferenceValue(significand: x < 0 ? -value : value)
  }

  /// x (1 + first + second), for |x| < 2^-40.
  private func tiny(_ x: Double, _ first: Double, _ second: Double) -> ReferenceValue {
    guard x != 0 else { return ReferenceValue(significand: DoubleDouble(0)) }
    let factor = DoubleDouble(1, plus: first) + DoubleDouble(second)
    let significand = x < 0 ? -x.significand : x.significand
    return ReferenceValue(
      significand: DoubleDouble(significand) * factor, exponent: Int(x.exponent))
  }

  private func logarithm(power: Int, fraction f: DoubleDouble) -> ReferenceValue {
    let s = f / (f + DoubleDouble(2))
    let half = s * DoubleDouble.polynomial(logarithmSeries, at: s * s)
    return ReferenceValue(
      significand: multipleOfLogarithmOfTwo(Double(power)) + (half + half))
  }

  private func sine(_ r: DoubleDouble) -> DoubleDouble {
    r * DoubleDouble.polynomial(sineSeries, at: r * r)
  }

  private func cosine(_ r: DoubleDouble) -> DoubleDouble {
    DoubleDouble.polynomial(cosineSeries, at: r * r)
  }
}
