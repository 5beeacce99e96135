public import Testing

/// Expects two numbers to differ by at most `tolerance`, and says by how much they do.
public func expectClose(
  _ observed: Double, _ expected: Double, within tolerance: Double,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(
    abs(observed - expected) <= tolerance,
    "observed \(observed), expected \(expected), difference \(observed - expected)",
    sourceLocation: sourceLocation)
}

/// Expects two lists to agree element by element within `tolerance`.
public func expectClose(
  _ observed: [Double], _ expected: [Double], within tolerance: Double,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(observed.count == expected.count, sourceLocation: sourceLocation)
  for (index, pair) in zip(observed, expected).enumerated() {
    #expect(
      abs(pair.0 - pair.1) <= tolerance,
      "element \(index): observed \(pair.0), expected \(pair.1)", sourceLocation: sourceLocation)
  }
}
