// Arithmetic on the rows of a batch of trees: row n holds the numbers of node n of all trees, one
// for each lane. The members of a group are rows next to each other. Sums run from the first member
// to the last, on differences from one of them, so that equal members give that number exactly; no
// lane sees another one.

/// Writes the mean of the members: `first + (sum of (member - first)) / members`.
///
/// A sum that overflows leaves infinity or NaN in its lane.
@inline(never)
public func meanOfRows(
  _ rows: UnsafePointer<Double>, members: Int, lanes: Int,
  into means: UnsafeMutablePointer<Double>
) {
  for lane in 0..<lanes { means[lane] = 0 }
  for member in 1..<max(members, 1) {
    let row = rows + member * lanes
    for lane in 0..<lanes { means[lane] += row[lane] - rows[lane] }
  }
  let count = Double(members)
  for lane in 0..<lanes { means[lane] = rows[lane] + means[lane] / count }
}

/// Writes the score of the largest product `factor * score` of each lane, and the number beside it.
///
/// `factor` is not negative. Among equal scores, and for all with factor 0, the first member
/// counts.
@inline(never)
public func likeliestOfRows(
  _ scores: UnsafePointer<Double>, beside numbers: UnsafePointer<Double>, factor: Double,
  members: Int, lanes: Int, into largest: UnsafeMutablePointer<Double>,
  base: UnsafeMutablePointer<Double>
) {
  for lane in 0..<lanes {
    largest[lane] = scores[lane]
    base[lane] = numbers[lane]
  }
  guard factor > 0 else { return }
  for member in 1..<max(members, 1) {
    let score = scores + member * lanes
    let number = numbers + member * lanes
    for lane in 0..<lanes {
      let isLarger = score[lane] > largest[lane]
      largest[lane] = isLarger ? score[lane] : largest[lane]
      base[lane] = isLarger ? number[lane] : base[lane]
    }
  }
}

/// Writes `exp(factor * (score - largest))` for each score, and the sum over the members.
///
/// Error of each: that of the exponential. `largest` is the row of the largest scores.
@inline(never)
public func softmaxOfRows(
  _ scores: UnsafePointer<Double>, largest: UnsafePointer<Double>, factor: Double, members: Int,
  lanes: Int, into weights: UnsafeMutablePointer<Double>, totals: UnsafeMutablePointer<Double>
) {
  for member in 0..<members {
    let score = scores + member * lanes
    let weight = weights + member * lanes
    for lane in 0..<lanes { weight[lane] = factor * (score[lane] - largest[lane]) }
  }
  exponential(weights, weights, count: members * lanes)
  for lane in 0..<lanes { totals[lane] = 0 }
  for member in 0..<members {
    let weight = weights + member * lanes
    for lane in 0..<lanes { totals[lane] += weight[lane] }
  }
}

/// Writes `base + (sum of weight (member - base)) / total`.
///
/// A sum that overflows leaves infinity or NaN in its lane.
@inline(never)
public func weightedMeanOfRows(
  _ rows: UnsafePointer<Double>, weights: UnsafePointer<Double>, base: UnsafePointer<Double>,
  totals: UnsafePointer<Double>, members: Int, lanes: Int,
  into means: UnsafeMutablePointer<Double>
) {
  for lane in 0..<lanes { means[lane] = 0 }
  for member in 0..<members {
    let row = rows + member * lanes
    let weight = weights + member * lanes
    for lane in 0..<lanes { means[lane] += weight[lane] * (row[lane] - base[lane]) }
  }
  for lane in 0..<lanes { means[lane] = base[lane] + means[lane] / totals[lane] }
}

/// Writes the largest magnitude of each lane over the members.
@inline(never)
public func largestMagnitudes(
  _ rows: UnsafePointer<Double>, members: Int, lanes: Int,
  into largest: UnsafeMutablePointer<Double>
) {
  for lane in 0..<lanes { largest[lane] = 0 }
  for member in 0..<members {
    let row = rows + member * lanes
    for lane in 0..<lanes {
      let magnitude = abs(row[lane])
      largest[lane] = magnitude > largest[lane] ? magnitude : largest[lane]
    }
  }
}

/// Writes the mean of `(member - first) scale` and the sum of squares about it, of each lane.
@inline(never)
public func scaledMomentsOfRows(
  _ rows: UnsafePointer<Double>, members: Int, lanes: Int, scales: UnsafePointer<Double>,
  means: UnsafeMutablePointer<Double>, squares: UnsafeMutablePointer<Double>
) {
  for lane in 0..<lanes {
    means[lane] = 0
    squares[lane] = 0
  }
  for member in 1..<max(members, 1) {
    let row = rows + member * lanes
    for lane in 0..<lanes {
      means[lane] += row[lane] * scales[lane] - rows[lane] * scales[lane]
    }
  }
  let count = Double(members)
  for lane in 0..<lanes { means[lane] = means[lane] / count }
  for member in 0..<members {
    let row = rows + member * lanes
    for lane in 0..<lanes {
      let centred = (row[lane] * scales[lane] - rows[lane] * scales[lane]) - means[lane]
      squares[lane] += centred * centred
    }
  }
}

/// Writes `((member - first) scale - mean) / denominator factor` for each member of each lane.
///
/// A result of zero is positive.
@inline(never)
public func standardiseRows(
  _ rows: UnsafePointer<Double>, members: Int, lanes: Int, first: UnsafePointer<Double>,
  scales: UnsafePointer<Double>, means: UnsafePointer<Double>, denominators: UnsafePointer<Double>,
  factors: UnsafePointer<Double>, into output: UnsafeMutablePointer<Double>
) {
  for member in 0..<members {
    let row = rows + member * lanes
    let result = output + member * lanes
    for lane in 0..<lanes {
      let centred = (row[lane] * scales[lane] - first[lane] * scales[lane]) - means[lane]
      result[lane] = centred / denominators[lane] * factors[lane] + 0
    }
  }
}

/// Returns whether two lists hold equal numbers.
@inline(never)
public func areEqual(
  _ first: UnsafePointer<Double>, _ second: UnsafePointer<Double>, count: Int
) -> Bool {
  var differences = 0
  for index in 0..<count { differences += first[index] == second[index] ? 0 : 1 }
  return differences == 0
}

/// Writes how many members precede each one in descending order, equal members in their own order.
///
/// Work: `members^2 / 2` comparisons for each lane.
@inline(never)
public func descendingRanksOfRows(
  _ rows: UnsafePointer<Double>, members: Int, lanes: Int, into ranks: UnsafeMutablePointer<Int>
) {
  for index in 0..<(members * lanes) { ranks[index] = 0 }
  for later in 1..<max(members, 1) {
    let laterRow = rows + later * lanes
    let laterRank = ranks + later * lanes
    for earlier in 0..<later {
      let earlierRow = rows + earlier * lanes
      let earlierRank = ranks + earlier * lanes
      for lane in 0..<lanes {
        let isAhead = earlierRow[lane] >= laterRow[lane] ? 1 : 0
        laterRank[lane] += isAhead
        earlierRank[lane] += 1 - isAhead
      }
    }
  }
}

/// Writes true for the largest member of each lane, the first among equals, and false for the
/// others.
@inline(never)
public func keepLargestOfRows(
  _ rows: UnsafePointer<Double>, members: Int, lanes: Int, into keeps: UnsafeMutablePointer<Bool>
) {
  for lane in 0..<lanes {
    var best = 0
    for member in 0..<members {
      keeps[member * lanes + lane] = false
      if rows[member * lanes + lane] > rows[best * lanes + lane] { best = member }
    }
    keeps[best * lanes + lane] = true
  }
}
