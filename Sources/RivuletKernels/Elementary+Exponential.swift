import RivuletLanes

/// Writes e to the power of each number.
///
/// Error: at most 1 ulp for all arguments; overflow to infinity above 709.78, gradual underflow
/// below -708.4. NaN gives NaN. Each result depends on its argument alone and has the same bits on
/// every processor.
///
/// - Parameters:
///   - x: The arguments, `count` of them.
///   - y: Room for `count` results; it may be the same memory as `x`.
///   - count: How many; not negative.
public func exponential(
  _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, count: Int
) {
  applyLanes(x, y, count: count) { exp($0) }
}

/// Returns e to the power of one number: lane 0 of the lane form.
///
/// - Parameter x: The argument.
/// - Returns: The result, with the bits that the array form gives.
public func exponential(_ x: Double) -> Double { applyLane(x) { exp($0) } }

/// Writes exp(x) - 1 of each number, accurate near zero too.
///
/// Error: at most 2 ulp for all arguments; the sign of zero is kept. NaN gives NaN. Each result
/// depends on its argument alone and has the same bits on every processor.
///
/// - Parameters:
///   - x: The arguments, `count` of them.
///   - y: Room for `count` results; it may be the same memory as `x`.
///   - count: How many; not negative.
public func exponentialMinusOne(
  _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, count: Int
) {
  applyLanes(x, y, count: count) { expm1($0) }
}

/// Returns exp(x) - 1 of one number, accurate near zero too: lane 0 of the lane form.
///
/// - Parameter x: The argument.
/// - Returns: The result, with the bits that the array form gives.
public func exponentialMinusOne(_ x: Double) -> Double { applyLane(x) { expm1($0) } }

/// Writes the hyperbolic tangent of each number.
///
/// Error: at most 3 ulp for all arguments; the sign of zero is kept. NaN gives NaN. Each result
/// depends on its argument alone and has the same bits on every processor.
///
/// - Parameters:
///   - x: The arguments, `count` of them.
///   - y: Room for `count` results; it may be the same memory as `x`.
///   - count: How many; not negative.
public func hyperbolicTangent(
  _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, count: Int
) {
  applyLanes(x, y, count: count) { tanh($0) }
}

/// Returns the hyperbolic tangent of one number: lane 0 of the lane form.
///
/// - Parameter x: The argument.
/// - Returns: The result, with the bits that the array form gives.
public func hyperbolicTangent(_ x: Double) -> Double { applyLane(x) { tanh($0) } }
