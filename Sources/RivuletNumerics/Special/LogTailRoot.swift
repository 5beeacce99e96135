/// Finds where a tail of a log-concave distribution has a given probability.
///
/// If the density of u is log-concave, so are both tails, and u ↦ log P(u) is concave: Newton's
/// method on it converges from the thin side without overshooting. That holds for the logarithm
/// of a gamma variable and for the logit of a beta variable at every parameter. The search takes
/// Halley's step, keeps a bracket, and bisects where a step would leave it.
struct LogTailRoot {
  /// Whether the tail is the lower one.
  let isLower: Bool
  /// The logarithm of the wanted probability.
  let target: Double
  /// The largest u known to be too small, and the smallest known to be too large.
  private var bracket: (low: Double, high: Double) = (-.infinity, .infinity)

  /// Makes a search for the given tail and probability, which is at most one half.
  init(isLower: Bool, probability: Double) {
    self.isLower = isLower
    target = Elementary.log(probability)
  }

  /// Returns the step to take from `u`, and whether it is the last one needed.
  ///
  /// With T the tail, f the density, s = ±1 its side and g = log T - target: g' = s f/T and
  /// g'' = s (f/T)(drift - s f/T). Newton's step t = g/g' leaves an error of (c/2) t², c = g''/g';
  /// Halley's removes that, and leaves one of the order (c t)² t.
  ///
  /// - Parameters:
  ///   - u: The present point.
  ///   - tails: The distribution at `u`.
  /// - Returns: The change of u, and whether the error left after it is below rounding.
  mutating func step(from u: Double, _ tails: Tails) -> (change: Double, isLast: Bool) {
    let tail = isLower ? tails.lower : tails.upper
    let excess = tail > 0 ? Elementary.log(tail) - target : -.infinity
    // The lower tail grows with u, the upper one shrinks.
    if (excess > 0) == isLower {
      bracket.high = min(bracket.high, u)
    } else {
      bracket.low = max(bracket.low, u)
    }
    if excess == 0 { return (0, true) }

    let slope = (isLower ? tails.density : -tails.density) / tail
    var change = 0.0
    var isLast = false
    if excess.isFinite, slope != 0, slope.isFinite {
      let newton = excess / slope
      let bend = newton * (tails.drift - slope)
      // Far from the root the correction may have the wrong size; Newton alone is safe there.
      change = abs(bend) < 1 ? -newton / (1 - 0.5 * bend) : -newton
      isLast =
        abs(newton) < 0.01 && abs(bend) < 0.01 && bend * bend * abs(newton) < 1e-17 * max(1, abs(u))
    } else {
      // The tail or the density underflows: a plain step towards the root.
      change = (excess > 0) == isLower ? -1 : 1
    }
    // From the body, where the tail is flat, Newton's step may be far too long.
    let limit = 32.0
    change = isLower ? max(change, -limit) : min(change, limit)
    let next = u + change
    if next <= bracket.low || next >= bracket.high {
      // A last step may end on the bracket by rounding; any other is replaced by a bisection.
      if isLast { return (change, true) }
      if bracket.low > -.infinity, bracket.high < .infinity {
        let middle = bracket.low + 0.5 * (bracket.high - bracket.low)
        return (middle - u, middle <= bracket.low || middle >= bracket.high)
      }
    }
    return (change, isLast)
  }
}
