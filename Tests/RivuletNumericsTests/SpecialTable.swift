import RivuletTestSupport
import Testing

/// A table of arguments and values made at 60 or more digits by Fixtures/origin/special.py.
struct SpecialTable {
  /// One line: a leading word if there is one, and the numbers after it.
  struct Row {
    let word: Substring?
    let numbers: [Double]
  }

  let name: String
  let rows: [Row]

  init(_ name: String) throws {
    self.name = name
    rows = try Fixtures.text("special/\(name).txt").split(separator: "\n").compactMap { line in
      if line.hasPrefix("#") { return nil }
      let fields = line.split(separator: " ")
      let numbers = fields.compactMap { Double($0) }
      return Row(word: numbers.count < fields.count ? fields[0] : nil, numbers: numbers)
    }
  }

  /// Expects the error of every row to stay within a bound, and says where it is largest.
  func expect(
    rowsAtLeast count: Int, within bound: Double, sourceLocation: SourceLocation = #_sourceLocation,
    _ error: (Row) -> Double?
  ) {
    var worst = (error: 0.0, numbers: [Double]())
    var used = 0
    for row in rows {
      guard let found = error(row) else { continue }
      used += 1
      if !(found <= worst.error) { worst = (found, row.numbers) }
    }
    #expect(used >= count, "\(name) has only \(used) rows", sourceLocation: sourceLocation)
    #expect(
      worst.error <= bound, "\(name): error \(worst.error) at \(worst.numbers)",
      sourceLocation: sourceLocation)
  }
}

/// Returns the relative error; below the least normal number, the error against that number.
func relativeError(_ observed: Double, _ expected: Double) -> Double {
  if observed == expected { return 0 }
  return abs(observed - expected) / max(abs(expected), .leastNormalMagnitude)
}

/// Returns the relative error; where the value is subnormal, one unit of the last place is forgiven.
func errorOrLastPlace(_ observed: Double, _ expected: Double) -> Double {
  if observed == expected { return 0 }
  let unit = abs(expected) < .leastNormalMagnitude ? Double.leastNonzeroMagnitude : 0
  let difference = abs(observed - expected) - unit
  return difference <= 0 ? 0 : difference / abs(expected)
}
