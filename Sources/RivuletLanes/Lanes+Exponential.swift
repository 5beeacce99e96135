/// An argument split as k ln 2 + r with |r| at most (ln 2) / 2, and what the exponential of r needs.
@frozen
public struct ReducedExponent {
  /// k, a whole number.
  public var power: DoubleLanes
  /// The argument minus k times the upper 32 bits of ln 2, exact; r is this up to 2^-33 k.
  public var head: DoubleLanes
  /// exp(r) - 1 - head, in which the rest of r and all higher terms of the series are.
  public var tail: DoubleLanes

  /// Reduces `x`, at most 746 in magnitude.
  ///
  ///     exp(r) = 1 + r + r² q(r)
  ///
  /// q has degree 10 with q(0) = 1/2 exactly, found by Remez exchange; its error is below 2^-63 of
  /// exp(r) (Fixtures/origin/elementary_polynomials.py).
  ///
  /// - Parameter x: The arguments; NaN travels through.
  @inlinable @inline(__always)
  public init(_ x: DoubleLanes) {
    power = roundedToWhole(x * 0x1.71547652b82fep+0)
    // 32 bits of ln 2, so that the product with a power of at most 11 bits is exact.
    head = x - power * 0x1.62e42feep-1
    let rest = power * 0x1.a39ef35793c76p-33
    let r = head - rest
    let r2 = r * r
    let r4 = r2 * r2
    let r8 = r4 * r4
    let low =
      linear(0x1p-1, 0x1.555555555555cp-3, r)
      + linear(0x1.5555555555556p-5, 0x1.111111110e95cp-7, r) * r2
    let middle =
      linear(0x1.6c16c16c15f51p-10, 0x1.a01a01b4a7faap-13, r)
      + linear(0x1.a01a01a887f01p-16, 0x1.71dded420bca7p-19, r) * r2
    let high = linear(0x1.27e4d7974f45ep-22, 0x1.af70d08f26eb7p-26, r) + 0x1.1f77c196d131fp-29 * r2
    tail = r2 * (low + (middle * r4 + high * r8)) - rest
  }
}

/// Rounds to the nearest whole number, ties to even; below 2^51 in magnitude.
///
/// Adding 1.5 2^52 leaves no bits for a fraction.
///
/// - Parameter x: The numbers.
/// - Returns: The whole numbers.
@inlinable @inline(__always)
public func roundedToWhole(_ x: DoubleLanes) -> DoubleLanes { (x + 0x1.8p52) - 0x1.8p52 }

/// Returns 2 to a whole power by writing the power into the exponent's bits.
///
/// - Parameter power: Whole numbers from -1022 to 1023.
/// - Returns: The powers of two, exact.
@inlinable @inline(__always)
public func powerOfTwo(_ power: DoubleLanes) -> DoubleLanes {
  // The lowest bits of power + 1023 + 1.5 2^52 are the biased exponent; the shift drops the rest.
  DoubleLanes(bits: (power + (0x1.8p52 + 1023)).bits.shiftedUp(by: 52))
}

/// Multiplies by 2 to a whole power in two halves, so that only the last product rounds.
///
/// - Parameters:
///   - x: Numbers from 1/2 to 2.
///   - power: Whole numbers from -1100 to 1100.
/// - Returns: The products, also where they are subnormal or overflow.
@inlinable @inline(__always)
public func scale(_ x: DoubleLanes, byTwoTo power: DoubleLanes) -> DoubleLanes {
  let half = roundedToWhole(power * 0.5)
  return (x * powerOfTwo(half)) * powerOfTwo(power - half)
}

/// Returns e to the power of each lane.
///
///     x = k ln 2 + r,   exp(x) = 2^k (1 + r + r² q(r))
///
/// Error: at most 1 ulp for all arguments, with overflow to infinity above 709.78 and gradual
/// underflow below -708.4. NaN gives NaN.
///
/// - Parameter x: Any numbers.
/// - Returns: The exponentials.
@inlinable @inline(__always)
public func exp(_ x: DoubleLanes) -> DoubleLanes {
  // Beyond these ends the result is infinite or zero; NaN passes both comparisons.
  let clamped = DoubleLanes.splat(710).minimum(DoubleLanes.splat(-746).maximum(x))
  let reduced = ReducedExponent(clamped)
  // 1 + head rounds; the error of that sum is exact because |head| < 1, and joins the tail.
  let sum = 1 + reduced.head
  let error = (1 - sum) + reduced.head
  return scale(sum + (error + reduced.tail), byTwoTo: reduced.power)
}

/// Returns exp(x) - 1 of each lane, accurate near zero too.
///
///     x = k ln 2 + r,   expm1(x) = 2^k ((1 - 2^-k) + (r + r² q(r)))
///
/// Error: at most 2 ulp for all arguments. The sign of zero is kept, NaN gives NaN.
///
/// - Parameter x: Any numbers.
/// - Returns: The exponentials minus one.
@inlinable @inline(__always)
public func expm1(_ x: DoubleLanes) -> DoubleLanes {
  // Below -60 the result is -1 to all bits.
  let clamped = DoubleLanes.splat(710).minimum(DoubleLanes.splat(-60).maximum(x))
  let reduced = ReducedExponent(clamped)
  // Beyond 2^100 the one to subtract is out of sight.
  let one = powerOfTwo(0 - reduced.power.minimum(DoubleLanes.splat(100)))
  let offset = 1 - one
  let offsetError = (1 - offset) - one
  // |offset| is zero or at least 1/2, larger than |head|, so the error of this sum is exact.
  let sum = offset + reduced.head
  let error = (offset - sum) + reduced.head
  let scaled = scale(sum + ((error + offsetError) + reduced.tail), byTwoTo: reduced.power)
  // The result has the sign of x; only that of zero was lost.
  return DoubleLanes(bits: scaled.bits | x.signBits)
}
