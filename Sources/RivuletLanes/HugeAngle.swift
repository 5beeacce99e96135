/// One angle as a whole number of quarter turns and a rest of at most an eighth of a turn.
@frozen
public struct ReducedAngle {
  /// The quarter turns modulo 4, or 4 for 0.
  public var quadrant: Int64
  /// The rest in radians, rounded.
  public var head: Double
  /// What the rounding of the head lost.
  public var tail: Double

  /// Reduces an angle of at least 1024 by integer arithmetic.
  ///
  /// With x = m 2^e, m a whole number of 53 bits, the bits of 2/π that times 2^e stay below 4 are the
  /// only ones that matter to x (2/π) modulo 4 (M. Payne and R. Hanek, SIGNUM Newsletter 18, 1983).
  /// 192 of them are multiplied by m; 2 bits of the product are the quadrant and 190 the fraction of a
  /// quarter turn. The fraction is never below 2^-62, so 128 bits of it are good.
  ///
  /// - Parameter angle: At least 1024; infinite or NaN gives NaN.
  public init(huge angle: Double) {
    guard angle.isFinite else {
      (quadrant, head, tail) = (0, .nan, 0)
      return
    }
    precondition(angle >= 1024, "an angle of at least 1024 is wanted, got \(angle)")
    let significand = angle.significandBitPattern | 1 << 52
    // e + 1075 is the biased exponent; the table's first 64 bits stand before the point.
    let offset = Int(angle.exponentBitPattern) - 1075 + 62
    let product = Words(window(at: offset), times: significand)
    quadrant = Int64(product.high >> 62)
    var fraction = product.shiftedUp(by: 2)
    var sign = 1.0
    if fraction.high >> 63 == 1 {
      // More than half a quarter turn: round up and go back.
      quadrant += 1
      sign = -1
      fraction = fraction.negated()
    }
    let zeros = fraction.high.leadingZeroBitCount
    fraction = fraction.shiftedUp(by: zeros)
    // 53 bits to the head and the next 53 to the tail, scaled later so that nothing underflows.
    let head = Double(fraction.high >> 11) * 0x1p-53
    let next = (fraction.high & 0x7ff) << 42 | fraction.middle >> 22
    let tail = Double(next) * 0x1p-106
    // Times π/2 = upper + lower + rest, with 26 bits in upper and 27 in lower: exact products of
    // halves of significands, in the manner of T. Dekker, Numerische Mathematik 18, 1971.
    let upper = 0x1.921fb5p+0
    let lower = 0x1.110b46p-26
    let rest = 0x1.1a62633145c07p-54
    let headUpper = Double(bitPattern: head.bitPattern & ~0x7ff_ffff)
    let headLower = head - headUpper
    let main = head * (upper + lower)
    let lost =
      ((headUpper * upper - main) + headUpper * lower + headLower * upper) + headLower * lower
    let small = lost + (head * rest + tail * (upper + lower))
    let sum = main + small
    let unit = sign * Double(bitPattern: UInt64(1023 - zeros) << 52)
    self.head = sum * unit
    self.tail = ((main - sum) + small) * unit
  }
}

/// 192 bits, modulo 2^192.
private struct Words {
  var high: UInt64
  var middle: UInt64
  var low: UInt64

  init(high: UInt64, middle: UInt64, low: UInt64) {
    self.high = high
    self.middle = middle
    self.low = low
  }

  init(_ words: Words, times factor: UInt64) {
    let first = words.low.multipliedFullWidth(by: factor)
    let second = words.middle.multipliedFullWidth(by: factor)
    let sum = second.low.addingReportingOverflow(first.high)
    low = first.low
    middle = sum.partialValue
    high = words.high &* factor &+ second.high &+ (sum.overflow ? 1 : 0)
  }

  /// Moves all bits up by `distance`, 0 to 63.
  func shiftedUp(by distance: Int) -> Words {
    guard distance > 0 else { return self }
    let back = 64 - distance
    return Words(
      high: high << distance | middle >> back, middle: middle << distance | low >> back,
      low: low << distance)
  }

  func negated() -> Words {
    let newLow = 0 &- low
    let newMiddle = ~middle &+ (newLow == 0 ? 1 : 0)
    return Words(
      high: ~high &+ (newLow == 0 && newMiddle == 0 ? 1 : 0), middle: newMiddle, low: newLow)
  }
}

/// Returns 192 bits of 2/π from bit `offset` of the table on.
private func window(at offset: Int) -> Words {
  let word = offset >> 6
  let shift = offset & 63
  let a = twoOverPi(word)
  let b = twoOverPi(word + 1)
  let c = twoOverPi(word + 2)
  guard shift > 0 else { return Words(high: a, middle: b, low: c) }
  return Words(
    high: a << shift | b >> (64 - shift), middle: b << shift | c >> (64 - shift),
    low: c << shift | twoOverPi(word + 3) >> (64 - shift))
}

/// Returns 64 bits of 2/π; word 0 stands before the binary point.
///
/// A switch, because a table in an array would be made at the first use, under a lock.
private func twoOverPi(_ word: Int) -> UInt64 {
  switch word {
  case 0: 0
  case 1: 0xa2f9_836e_4e44_1529
  case 2: 0xfc27_57d1_f534_ddc0
  case 3: 0xdb62_9599_3c43_9041
  case 4: 0xfe51_63ab_debb_c561
  case 5: 0xb724_6e3a_424d_d2e0
  case 6: 0x0649_2eea_09d1_921c
  case 7: 0xfe1d_eb1c_b129_a73e
  case 8: 0xe882_35f5_2ebb_4484
  case 9: 0xe99c_7026_b45f_7e41
  case 10: 0x3991_d639_8353_39f4
  case 11: 0x9c84_5f8b_bdf9_283b
  case 12: 0x1ff8_97ff_de05_980f
  case 13: 0xef2f_118b_5a0a_6d1f
  case 14: 0x6d36_7ecf_27cb_09b7
  case 15: 0x4f46_3f66_9e5f_ea2d
  case 16: 0x7527_bac7_ebe5_f17b
  case 17: 0x3d07_39f7_8a52_92ea
  case 18: 0x6bfb_5fb1_1f8d_5d08
  case 19: 0x5603_3046_fc7b_6bab
  default: preconditionFailure("2/pi is tabled for words 0 to 19, not \(word)")
  }
}
