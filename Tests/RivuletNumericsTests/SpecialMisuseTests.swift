import RivuletNumerics
import Testing

/// Wrong arguments stop the program; what it then says is not tested.
struct SpecialMisuseTests {
  @Test func `a quantile of zero stops`() async {
    await #expect(processExitsWith: .failure) { _ = Special.normalQuantile(0) }
  }

  @Test func `log gamma of zero stops`() async {
    await #expect(processExitsWith: .failure) { _ = Special.logGamma(0) }
  }

  @Test func `an incomplete beta of a proportion above one stops`() async {
    await #expect(processExitsWith: .failure) { _ = Special.regularizedBeta(1.5, a: 2, b: 2) }
  }

  @Test func `a hypergeometric argument above zero stops`() async {
    await #expect(processExitsWith: .failure) { _ = Special.hypergeometric2F1(1, 1, 2, 0.5) }
  }
}
