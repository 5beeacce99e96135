/// A positive number as 2^k (1 + f), with 1 + f from sqrt(1/2) to sqrt(2).
@frozen
public struct BinaryFactors {
  /// k, a whole number.
  public var power: DoubleLanes
  /// f, exact.
  public var fraction: DoubleLanes

  /// Splits `x` by its bits; a number that is zero, negative, subnormal or not finite gives garbage.
  ///
  /// - Parameter x: Positive normal numbers.
  @inlinable @inline(__always)
  public init(_ x: DoubleLanes) {
    // Subtracting the bits of sqrt(1/2) before the exponent's bits are cut off moves the border
    // between two exponents from 1 to sqrt(1/2); 1023 stays added, so that no exponent is negative.
    let root = BitLanes.splat(0x3fe6_a09e_667f_3bcd)
    let shifted = x.bits.adding(BitLanes.splat(0x3ff0_0000_0000_0000 - 0x3fe6_a09e_667f_3bcd))
    // Written into the significand of 2^52 the biased exponent becomes a number.
    let biased = shifted.shiftedDown(by: 52) | BitLanes.splat(0x4330_0000_0000_0000)
    power = DoubleLanes(bits: biased) - (0x1p52 + 1023)
    let significand = shifted & BitLanes.splat(0x000f_ffff_ffff_ffff)
    fraction = DoubleLanes(bits: significand.adding(root)) - 1
  }
}

/// Returns k ln 2 + log(1 + f) + rest.
///
///     s = f / (2 + f),   log(1 + f) = f - f²/2 + s (f²/2 + s² R(s²))
///
/// R has degree 6, found by Remez exchange; its error is below 2^-58 of the result
/// (Fixtures/origin/elementary_polynomials.py). The first sum, k ln 2 + f, keeps its rounding error.
///
/// - Parameters:
///   - power: k, whole numbers below 2^11 in magnitude.
///   - f: A fraction, with 1 + f from sqrt(1/2) to sqrt(2).
///   - rest: A number below the last bit of f, to add.
/// - Returns: The logarithms.
@inlinable @inline(__always)
public func logarithm(
  power: DoubleLanes, fraction f: DoubleLanes, rest: DoubleLanes
) -> DoubleLanes {
  let s = f / (2 + f)
  let z = s * s
  let z2 = z * z
  let z4 = z2 * z2
  let low =
    linear(0x1.5555555555593p-1, 0x1.999999997f9f8p-2, z)
    + linear(0x1.249249422a430p-2, 0x1.c71c51d7d5d8cp-3, z) * z2
  let high = linear(0x1.746649acdae69p-3, 0x1.39a095fb9d68fp-3, z) + 0x1.2f1178f6778ebp-3 * z2
  let series = z * (low + high * z4)
  let half = (0.5 * f) * f
  // The upper 32 bits of ln 2 times k are exact; where k is not 0 they exceed |f|, so the error of
  // the sum is exact too.
  let whole = power * 0x1.62e42feep-1
  let sum = whole + f
  let error = (whole - sum) + f
  return sum + (error + ((s * (half + series) + (power * 0x1.a39ef35793c76p-33 + rest)) - half))
}

/// Returns the natural logarithm of each lane.
///
/// Error: at most 1 ulp for all positive arguments, subnormal ones too. Zero of either sign gives
/// minus infinity, a negative number or NaN gives NaN.
///
/// - Parameter x: Any numbers.
/// - Returns: The logarithms.
@inlinable @inline(__always)
public func log(_ x: DoubleLanes) -> DoubleLanes {
  let zero = DoubleLanes.splat(0)
  let isSubnormal = x.isLess(than: DoubleLanes.splat(0x1p-1022))
  let factors = BinaryFactors(isSubnormal.select(x * 0x1p54, else: x))
  let power = factors.power - isSubnormal.select(DoubleLanes.splat(54), else: zero)
  let result = logarithm(power: power, fraction: factors.fraction, rest: zero)
  let infinity = DoubleLanes.splat(.infinity)
  let upper = x.isLess(than: infinity).select(result, else: infinity)
  let lower = x.isEqual(to: zero).select(
    DoubleLanes.splat(-.infinity), else: DoubleLanes.splat(.nan))
  return zero.isLess(than: x).select(upper, else: lower)
}

/// Returns log(1 + x) of each lane, accurate near zero too.
///
/// 1 + x is split as 2^k (1 + f) with the rounding error of the sum added to f.
///
/// Error: at most 2 ulp for all arguments above -1. The sign of zero is kept, -1 gives minus
/// infinity, less than -1 or NaN gives NaN.
///
/// - Parameter x: Any numbers.
/// - Returns: The logarithms of one plus the numbers.
@inlinable @inline(__always)
public func log1p(_ x: DoubleLanes) -> DoubleLanes {
  let sum = 1 + x
  let added = sum - 1
  let sumError = (1 - (sum - added)) + (x - added)
  let factors = BinaryFactors(sum)
  // Beyond 2^100 the error of the sum is out of sight.
  let unscale = powerOfTwo(0 - factors.power.minimum(DoubleLanes.splat(100)))
  let correction = sumError * unscale
  // Where k = 0 this is x itself; elsewhere its rounding error goes on as the rest.
  let fraction = factors.fraction + correction
  let rest = (factors.fraction - fraction) + correction
  let result = logarithm(power: factors.power, fraction: fraction, rest: rest)
  // The result has the sign of x; only that of zero was lost.
  let signed = DoubleLanes(bits: result.bits | x.signBits)
  let infinity = DoubleLanes.splat(.infinity)
  let pole = DoubleLanes.splat(-1)
  let upper = x.isLess(than: infinity).select(signed, else: infinity)
  let lower = x.isEqual(to: pole).select(
    DoubleLanes.splat(-.infinity), else: DoubleLanes.splat(.nan))
  return pole.isLess(than: x).select(upper, else: lower)
}
