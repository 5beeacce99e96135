import Testing

/// Expects a number within a tolerance, relative where what is expected is larger than one.
func expectNear(
  _ observed: Double, _ expected: Double, within tolerance: Double, _ place: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(
    abs(observed - expected) <= tolerance * max(1, abs(expected)),
    "\(place): observed \(observed), expected \(expected)", sourceLocation: sourceLocation)
}
