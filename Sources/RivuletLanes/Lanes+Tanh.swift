/// Returns the hyperbolic tangent of each lane.
///
///     t = exp(2|x|) - 1,   tanh(x) = sign(x) t / (t + 2)
///
/// t and t + 2 are kept as sums of two numbers, and the quotient is corrected by its remainder.
///
/// Error: at most 3 ulp for all arguments. The sign of zero is kept, NaN gives NaN.
///
/// - Parameter x: Any numbers.
/// - Returns: The hyperbolic tangents.
@inlinable @inline(__always)
public func tanh(_ x: DoubleLanes) -> DoubleLanes {
  // From |x| = 19.1 the result is 1 to all bits.
  let doubled = DoubleLanes.splat(44).minimum(x.magnitude + x.magnitude)
  let reduced = ReducedExponent(doubled)
  let unit = powerOfTwo(reduced.power)
  let offset = unit - 1
  let head = unit * reduced.head
  let sum = offset + head
  let error = (offset - sum) + head
  let tail = error + unit * reduced.tail
  // t = numerator + numeratorTail
  let numerator = sum + tail
  let numeratorTail = tail - (numerator - sum)
  // t + 2 = denominator + denominatorTail: the larger number first, so that the error is exact.
  let two = DoubleLanes.splat(2)
  let larger = numerator.maximum(two)
  let smaller = numerator.minimum(two)
  let denominator = larger + smaller
  let denominatorTail = (smaller - (denominator - larger)) + numeratorTail
  // Half a significand of the quotient times half of the denominator is exact, and so is the
  // remainder after it; the remainder gives the other half of the quotient.
  let reciprocal = 1 / denominator
  let quotient = (numerator * reciprocal).upperHalf
  let upper = denominator.upperHalf
  let lower = (denominator - upper) + denominatorTail
  let remainder = ((numerator - quotient * upper) - quotient * lower) + numeratorTail
  let result = quotient + remainder * reciprocal
  return DoubleLanes(bits: result.bits | x.signBits)
}
