import RivuletNumerics
import RivuletTestSupport
import Testing

/// Closed forms of the incomplete functions, and inverses far outside their table.
struct SpecialIdentityTests {
  @Test func `two degrees of freedom make chi-square exponential`() {
    for x in [1e-12, 0.3, 1.0, 4.6, 30.0, 600.0, 1300.0] {
      expectRelative(
        Special.chiSquareUpperTail(x, degrees: 2), Elementary.exp(-x / 2), within: 1e-13)
      expectRelative(Special.chiSquareCDF(x, degrees: 2), -Elementary.expm1(-x / 2), within: 1e-13)
    }
  }

  @Test func `one degree of freedom makes chi-square a squared normal`() {
    for z in [0.01, 0.5, 1.0, 3.0, 8.0, 20.0, 35.0] {
      let tail = 2 * Special.normalUpperTail(z)
      expectRelative(Special.chiSquareUpperTail(z * z, degrees: 1), tail, within: 3e-13)
      expectRelative(Special.chiSquareUpperQuantile(tail, degrees: 1), z * z, within: 1e-13)
    }
  }

  @Test func `a beta with one parameter one is a power`() {
    for a in [0.5, 1.0, 7.0, 300.0] {
      for x in [1e-3, 0.2, 0.5, 0.97] {
        let power = Elementary.exp(a * Elementary.log(x))
        expectRelative(Special.regularizedBeta(x, a: a, b: 1), power, within: 3e-13)
        expectRelative(Special.regularizedBetaComplement(1 - x, a: 1, b: a), power, within: 3e-13)
      }
    }
  }

  @Test func `exchanging the parameters exchanges the tails`() {
    for a in [0.5, 3.0, 1e4, 1e8] {
      for b in [0.5, 20.0, 5e6] {
        // Exact in binary, so that 1 - x is exact as well.
        for x in [0.125, 0.5, 0.625] {
          expectRelative(
            Special.regularizedBeta(x, a: a, b: b),
            Special.regularizedBetaComplement(1 - x, a: b, b: a), within: 1e-14)
        }
      }
    }
  }

  @Test func `the tails of a small exact binomial are sums of its probabilities`() {
    // P(at least 3 of 5 at 1/4) = 10 (1/4)³(3/4)² + 5 (1/4)⁴(3/4) + (1/4)⁵ = 106/1024.
    expectRelative(Special.regularizedBeta(0.25, a: 3, b: 3), 106.0 / 1024, within: 1e-14)
    expectRelative(
      Special.regularizedBetaComplement(0.25, a: 3, b: 3), 918.0 / 1024, within: 1e-14)
  }

  @Test func `the exact interval of no success is a root`() {
    // (1 - x)^n = α/2, so x = 1 - (α/2)^(1/n).
    for n in [1.0, 10.0, 1e4, 1e9] {
      let x = Special.inverseRegularizedBetaComplement(5e-7, a: 1, b: n)
      expectRelative(x, -Elementary.expm1(Elementary.log(5e-7) / n), within: 1e-14)
    }
  }

  @Test func `one minus the quantile keeps its digits near one`() {
    // The other end of the same interval: n successes of n, 1 - x for x = (α/2)^(1/n).
    for n in [10.0, 1e9] {
      let rest = Special.inverseRegularizedBetaComplement(5e-7, a: 1, b: n)
      let x = Special.inverseRegularizedBeta(5e-7, a: n, b: 1)
      expectClose(x + rest, 1, within: 2.3e-16)
    }
  }

  @Test func `ends of the range are exact`() {
    #expect(Special.regularizedGamma(0, a: 3) == 0)
    #expect(Special.upperRegularizedGamma(.infinity, a: 3) == 0)
    #expect(Special.regularizedBeta(0, a: 2, b: 3) == 0)
    #expect(Special.regularizedBeta(1, a: 2, b: 3) == 1)
    #expect(Special.inverseRegularizedGamma(0, a: 2) == 0)
    #expect(Special.inverseUpperRegularizedGamma(1, a: 2) == 0)
    #expect(Special.inverseRegularizedBeta(0, a: 2, b: 3) == 0)
    #expect(Special.inverseRegularizedBetaComplement(0, a: 2, b: 3) == 1)
    #expect(Special.inverseRegularizedGamma(1e-9, a: 1e-3) == 0)
  }

  /// Shapes and probabilities from tiny to huge: the inverse must come to rest, in range, and lead
  /// back to its probability where x is not cut by the range of numbers.
  @Test(arguments: [1e-4, 0.01, 0.3, 0.5, 1, 2.5, 40, 1e3, 1e5, 1e7])
  func `inverses come to rest and lead back`(a: Double) {
    for p in [1e-290, 1e-100, 1e-14, 1e-6, 0.02, 0.5, 0.77] {
      let low = Special.inverseRegularizedGamma(p, a: a)
      let high = Special.inverseUpperRegularizedGamma(p, a: a)
      if low > 1e-300 { expectRelative(Special.regularizedGamma(low, a: a), p, within: 1e-9) }
      if high > 1e-300 {
        expectRelative(Special.upperRegularizedGamma(high, a: a), p, within: 1e-9)
      }
      for b in [1e-4, 0.2, 0.5, 3, 1e4, 1e8] {
        let lower = Special.inverseRegularizedBeta(p, a: a, b: b)
        #expect(lower >= 0 && lower <= 1)
        if lower > 1e-290, lower < 0.9 {
          expectRelative(Special.regularizedBeta(lower, a: a, b: b), p, within: 1e-9)
        }
        let upper = Special.inverseRegularizedBetaComplement(p, a: a, b: b)
        #expect(upper >= 0 && upper <= 1)
        if upper > 1e-290, upper < 0.9 {
          expectRelative(Special.regularizedBetaComplement(upper, a: a, b: b), p, within: 1e-9)
        }
      }
    }
  }
}
