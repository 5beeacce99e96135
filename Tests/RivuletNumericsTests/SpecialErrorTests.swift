import RivuletNumerics
import Testing

/// Expected values: tables made with mpmath at 60 digits, Fixtures/origin/special.py.
struct SpecialErrorTests {
  @Test func `erf is within 1e-15 of its table`() throws {
    try SpecialTable("erf").expect(rowsAtLeast: 2000, within: 1e-15) { row in
      errorOrLastPlace(Special.erf(row.numbers[0]), row.numbers[1])
    }
  }

  @Test func `erfc is within 2e-15 of its table down to underflow`() throws {
    try SpecialTable("erfc").expect(rowsAtLeast: 2000, within: 2e-15) { row in
      errorOrLastPlace(Special.erfc(row.numbers[0]), row.numbers[1])
    }
  }

  @Test func `the normal distribution function is within 2e-15 of its table down to underflow`()
    throws
  {
    try SpecialTable("normal-cdf").expect(rowsAtLeast: 2000, within: 2e-15) { row in
      errorOrLastPlace(Special.normalCDF(row.numbers[0]), row.numbers[1])
    }
  }

  @Test func `the normal quantile is within 1e-15 of its table`() throws {
    try SpecialTable("normal-quantile").expect(rowsAtLeast: 2000, within: 1e-15) { row in
      relativeError(Special.normalQuantile(row.numbers[0]), row.numbers[1])
    }
  }

  @Test func `the upper quantile takes a tail too small to be told from one`() {
    // Two-sided 1e-9 and 1e-6: √2 erfinv(1 - p) by mpmath at 40 digits.
    expectRelative(Special.normalUpperQuantile(1e-9 / 2), 6.1094102048693971, within: 1e-15)
    expectRelative(Special.normalUpperQuantile(1e-6 / 2), 4.8916384756985904, within: 1e-15)
    #expect(Special.normalUpperQuantile(0.5) == 0)
  }

  @Test func `erf is odd and its complement adds to one`() {
    for step in 0...600 {
      let x = Double(step) / 100
      #expect(Special.erf(-x) == -Special.erf(x))
      #expect(abs(Special.erf(x) + Special.erfc(x) - 1) <= 4.5e-16)
      #expect(Special.normalUpperTail(x) == Special.normalCDF(-x))
    }
  }

  @Test func `ends and infinities have their limits`() {
    #expect(Special.erf(.infinity) == 1)
    #expect(Special.erf(-.infinity) == -1)
    #expect(Special.erfc(.infinity) == 0)
    #expect(Special.erfc(-.infinity) == 2)
    #expect(Special.normalCDF(.infinity) == 1)
    #expect(Special.normalCDF(-.infinity) == 0)
    #expect(Special.normalQuantile(0.5) == 0)
    #expect(Special.erf(.nan).isNaN)
    #expect(Special.normalCDF(.nan).isNaN)
  }

  @Test func `the normal distribution function never falls`() {
    // Steps far above rounding, so a fall would be a seam between two formulas.
    var last = 0.0
    for step in -40_000...9_000 {
      let value = Special.normalCDF(Double(step) / 1000)
      #expect(value >= last)
      last = value
    }
  }
}

/// Expects a relative error of at most `tolerance`.
func expectRelative(
  _ observed: Double, _ expected: Double, within tolerance: Double,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let error = relativeError(observed, expected)
  #expect(
    error <= tolerance, "observed \(observed), expected \(expected), relative error \(error)",
    sourceLocation: sourceLocation)
}
