extension Special {
  /// Returns the standard normal quantile: z with Φ(z) = p.
  ///
  /// A fitted start (relative error below 4e-6) and one step of Halley's method: in the middle on
  /// erf(z/√2)/2 = p - 1/2, in the tails on log Φ(z) = log p, which neither underflows nor loses
  /// digits. Source of the function: DLMF 7.17.
  ///
  /// - Parameter p: A probability between 0 and 1, both excluded.
  /// - Returns: The quantile with a relative error below 1e-15 for this `p` as a `Double`; for a
  ///   probability near one use `normalUpperQuantile`, as 1 - q is rounded.
  public static func normalQuantile(_ p: Double) -> Double {
    precondition(p > 0 && p < 1, "a quantile needs a probability in (0, 1), got \(p)")
    let fromHalf = p - 0.5
    if abs(fromHalf) <= 0.4 { return centralQuantile(fromHalf) }
    return p < 0.5 ? -tailQuantile(p) : tailQuantile(1 - p)
  }

  /// Returns z whose upper tail has probability `tail`: 1 - Φ(z) = tail.
  ///
  /// The half width of a two-sided normal interval at level α is `normalUpperQuantile(α / 2)`.
  ///
  /// - Parameter tail: A probability between 0 and 1, both excluded; it may be as small as the
  ///   least positive number.
  /// - Returns: The quantile with a relative error below 1e-15.
  public static func normalUpperQuantile(_ tail: Double) -> Double {
    -normalQuantile(tail)
  }

  /// Returns z with Φ(z) - 1/2 = `q`, for |q| ≤ 0.4.
  private static func centralQuantile(_ q: Double) -> Double {
    let start = q * Chebyshev.sum(centralStart, at: 12.5 * (q * q) - 1)
    let density = gaussian(abs(start), rate: 0.5, times: inverseRootTwoPi)
    // Newton's step t, then Halley's correction with φ'/φ = -z.
    let step = (0.5 * erf(start * rootHalf) - q) / density
    return start - step / (1 + 0.5 * step * start)
  }

  /// Returns z > 0 with 1 - Φ(z) = `tail`, for tail ≤ 0.1.
  ///
  /// With g(z) = log(1 - Φ(z)): g' = -λ and g'' = λ(z - λ), where λ is the hazard φ/(1 - Φ).
  private static func tailQuantile(_ tail: Double) -> Double {
    let logTail = Elementary.log(tail)
    let radius = (-2 * logTail).squareRoot()
    let start = radius * Chebyshev.sum(tailStart, at: 2 / (0.468 * radius) - 1)
    let half = 0.5 * scaledErfc(start * rootHalf)
    let excess = (Elementary.log(half) - 0.5 * start * start) - logTail
    let hazard = inverseRootTwoPi / half
    let step = -excess / hazard
    return start - step / (1 + 0.5 * step * (start - hazard))
  }

  /// The series of quantile/q for |q| ≤ 0.4, in t = 2(q/0.4)² - 1.
  private static let centralStart: [Double] = [
    2.808303930992849, 0.34073359030995626, 0.04547601513627183, 0.00759914770624584,
    0.0014131804234639737, 0.0002797264040748304, 5.767675634442744e-05, 1.2239372419747194e-05,
    2.6532949133515887e-06,
  ]

  /// The series of z/r for r = √(-2 log tail) ≥ 2.14, in t = 2/(0.468 r) - 1.
  private static let tailStart: [Double] = [
    0.8323184569341905, -0.20737670479086692, -0.034056510803070955, 0.004297383547478492,
    -0.0008833688278282163, 0.0002603946917356753, -9.869941414130087e-05, 4.402963946778123e-05,
    -2.1986913211057266e-05, 1.1958290428768479e-05, -6.957777670691767e-06, 4.27383808157642e-06,
    -2.743948514121685e-06, 1.8275720536602487e-06,
  ]
}
