import RivuletNumerics
import RivuletTestSupport
import Testing

/// Expected values: tables made with mpmath at 60 digits, Fixtures/origin/special.py.
struct SpecialGammaTests {
  @Test func `log gamma is within 2e-15 of its table, absolute or relative`() throws {
    try SpecialTable("log-gamma").expect(rowsAtLeast: 2000, within: 2e-15) { row in
      abs(Special.logGamma(row.numbers[0]) - row.numbers[1]) / max(1, abs(row.numbers[1]))
    }
  }

  @Test func `log gamma keeps its relative error near its zeros`() throws {
    try SpecialTable("log-gamma").expect(rowsAtLeast: 600, within: 2e-15) { row in
      guard row.numbers[0] >= 0.5, row.numbers[0] <= 3 else { return nil }
      return relativeError(Special.logGamma(row.numbers[0]), row.numbers[1])
    }
  }

  @Test func `log gamma is zero at one and two and infinite past the range`() {
    #expect(Special.logGamma(1) == 0)
    #expect(Special.logGamma(2) == 0)
    #expect(Special.logGamma(1e306) == .infinity)
  }

  @Test func `the gamma ratio is within 3e-15 of its table`() throws {
    try SpecialTable("gamma-ratio-half").expect(rowsAtLeast: 1000, within: 3e-15) { row in
      relativeError(Special.gammaRatioHalf(row.numbers[0]), row.numbers[1])
    }
  }

  @Test func `the gamma ratio is zero at zero and gives the deviation factor of six`() {
    #expect(Special.gammaRatioHalf(0) == 0)
    // c(6) = sqrt(2/6) Γ(3)/Γ(5/2) with Γ(5/2) = 3√π/4; 0.868627 to six digits.
    let factor = (1.0 / 3).squareRoot() * Special.gammaRatioHalf(2.5)
    expectRelative(factor, 8 / (27 * Double.pi).squareRoot(), within: 1e-15)
    expectClose(factor, 0.868627, within: 5e-7)
  }
}
