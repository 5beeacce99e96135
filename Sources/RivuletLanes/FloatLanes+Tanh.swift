/// Returns the hyperbolic tangent of each lane in single precision.
///
///     tanh(x) = x P(x²) / Q(x²)
///
/// P and Q have degree 4 and begin with 1 (Fixtures/origin/single_precision.py). Beyond 9.01 in
/// magnitude the quotient is that of 9.01, the product exceeds 1, and the result is 1.
///
/// Error: at most 6 ulp for all arguments; the magnitude never exceeds 1. The sign of zero is kept, NaN
/// gives NaN.
///
/// - Parameter x: Any numbers.
/// - Returns: The hyperbolic tangents.
@inlinable @inline(__always)
public func tanh(_ x: FloatLanes) -> FloatLanes {
  let z = FloatLanes.splat(9.01 * 9.01).minimum(x * x)
  let z2: FloatLanes = z * z
  let p0 = z.line(1, 0x1.121734p-3)
  let p1 = z.line(0x1.ca83cp-9, 0x1.5a6424p-16)
  let p2: FloatLanes = p1 + z2 * .splat(0x1.cc4f46p-27)
  let p: FloatLanes = p0 + z2 * p2
  let q0 = z.line(1, 0x1.de60e8p-2)
  let q1 = z.line(0x1.a822ecp-6, 0x1.58f202p-12)
  let q2: FloatLanes = q1 + z2 * .splat(0x1.a2894p-21)
  let q: FloatLanes = q0 + z2 * q2
  let quotient: FloatLanes = (x * p) / q
  return FloatLanes.splat(1).minimum(FloatLanes.splat(-1).maximum(quotient))
}
