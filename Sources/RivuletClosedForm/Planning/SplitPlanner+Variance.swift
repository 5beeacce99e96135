// Dynamic programming over the pair of a step and the number of nodes that it draws. What follows a pair
// depends on nothing else, so of all ways to it only those matter that no other betters both in cost and
// in variance. The variance is a sum over steps, sum_k e_k/n_k with the effective shares e_k, also where
// siblings are correlated.

extension SplitPlanner {
  /// One way to draw a number of nodes.
  private struct Way {
    let cost: Double
    let variance: Double
    /// The width of the last step.
    let width: Int
    /// The way up to the step before, in the table; -1 before the first step.
    let before: Int
  }

  /// All ways to one number of nodes that nothing betters, ascending in cost.
  private struct Standing {
    let nodeCount: Int
    let ways: Range<Int>
  }

  /// Returns the widths of the plans that may be on the front, by ascending cost, then variance, then
  /// leaves.
  func plansByDynamicProgramming(budget: Double) throws(SplitPlannerRefusal) -> [[Int]] {
    let shares = shares.effectiveSteps(siblingCorrelation: siblingCorrelation)
    let later = laterCosts
    // A way is given up when even a chain from here on costs too much; sums in another order may differ
    // by rounding, so the last word is with the cost of the whole plan.
    let limit = budget * (1 + 1e-12)
    var table = [Way(cost: costs.root, variance: 0, width: 1, before: -1)]
    var standings = [Standing(nodeCount: 1, ways: 0..<1)]
    for step in shares.indices {
      var next: [Standing] = []
      for count in successors(of: standings) {
        var ways: [Way] = []
        for standing in standings where count % standing.nodeCount == 0 {
          let width = count / standing.nodeCount
          guard width == 1 || widths.contains(width) else { continue }
          let cost = costs.nodes[step] * Double(count)
          let variance = shares[step] / Double(count)
          for before in standing.ways {
            let way = Way(
              cost: table[before].cost + cost, variance: table[before].variance + variance,
              width: width, before: before)
            if way.cost + later[step] * Double(count) <= limit { ways.append(way) }
          }
        }
        let kept = Self.unbettered(ways)
        guard !kept.isEmpty else { continue }
        guard table.count + kept.count <= Self.largestTable else {
          throw .tooMany(limit: Self.largestTable)
        }
        next.append(
          Standing(nodeCount: count, ways: table.count..<(table.count + kept.count)))
        table += kept
      }
      standings = next
    }
    var ends: [(leaves: Int, way: Int)] = []
    for standing in standings where leafCount == nil || standing.nodeCount == leafCount {
      for way in standing.ways { ends.append((standing.nodeCount, way)) }
    }
    ends.sort { first, second in
      let a = table[first.way]
      let b = table[second.way]
      if a.cost != b.cost { return a.cost < b.cost }
      if a.variance != b.variance { return a.variance < b.variance }
      return first.leaves < second.leaves
    }
    // Most ends are bettered by one with other leaves; only the rest is written out.
    var plans: [[Int]] = []
    var least = Double.infinity
    for end in ends where table[end.way].variance < least {
      least = table[end.way].variance
      plans.append(Self.widths(to: end.way, in: table, stepCount: shares.count))
    }
    return plans
  }

  /// The numbers of nodes that the next step can draw, ascending.
  private func successors(of standings: [Standing]) -> [Int] {
    var counts: [Int] = []
    for standing in standings {
      for width in [1] + widths {
        let (count, overflow) = standing.nodeCount.multipliedReportingOverflow(by: width)
        if !overflow && mayHave(nodeCount: count) { counts.append(count) }
      }
    }
    counts.sort()
    var distinct: [Int] = []
    for count in counts where distinct.last != count { distinct.append(count) }
    return distinct
  }

  /// Returns the ways that no other betters, by ascending cost and falling variance.
  private static func unbettered(_ ways: [Way]) -> [Way] {
    let sorted = ways.sorted { a, b in
      if a.cost != b.cost { return a.cost < b.cost }
      if a.variance != b.variance { return a.variance < b.variance }
      // Two ways as good as each other: the one that forks earlier comes first.
      return a.before < b.before
    }
    var kept: [Way] = []
    for way in sorted where way.variance < kept.last?.variance ?? .infinity { kept.append(way) }
    return kept
  }

  private static func widths(to end: Int, in table: [Way], stepCount: Int) -> [Int] {
    var widths = [Int](repeating: 1, count: stepCount)
    var way = table[end]
    for step in (0..<stepCount).reversed() {
      widths[step] = way.width
      way = table[way.before]
    }
    return widths
  }
}
