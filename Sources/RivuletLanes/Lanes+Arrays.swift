/// Applies a function of lanes to an array; the last lanes of an odd count are padded with zeros.
///
/// A lane's result depends on that lane alone, so each result has the same bits whatever the count
/// and whatever its neighbours.
///
/// - Parameters:
///   - x: The arguments, `count` of them.
///   - y: Room for `count` results; it may be the same memory as `x`.
///   - count: How many; not negative.
///   - function: What to apply.
@inlinable @inline(__always)
public func applyLanes(
  _ x: UnsafePointer<Double>, _ y: UnsafeMutablePointer<Double>, count: Int,
  _ function: (DoubleLanes) -> DoubleLanes
) {
  precondition(count >= 0, "a count is not negative, got \(count)")
  let whole = count & ~7
  var start = 0
  while start < whole {
    function(DoubleLanes(at: x + start)).store(to: y + start)
    start += 8
  }
  guard whole < count else { return }
  var padded = DoubleLanes.splat(0)
  for lane in 0..<(count - whole) { padded[lane] = x[whole + lane] }
  let result = function(padded)
  for lane in 0..<(count - whole) { y[whole + lane] = result[lane] }
}

/// Applies a function of lanes to one number: all lanes get it, and lane 0 is the result.
///
/// - Parameters:
///   - x: The argument.
///   - function: What to apply.
/// - Returns: The result, with the bits that any lane of an array gets.
@inlinable @inline(__always)
public func applyLane(_ x: Double, _ function: (DoubleLanes) -> DoubleLanes) -> Double {
  function(DoubleLanes.splat(x))[0]
}

/// Returns a + b x, the bottom of a polynomial in Estrin's order.
///
/// Estrin's order halves the number of terms at every level and so waits less for each result than
/// Horner's; the order is written out in every polynomial because it decides the last bits.
///
/// - Parameters:
///   - a: The constant term.
///   - b: The slope.
///   - x: The argument.
/// - Returns: The value, rounded after the product and after the sum.
@inlinable @inline(__always)
public func linear(_ a: Double, _ b: Double, _ x: DoubleLanes) -> DoubleLanes { a + b * x }
