extension SIMD8 where Scalar == Float {
  /// Returns log(2^k (1 + f)) for whole k and 1 + f in [sqrt(1/2), sqrt 2].
  ///
  ///     log(1 + f) = 2 s + s z L(z),   s = f / (2 + f),  z = s²
  ///
  /// L has degree 3 (Fixtures/origin/single_precision.py).
  @inlinable @inline(__always)
  public static func logarithm(offset f: Self, power k: Self) -> Self {
    logarithm(quotient: f / (f + .splat(2)), power: k)
  }

  /// Returns the same of s = f / (2 + f).
  @inlinable @inline(__always)
  public static func logarithm(quotient s: Self, power k: Self) -> Self {
    let z: Self = s * s
    let l0 = z.line(0x1.555554p-1, 0x1.999c28p-2)
    let l1 = z.line(0x1.23d312p-2, 0x1.f161d2p-3)
    let l: Self = l0 + (z * z) * l1
    // ln 2 in 12 bits, whose product with a power of at most 8 bits is exact, and the rest.
    let rest: Self = (s * z) * l + k * .splat(-0x1.bd0106p-13)
    return k * .splat(0x1.63p-1) + (s * .splat(2) + rest)
  }

  /// Returns 2^k m = x with m in [sqrt(1/2), sqrt 2) as m - 1, exact, and k.
  ///
  /// - Returns: The offset m - 1 and the power k of positive normal numbers.
  @inlinable @inline(__always)
  public var decomposed: (offset: Self, power: Self) {
    // Adding the distance from the bits of sqrt(1/2) to those of 1 carries into the exponent exactly
    // where m would be too large.
    let raised: HalfLanes = bits.adding(.splat(0x3F80_0000 - 0x3F35_04F3))
    let power: HalfLanes = raised.shiftedDown(by: 23).subtracting(.splat(127))
    let digits: HalfLanes = raised & .splat(0x007F_FFFF)
    let m: Self = digits.adding(.splat(0x3F35_04F3)).asNumbers
    return (m - .splat(1), power.converted)
  }
}

/// Returns the natural logarithm of each lane in single precision.
///
/// Error: at most 2 ulp for positive normal numbers; other arguments give numbers without a meaning.
///
/// - Parameter x: Positive normal finite numbers.
/// - Returns: The logarithms.
@inlinable @inline(__always)
public func log(_ x: FloatLanes) -> FloatLanes {
  let parts = x.decomposed
  return .logarithm(offset: parts.offset, power: parts.power)
}
