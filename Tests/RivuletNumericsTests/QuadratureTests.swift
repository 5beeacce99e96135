import RivuletNumerics
import RivuletTestSupport
import Testing

struct QuadratureTests {
  /// Lines `n x w` for the nodes x ≥ 0, made at 50 digits by Fixtures/origin/special_quadrature.py.
  private func table(_ name: String) throws -> [Int: [(node: Double, weight: Double)]] {
    var rules: [Int: [(node: Double, weight: Double)]] = [:]
    for line in try Fixtures.text("quadrature/\(name).txt").split(separator: "\n")
    where !line.hasPrefix("#") {
      let numbers = line.split(separator: " ").compactMap { Double($0) }
      rules[Int(numbers[0]), default: []].append((numbers[1], numbers[2]))
    }
    return rules
  }

  @Test func `Hermite nodes and weights agree with their table`() throws {
    let rules = try table("hermite")
    #expect(rules.count == 11)
    for (count, expected) in rules {
      let rule = GaussHermite(count: count)
      for (offset, pair) in expected.enumerated() {
        let index = count / 2 + offset
        expectClose(rule.nodes[index], pair.node, within: 1e-14 * max(1, pair.node))
        expectRelative(rule.weights[index], pair.weight, within: 1e-12)
      }
    }
  }

  @Test func `Legendre nodes and weights agree with their table`() throws {
    let rules = try table("legendre")
    #expect(rules.count == 12)
    for (count, expected) in rules {
      let rule = GaussLegendre(count: count)
      for (offset, pair) in expected.enumerated() {
        let index = count / 2 + offset
        expectClose(rule.nodes[index], pair.node, within: 1e-15)
        expectClose(rule.weights[index], pair.weight, within: 1e-15)
        let fromEnd = (1 - pair.node) * (1 + pair.node)
        expectRelative(rule.weights[index], pair.weight, within: 1e-14 / fromEnd)
      }
    }
  }

  @Test(arguments: 1...128)
  func `a Hermite rule is ascending, symmetric and exact to degree 2 n - 1`(count: Int) {
    let rule = GaussHermite(count: count)
    for index in 1..<max(count, 1) where index < count {
      #expect(rule.nodes[index - 1] < rule.nodes[index])
    }
    for index in 0..<count {
      #expect(rule.nodes[index] == -rule.nodes[count - 1 - index])
      #expect(rule.weights[index] == rule.weights[count - 1 - index])
    }
    // E[Z^2k] = (2k - 1)!!: compared as the mean of x^2k/(2k - 1)!!, which is one.
    for k in 0..<min(count, 80) {
      let moment = rule.expectation { x in
        var power = 1.0
        for factor in 0..<k { power *= x * x / Double(2 * factor + 1) }
        return power
      }
      expectClose(moment, 1, within: 2e-13 * Double(k + 1))
    }
    #expect(rule.expectation { $0 * $0 * $0 } == 0)
  }

  @Test func `a Hermite rule is not exact one degree further`() {
    // The error for x^2n is n!, the norm of the monic polynomial; n = 3 gives 15 - 9.
    let sixth = GaussHermite(count: 3).expectation { $0 * $0 * $0 * $0 * $0 * $0 }
    expectClose(sixth, 9, within: 1e-13)
  }

  @Test func `a Hermite rule gives the characteristic function`() {
    // E[cos(tZ)] = exp(-t²/2).
    let rule = GaussHermite(count: 40)
    for t in [0.1, 1.0, 2.5] {
      expectClose(
        rule.expectation { Elementary.cos(t * $0) }, Elementary.exp(-t * t / 2), within: 1e-14)
    }
  }

  @Test(arguments: [1, 2, 3, 5, 8, 20, 65])
  func `a Legendre rule is exact to degree 2 n - 1 on any interval`(count: Int) {
    let rule = GaussLegendre(count: count)
    for degree in 0..<2 * count {
      // The integral of (x/3)^k from -1 to 3.
      let integral = rule.integral(from: -1, to: 3) { x in
        var power = 1.0
        for _ in 0..<degree { power *= x / 3 }
        return power
      }
      var third = 1.0
      for _ in 0...degree { third *= -1.0 / 3 }
      expectClose(integral, 3 * (1 - third) / Double(degree + 1), within: 4e-15)
    }
  }

  @Test func `a rule with no node stops`() async {
    await #expect(processExitsWith: .failure) { _ = GaussHermite(count: 0) }
  }

  @Test func `exchanging the ends of an interval changes the sign`() {
    let rule = GaussLegendre(count: 12)
    expectClose(
      rule.integral(from: 2, to: 0) { Elementary.exp($0) }, 1 - Elementary.exp(2), within: 4e-15)
  }
}
