extension Special {
  /// Returns x with P(a, x) = p.
  ///
  /// Above one half the upper tail 1 - p, which is exact, is inverted instead.
  ///
  /// - Parameters:
  ///   - p: A probability in 0 ..< 1.
  ///   - a: A positive number.
  /// - Returns: x with a relative error below 1e-13 for a in 0.5 ... 1e9 and p of 1e-280 or
  ///   more.
  public static func inverseRegularizedGamma(_ p: Double, a: Double) -> Double {
    precondition(p >= 0 && p < 1, "a lower probability lies in 0 ..< 1, got \(p)")
    if p == 0 { return 0 }
    return p <= 0.5 ? gammaRoot(p, isLower: true, a: a) : gammaRoot(1 - p, isLower: false, a: a)
  }

  /// Returns x with Q(a, x) = q.
  ///
  /// The form to use for a small upper tail, where 1 - q would be rounded.
  ///
  /// - Parameters:
  ///   - q: A probability above 0, at most 1.
  ///   - a: A positive number.
  /// - Returns: x with the error bound of `inverseRegularizedGamma`.
  public static func inverseUpperRegularizedGamma(_ q: Double, a: Double) -> Double {
    precondition(q > 0 && q <= 1, "an upper probability lies in 0 < q <= 1, got \(q)")
    if q == 1 { return 0 }
    return q <= 0.5 ? gammaRoot(q, isLower: false, a: a) : gammaRoot(1 - q, isLower: true, a: a)
  }

  /// Returns the x whose lower or upper tail has the given probability, at most one half.
  private static func gammaRoot(_ probability: Double, isLower: Bool, a: Double) -> Double {
    precondition(a > 0 && a < .infinity, "an incomplete gamma needs a finite a > 0, got \(a)")
    var search = LogTailRoot(isLower: isLower, probability: probability)
    var x = gammaStart(probability, isLower: isLower, a: a)
    while true {
      let step = search.step(from: Elementary.log(x), gammaTails(x, a: a))
      // Multiplying keeps the relative precision that rounding log x would cost.
      x = max(0, x + x * Elementary.expm1(step.change))
      if step.isLast || x == 0 { return x }
    }
  }

  /// Returns a start: the cube of a normal variable, or the first term of the series for a small.
  ///
  /// Wilson and Hilferty (1931): x ≈ a (1 - 1/(9a) + z/(3√a))³. P ≈ x^a/Γ(a+1) as x → 0.
  private static func gammaStart(_ probability: Double, isLower: Bool, a: Double) -> Double {
    let quantile = normalQuantile(probability)
    let root = 1 - 1 / (9 * a) + (isLower ? quantile : -quantile) / (3 * a.squareRoot())
    if a >= 0.5, root > 0.2 { return a * root * root * root }
    let logLower = isLower ? Elementary.log(probability) : Elementary.log1p(-probability)
    return max(1e-300, Elementary.exp((logLower + logGamma(a + 1)) / a))
  }
}
