import RivuletNumerics
import Testing

/// Expected values: series of positive terms in fixed point, Fixtures/origin/special.py.
struct SpecialIncompleteTests {
  @Test func `incomplete gamma tails are within 2e-13 of their table up to 1e6`() throws {
    try SpecialTable("incomplete-gamma").expect(rowsAtLeast: 1900, within: 2e-13) { row in
      row.numbers[0] <= 1e6 ? gammaError(row) : nil
    }
  }

  @Test func `incomplete gamma tails are within 1e-12 of their table up to 1e9`() throws {
    try SpecialTable("incomplete-gamma").expect(rowsAtLeast: 60, within: 1e-12) { row in
      row.numbers[0] > 1e6 ? gammaError(row) : nil
    }
  }

  @Test func `incomplete beta tails are within 2e-13 of their table up to 1e6`() throws {
    try SpecialTable("incomplete-beta").expect(rowsAtLeast: 1900, within: 2e-13) { row in
      max(row.numbers[0], row.numbers[1]) <= 1e6 ? betaError(row) : nil
    }
  }

  @Test func `incomplete beta tails are within 1e-12 of their table up to 1e9`() throws {
    try SpecialTable("incomplete-beta").expect(rowsAtLeast: 25, within: 1e-12) { row in
      max(row.numbers[0], row.numbers[1]) > 1e6 ? betaError(row) : nil
    }
  }

  @Test func `inverse incomplete gamma is within 1e-13 of its table`() throws {
    try SpecialTable("inverse-gamma").expect(rowsAtLeast: 2000, within: 1e-13) { row in
      let (p, a) = (row.numbers[0], row.numbers[1])
      let x =
        row.word == "lower"
        ? Special.inverseRegularizedGamma(p, a: a) : Special.inverseUpperRegularizedGamma(p, a: a)
      return relativeError(x, row.numbers[2])
    }
  }

  @Test func `inverse incomplete beta is within 1e-13 of its table`() throws {
    try SpecialTable("inverse-beta").expect(rowsAtLeast: 2000, within: 1e-13) { row in
      let (p, a, b) = (row.numbers[0], row.numbers[1], row.numbers[2])
      let x =
        row.word == "lower"
        ? Special.inverseRegularizedBeta(p, a: a, b: b)
        : Special.inverseRegularizedBetaComplement(p, a: a, b: b)
      return relativeError(x, row.numbers[3])
    }
  }

  /// The larger relative error of the two tails; values below 1e-280 are left out.
  private func gammaError(_ row: SpecialTable.Row) -> Double? {
    let (a, x) = (row.numbers[0], row.numbers[1])
    guard min(row.numbers[2], row.numbers[3]) > 1e-280 else { return nil }
    return max(
      relativeError(Special.regularizedGamma(x, a: a), row.numbers[2]),
      relativeError(Special.upperRegularizedGamma(x, a: a), row.numbers[3]))
  }

  private func betaError(_ row: SpecialTable.Row) -> Double? {
    let (a, b, x) = (row.numbers[0], row.numbers[1], row.numbers[2])
    guard min(row.numbers[3], row.numbers[4]) > 1e-280 else { return nil }
    return max(
      relativeError(Special.regularizedBeta(x, a: a, b: b), row.numbers[3]),
      relativeError(Special.regularizedBetaComplement(x, a: a, b: b), row.numbers[4]))
  }
}
