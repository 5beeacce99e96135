// One way of adding for every form: differences from the first member of the group (exact between
// neighbouring numbers, zero between equal ones), their mean, the sum of squares about it, each sum
// from the first member to the last. So a group of equal rewards gives zeros exactly, also without
// epsilon, and rewards that differ in the last bit are told apart.

extension AdvantageRule.Convention {
  /// Whether centred rewards are divided by a spread.
  public var divides: Bool { self == .population || self == .sample }
}

extension AdvantageRule {
  /// Returns the advantages of a batch of rewards.
  ///
  ///     none          A_i = r_i - mean(group)
  ///     population    A_i = (r_i - mean(group)) / (sqrt(sum (r - mean)^2 / n) + epsilon)
  ///     sample        A_i = (r_i - mean(group)) / (sqrt(sum (r - mean)^2 / (n - 1)) + epsilon)
  ///     leaveOneOut   A_i = r_i - mean of the other members = n / (n - 1) (r_i - mean(group))
  ///
  /// The group is the branches of a seed or all rewards of a prompt. With scope `batch` the mean is
  /// that of the prompt while the spread is that of all rewards of the batch about their common
  /// mean, differences between prompts included; conventions without a spread are then those of the
  /// prompt.
  ///
  /// A group whose rewards are all equal expresses no preference: its advantages are zero, also with
  /// epsilon 0. A group of one is such a group under every convention; the sample spread and the
  /// mean of no others are undefined there, and published code gives NaN or whitens the whole batch.
  ///
  /// Shape: `[layout.count] -> [layout.count]`. Unit: that of the rewards for `none` and
  /// `leaveOneOut`, otherwise none. Rewards of any magnitude up to 8e307 are safe.
  ///
  /// Source: Flow-GRPO, arXiv 2505.05470, equation 3, and `stat_tracking.py`; RLOO, arXiv 2402.14740.
  ///
  /// - Parameters:
  ///   - rewards: Finite rewards in the order that ``GroupLayout`` states.
  ///   - layout: Which rewards belong together.
  /// - Returns: The advantages in the order of `rewards`; over each group of a mean their sum is zero
  ///   up to rounding.
  public func advantages(of rewards: [Double], layout: GroupLayout) -> [Double] {
    var result = [Double](repeating: 0, count: rewards.count)
    write(rewards, layout: layout, into: &result)
    return result
  }

  /// Writes the advantages of a batch of rewards over a list that already has room for them.
  ///
  /// The numbers are those of ``advantages(of:layout:)``; no memory is allocated.
  ///
  /// - Parameters:
  ///   - rewards: Finite rewards in the order that ``GroupLayout`` states.
  ///   - layout: Which rewards belong together.
  ///   - result: Room for as many advantages; what it held is lost.
  public func write(_ rewards: [Double], layout: GroupLayout, into result: inout [Double]) {
    precondition(
      rewards.count == layout.count && result.count == layout.count,
      "the layout holds \(layout.count) rewards, got \(rewards.count) and room for \(result.count)")
    let size = scope == .seedGroup ? layout.branches : layout.seeds * layout.branches
    if scope == .batch && convention.divides {
      let scale = BinaryScale(covering: rewards)
      let batch = moments(of: rewards, in: rewards.indices, scale: scale)
      let denominator = denominator(sumOfSquares: batch.squares, count: rewards.count, scale: scale)
      for start in stride(from: 0, to: rewards.count, by: size) {
        let group = start..<(start + size)
        let mean = moments(of: rewards, in: group, scale: scale).mean
        write(
          rewards, in: group, mean: mean, denominator: denominator, scale: scale, into: &result)
      }
    } else {
      for start in stride(from: 0, to: rewards.count, by: size) {
        let group = start..<(start + size)
        let scale = BinaryScale(covering: rewards[group])
        let moments = moments(of: rewards, in: group, scale: scale)
        let denominator = denominator(sumOfSquares: moments.squares, count: size, scale: scale)
        write(
          rewards, in: group, mean: moments.mean, denominator: denominator, scale: scale,
          into: &result)
      }
    }
  }

  /// Mean of the scaled differences from the first member, and sum of squares about it.
  private func moments(
    of rewards: [Double], in group: Range<Int>, scale: BinaryScale
  ) -> (mean: Double, squares: Double) {
    let first = rewards[group.lowerBound] * scale.down
    var sum = 0.0
    for index in group { sum += rewards[index] * scale.down - first }
    let mean = sum / Double(group.count)
    var squares = 0.0
    for index in group {
      let centred = (rewards[index] * scale.down - first) - mean
      squares += centred * centred
    }
    return (mean, squares)
  }

  private func write(
    _ rewards: [Double], in group: Range<Int>, mean: Double, denominator: Double,
    scale: BinaryScale, into result: inout [Double]
  ) {
    let first = rewards[group.lowerBound] * scale.down
    let factor = factor(count: group.count, scale: scale)
    for index in group {
      let centred = (rewards[index] * scale.down - first) - mean
      result[index] = advantage(centred: centred, denominator: denominator, factor: factor)
    }
  }

  /// What scaled centred rewards are divided by; 1 where the convention does not divide.
  func denominator(sumOfSquares: Double, count: Int, scale: BinaryScale) -> Double {
    switch convention {
    case .none, .leaveOneOut: 1
    case .population: (sumOfSquares / Double(count)).squareRoot() + epsilon * scale.down
    case .sample: (sumOfSquares / Double(max(count - 1, 1))).squareRoot() + epsilon * scale.down
    }
  }

  /// What scaled centred rewards are multiplied by: the way back to the unit of the rewards.
  func factor(count: Int, scale: BinaryScale) -> Double {
    switch convention {
    case .none: scale.up
    case .leaveOneOut: scale.up * (Double(count) / Double(max(count - 1, 1)))
    case .population, .sample: 1
    }
  }

  /// One advantage; a denominator of zero means that all members are equal.
  func advantage(centred: Double, denominator: Double, factor: Double) -> Double {
    denominator > 0 ? centred / denominator * factor : 0
  }
}
