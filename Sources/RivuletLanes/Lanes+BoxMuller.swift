/// The Box-Muller transform on lanes: two 32-bit words to two independent standard normal numbers.
///
///     u_i = (word_i + 1/2) 2^-32,   z_0 = r cos(2 pi u_1),  z_1 = r sin(2 pi u_1),  r = sqrt(-2 log u_0)
///
/// Everything is + - * / and square root in written order, without fused operations, so the bits are
/// the same on every processor. The coefficients are those of
/// `Fixtures/origin/random_coefficients.py`; each normal is within 4 ulp of the exact transform of its
/// words. The smallest u_0 is 2^-33, so |z| never exceeds 6.77: beyond 6.66 a word that stands for an
/// interval decides, and a tail of about 3e-11 of the mass is lost.
public enum BoxMuller {
  /// Returns (word + 1/2) 2^-32 for the lower half of each lane: exact, inside (0, 1).
  @inlinable @inline(__always)
  public static func uniform(_ words: WordLanes) -> DoubleLanes {
    // 2^20 + word 2^-32 has exactly these bits; the subtraction is exact too.
    let low: WordLanes = words & .splat(0xFFFF_FFFF)
    let raised: WordLanes = low | .splat(0x4130_0000_0000_0000)
    return raised.asNumbers - .splat(0x1p20 - 0x1p-33)
  }

  /// Returns the radius r = sqrt(-2 log u) of the lower half of each lane.
  @inlinable @inline(__always)
  public static func radius(_ words: WordLanes) -> DoubleLanes {
    minusTwoLog(uniform(words)).squareRoot()
  }

  /// Returns -2 log u of each lane within 2 ulp; u is positive, normal and finite.
  @inlinable @inline(__always)
  public static func minusTwoLog(_ u: DoubleLanes) -> DoubleLanes {
    // u = 2^k m with m in [sqrt(1/2), sqrt 2): adding the distance from the bits of sqrt(1/2) to
    // those of 1 carries into the exponent exactly where m would be too large.
    let bits: WordLanes = u.asWords &+ .splat(0x0009_5F61_9980_C433)
    let exponent: WordLanes = bits.shiftedRight(52) | .splat(0x4330_0000_0000_0000)
    let k: DoubleLanes = exponent.asNumbers - .splat(0x1p52 + 1023)
    let digits: WordLanes = bits & .splat(0x000F_FFFF_FFFF_FFFF)
    let m: DoubleLanes = (digits &+ .splat(0x3FE6_A09E_667F_3BCD)).asNumbers
    let f: DoubleLanes = m - .splat(1)  // exact
    // -2 log m = -4 atanh(s) = -4 s + s z (-2 L(z)); factors of two cost no accuracy.
    let s: DoubleLanes = f / (f + .splat(2))
    let z: DoubleLanes = s * s
    let z2: DoubleLanes = z * z
    let l0 = z.line(-0x1.5555555555592p+0, -0x1.999999997feebp-1)
    let l1 = z.line(-0x1.24924941e0b4cp-1, -0x1.c71c521651a9bp-2)
    let l2 = z.line(-0x1.74663c531177dp-2, -0x1.39a1fb9e300ecp-2)
    let l3: DoubleLanes = l2 + z2 * .splat(-0x1.2f02e5e26ecaep-2)
    let l4: DoubleLanes = l1 + z2 * l3
    let l: DoubleLanes = l0 + z2 * l4
    // k times the first constant is exact: it is -2 log 2 cut to 42 bits; the second is the rest.
    let rest: DoubleLanes = (s * z) * l + k * .splat(-0x1.ef35793c7673p-44)
    return k * .splat(-0x1.62e42fefa38p+0) + (s * .splat(-4) + rest)
  }

  /// Returns the cosine and the sine of 2 pi u for the lower half of each lane.
  @inlinable @inline(__always)
  public static func turn(_ words: WordLanes) -> Turn {
    // word + 2^29 counts from one eighth of a turn before zero: its two top bits are the quadrant,
    // the other 30 bits the place inside it. r is exact, in turns, in [-1/8, 1/8].
    let shifted: WordLanes = words &+ .splat(0x2000_0000)
    let odd: WordLanes = shifted.shiftedLeft(33)
    let half: WordLanes = shifted.shiftedLeft(32)
    let digits: WordLanes = shifted.shiftedLeft(1) & .splat(0x7FFF_FFFE)
    let place: WordLanes = digits | .splat(0x4120_0000_0000_0001)
    let r: DoubleLanes = place.asNumbers - .splat(0x1p19 + 0x1p-3)
    let z: DoubleLanes = r * r
    let z2: DoubleLanes = z * z
    let s0 = z.line(-0x1.4abbce625be46p+5, 0x1.466bc67758cb2p+6)
    let s1 = z.line(-0x1.32d2cce324194p+6, 0x1.5078300c47dbep+5)
    let s2 = z.line(-0x1.e300989c77d68p+3, 0x1.e3ff296fb5b43p+1)
    let s3: DoubleLanes = s1 + z2 * s2
    let s4: DoubleLanes = s0 + z2 * s3
    let sine: DoubleLanes = r * .splat(0x1.921fb54442d18p+2) + (r * z) * s4
    let c0 = z.line(-0x1.3bd3cc9be45dep+4, 0x1.03c1f081b5aaep+6)
    let c1 = z.line(-0x1.55d3c7e3c927fp+6, 0x1.e1f5068367a5ap+5)
    let c2 = z.line(-0x1.a6d1ec7e01139p+4, 0x1.f9cc40a4a166fp+2)
    let c3: DoubleLanes = c2 + z2 * .splat(-0x1.b263c0f339c1p+0)
    let c4: DoubleLanes = c1 + z2 * c3
    let c5: DoubleLanes = c0 + z2 * c4
    let cosine: DoubleLanes = .splat(1) + z * c5
    // Quadrants 1 and 3 exchange the two. The sine is negative in the upper half turn, the cosine in
    // quadrants 1 and 2.
    let sign = WordLanes.splat(0x8000_0000_0000_0000)
    let sineSign: WordLanes = half & sign
    let cosineSign: WordLanes = (half ^ odd) & sign
    return Turn(
      cosine: (odd.selectBySign(sine, cosine).asWords ^ cosineSign).asNumbers,
      sine: (odd.selectBySign(cosine, sine).asWords ^ sineSign).asNumbers)
  }

  /// A point of the unit circle in each lane.
  public struct Turn {
    /// The cosine of the angle.
    public var cosine: DoubleLanes
    /// The sine of the angle.
    public var sine: DoubleLanes

    /// Makes a point from its coordinates.
    @inlinable @inline(__always)
    init(cosine: DoubleLanes, sine: DoubleLanes) {
      self.cosine = cosine
      self.sine = sine
    }
  }
}

extension SIMD8 where Scalar == Double {
  /// Returns `a + x b` for each lane x.
  @inlinable @inline(__always)
  public func line(_ a: Double, _ b: Double) -> Self { .splat(a) + self * .splat(b) }
}
