import RivuletLanes

/// Writes the natural logarithm of each number.
///
/// Error: at most 1 ulp for all arguments; zero gives minus infinity, a negative number NaN. NaN
/// gives NaN. Each result depends on its argument alone and has the same bits on every processor.
///
/// - Parameters:
///   - x: The arguments, `count` of them.
///   - y: Room for `count` results; it may be the same memory as `x`.
///   - count: How many; not negative.
public func logarithm(
  _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, count: Int
) {
  applyLanes(x, y, count: count) { log($0) }
}

/// Returns the natural logarithm of one number: lane 0 of the lane form.
///
/// - Parameter x: The argument.
/// - Returns: The result, with the bits that the array form gives.
public func logarithm(_ x: Double) -> Double { applyLane(x) { log($0) } }

/// Writes log(1 + x) of each number, accurate near zero too.
///
/// Error: at most 2 ulp for all arguments; -1 gives minus infinity, less than that NaN; the sign
/// of zero is kept. NaN gives NaN. Each result depends on its argument alone and has the same bits
/// on every processor.
///
/// - Parameters:
///   - x: The arguments, `count` of them.
///   - y: Room for `count` results; it may be the same memory as `x`.
///   - count: How many; not negative.
public func logarithmOfOnePlus(
  _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, count: Int
) {
  applyLanes(x, y, count: count) { log1p($0) }
}

/// Returns log(1 + x) of one number, accurate near zero too: lane 0 of the lane form.
///
/// - Parameter x: The argument.
/// - Returns: The result, with the bits that the array form gives.
public func logarithmOfOnePlus(_ x: Double) -> Double { applyLane(x) { log1p($0) } }
