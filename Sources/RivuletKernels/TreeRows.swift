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

/// Writes true for the `count` first and the `count` last members of each lane in descending order, and
/// false for the others.
///
/// Equal members stand in their own order. Members are visited once; each of the two ends is a short
/// sorted list of its own, whose first place is the next to go.
@inline(never)
public func keepExtremesOfRows(
  _ rows: UnsafePointer<Double>, members: Int, lanes: Int, count: Int,
  into keeps: UnsafeMutablePointer<Bool>
) {
  let keepsAll = 2 * count >= members
  for index in 0..<(members * lanes) { keeps[index] = keepsAll }
  if keepsAll || count == 0 { return }
  withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * lanes * count) { scores in
    withUnsafeTemporaryAllocation(of: Int.self, capacity: 2 * lanes * count) { places in
      guard let best = scores.baseAddress, let bestPlaces = places.baseAddress else { return }
      let worst = best + lanes * count
      let worstPlaces = bestPlaces + lanes * count
      for index in 0..<(lanes * count) {
        best[index] = -.infinity
        worst[index] = .infinity
      }
      for member in 0..<members {
        let row = rows + member * lanes
        for lane in 0..<lanes {
          // Of equal members the first is the better one: it stays among the best and leaves the worst.
          if row[lane] > best[lane * count] {
            insert(row[lane], member, best + lane * count, bestPlaces + lane * count, count) {
              $0 > $1
            }
          }
          if row[lane] <= worst[lane * count] {
            insert(row[lane], member, worst + lane * count, worstPlaces + lane * count, count) {
              $0 <= $1
            }
          }
        }
      }
      for lane in 0..<lanes {
        for place in (lane * count)..<((lane + 1) * count) {
          keeps[bestPlaces[place] * lanes + lane] = true
          keeps[worstPlaces[place] * lanes + lane] = true
        }
      }
    }
  }
}

/// Puts a score into a sorted list in the place of its first entry.
@inline(__always)
private func insert(
  _ score: Double, _ member: Int, _ scores: UnsafeMutablePointer<Double>,
  _ places: UnsafeMutablePointer<Int>, _ count: Int, _ isDeeper: (Double, Double) -> Bool
) {
  var place = 0
  while place + 1 < count, isDeeper(score, scores[place + 1]) {
    scores[place] = scores[place + 1]
    places[place] = places[place + 1]
    place += 1
  }
  scores[place] = score
  places[place] = member
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
