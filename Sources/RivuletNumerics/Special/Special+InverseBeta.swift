extension Special {
  /// Returns x with I_x(a, b) = p.
  ///
  /// The ends of the exact (Clopper-Pearson) interval of k successes in n at level α are this at
  /// α/2 with (k, n - k + 1), and `inverseRegularizedBetaComplement` at α/2 with (k + 1, n - k).
  /// For x near one, 1 - x is `inverseRegularizedBetaComplement(p, a: b, b: a)` with all digits.
  ///
  /// - Parameters:
  ///   - p: A probability in 0 ... 1.
  ///   - a: A positive number.
  ///   - b: A positive number.
  /// - Returns: x with a relative error below 1e-13 for a and b in 0.5 ... 1e9 and p of 1e-280
  ///   or more.
  public static func inverseRegularizedBeta(_ p: Double, a: Double, b: Double) -> Double {
    precondition(p >= 0 && p <= 1, "a probability lies in 0 ... 1, got \(p)")
    if p == 0 || p == 1 { return p }
    return p <= 0.5
      ? betaRoot(p, isLower: true, a: a, b: b) : betaRoot(1 - p, isLower: false, a: a, b: b)
  }

  /// Returns x with 1 - I_x(a, b) = q.
  ///
  /// The form to use for a small upper tail, where 1 - q would be rounded.
  ///
  /// - Parameters:
  ///   - q: A probability in 0 ... 1.
  ///   - a: A positive number.
  ///   - b: A positive number.
  /// - Returns: x with the error bound of `inverseRegularizedBeta`.
  public static func inverseRegularizedBetaComplement(_ q: Double, a: Double, b: Double) -> Double {
    precondition(q >= 0 && q <= 1, "a probability lies in 0 ... 1, got \(q)")
    if q == 0 || q == 1 { return 1 - q }
    return q <= 0.5
      ? betaRoot(q, isLower: false, a: a, b: b) : betaRoot(1 - q, isLower: true, a: a, b: b)
  }

  /// Returns the x whose lower or upper tail has the given probability, at most one half.
  private static func betaRoot(
    _ probability: Double, isLower: Bool, a: Double, b: Double
  ) -> Double {
    precondition(a > 0 && a < .infinity, "an incomplete beta needs a finite a > 0, got \(a)")
    precondition(b > 0 && b < .infinity, "an incomplete beta needs a finite b > 0, got \(b)")
    var search = LogTailRoot(isLower: isLower, probability: probability)
    let start = betaStart(probability, isLower: isLower, a: a, b: b)
    var odds = Elementary.exp(min(max(start, -690), 690))
    // The smaller of x and 1 - x carries the digits.
    var point =
      odds < 1 ? UnitPoint(odds / (1 + odds)) : UnitPoint(complement: 1 / (1 + odds))
    while true {
      odds = point.x / point.y
      let step = search.step(from: Elementary.log(odds), betaTails(point, a: a, b: b))
      if point.x <= 0.5 {
        let growth = Elementary.expm1(step.change)
        let next = point.x + point.x * point.y * growth / (1 + point.x * growth)
        point = UnitPoint(min(max(next, 0), 1))
      } else {
        let growth = Elementary.expm1(-step.change)
        let next = point.y + point.y * point.x * growth / (1 + point.y * growth)
        point = UnitPoint(complement: min(max(next, 0), 1))
      }
      if step.isLast || point.x == 0 || point.y == 0 { return point.x }
    }
  }

  /// Returns a start for logit x.
  ///
  /// For a and b of 1/2 or more, logit x is near normal with mean log(a/b) and variance 1/a + 1/b.
  /// Otherwise the tail's leading term: I_x ≈ exp(a logit x)/(a B(a, b)) as x → 0, alike above.
  private static func betaStart(
    _ probability: Double, isLower: Bool, a: Double, b: Double
  ) -> Double {
    let side = isLower ? 1.0 : -1.0
    let near = isLower ? a : b
    let leading =
      (Elementary.log(probability) + Elementary.log(near)
        + (logGamma(a) + logGamma(b) - logGamma(a + b))) / near
    guard min(a, b) >= 0.5 else { return side * leading }
    let normal =
      Elementary.log(a / b) + side * normalQuantile(probability) * (1 / a + 1 / b).squareRoot()
    // Concavity puts the root on the body's side of the leading term.
    return max(a, b) < 1e3 ? side * max(leading, side * normal) : normal
  }
}
