import RivuletNumerics
import RivuletTestSupport
import Testing

struct SpecialHypergeometricTests {
  @Test func `the hypergeometric function is within 1e-14 of its table`() throws {
    // Fixtures/origin/special.py, mpmath.hyp2f1 at 60 digits.
    try SpecialTable("hypergeometric").expect(rowsAtLeast: 600, within: 1e-14) { row in
      let n = row.numbers
      return relativeError(Special.hypergeometric2F1(n[0], n[1], n[2], n[3]), n[4])
    }
  }

  @Test func `elementary cases have their closed forms`() {
    for z in [-1e-9, -0.3, -1.0, -7.5, -4e5] {
      // 2F1(1, 1; 2; z) = -log(1 - z)/z and 2F1(a, b; b; z) = (1 - z)^-a (DLMF 15.4.1, 15.4.6).
      expectRelative(
        Special.hypergeometric2F1(1, 1, 2, z), -Elementary.log1p(-z) / z, within: 1e-14)
      expectRelative(Special.hypergeometric2F1(1, 3, 3, z), 1 / (1 - z), within: 1e-14)
      // A polynomial: 2F1(-1, b; c; z) = 1 - (b/c) z.
      expectRelative(Special.hypergeometric2F1(-1, 2, 5, z), 1 - 0.4 * z, within: 1e-14)
    }
    #expect(Special.hypergeometric2F1(0.5, 0, 3, -8) == 1)
    #expect(Special.hypergeometric2F1(0.5, 2, 3, 0) == 1)
  }

  /// The signal that remains when N = 4 seeds of K = 6 branches share one group.
  ///
  /// c(24) 2F1(1/2, 3/2; 23/2; -6 (1/ρ² - 1)), c(n) = √(2/n) Γ(n/2)/Γ((n-1)/2); ρ and the results
  /// are a printed table of five digits, so the result is known to some 1e-5.
  @Test(arguments: [
    (0.73019, 0.76799), (0.75871, 0.78956), (0.57896, 0.64815), (0.48091, 0.56339),
    (0.40380, 0.49142), (0.33128, 0.41848), (0.26132, 0.34246), (0.19641, 0.26629),
    (0.13802, 0.19268),
  ])
  func `a prompt group attenuates as the printed table says`(rho: Double, expected: Double) {
    let factor = (1.0 / 12).squareRoot() * Special.gammaRatioHalf(11.5)
    let value = factor * Special.hypergeometric2F1(0.5, 1.5, 11.5, -6 * (1 / (rho * rho) - 1))
    expectClose(value, expected, within: 1.5e-5)
  }
}
