// Values on a square grid between its points.

/// Writes the value of a function between the points of a square grid, by polynomials of degree seven
/// along both axes through the eight nearest points.
///
/// Value y * side + x belongs to the point (origin + x spacing, origin + y spacing). A point beyond the
/// grid is moved to its edge. The grid has eight or more points in a row.
@inline(never)
public func interpolateOnGrid(
  _ values: UnsafePointer<Double>, side: Int, origin: Double, spacing: Double,
  across: UnsafePointer<Double>, down: UnsafePointer<Double>, count: Int,
  output: UnsafeMutablePointer<Double>
) {
  for index in 0..<count {
    let (column, right) = gridPlace(across[index], side: side, origin: origin, spacing: spacing)
    let (row, below) = gridPlace(down[index], side: side, origin: origin, spacing: spacing)
    let horizontal = lagrangeWeights(right)
    let vertical = lagrangeWeights(below)
    var sum = 0.0
    for y in 0..<8 {
      let start = values + (row + y) * side + column
      var line = 0.0
      for x in 0..<8 { line += horizontal[x] * start[x] }
      sum += vertical[y] * line
    }
    output[index] = sum
  }
}

/// Returns the first of eight points around a place, and the place in spacings from it.
@inline(__always)
private func gridPlace(
  _ place: Double, side: Int, origin: Double, spacing: Double
) -> (first: Int, rest: Double) {
  let position = min(max((place - origin) / spacing, 0), Double(side - 1))
  let first = min(max(Int(position) - 3, 0), side - 8)
  return (first, position - Double(first))
}

/// Returns the factors of the values at 0, 1, ..., 7 in the polynomial through them at `s`.
@inline(__always)
private func lagrangeWeights(_ s: Double) -> SIMD8<Double> {
  // Products over all other points from the left and from the right, then the factorials.
  var left = SIMD8<Double>(repeating: 1)
  var right = left
  for index in 1..<8 { left[index] = left[index - 1] * (s - Double(index - 1)) }
  for index in (0..<7).reversed() { right[index] = right[index + 1] * (s - Double(index + 1)) }
  let factorials = SIMD8<Double>(-5040, 720, -240, 144, -144, 240, -720, 5040)
  return left * right / factorials
}
