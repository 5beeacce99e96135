public import RivuletNumerics

/// The mean kernel of Gaussian points, and the distance of Gaussian laws that it makes.
///
/// Points have D independent coordinates of one law each.
public enum KernelMean {
  /// Returns E[k(x, y)] of two jointly Gaussian points.
  ///
  /// Gaussian kernel, with V = Var(x_i - y_i) and d the difference of the means:
  ///
  ///     [ w/sqrt(w^2 + V) exp(-d^2/(2 (w^2 + V))) ]^D
  ///
  /// Cubic kernel, from the moments m_j = E[(x_i y_i)^j] of the products of coordinates:
  ///
  ///     E[S^3] + 3 E[S^2] + 3 E[S] + 1,   S = x.y/D,   E[S] = m_1,
  ///     E[S^2] = (m_2 + (D-1) m_1^2)/D,   E[S^3] = (m_3 + 3 (D-1) m_2 m_1 + (D-1)(D-2) m_1^3)/D^2
  ///
  /// - Parameters:
  ///   - kernel: The kernel.
  ///   - dimension: D, one or more.
  ///   - first: The law of a coordinate of x.
  ///   - second: The law of a coordinate of y.
  ///   - covariance: Cov(x_i, y_i); 0 for independent points.
  /// - Returns: The mean.
  public static func expectation(
    _ kernel: SimilarityKernel, dimension: Int, _ first: GaussianLaw, _ second: GaussianLaw,
    covariance: Double = 0
  ) -> Double {
    precondition(dimension >= 1, "a space has one or more dimensions, got \(dimension)")
    let count = Double(dimension)
    switch kernel {
    case .gaussian(let width):
      precondition(width > 0, "the width of a kernel is positive, got \(width)")
      // The variance of a difference is zero, not less, for one and the same point.
      let spread = max(0, first.variance + second.variance - 2 * covariance)
      let square = width * width
      let distance = first.mean - second.mean
      let exponent =
        distance * distance / (2 * (square + spread)) + Elementary.log1p(spread / square) / 2
      return Elementary.exp(-count * exponent)
    case .cubic:
      let m = productMoments(first, second, covariance)
      let square = (m.second + (count - 1) * m.first * m.first) / count
      let cube =
        (m.third + 3 * (count - 1) * m.second * m.first
          + (count - 1) * (count - 2) * m.first * m.first * m.first) / (count * count)
      return cube + 3 * square + 3 * m.first + 1
    }
  }

  /// Returns the squared maximum mean discrepancy of two Gaussian laws.
  ///
  ///     E k(x, x') + E k(y, y') - 2 E k(x, y),   all points independent
  ///
  /// - Parameters:
  ///   - kernel: The kernel.
  ///   - dimension: D, one or more.
  ///   - first: The law of a coordinate of x.
  ///   - second: The law of a coordinate of y.
  /// - Returns: The distance, zero for equal laws.
  public static func squaredDiscrepancy(
    _ kernel: SimilarityKernel, dimension: Int, _ first: GaussianLaw, _ second: GaussianLaw
  ) -> Double {
    expectation(kernel, dimension: dimension, first, first)
      + expectation(kernel, dimension: dimension, second, second)
      - 2 * expectation(kernel, dimension: dimension, first, second)
  }

  struct ProductMoments {
    let first: Double
    let second: Double
    let third: Double
  }

  /// E[(x y)^j], j = 1, 2, 3, of two jointly Gaussian numbers, by Wick's rule for their centred parts.
  static func productMoments(
    _ x: GaussianLaw, _ y: GaussianLaw, _ c: Double
  ) -> ProductMoments {
    let a = x.mean
    let b = y.mean
    let p = x.variance
    let q = y.variance
    let third =
      a * a * a * b * b * b + 3 * a * a * a * b * q + 3 * a * b * b * b * p
      + 9 * a * a * b * b * c + 9 * a * b * (p * q + 2 * c * c) + 9 * a * a * c * q
      + 9 * b * b * c * p + 9 * p * q * c + 6 * c * c * c
    return ProductMoments(
      first: a * b + c,
      second: (a * a + p) * (b * b + q) + 4 * a * b * c + 2 * c * c, third: third)
  }
}
