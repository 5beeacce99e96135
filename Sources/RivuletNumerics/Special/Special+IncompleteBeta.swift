extension Special {
  /// Returns the regularised incomplete beta function I_x(a, b).
  ///
  ///     I_x(a, b) = (1/B(a, b)) ∫₀ˣ t^(a-1) (1-t)^(b-1) dt
  ///
  /// The probability that a beta variable is at most x, and that a binomial count of n = a + b - 1
  /// trials with probability x reaches a. See `betaTails` for the method; it takes some √n terms.
  ///
  /// - Parameters:
  ///   - x: A number in 0 ... 1.
  ///   - a: A positive number.
  ///   - b: A positive number.
  /// - Returns: A probability. Relative error, for values above 1e-280: below 2e-13 for a and b in
  ///   0.5 ... 1e6, below 1e-12 up to 1e9. For a or b below 0.5 the same numbers bound the
  ///   absolute error.
  public static func regularizedBeta(_ x: Double, a: Double, b: Double) -> Double {
    betaTails(UnitPoint(x), a: a, b: b).lower
  }

  /// Returns the complement 1 - I_x(a, b), accurate where it is small.
  ///
  /// - Parameters:
  ///   - x: A number in 0 ... 1.
  ///   - a: A positive number.
  ///   - b: A positive number.
  /// - Returns: A probability with the error bound of `regularizedBeta`.
  public static func regularizedBetaComplement(_ x: Double, a: Double, b: Double) -> Double {
    betaTails(UnitPoint(x), a: a, b: b).upper
  }

  /// Returns both tails of the beta distribution at a point.
  ///
  /// The density of logit x, with n = a + b, y = 1 - x and D the deviance, is
  ///
  ///     x^a y^b/B(a, b) = √(ab/2πn) exp(δ(n) - δ(a) - δ(b) - D(a, nx) - D(b, ny))
  ///
  /// and I_x is that over a continued fraction in which, for x ≤ a/n, all terms are positive as
  /// long as its index stays below b (the even part of DLMF 8.17.22, as in Didonato and Morris,
  /// ACM TOMS 18 (1992) 360). For x above the mean the sides are exchanged.
  ///
  /// - Parameters:
  ///   - point: x and 1 - x.
  ///   - a: A positive number.
  ///   - b: A positive number.
  /// - Returns: The tails, the density of logit x and its logarithmic derivative ay - bx.
  static func betaTails(_ point: UnitPoint, a: Double, b: Double) -> Tails {
    precondition(a > 0 && a < .infinity, "an incomplete beta needs a finite a > 0, got \(a)")
    precondition(b > 0 && b < .infinity, "an incomplete beta needs a finite b > 0, got \(b)")
    if point.x == 0 { return Tails(lower: 0, upper: 1, density: 0, drift: a) }
    if point.y == 0 { return Tails(lower: 1, upper: 0, density: 0, drift: -b) }
    let total = a + b
    let drift =
      Deviance.differenceOfProducts(a, point.y, b, point.x) + (a * point.yRest - b * point.xRest)
    let exponent =
      Deviance.value(of: a, from: total * point.x, difference: drift)
      + Deviance.value(of: b, from: total * point.y, difference: -drift)
      + (stirlingError(a) + stirlingError(b) - stirlingError(total))
    let density =
      (a * (b / total)).squareRoot() * inverseRootTwoPi * Elementary.exp(-exponent)
    if drift >= 0 {
      let lower = min(1, density / betaFraction(a, b, x: point.x, drift: drift))
      return Tails(lower: lower, upper: 1 - lower, density: density, drift: drift)
    }
    let upper = min(1, density / betaFraction(b, a, x: point.y, drift: -drift))
    return Tails(lower: 1 - upper, upper: upper, density: density, drift: drift)
  }

  /// Returns the continued fraction β₀ + α₁/(β₁ + α₂/(β₂ + …)) by Lentz's method.
  ///
  /// With m the index and λ the drift:
  ///
  ///     αₘ = (a+m-1)(a+b+m-1) m (b-m) x²/(a+2m-1)²
  ///     βₘ = m + m(b-m) x/(a+2m-1) + (a+m)(λ + 1 + m(2-x))/(a+2m+1)
  private static func betaFraction(_ a: Double, _ b: Double, x: Double, drift: Double) -> Double {
    let total = a + b
    var value = ContinuedFraction.awayFromZero(a * (drift + 1) / (a + 1))
    var ahead = value
    var behind = 0.0
    var index = 0.0
    var change = 0.0
    repeat {
      index += 1
      let middle = a + 2 * index - 1
      let shared = index * (b - index) * x / middle
      let numerator = (a + index - 1) / middle * (total + index - 1) * shared * x
      let denominator =
        index + shared + (a + index) * (drift + 1 + index * (2 - x)) / (middle + 2)
      behind = 1 / ContinuedFraction.awayFromZero(denominator + numerator * behind)
      ahead = ContinuedFraction.awayFromZero(denominator + numerator / ahead)
      change = ahead * behind
      value *= change
    } while abs(change - 1) > 2.3e-16
    return value
  }
}

/// A proportion x together with y = 1 - x, each with the rest that rounding took from it.
struct UnitPoint {
  /// x, rounded.
  let x: Double
  /// The exact x minus `x`.
  let xRest: Double
  /// 1 - x, rounded.
  let y: Double
  /// The exact 1 - x minus `y`.
  let yRest: Double

  /// Makes the point of a given x.
  init(_ x: Double) {
    precondition(x >= 0 && x <= 1, "a proportion lies in 0 ... 1, got \(x)")
    self.x = x
    xRest = 0
    y = 1 - x
    yRest = (1 - y) - x
  }

  /// Makes the point of a given 1 - x, for x near one.
  init(complement y: Double) {
    precondition(y >= 0 && y <= 1, "a proportion lies in 0 ... 1, got \(y)")
    self.y = y
    yRest = 0
    x = 1 - y
    xRest = (1 - x) - y
  }
}
