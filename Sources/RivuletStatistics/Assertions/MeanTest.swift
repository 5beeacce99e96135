import RivuletNumerics

/// The test of a mean: normal if sigma is known in closed form, Student's t if it was estimated.
///
///     z = (observed - expected) sqrt(n) / sigma,    p = 2 Phi(-|z|)
///     t the same with the estimate of sigma,        p = I_{nu / (nu + t^2)}(nu / 2, 1 / 2), nu = n - 1
///
/// The t law is exact for Gaussian values; for others both are the limit of large n.
struct MeanTest: StatisticalTest {
  /// The measured mean.
  let observed: Double
  /// (observed - expected) in standard errors.
  let statistic: Double
  /// sigma / sqrt(n).
  let standardError: Double
  /// n - 1 if sigma was estimated, nil if it is known.
  let degreesOfFreedom: Double?

  init?(observed: Double, expected: Double, sigma: Double, count: Int, sigmaIsKnown: Bool) {
    guard observed.isFinite, expected.isFinite, sigma.isFinite, sigma > 0 else { return nil }
    guard count >= (sigmaIsKnown ? 1 : 2) else { return nil }
    self.observed = observed
    standardError = sigma / Double(count).squareRoot()
    guard standardError > 0 else { return nil }
    statistic = (observed - expected) / standardError
    degreesOfFreedom = sigmaIsKnown ? nil : Double(count - 1)
  }

  var pValue: Double {
    guard let nu = degreesOfFreedom else { return 2 * Special.normalCDF(-abs(statistic)) }
    let square = statistic * statistic
    guard square.isFinite else { return 0 }
    // As the complement, whose argument keeps its digits where n is large.
    return Special.regularizedBetaComplement(square / (nu + square), a: 0.5, b: nu / 2)
  }

  var closeness: Double {
    guard let nu = degreesOfFreedom else {
      return Special.erf(abs(statistic) * 0.5.squareRoot())
    }
    let square = statistic * statistic
    guard square.isFinite else { return 1 }
    return Special.regularizedBeta(square / (nu + square), a: 0.5, b: nu / 2)
  }

  func interval(alpha: Double) -> ConfidenceInterval {
    let radius = criticalValue(alpha) * standardError
    return ConfidenceInterval(lower: observed - radius, upper: observed + radius)
  }

  func detectableEffect(alpha: Double, missRate: Double) -> Double {
    (criticalValue(alpha) - Special.normalQuantile(missRate)) * standardError
  }

  /// The distance in standard errors that is exceeded with probability `alpha`.
  private func criticalValue(_ alpha: Double) -> Double {
    guard let nu = degreesOfFreedom else { return -Special.normalQuantile(alpha / 2) }
    let share = Special.inverseRegularizedBetaComplement(alpha, a: 0.5, b: nu / 2)
    return (nu * share / (1 - share)).squareRoot()
  }
}
