extension Special {
  /// Returns Gauss's hypergeometric function ₂F₁(a, b; c; z) for real z ≤ 0 and c ≥ b ≥ 0.
  ///
  /// By Euler's integral (DLMF 15.6.1) it is the expectation of (1 - zT)^(-a) with T of the beta
  /// distribution (b, c - b). In u = logit T the density is analytic in |Im u| < π and so is the
  /// factor, for every z ≤ 0; there the trapezoidal rule converges geometrically in 1/step. The
  /// result is the ratio of two such sums, so that no gamma function is needed; with a ≥ 0 all
  /// terms are positive and at most one.
  ///
  /// - Parameters:
  ///   - a: Any finite number.
  ///   - b: A number of zero or more; zero gives one.
  ///   - c: A positive number, at least `b`; b = c gives (1 - z)^(-a).
  ///   - z: A number of zero or less, however large its magnitude.
  /// - Returns: The value; relative error below 1e-14 for |a| ≤ 10, b and c - b zero or in 0.5 ... 1e6,
  ///   and z of -1e12 or more.
  public static func hypergeometric2F1(
    _ a: Double, _ b: Double, _ c: Double, _ z: Double
  ) -> Double {
    precondition(a.isFinite, "2F1 needs a finite a, got \(a)")
    precondition(b >= 0 && c >= b, "2F1 needs c >= b >= 0, got b = \(b), c = \(c)")
    precondition(c > 0 && c < .infinity, "2F1 needs a finite c > 0, got \(c)")
    precondition(z <= 0 && z > -.infinity, "2F1 is given for finite z <= 0, got \(z)")
    if z == 0 || b == 0 || a == 0 { return 1 }
    let logarithm = Elementary.log1p(-z)
    if b == c { return Elementary.exp(-a * logarithm) }

    let rest = c - b
    let peak = b / c
    // The logit of a beta variable spreads by about √(1/b + 1/(c - b)).
    let spread = (1 / b + 1 / rest).squareRoot()
    let step = min(0.25, 0.5 * spread)
    // exp(-42) is below rounding; the factor may favour a tail by (1 - z)^|a| at most.
    let reach = 42 + abs(a) * logarithm

    var weights = 1.0
    var total = Elementary.exp(-a * Elementary.log1p(-z * peak))
    for isUpward in [false, true] {
      var index = 0.0
      var exponent = 0.0
      while exponent < reach {
        index += 1
        let shift = index * step
        exponent =
          isUpward
          ? logitFall(shift, share: peak, of: b, against: rest)
          : logitFall(shift, share: rest / c, of: rest, against: b)
        let decay = Elementary.exp(-shift)
        let position =
          isUpward
          ? peak / (peak + (rest / c) * decay) : peak * decay / (rest / c + peak * decay)
        weights += Elementary.exp(-exponent)
        total += Elementary.exp(-exponent - a * Elementary.log1p(-z * position))
      }
    }
    return total / weights
  }

  /// Returns by how much the logarithm of a logit-beta density falls at a distance from its peak.
  ///
  /// With p the share that grows on the way, q the other, and s the distance:
  ///
  ///     (B + R) log(p exp(s) + q) - B s = (B + R) log(p + q exp(-s)) + R s
  ///
  /// The form is taken whose terms do not cancel and do not overflow.
  ///
  /// - Parameters:
  ///   - distance: s, positive.
  ///   - share: p = B/(B + R).
  ///   - grown: B, the parameter of the share that grows.
  ///   - shrunk: R, the other parameter.
  /// - Returns: The fall, at least zero.
  private static func logitFall(
    _ distance: Double, share: Double, of grown: Double, against shrunk: Double
  ) -> Double {
    let sum = grown + shrunk
    let growth = share * Elementary.expm1(distance)
    if share <= 0.5, growth < 1 { return sum * Elementary.log1p(growth) - grown * distance }
    let loss = (shrunk / sum) * Elementary.expm1(-distance)
    return sum * Elementary.log1p(loss) + shrunk * distance
  }
}
