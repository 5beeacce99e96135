import Testing

@testable import RivuletClaims

struct LargerTests {
  @Test func `a number that is none does not hide behind a right one`() {
    #expect(larger(0, .nan).isNaN)
    #expect(larger(.nan, 0).isNaN)
    #expect(larger(1, 2) == 2)
    #expect(larger(2, 1) == 2)
  }

  @Test func `a number with fixed decimals is rounded, and a huge or wrong one still prints`() {
    // By hand.
    #expect(0.41282.fixed(3) == "0.413")
    #expect((-0.0004).fixed(3) == "0.000")
    #expect((-1.5).fixed(2) == "-1.50")
    #expect(1e300.fixed(3) == "1e+300")
    #expect(Double.nan.fixed(3) == "nan")
  }
}
