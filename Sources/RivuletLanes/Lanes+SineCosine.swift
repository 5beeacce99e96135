/// Angles as a whole number of quarter turns and a rest of at most an eighth of a turn.
@frozen
public struct ReducedAngles {
  /// The quarter turns; only the lowest two bits count.
  public var quadrants: BitLanes
  /// The rest in radians, rounded.
  public var head: DoubleLanes
  /// What the rounding of the head lost.
  public var tail: DoubleLanes

  /// Reduces angles that are not negative.
  ///
  /// Up to 2^17, π/2 is taken in three parts: the first two have 35 bits, so that their products
  /// with a quadrant number of 17 bits are exact, and the third carries on to 2^-130. The rest is
  /// never below 2^-60.5 there, so its relative error stays below 2^-56. Larger angles go lane by
  /// lane through integer arithmetic (``ReducedAngle``).
  ///
  /// - Parameter angles: Numbers that are not negative; infinite and NaN give NaN.
  @inlinable @inline(__always)
  public init(_ angles: DoubleLanes) {
    let limit = DoubleLanes.splat(0x1p17)
    let isSmall = angles.isAtMost(limit)
    let shifted = angles * 0x1.45f306dc9c883p-1 + 0x1.8p52
    let number = shifted - 0x1.8p52
    let first = angles - number * 0x1.921fb5444p+0
    let second = number * 0x1.68c234c4cp-39
    let difference = first - second
    // The first part may have cancelled below the second, so neither is known to be larger.
    let back = difference - first
    let error = (first - (difference - back)) - (second + back)
    let rest = error - number * 0x1.98a2e03707345p-77
    quadrants = shifted.bits
    head = difference + rest
    tail = (difference - head) + rest
    if (isSmall ^ BitLanes.splat(-1)).isAnySet {
      // A copy, so that only this branch keeps lanes in memory.
      var corrected = self
      var copy = angles
      reduceHugeAngles(&copy, into: &corrected, beyond: 0x1p17)
      self = corrected
    }
  }
}

/// Replaces the reduction of each angle beyond `limit` by that of integer arithmetic.
///
/// A function of its own, with lanes passed by address, because it is long and seldom needed.
///
/// - Parameters:
///   - angles: Numbers that are not negative, or NaN; left unchanged.
///   - reduced: The reductions to correct.
///   - limit: The largest angle whose reduction stays.
@inline(never)
public func reduceHugeAngles(
  _ angles: inout DoubleLanes, into reduced: inout ReducedAngles, beyond limit: Double
) {
  for lane in 0..<8 where !(angles[lane] <= limit) {
    let angle = ReducedAngle(huge: angles[lane])
    reduced.quadrants[lane] = angle.quadrant
    reduced.head[lane] = angle.head
    reduced.tail[lane] = angle.tail
  }
}

/// Sines and cosines of the same angles.
@frozen
public struct SineCosine {
  /// The sines.
  public var sine: DoubleLanes
  /// The cosines.
  public var cosine: DoubleLanes

  /// Returns sine and cosine of each lane.
  ///
  ///     sin(r) = r + r³ S(r²),   cos(r) = 1 - r²/2 + r⁴ C(r²)
  ///
  /// S and C have degree 5, found by Remez exchange; their errors are below 2^-57 of the results
  /// (Fixtures/origin/elementary_polynomials.py). A whole number of quarter turns swaps the two and
  /// changes signs.
  ///
  /// Error: at most 2 ulp for all finite angles. The sign of a zero angle is kept; infinity and NaN
  /// give NaN.
  ///
  /// - Parameter angles: Any numbers, in radians.
  @inlinable @inline(__always)
  public init(_ angles: DoubleLanes) {
    let reduced = ReducedAngles(angles.magnitude)
    let r = reduced.head
    let z = r * r
    let z2 = z * z
    let z4 = z2 * z2
    let half = 0.5 * z
    let sineSeries =
      (linear(-0x1.5555555555549p-3, 0x1.111111110f892p-7, z)
        + linear(-0x1.a01a019c121a7p-13, 0x1.71de3576bbf51p-19, z) * z2)
      + linear(-0x1.ae5e64a6a23e7p-26, 0x1.5d925cef94b65p-33, z) * z4
    let cosineSeries =
      (linear(0x1.555555555554cp-5, -0x1.6c16c16c15210p-10, z)
        + linear(0x1.a01a019cbcd8dp-16, -0x1.27e4f81045059p-22, z) * z2)
      + linear(0x1.1ee9ef521bd5ap-29, -0x1.8fb0011ac2419p-37, z) * z4
    // The tail enters with the derivatives 1 - r²/2 and -r.
    let sineOfRest = r + ((r * z) * sineSeries + (reduced.tail - half * reduced.tail))
    let flat = 1 - half
    let cosineOfRest = flat + (((1 - flat) - half) + (z2 * cosineSeries - r * reduced.tail))
    let isOdd = reduced.quadrants.shiftedUp(by: 63)
    // Quarters 2 and 3 negate the sine, quarters 1 and 2 the cosine.
    let sign = BitLanes.splat(.min)
    let sineSign = reduced.quadrants.shiftedUp(by: 62) & sign
    let next = reduced.quadrants.adding(BitLanes.splat(1))
    let cosineSign = next.shiftedUp(by: 62) & sign
    sine = DoubleLanes(
      bits: isOdd.select(cosineOfRest, else: sineOfRest).bits ^ sineSign ^ angles.signBits)
    cosine = DoubleLanes(bits: isOdd.select(sineOfRest, else: cosineOfRest).bits ^ cosineSign)
  }
}

/// Returns the sine of each lane, with an error of at most 2 ulp; see ``SineCosine``.
///
/// - Parameter x: Any numbers, in radians.
/// - Returns: The sines.
@inlinable @inline(__always)
public func sin(_ x: DoubleLanes) -> DoubleLanes { SineCosine(x).sine }

/// Returns the cosine of each lane, with an error of at most 2 ulp; see ``SineCosine``.
///
/// - Parameter x: Any numbers, in radians.
/// - Returns: The cosines.
@inlinable @inline(__always)
public func cos(_ x: DoubleLanes) -> DoubleLanes { SineCosine(x).cosine }
