extension Special {
  /// Returns the probability that a chi-square variable is at most `x`.
  ///
  ///     P(k/2, x/2)
  ///
  /// - Parameters:
  ///   - x: A number of zero or more.
  ///   - degrees: The degrees of freedom k, positive; need not be a whole number.
  /// - Returns: A probability with the error bound of `regularizedGamma`.
  public static func chiSquareCDF(_ x: Double, degrees: Double) -> Double {
    regularizedGamma(0.5 * x, a: 0.5 * degrees)
  }

  /// Returns the probability that a chi-square variable exceeds `x`.
  ///
  ///     Q(k/2, x/2)
  ///
  /// - Parameters:
  ///   - x: A number of zero or more.
  ///   - degrees: The degrees of freedom k, positive; need not be a whole number.
  /// - Returns: A probability with the error bound of `upperRegularizedGamma`.
  public static func chiSquareUpperTail(_ x: Double, degrees: Double) -> Double {
    upperRegularizedGamma(0.5 * x, a: 0.5 * degrees)
  }

  /// Returns the chi-square quantile: the x that a variable stays below with probability `p`.
  ///
  /// - Parameters:
  ///   - p: A probability in 0 ..< 1.
  ///   - degrees: The degrees of freedom k, positive; need not be a whole number.
  /// - Returns: The quantile with the error bound of `inverseRegularizedGamma`.
  public static func chiSquareQuantile(_ p: Double, degrees: Double) -> Double {
    2 * inverseRegularizedGamma(p, a: 0.5 * degrees)
  }

  /// Returns the x that a chi-square variable exceeds with probability `tail`.
  ///
  /// - Parameters:
  ///   - tail: A probability above 0, at most 1.
  ///   - degrees: The degrees of freedom k, positive; need not be a whole number.
  /// - Returns: The quantile with the error bound of `inverseUpperRegularizedGamma`.
  public static func chiSquareUpperQuantile(_ tail: Double, degrees: Double) -> Double {
    2 * inverseUpperRegularizedGamma(tail, a: 0.5 * degrees)
  }
}
