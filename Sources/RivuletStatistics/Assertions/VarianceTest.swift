import RivuletNumerics

/// The chi-square test of the variance of Gaussian values.
///
///     x = nu observed / expected  has the chi-square law with nu degrees of freedom
///     P(chi2_nu <= x) = P(nu / 2, x / 2),   p = 2 min(P, 1 - P)
///
/// The interval is nu observed / c_{1 - alpha/2} to nu observed / c_{alpha/2} with the quantiles c.
struct VarianceTest: StatisticalTest {
  /// The measured variance.
  let observed: Double
  /// The variance that it should have.
  let expected: Double
  /// nu / 2, the shape of the gamma law.
  let shape: Double

  init?(observed: Double, expected: Double, degreesOfFreedom: Int) {
    guard observed.isFinite, observed >= 0, expected.isFinite, expected > 0 else { return nil }
    guard degreesOfFreedom >= 1 else { return nil }
    self.observed = observed
    self.expected = expected
    shape = Double(degreesOfFreedom) / 2
  }

  /// x / 2, where the gamma law is evaluated.
  private var argument: Double { shape * (observed / expected) }

  var pValue: Double {
    guard argument.isFinite else { return 0 }
    let lower = Special.regularizedGamma(argument, a: shape)
    let upper = Special.upperRegularizedGamma(argument, a: shape)
    return min(1, 2 * min(lower, upper))
  }

  var closeness: Double {
    guard argument.isFinite else { return 1 }
    let lower = Special.regularizedGamma(argument, a: shape)
    let upper = Special.upperRegularizedGamma(argument, a: shape)
    return abs(lower - upper)
  }

  func interval(alpha: Double) -> ConfidenceInterval {
    ConfidenceInterval(
      lower: observed * (shape / halfUpperQuantile(alpha / 2)),
      upper: observed * (shape / halfQuantile(alpha / 2)))
  }

  /// A variance above the expectation is harder to see than one as far below, but both are asked for.
  func detectableEffect(alpha: Double, missRate: Double) -> Double {
    let above = halfUpperQuantile(alpha / 2) / halfQuantile(missRate) - 1
    let below = 1 - halfQuantile(alpha / 2) / halfUpperQuantile(missRate)
    return expected * max(above, below)
  }

  /// Half of the chi-square quantile.
  private func halfQuantile(_ probability: Double) -> Double {
    Special.inverseRegularizedGamma(probability, a: shape)
  }

  /// Half of the point that the chi-square law exceeds with probability `tail`.
  private func halfUpperQuantile(_ tail: Double) -> Double {
    Special.inverseUpperRegularizedGamma(tail, a: shape)
  }
}
