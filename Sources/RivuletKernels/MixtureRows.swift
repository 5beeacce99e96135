// Arithmetic on the rows of a batch that a mixture of Gaussians needs.

/// Adds `(x - centre)^2 * precision` to the sum of each lane.
@inline(never)
public func accumulateScaledSquare(
  _ row: UnsafePointer<Double>, centre: Double, precision: Double,
  into sums: UnsafeMutablePointer<Double>, count: Int
) {
  for lane in 0..<count {
    let difference = row[lane] - centre
    sums[lane] += difference * difference * precision
  }
}

/// Adds `weight * (slope * (x - centre) - mean)` to the sum of each lane, with a weight for each lane.
@inline(never)
public func accumulateWeightedAffine(
  _ row: UnsafePointer<Double>, weights: UnsafePointer<Double>, slope: Double, centre: Double,
  mean: Double, into sums: UnsafeMutablePointer<Double>, count: Int
) {
  for lane in 0..<count {
    sums[lane] += weights[lane] * (slope * (row[lane] - centre) - mean)
  }
}

/// Writes `constant - x / 2` for each number x of a row.
@inline(never)
public func halvedDifference(
  _ row: UnsafePointer<Double>, constant: Double, into output: UnsafeMutablePointer<Double>,
  count: Int
) {
  for lane in 0..<count { output[lane] = constant - row[lane] / 2 }
}

/// Subtracts from each of `rows` numbers of a lane the largest of them.
@inline(never)
public func subtractLargestOfRows(
  _ numbers: UnsafeMutablePointer<Double>, rows: Int, lanes: Int,
  largest: UnsafeMutablePointer<Double>
) {
  for lane in 0..<lanes { largest[lane] = numbers[lane] }
  for row in 1..<max(1, rows) {
    let start = numbers + row * lanes
    for lane in 0..<lanes where start[lane] > largest[lane] { largest[lane] = start[lane] }
  }
  for row in 0..<rows {
    let start = numbers + row * lanes
    for lane in 0..<lanes { start[lane] -= largest[lane] }
  }
}

/// Divides each of `rows` numbers of a lane by their sum, which is added from the first row on.
@inline(never)
public func divideRowsBySum(
  _ numbers: UnsafeMutablePointer<Double>, rows: Int, lanes: Int,
  sums: UnsafeMutablePointer<Double>
) {
  for lane in 0..<lanes { sums[lane] = 0 }
  for row in 0..<rows {
    let start = numbers + row * lanes
    for lane in 0..<lanes { sums[lane] += start[lane] }
  }
  for row in 0..<rows {
    let start = numbers + row * lanes
    for lane in 0..<lanes { start[lane] /= sums[lane] }
  }
}
