/// Sums whose order of additions depends on the count alone.
///
/// A count above 128 is split into the largest 128 · 2ʲ below it and the rest, and each part is
/// summed the same way. A block of 128 or fewer is added in four interleaved runs, then
/// (s₀ + s₁) + (s₂ + s₃). So the shape is a function of the count, whatever the values, the threads
/// or the processor, and no term passes through more than 35 + log₂(n/128) additions:
///
///     |computed - exact| ≤ (35 + max(0, ⌈log₂(n/128)⌉)) · 2⁻⁵³ · Σ|xᵢ|    (to first order)
public enum Sums {
  /// Returns the sum of `values`.
  ///
  /// - Parameter values: Any count; none gives zero.
  /// - Returns: The sum, with the error bound of `Sums`.
  public static func sum(_ values: [Double]) -> Double {
    values.withUnsafeBufferPointer { buffer in
      pairwise(from: 0, count: buffer.count) { buffer[$0] }
    }
  }

  /// Returns the sum of `count` terms that are computed when they are needed.
  ///
  /// - Parameters:
  ///   - count: The number of terms; zero or more.
  ///   - term: The term with the given index; called once for each, in rising order.
  /// - Returns: The sum, bit-equal to that of the array of the same terms.
  public static func sum(count: Int, _ term: (Int) -> Double) -> Double {
    precondition(count >= 0, "a sum has zero or more terms, got \(count)")
    return pairwise(from: 0, count: count, term)
  }

  /// Returns the mean of `values`.
  ///
  /// - Parameter values: One or more numbers.
  /// - Returns: Their sum divided by their count.
  public static func mean(_ values: [Double]) -> Double {
    precondition(!values.isEmpty, "a mean needs one or more values")
    return sum(values) / Double(values.count)
  }

  /// Returns the sum of the products of elements in the same place.
  ///
  /// - Parameters:
  ///   - left: Any count.
  ///   - right: The same count.
  /// - Returns: Σ leftᵢ rightᵢ, with the error bound of `Sums` on |leftᵢ rightᵢ| and one more
  ///   addition.
  public static func dot(_ left: [Double], _ right: [Double]) -> Double {
    precondition(
      left.count == right.count,
      "a dot product needs equal counts, got \(left.count) and \(right.count)")
    return left.withUnsafeBufferPointer { first in
      right.withUnsafeBufferPointer { second in
        pairwise(from: 0, count: first.count) { first[$0] * second[$0] }
      }
    }
  }

  /// The number of terms up to which they are added without splitting.
  private static let block = 128

  /// Returns the sum of the terms from `start`, in the shape that `Sums` describes.
  private static func pairwise(from start: Int, count: Int, _ term: (Int) -> Double) -> Double {
    if count > block {
      var half = block
      while 2 * half < count { half *= 2 }
      let first = pairwise(from: start, count: half, term)
      return first + pairwise(from: start + half, count: count - half, term)
    }
    var (sum0, sum1, sum2, sum3) = (0.0, 0.0, 0.0, 0.0)
    var index = start
    let whole = start + (count & ~3)
    while index < whole {
      sum0 += term(index)
      sum1 += term(index + 1)
      sum2 += term(index + 2)
      sum3 += term(index + 3)
      index += 4
    }
    while index < start + count {
      sum0 += term(index)
      index += 1
    }
    return (sum0 + sum1) + (sum2 + sum3)
  }
}
