// Arithmetic on one row of a batch: one dimension of many states, next to each other in memory.

/// Writes `slope * (x - centre) - mean` for each number x of a row.
@inline(never)
public func affineRow(
  _ row: UnsafePointer<Double>, into output: UnsafeMutablePointer<Double>, count: Int,
  slope: Double, centre: Double, mean: Double
) {
  for lane in 0..<count { output[lane] = slope * (row[lane] - centre) - mean }
}

/// Adds a constant to each number of a row.
@inline(never)
public func shiftRow(_ row: UnsafeMutablePointer<Double>, count: Int, by shift: Double) {
  for lane in 0..<count { row[lane] += shift }
}

/// Adds `factor * x` to the sum of each lane, x being the number of that lane.
@inline(never)
public func accumulateProduct(
  _ row: UnsafePointer<Double>, factor: Double, into sums: UnsafeMutablePointer<Double>, count: Int
) {
  for lane in 0..<count { sums[lane] += factor * row[lane] }
}

/// Adds `x * (linear - square * x)` to the sum of each lane.
@inline(never)
public func accumulateQuadratic(
  _ row: UnsafePointer<Double>, linear: Double, square: Double,
  into sums: UnsafeMutablePointer<Double>, count: Int
) {
  for lane in 0..<count {
    let x = row[lane]
    sums[lane] += x * (linear - square * x)
  }
}

/// Adds `(x - centre)^2` to the sum of each lane.
@inline(never)
public func accumulateSquaredDistance(
  _ row: UnsafePointer<Double>, centre: Double, into sums: UnsafeMutablePointer<Double>, count: Int
) {
  for lane in 0..<count {
    let difference = row[lane] - centre
    sums[lane] += difference * difference
  }
}

/// Returns whether every number is finite.
@inline(never)
public func areFinite(_ numbers: UnsafePointer<Double>, count: Int) -> Bool {
  // One more in the exponent carries into the sign for infinity and NaN, and for nothing else.
  // Integers, because a floating sum would wait for its last addition.
  var carries: UInt64 = 0
  for lane in 0..<count {
    carries |= (numbers[lane].bitPattern & 0x7FF0_0000_0000_0000) &+ 0x0010_0000_0000_0000
  }
  return carries >> 63 == 0
}

/// Multiplies each number of a row.
@inline(never)
public func scaleRow(_ row: UnsafeMutablePointer<Double>, count: Int, by factor: Double) {
  for lane in 0..<count { row[lane] = factor * row[lane] }
}

/// Writes `(other + factor * x) / length` for each number x of a row.
@inline(never)
public func mixRows(
  _ row: UnsafeMutablePointer<Double>, count: Int, factor: Double,
  with other: UnsafePointer<Double>, dividedBy length: Double
) {
  for lane in 0..<count { row[lane] = (other[lane] + factor * row[lane]) / length }
}

/// Writes `-(sum of squares) / 2 - constant` over the rows of a tile, one number for each lane.
@inline(never)
public func gaussianLogRows(
  _ rows: UnsafePointer<Double>, dimension: Int, lanes: Int, constant: Double,
  into output: UnsafeMutablePointer<Double>
) {
  for lane in 0..<lanes { output[lane] = 0 }
  for index in 0..<dimension {
    let row = rows + index * lanes
    for lane in 0..<lanes { output[lane] += row[lane] * row[lane] }
  }
  for lane in 0..<lanes { output[lane] = output[lane] * -0.5 - constant }
}
