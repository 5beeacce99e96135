/// The Box-Muller transform in single precision, of the words that ``BoxMuller`` takes.
///
///     u_i = (word_i + 1/2) 2^-32,   z_0 = r cos(2 pi u_1),  z_1 = r sin(2 pi u_1),  r = sqrt(-2 log u_0)
///
/// Each normal is within 8 ulp of the exact transform of its words, also where u_0 is so near 1 that
/// single precision could not hold it. Everything is + - * / and square root in written order.
public enum SingleBoxMuller {
  /// Returns the radius r = sqrt(-2 log u) of each word.
  @inlinable @inline(__always)
  public static func radius(_ words: HalfLanes) -> FloatLanes {
    let parts = quotient(words)
    return squaredRadius(quotient: parts.quotient, power: parts.power).squareRoot()
  }

  /// Returns k and s = f / (2 + f) of u = 2^k (1 + f), from which ``squaredRadius(quotient:power:)`` goes on.
  @inlinable @inline(__always)
  public static func quotient(_ words: HalfLanes) -> (quotient: FloatLanes, power: FloatLanes) {
    // The words as signed integers: below 1/2 this is u, from 1/2 on it is u - 1, each with the full
    // relative precision that the logarithm needs there.
    let y: FloatLanes = words.converted * .splat(0x1p-32) + .splat(0x1p-33)
    let u = words.select(.splat(1) + y, else: y)
    let parts = u.decomposed
    let isNearOne = FloatLanes.splat(0x1.6a09e6p-1).isAtMost(u)
    let offset = isNearOne.select(y, else: parts.offset)
    return (offset / (offset + .splat(2)), parts.power)
  }

  /// Returns r² = -2 log u.
  @inlinable @inline(__always)
  public static func squaredRadius(quotient: FloatLanes, power: FloatLanes) -> FloatLanes {
    FloatLanes.logarithm(quotient: quotient, power: power) * .splat(-2)
  }

  /// Returns the cosine and the sine of 2 pi u for each word.
  @inlinable @inline(__always)
  public static func turn(_ words: HalfLanes) -> (cosine: FloatLanes, sine: FloatLanes) {
    // word + 2^29 counts from one eighth of a turn before zero: its two top bits are the quadrant.
    // The place inside the quadrant, in turns, is four times the word plus two as a signed integer.
    let shifted: HalfLanes = words.adding(.splat(0x2000_0000))
    let place: HalfLanes = words.shiftedUp(by: 2) | .splat(2)
    let r: FloatLanes = place.converted * .splat(0x1p-34)
    let z: FloatLanes = r * r
    let z2: FloatLanes = z * z
    let s0 = z.line(-0x1.4abbcep+5, 0x1.466b78p+6)
    let s1 = z.line(-0x1.32ada8p+6, 0x1.4439280p+5)
    let s2: FloatLanes = s0 + z2 * s1
    let sine: FloatLanes = r * .splat(0x1.921fb6p+2) + (r * z) * s2
    let c0 = z.line(-0x1.3bd3ccp+4, 0x1.03c1bp+6)
    let c1 = z.line(-0x1.55b2b2p+6, 0x1.d4f47ap+5)
    let c2: FloatLanes = c0 + z2 * c1
    let cosine: FloatLanes = .splat(1) + z * c2
    // Quadrants 1 and 3 exchange the two. The sine is negative in the upper half turn, the cosine in
    // quadrants 1 and 2.
    let odd: HalfLanes = shifted.shiftedUp(by: 1)
    let sign = HalfLanes.splat(.min)
    let sineSign: HalfLanes = shifted & sign
    let cosineSign: HalfLanes = (shifted ^ odd) & sign
    return (
      (odd.select(sine, else: cosine).bits ^ cosineSign).asNumbers,
      (odd.select(cosine, else: sine).bits ^ sineSign).asNumbers
    )
  }
}
