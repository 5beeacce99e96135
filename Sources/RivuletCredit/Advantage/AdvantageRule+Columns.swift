extension AdvantageRule {
  /// Returns the advantages of many groups at once, one group in each lane.
  ///
  /// Lane l is a batch of its own with one prompt and one seed: the result is bit-equal to
  ///
  ///     advantages(of: [rewards[0][l], rewards[1][l], ...], layout: GroupLayout(branches: members))
  ///
  /// so the scope makes no difference. Loops run over whole rows of lanes.
  ///
  /// Shape: `[member][lane] -> [member][lane]`.
  ///
  /// - Parameter rewards: One row for each member, all rows of one length; finite numbers.
  /// - Returns: The advantages in the order of `rewards`.
  public func advantages(ofColumns rewards: [[Double]]) -> [[Double]] {
    precondition(!rewards.isEmpty, "a group needs one or more members")
    let lanes = rewards[0].count
    for (member, row) in rewards.enumerated() {
      precondition(
        row.count == lanes, "member \(member) has \(row.count) rewards, member 0 has \(lanes)")
    }
    let count = rewards.count
    var largest = [Double](repeating: 0, count: lanes)
    for row in rewards {
      for lane in 0..<lanes {
        precondition(row[lane].isFinite, "rewards must be finite, got \(row[lane])")
        largest[lane] = max(largest[lane], abs(row[lane]))
      }
    }
    let scales = largest.map { BinaryScale(magnitude: $0) }

    // Rows of scaled differences from the first member, then of centred ones, in place.
    var result = rewards
    var sums = [Double](repeating: 0, count: lanes)
    for member in 0..<count {
      for lane in 0..<lanes {
        let first = rewards[0][lane] * scales[lane].down
        let difference = rewards[member][lane] * scales[lane].down - first
        result[member][lane] = difference
        sums[lane] += difference
      }
    }
    for lane in 0..<lanes { sums[lane] /= Double(count) }
    var squares = [Double](repeating: 0, count: lanes)
    for member in 0..<count {
      for lane in 0..<lanes {
        let centred = result[member][lane] - sums[lane]
        result[member][lane] = centred
        squares[lane] += centred * centred
      }
    }

    var denominators = squares
    var factors = squares
    for lane in 0..<lanes {
      denominators[lane] = denominator(
        sumOfSquares: squares[lane], count: count, scale: scales[lane])
      factors[lane] = factor(count: count, scale: scales[lane])
    }
    for member in 0..<count {
      for lane in 0..<lanes {
        result[member][lane] = advantage(
          centred: result[member][lane], denominator: denominators[lane], factor: factors[lane])
      }
    }
    return result
  }
}
