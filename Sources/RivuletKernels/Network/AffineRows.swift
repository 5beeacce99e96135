import RivuletLanes

/// Writes a diagonal affine map of a tile: `output[r][l] = slopes[r] input[r][l] + offsets[r]`.
///
/// - Parameters:
///   - input: `rows` rows of `lanes` numbers.
///   - rows: The dimension.
///   - lanes: A multiple of eight.
///   - slopes: One number for each row.
///   - offsets: One number for each row, or nil for zero.
///   - output: Room for `rows` rows.
public func affineRows(
  _ input: UnsafePointer<Float>, rows: Int, lanes: Int, slopes: UnsafePointer<Float>,
  offsets: UnsafePointer<Float>?, into output: UnsafeMutablePointer<Float>
) {
  for row in 0..<rows {
    let slope = FloatLanes.splat(slopes[row])
    let offset = FloatLanes.splat(offsets.map { $0[row] } ?? 0)
    for place in Eights(from: row * lanes, below: (row + 1) * lanes) {
      (slope * FloatLanes(at: input + place) + offset).store(to: output + place)
    }
  }
}

/// Adds a diagonal linear map of a tile: `output[r][l] += slopes[r] input[r][l]`.
///
/// - Parameters:
///   - input: `rows` rows of `lanes` numbers.
///   - rows: The dimension.
///   - lanes: A multiple of eight.
///   - slopes: One number for each row.
///   - output: `rows` rows that are added to.
public func addScaledRows(
  _ input: UnsafePointer<Float>, rows: Int, lanes: Int, slopes: UnsafePointer<Float>,
  to output: UnsafeMutablePointer<Float>
) {
  for row in 0..<rows {
    let slope = FloatLanes.splat(slopes[row])
    for place in Eights(from: row * lanes, below: (row + 1) * lanes) {
      let sum: FloatLanes = FloatLanes(at: output + place) + slope * FloatLanes(at: input + place)
      sum.store(to: output + place)
    }
  }
}

/// Adds numbers to others in place.
///
/// - Parameters:
///   - numbers: What is added, `count` numbers.
///   - output: As many that are added to.
///   - count: A multiple of eight.
public func addNumbers(
  _ numbers: UnsafePointer<Float>, to output: UnsafeMutablePointer<Float>, count: Int
) {
  for place in Eights(below: count) {
    (FloatLanes(at: output + place) + FloatLanes(at: numbers + place)).store(to: output + place)
  }
}
