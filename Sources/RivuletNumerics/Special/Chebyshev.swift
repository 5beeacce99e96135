/// Sums of Chebyshev polynomials, the form in which the fitted functions are stored.
enum Chebyshev {
  /// Returns c₀ + Σ cⱼ Tⱼ(t), by Clenshaw's recurrence from the highest term down.
  ///
  /// Rounding stays below a few times Σ |cⱼ| 2⁻⁵³ for |t| ≤ 1 because the coefficients fall
  /// geometrically. Coefficients come from `Fixtures/origin/special_coefficients.py`.
  ///
  /// - Parameters:
  ///   - coefficients: cⱼ from j = 0; at least one.
  ///   - t: The argument in -1 ... 1.
  /// - Returns: The sum.
  static func sum(_ coefficients: [Double], at t: Double) -> Double {
    let twice = 2 * t
    var ahead = 0.0
    var behind = 0.0
    var index = coefficients.count - 1
    while index > 0 {
      let next = coefficients[index] + (twice * ahead - behind)
      behind = ahead
      ahead = next
      index -= 1
    }
    return coefficients[0] + (t * ahead - behind)
  }
}
