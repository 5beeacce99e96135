extension Special {
  /// Returns the logarithm of the gamma function of `x` > 0.
  ///
  /// - On 1 ... 3: (x - 1)(x - 2) times a Chebyshev series, so both zeros are exact and the error
  ///   is relative near them.
  /// - Below 1: log Γ(x + 1) - log x. Between 3 and 8: Γ(x) = (x - 1)(x - 2)… Γ(x - n).
  /// - From 8: Stirling's series (DLMF 5.11.1).
  ///
  /// - Parameter x: A positive number; the result is infinite above 2.5e305.
  /// - Returns: log Γ(x) with an error below 2e-15 max(1, |log Γ(x)|), and a relative error below
  ///   2e-15 on 0.5 ... 3.
  public static func logGamma(_ x: Double) -> Double {
    precondition(x > 0, "log gamma needs a positive number, got \(x)")
    if x < 1 { return logGammaNearTwo(x + 1, fromOne: x) - Elementary.log(x) }
    if x <= 3 { return logGammaNearTwo(x, fromOne: x - 1) }
    if x < 8 {
      var reduced = x
      var product = 1.0
      while reduced > 3 {
        reduced -= 1
        product *= reduced
      }
      return logGammaNearTwo(reduced, fromOne: reduced - 1) + Elementary.log(product)
    }
    return ((x - 0.5) * Elementary.log(x) - x) + (halfLogTwoPi + stirlingSeries(x))
  }

  /// Returns Γ(x + 1/2)/Γ(x) without forming either gamma function.
  ///
  /// With w = x - 1/4, for x of 10 or more (DLMF 5.11.14, whose odd terms vanish about w):
  ///
  ///     Γ(x + 1/2)/Γ(x) ~ √w (1 + 1/(64 w²) - 19/(8192 w⁴) + …)
  ///
  /// and the recurrence R(x) = R(x + 1) x/(x + 1/2) below. The unbiasing factor of a standard
  /// deviation is c₄(n) = √(2/(n - 1)) R((n - 1)/2).
  ///
  /// - Parameter x: A number of zero or more.
  /// - Returns: The ratio with a relative error below 3e-15.
  public static func gammaRatioHalf(_ x: Double) -> Double {
    precondition(x >= 0, "a gamma ratio needs a number of zero or more, got \(x)")
    var shifted = x
    var above = 1.0
    var below = 1.0
    while shifted < 10 {
      above *= shifted
      below *= shifted + 0.5
      shifted += 1
    }
    let centred = shifted - 0.25
    let inverseSquare = 1 / (centred * centred)
    var series = 0.0
    for coefficient in gammaRatioSeries.reversed() { series = series * inverseSquare + coefficient }
    return centred.squareRoot() * series * (above / below)
  }

  /// Returns what Stirling's formula leaves out: log Γ(x) - (x - ½) log x + x - ½ log 2π.
  ///
  /// Absolute error below 4e-15. Source: DLMF 5.11.1; the name δ(x) as in Loader, "Fast and
  /// accurate computation of binomial probabilities" (2000).
  ///
  /// - Parameter x: A positive number.
  /// - Returns: The remainder, near 1/(12 x) for large x.
  static func stirlingError(_ x: Double) -> Double {
    if x >= 8 { return stirlingSeries(x) }
    return logGamma(x) - (x - 0.5) * Elementary.log(x) + (x - halfLogTwoPi)
  }

  /// Returns log Γ(x) for x between 1 and 3, given x - 1 without rounding.
  private static func logGammaNearTwo(_ x: Double, fromOne: Double) -> Double {
    let fromTwo = fromOne - 1
    return fromOne * fromTwo * Chebyshev.sum(logGammaQuotient, at: fromTwo)
  }

  /// Returns Σ B₂ₖ/(2k(2k-1) x^(2k-1)), ten terms; x of 8 or more, truncation below 2e-17.
  private static func stirlingSeries(_ x: Double) -> Double {
    let inverse = 1 / x
    let inverseSquare = inverse * inverse
    var series = 0.0
    for coefficient in stirlingCoefficients.reversed() {
      series = series * inverseSquare + coefficient
    }
    return series * inverse
  }

  /// B₂ₖ/(2k(2k-1)) for k from 1 to 10.
  private static let stirlingCoefficients: [Double] = [
    1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360_360, 1.0 / 156,
    -3617.0 / 122_400, 43_867.0 / 244_188, -174_611.0 / 125_400,
  ]

  /// The coefficients of w⁻²ᵏ in Γ(w + 3/4)/(√w Γ(w + 1/4)) for k from 0 to 7.
  private static let gammaRatioSeries: [Double] = [
    1, 1.0 / 64, -19.0 / 8192, 631.0 / 524_288, -174_317.0 / 134_217_728,
    20_491_783.0 / 8_589_934_592, -7_334_801_895.0 / 1_099_511_627_776,
    1_858_590_154_455.0 / 70_368_744_177_664,
  ]

  /// The series of log Γ(x)/((x - 1)(x - 2)) between 1 and 3, in t = x - 2.
  private static let logGammaQuotient: [Double] = [
    0.44148902545501423, -0.11119580321752523, 0.01951044826068884, -0.003922461463025264,
    0.0008478989895953857, -0.00019153855341365593, 4.454470184975607e-05, -1.05728743735943e-05,
    2.5474336873408417e-06, -6.208535880776316e-07, 1.5268677399071546e-07,
    -3.782637660291326e-08, 9.428100823624284e-09, -2.361999702184645e-09, 5.943541905817546e-10,
    -1.501312977072867e-10, 3.8050196458110534e-11, -9.672485299656325e-12, 2.465348198355661e-12,
    -6.298868140791711e-13, 1.6128460030283787e-13, -4.137949206814042e-14,
    1.0635701227757898e-14, -2.7382420786652826e-15, 7.060670507214892e-16,
    -1.8232177141662118e-16, 4.714169006756272e-17, -1.2204107319639856e-17,
    3.1630451661790255e-18, -8.206746544166728e-19,
  ]
}
