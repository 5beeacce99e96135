import RivuletLanes

/// Writes the sine of each angle in radians.
///
/// Error: at most 2 ulp for all arguments; the sign of zero is kept, infinity gives NaN. NaN gives
/// NaN. Each result depends on its argument alone and has the same bits on every processor.
///
/// - Parameters:
///   - x: The arguments, `count` of them.
///   - y: Room for `count` results; it may be the same memory as `x`.
///   - count: How many; not negative.
public func sine(
  _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, count: Int
) {
  applyLanes(x, y, count: count) { sin($0) }
}

/// Returns the sine of one angle in radians: lane 0 of the lane form.
///
/// - Parameter x: The argument.
/// - Returns: The result, with the bits that the array form gives.
public func sine(_ x: Double) -> Double { applyLane(x) { sin($0) } }

/// Writes the cosine of each angle in radians.
///
/// Error: at most 2 ulp for all arguments; infinity gives NaN. NaN gives NaN. Each result depends
/// on its argument alone and has the same bits on every processor.
///
/// - Parameters:
///   - x: The arguments, `count` of them.
///   - y: Room for `count` results; it may be the same memory as `x`.
///   - count: How many; not negative.
public func cosine(
  _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, count: Int
) {
  applyLanes(x, y, count: count) { cos($0) }
}

/// Returns the cosine of one angle in radians: lane 0 of the lane form.
///
/// - Parameter x: The argument.
/// - Returns: The result, with the bits that the array form gives.
public func cosine(_ x: Double) -> Double { applyLane(x) { cos($0) } }
