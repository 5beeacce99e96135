import RivuletNumerics

/// The moments of standard normal samples in ascending order.
///
///     density of the j-th smallest of L, X_(j):
///      L!/((j-1)! (L-j)!) Phi(x)^{j-1} (1 - Phi(x))^{L-j} phi(x)
///
/// Sums over an even mesh of step 1/32 from -13 to 13. The integrand is entire and falls as a Gaussian,
/// so the sum errs below 1e-14 up to L = 1000; the constant is found by the same sum.
public struct NormalOrderStatistics: Sendable, Hashable {
  /// L, the number of samples.
  public let count: Int
  /// E[X_(j)] for j = 1 to L.
  public let means: [Double]
  /// E[X_(j)^2] for j = 1 to L.
  public let squares: [Double]

  /// Computes the moments.
  ///
  /// - Parameter count: L, 1 to 1000.
  public init(count: Int) {
    precondition((1...1000).contains(count), "samples number 1 to 1000, got \(count)")
    let points = (-416...416).map { Double($0) / 32 }
    // Logarithms of the two tails; the far ones are finite, for a tail at 13 is 1e-39.
    let lower = points.map { Elementary.log(Special.normalCDF($0)) }
    let upper = points.map { Elementary.log(Special.normalUpperTail($0)) }
    var means: [Double] = []
    var squares: [Double] = []
    for rank in 1...count {
      var exponents: [Double] = []
      var top = -Double.infinity
      for (index, x) in points.enumerated() {
        let exponent =
          Double(rank - 1) * lower[index] + Double(count - rank) * upper[index] - x * x / 2
        exponents.append(exponent)
        top = max(top, exponent)
      }
      var total = 0.0
      var first = 0.0
      var second = 0.0
      for (index, x) in points.enumerated() {
        let weight = Elementary.exp(exponents[index] - top)
        total += weight
        first += weight * x
        second += weight * x * x
      }
      means.append(first / total)
      squares.append(second / total)
    }
    self.count = count
    self.means = means
    self.squares = squares
  }
}
