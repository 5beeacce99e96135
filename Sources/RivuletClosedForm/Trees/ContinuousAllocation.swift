/// The node counts that a tree would have if they could be any numbers, and the variance that no tree beats.
///
/// For a budget B the counts n_k minimise sum_k d_k/n_k under sum_k c_k n_k <= B. Without further
/// conditions n_k is proportional to sqrt(d_k/c_k) and the minimum is (sum_k sqrt(d_k c_k))^2 / B, by the
/// inequality of Cauchy and Schwarz. A tree also needs 1 <= n_0 <= n_1 <= ... <= L. Neighbours that break
/// the order form a block with one count, n = sqrt(sum d / sum c) up to the common factor (pool adjacent
/// violators, exact for this objective), and counts beyond a bound lie on it: with the multiplier of the
/// budget fixed, the bounded monotone minimum is the clamped one of the monotone problem. Rounding to
/// whole multiples can only lose, so the minimum is a bound for every tree within the budget.
public struct ContinuousAllocation: Sendable, Hashable {
  /// n_k for each step, not decreasing; 1 or more.
  public let nodeCounts: [Double]
  /// sum_k d_k/n_k at the minimum.
  public let variance: Double

  /// Neighbouring steps with one count.
  private struct Block {
    var steps: Range<Int>
    var share: Double
    var cost: Double
    var ratio: Double { share > 0 ? (share / cost).squareRoot() : 0 }
  }

  /// Finds the minimum.
  ///
  /// - Parameters:
  ///   - shares: d_k, not negative; ``VarianceShares/effectiveSteps(siblingCorrelation:)`` for correlated
  ///     siblings.
  ///   - costs: c_k, the cost of a node that step k draws, not negative; a step without a cost grows to
  ///     `largest`.
  ///   - budget: B, at least sum_k c_k, the cost of one chain.
  ///   - largest: L, an upper bound of the counts; 1 or more, finite.
  public init(shares: [Double], costs: [Double], budget: Double, largest: Double) {
    precondition(
      shares.count == costs.count && !shares.isEmpty,
      "there are \(shares.count) shares and \(costs.count) costs; give one of each for a step")
    var chainCost = 0.0
    for step in costs.indices {
      precondition(
        costs[step] >= 0 && shares[step] >= 0 && costs[step].isFinite && shares[step].isFinite,
        "step \(step) has the share \(shares[step]) and the cost \(costs[step]); both are finite and "
          + "not negative")
      chainCost += costs[step]
    }
    precondition(budget >= chainCost, "a chain costs \(chainCost), beyond the budget \(budget)")
    precondition(largest >= 1 && largest.isFinite, "the largest count is 1 or more, got \(largest)")
    let blocks = Self.pooled(shares: shares, costs: costs)
    let factor = Self.factor(of: blocks, budget: budget, largest: largest)
    var counts = [Double](repeating: 1, count: shares.count)
    var variance = 0.0
    for block in blocks {
      let count = Self.count(of: block, factor: factor, largest: largest)
      for step in block.steps {
        counts[step] = count
        variance += shares[step] / count
      }
    }
    nodeCounts = counts
    self.variance = variance
  }

  /// Returns (sum_k sqrt(d_k c_k))^2 / B, the minimum without any order among the counts.
  ///
  /// - Parameters:
  ///   - shares: d_k, not negative.
  ///   - costs: c_k, not negative.
  ///   - budget: B, positive.
  /// - Returns: A number that is at most ``variance``.
  public static func unorderedMinimum(
    shares: [Double], costs: [Double], budget: Double
  ) -> Double {
    precondition(shares.count == costs.count, "give a share and a cost for each step")
    precondition(budget > 0, "a budget is positive, got \(budget)")
    var sum = 0.0
    for step in shares.indices { sum += (shares[step] * costs[step]).squareRoot() }
    return sum * sum / budget
  }

  /// Pools neighbours until d/c does not fall from block to block.
  private static func pooled(shares: [Double], costs: [Double]) -> [Block] {
    var blocks: [Block] = []
    for step in shares.indices {
      blocks.append(Block(steps: step..<(step + 1), share: shares[step], cost: costs[step]))
      while blocks.count > 1 {
        let last = blocks[blocks.count - 1]
        let before = blocks[blocks.count - 2]
        // d/c falls, or is 0/0 and joins its neighbour; written without a division by zero.
        let falls = last.share * before.cost < before.share * last.cost
        guard falls || (last.share == 0 && last.cost == 0) else { break }
        blocks.removeLast()
        blocks[blocks.count - 1] = Block(
          steps: before.steps.lowerBound..<last.steps.upperBound,
          share: before.share + last.share, cost: before.cost + last.cost)
      }
    }
    return blocks
  }

  /// Returns the factor of sqrt(d/c) with which the clamped counts cost the budget.
  ///
  /// The cost grows with the factor and is linear between the factors at which a block leaves 1 or reaches
  /// the largest count, so one linear piece holds the answer.
  private static func factor(of blocks: [Block], budget: Double, largest: Double) -> Double {
    var bends: [Double] = []
    for block in blocks where block.share > 0 && block.cost > 0 {
      bends.append(1 / block.ratio)
      bends.append(largest / block.ratio)
    }
    bends.sort()
    var start = 0.0
    for bend in bends {
      if cost(of: blocks, factor: bend, largest: largest) > budget {
        // Between the last two bends the free blocks are those that are clamped at neither end.
        var fixed = 0.0
        var slope = 0.0
        let middle = start / 2 + bend / 2
        for block in blocks where block.cost > 0 {
          let wanted = middle * block.ratio
          if wanted > 1 && wanted < largest {
            slope += block.cost * block.ratio
          } else {
            fixed += block.cost * min(max(wanted, 1), largest)
          }
        }
        return slope > 0 ? min(max((budget - fixed) / slope, start), bend) : start
      }
      start = bend
    }
    return .infinity
  }

  private static func cost(of blocks: [Block], factor: Double, largest: Double) -> Double {
    var sum = 0.0
    for block in blocks where block.cost > 0 {
      sum += block.cost * count(of: block, factor: factor, largest: largest)
    }
    return sum
  }

  private static func count(of block: Block, factor: Double, largest: Double) -> Double {
    guard block.share > 0 else { return 1 }
    return block.cost > 0 ? min(max(factor * block.ratio, 1), largest) : largest
  }
}
