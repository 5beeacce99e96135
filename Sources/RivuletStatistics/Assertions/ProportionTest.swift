import RivuletNumerics

/// The exact binomial test of a proportion, with the interval of Clopper and Pearson (1934).
///
///     P(X <= k) = 1 - I_q(k + 1, n - k),   P(X >= k) = I_q(k, n - k + 1)
///     p = min(1, 2 min(P(X <= k), P(X >= k)))
///
/// for k successes in n trials of probability q.
struct ProportionTest: StatisticalTest {
  /// k.
  let successes: Int
  /// n.
  let trials: Int
  /// q, the probability of a success that is expected.
  let expected: Double

  init?(successes: Int, trials: Int, expected: Double) {
    guard trials >= 1, (0...trials).contains(successes) else { return nil }
    guard expected >= 0, expected <= 1 else { return nil }
    self.successes = successes
    self.trials = trials
    self.expected = expected
  }

  var pValue: Double {
    min(1, 2 * min(atMost(successes), atLeast(successes)))
  }

  /// The probability of the counts whose distance from n q is at most that of k.
  var closeness: Double {
    let centre = Double(trials) * expected
    // Two units of slack: n q is rounded, and the mirror image of k must not drop out.
    let distance = abs(Double(successes) - centre) + 2 * centre.ulp
    let lowest = max(0, Int((centre - distance).rounded(.up)))
    let highest = min(trials, Int((centre + distance).rounded(.down)))
    return 1 - (lowest > 0 ? atMost(lowest - 1) : 0)
      - (highest < trials ? atLeast(highest + 1) : 0)
  }

  func interval(alpha: Double) -> ConfidenceInterval {
    let k = Double(successes)
    let n = Double(trials)
    return ConfidenceInterval(
      lower: successes == 0
        ? 0 : Special.inverseRegularizedBeta(alpha / 2, a: k, b: n - k + 1),
      upper: successes == trials
        ? 1 : Special.inverseRegularizedBetaComplement(alpha / 2, a: k + 1, b: n - k))
  }

  func detectableEffect(alpha: Double, missRate: Double) -> Double {
    max(
      detectableRise(alpha: alpha, missRate: missRate),
      detectableFall(alpha: alpha, missRate: missRate))
  }

  /// The least rise of the probability that is seen.
  private func detectableRise(alpha: Double, missRate: Double) -> Double {
    // No greater probability than 1 exists: a rise beyond that is seen for want of cases.
    let room = (1 - expected).nextUp
    guard expected < 1, atLeast(trials) <= alpha / 2 else { return room }
    var tooFew = 0  // P(X >= 0) = 1
    var critical = trials
    while critical - tooFew > 1 {
      let middle = tooFew + (critical - tooFew) / 2
      if atLeast(middle) <= alpha / 2 { critical = middle } else { tooFew = middle }
    }
    let k = Double(critical)
    let raised =
      Special.inverseRegularizedBetaComplement(missRate, a: k, b: Double(trials) - k + 1)
    return raised - expected
  }

  /// The least fall of the probability that is seen: the rise of the failures.
  private func detectableFall(alpha: Double, missRate: Double) -> Double {
    ProportionTest(successes: trials - successes, trials: trials, expected: 1 - expected)?
      .detectableRise(alpha: alpha, missRate: missRate) ?? .nan
  }

  /// P(X <= count).
  private func atMost(_ count: Int) -> Double {
    if count >= trials || expected == 0 { return 1 }
    if expected == 1 { return 0 }
    let k = Double(count)
    return Special.regularizedBetaComplement(expected, a: k + 1, b: Double(trials) - k)
  }

  /// P(X >= count).
  private func atLeast(_ count: Int) -> Double {
    if count <= 0 || expected == 1 { return 1 }
    if expected == 0 { return 0 }
    let k = Double(count)
    return Special.regularizedBeta(expected, a: k, b: Double(trials) - k + 1)
  }
}
