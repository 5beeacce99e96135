import Foundation
import RivuletNumerics
import RivuletReport
import Testing

struct NumeralTests {
  // The form of C's %g with the given precision, by hand.
  @Test(arguments: [
    (0.0, 6, "0"), (-0.0, 6, "0"), (1, 6, "1"), (-3, 6, "-3"), (0.25, 6, "0.25"),
    (100, 6, "100"), (123_456, 6, "123456"), (999_999.5, 6, "1e+06"), (1_000_000, 6, "1e+06"),
    (1_234_567, 6, "1.23457e+06"), (0.0001, 6, "0.0001"), (0.00001, 6, "1e-05"),
    (1.5e-7, 6, "1.5e-07"), (2.0 / 3, 6, "0.666667"), (2.0 / 3, 3, "0.667"),
    (0.99995, 3, "1"), (0.000099996, 4, "0.0001"), (9.9996e99, 4, "1e+100"),
    (Double.leastNonzeroMagnitude, 6, "5e-324"),
    (1.7976931348623157e308, 6, "1.79769e+308"), (12.5, 2, "13"), (0.1, 17, "0.1"),
    (.nan, 6, "nan"), (.infinity, 6, "inf"), (-.infinity, 6, "-inf"),
    (1e16, 17, "10000000000000000"),
  ])
  func `numbers have the asked count of digits`(number: Double, digits: Int, expected: String) {
    #expect(Numerals.significant(number, digits: digits) == expected)
  }

  @Test func `numbers agree with those of the C library where no tie decides`() {
    let uniforms = RandomKey(seed: 11).uniforms(count: 4000)
    for index in 0..<2000 {
      // 24 decades, both signs.
      let size = pow(10, 24 * uniforms[2 * index] - 12)
      let number = (uniforms[2 * index + 1] - 0.5) * size
      #expect(Numerals.significant(number) == String(format: "%g", number))
    }
  }

  @Test(arguments: [
    (0.0, "0.000000"), (8.652e-5, "0.000087"), (0.25, "0.250000"), (12.000_000_6, "12.000001"),
    (-1, "0.000000"), (.nan, "0.000000"),
  ])
  func `durations have six decimals`(seconds: Double, expected: String) {
    #expect(Numerals.fixed(seconds: seconds) == expected)
  }

  @Test func `a missing p-value is a hyphen`() {
    #expect(Numerals.probability(nil) == "-")
    #expect(Numerals.probability(0.012_345) == "0.0123")
    #expect(Numerals.probability(1.25e-9) == "1.25e-09")
  }
}
