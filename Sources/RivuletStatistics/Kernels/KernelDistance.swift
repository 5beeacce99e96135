public import RivuletNumerics

/// Estimates how far two distributions are from each other by the mean kernels of their samples.
public enum KernelDistance {
  /// Returns the unbiased estimate of the squared maximum mean discrepancy of two samples.
  ///
  ///     MMD^2 = 1/(m (m-1)) sum_{i != j} k(x_i, x_j) + 1/(n (n-1)) sum_{i != j} k(y_i, y_j)
  ///             - 2/(m n) sum_ij k(x_i, y_j)
  ///
  /// Its mean is the squared discrepancy of the two laws, zero for equal ones, if all points are
  /// independent; so it may be negative. The leaves of one tree are not independent: pooling them raises
  /// the mean. The cost grows as (m + n)^2. Source: Gretton et al., JMLR 13 (2012), lemma 6.
  ///
  /// - Parameters:
  ///   - x: Points of the first sample, one after another, D numbers each; two or more.
  ///   - y: Points of the second sample, laid out alike; two or more.
  ///   - dimension: D.
  ///   - kernel: The kernel.
  /// - Returns: The estimate.
  public static func unbiasedSquaredMMD(
    _ x: [Double], _ y: [Double], dimension: Int = 1, kernel: SimilarityKernel
  ) -> Double {
    meanKernel(within: x, dimension: dimension, kernel: kernel)
      + meanKernel(within: y, dimension: dimension, kernel: kernel)
      - 2 * meanKernel(between: x, y, dimension: dimension, kernel: kernel)
  }

  /// Returns the mean kernel of the pairs of different points of a sample.
  ///
  /// - Parameters:
  ///   - x: Points, one after another; two or more.
  ///   - dimension: D.
  ///   - kernel: The kernel.
  /// - Returns: The mean over i < j.
  public static func meanKernel(
    within x: [Double], dimension: Int = 1, kernel: SimilarityKernel
  ) -> Double {
    let count = points(of: x, dimension: dimension)
    precondition(count >= 2, "a mean over pairs needs two or more points, got \(count)")
    var sum = 0.0
    for first in 0..<count {
      var row = 0.0
      for second in 0..<first {
        row += kernel.value(
          x, at: first * dimension, x, at: second * dimension, dimension: dimension)
      }
      sum += row
    }
    return 2 * sum / (Double(count) * Double(count - 1))
  }

  /// Returns the mean kernel of the pairs of a point of one sample and a point of another.
  ///
  /// - Parameters:
  ///   - x: Points of the first sample, one or more.
  ///   - y: Points of the second sample, one or more.
  ///   - dimension: D.
  ///   - kernel: The kernel.
  /// - Returns: The mean over all pairs.
  public static func meanKernel(
    between x: [Double], _ y: [Double], dimension: Int = 1, kernel: SimilarityKernel
  ) -> Double {
    let first = points(of: x, dimension: dimension)
    let second = points(of: y, dimension: dimension)
    precondition(first >= 1 && second >= 1, "a mean over pairs needs points in both samples")
    var sum = 0.0
    for i in 0..<first {
      var row = 0.0
      for j in 0..<second {
        row += kernel.value(x, at: i * dimension, y, at: j * dimension, dimension: dimension)
      }
      sum += row
    }
    return sum / (Double(first) * Double(second))
  }

  private static func points(of x: [Double], dimension: Int) -> Int {
    precondition(
      dimension >= 1 && x.count % dimension == 0,
      "\(x.count) numbers are not points of \(dimension) coordinates")
    precondition(x.allSatisfy(\.isFinite), "coordinates must be finite")
    return x.count / dimension
  }
}
