import RivuletLanes

/// Multiplies and adds in registers: the pace against which other loops are measured.
///
/// Six chains of x <- x a + b of eight lanes each: with AVX2 twelve registers, enough to hide the
/// latency of both operations. a < 1 keeps the numbers finite.
///
/// - Parameter rounds: How often each chain is multiplied and added to.
/// - Returns: The sum of all lanes, so that the loop has a result.
public func multiplyAddReference(rounds: Int) -> Double {
  let a = DoubleLanes.splat(0.999)
  let b = DoubleLanes.splat(0.001)
  var x0 = DoubleLanes.splat(0.1)
  var x1 = DoubleLanes.splat(0.2)
  var x2 = DoubleLanes.splat(0.3)
  var x3 = DoubleLanes.splat(0.4)
  var x4 = DoubleLanes.splat(0.5)
  var x5 = DoubleLanes.splat(0.6)
  for _ in 0..<rounds {
    x0 = x0 * a + b
    x1 = x1 * a + b
    x2 = x2 * a + b
    x3 = x3 * a + b
    x4 = x4 * a + b
    x5 = x5 * a + b
  }
  let total: DoubleLanes = ((x0 + x1) + (x2 + x3)) + (x4 + x5)
  var sum = 0.0
  for lane in 0..<8 { sum += total[lane] }
  return sum
}

/// The lane-wise multiplications and additions of one round of ``multiplyAddReference(rounds:)``.
public let multiplyAddReferenceOperations = 6 * 8 * 2
