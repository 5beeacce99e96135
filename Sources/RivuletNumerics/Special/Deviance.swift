/// The exponent of binomial, Poisson, beta and gamma densities, without cancellation.
///
/// Writing such a density as a difference of log gammas loses n log n · 2⁻⁵³ in the exponent. The
/// saddle-point form keeps it: each factorial becomes Stirling's formula, whose remainder is small
/// and smooth, and what is left is a deviance, zero at the mean. Source of the idea: C. Loader,
/// "Fast and accurate computation of binomial probabilities" (2000).
enum Deviance {
  /// Returns D(k, m) = k log(k/m) - (k - m), the deviance of a Poisson mean m from k.
  ///
  /// With v = (k - m)/(k + m), log(k/m) = 2 artanh(v), so
  ///
  ///     D = (k - m) v + 2 k (v³/3 + v⁵/5 + …)
  ///
  /// for |v| < 1/2; elsewhere the definition loses two bits at most.
  ///
  /// - Parameters:
  ///   - k: A positive number.
  ///   - m: A positive number.
  ///   - difference: k - m with a small relative error, which `k - m` need not have.
  /// - Returns: D with a relative error of some 1e-15; at least zero.
  static func value(of k: Double, from m: Double, difference: Double) -> Double {
    let v = difference / (k + m)
    guard abs(v) < 0.5 else {
      // The quotient of extreme arguments may leave the range; the logarithms do not.
      let ratio = k / m
      let logarithm =
        ratio.isNormal ? Elementary.log(ratio) : Elementary.log(k) - Elementary.log(m)
      return k * logarithm - difference
    }
    let square = v * v
    var power = square
    var sum = 1.0 / 3
    var divisor = 5.0
    while power > 1e-18 {
      sum += power / divisor
      power *= square
      divisor += 2
    }
    return difference * v + 2 * k * (v * square) * sum
  }

  /// Returns ab - cd, where both products are formed with twice the digits.
  ///
  /// - Parameters:
  ///   - a: A factor below 1e290, as the others.
  ///   - b: The factor of `a`.
  ///   - c: A factor of the product taken away.
  ///   - d: The factor of `c`.
  /// - Returns: The difference with a relative error near 2⁻⁵³ unless it nearly vanishes, and then
  ///   an absolute error near 2⁻¹⁰⁰ |ab|.
  static func differenceOfProducts(_ a: Double, _ b: Double, _ c: Double, _ d: Double) -> Double {
    let first = a * b
    let second = c * d
    return (first - second) + (productError(a, b, first) - productError(c, d, second))
  }

  /// Returns ab - `product`, the rounding error of a product (Dekker 1971).
  private static func productError(_ a: Double, _ b: Double, _ product: Double) -> Double {
    let aHead = head(a)
    let bHead = head(b)
    let aRest = a - aHead
    let bRest = b - bHead
    return ((aHead * bHead - product) + aHead * bRest + aRest * bHead) + aRest * bRest
  }

  /// Returns the upper 26 bits of `x`, by Veltkamp's splitting.
  private static func head(_ x: Double) -> Double {
    let spread = 134_217_729 * x
    return spread - (spread - x)
  }
}
