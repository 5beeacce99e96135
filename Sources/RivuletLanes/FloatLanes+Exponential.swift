/// Returns e to the power of each lane in single precision.
///
///     x = k ln 2 + r,   exp(x) = 2^k (1 + (r + r² E(r)))
///
/// E has degree 4 (Fixtures/origin/single_precision.py).
///
/// Error: at most 2 ulp from -87 to 88. Below -87 the result is exp(-87) = 1.6e-38, above 88 it is
/// exp(88) = 1.7e38: neither end leaves the normal numbers. NaN gives NaN.
///
/// - Parameter x: Any numbers.
/// - Returns: The exponentials.
@inlinable @inline(__always)
public func exp(_ x: FloatLanes) -> FloatLanes {
  let bounded = FloatLanes.splat(88).minimum(FloatLanes.splat(-87).maximum(x))
  // Adding 1.5 2^23 leaves no bits for a fraction; the low bits of the sum are the power.
  let shifted: FloatLanes = bounded * .splat(0x1.715476p+0) + .splat(0x1.8p23)
  let k: FloatLanes = shifted - .splat(0x1.8p23)
  // ln 2 in 15 bits, whose product with a power of at most 8 bits is exact, and the rest.
  let head: FloatLanes = bounded - k * .splat(0x1.62e4p-1)
  let r: FloatLanes = head - k * .splat(0x1.7f7d1cp-20)
  let r2: FloatLanes = r * r
  let low = r.line(0x1.fffffcp-2, 0x1.555494p-3)
  let high = r.line(0x1.5558bep-5, 0x1.123856p-7)
  let top: FloatLanes = high + r2 * .splat(0x1.6a3d08p-10)
  let series: FloatLanes = low + r2 * top
  let one: FloatLanes = .splat(1) + (r + r2 * series)
  return one.bits.adding(shifted.bits.shiftedUp(by: 23)).asNumbers
}

/// Returns the logistic function 1 / (1 + exp(-x)) of each lane in single precision.
///
/// Error: at most 4 ulp above -87; below it stays at exp(-87). NaN gives NaN.
///
/// - Parameter x: Any numbers.
/// - Returns: Numbers in (0, 1].
@inlinable @inline(__always)
public func sigmoid(_ x: FloatLanes) -> FloatLanes {
  let power = exp(FloatLanes.splat(0) - x)
  return FloatLanes.splat(1) / (FloatLanes.splat(1) + power)
}
