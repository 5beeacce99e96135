// The fidelity of a step depends on the forks above and below it at once, so no sum over steps and no
// dynamic programme decides it; the search tries every tree that the budget pays for.

extension SplitPlanner {
  /// A tree that no cheaper one betters so far.
  private struct Candidate {
    let cost: Double
    let fidelity: Double
    let leaves: Int
    let widths: [Int]
  }

  /// Returns the widths of the plans on the front, by ascending cost and rising fidelity.
  func plansByTrial(budget: Double) throws(SplitPlannerRefusal) -> [[Int]] {
    // Counting takes a small part of the time of trying.
    var count = 0
    visitTrees(budget: budget) { _, _, _ in
      count += 1
      return count <= Self.largestSearch
    }
    guard count <= Self.largestSearch else { throw .tooMany(limit: Self.largestSearch) }
    var front: [Candidate] = []
    visitTrees(budget: budget) { widths, counts, cost in
      let fidelity = CreditFidelity.mean(
        CreditFidelity.tree(
          shares: shares, nodeCounts: counts, siblingCorrelation: siblingCorrelation),
        shares: shares)
      Self.insert(
        Candidate(
          cost: cost, fidelity: fidelity, leaves: counts[counts.count - 1], widths: widths),
        into: &front)
      return true
    }
    return front.map(\.widths)
  }

  /// Visits every tree within the budget and the numbers of leaves, widths in ascending order.
  ///
  /// - Parameters:
  ///   - budget: The largest cost.
  ///   - visit: Takes widths, node counts and the cost, and says whether to go on.
  private func visitTrees(budget: Double, _ visit: ([Int], [Int], Double) -> Bool) {
    let later = laterCosts
    let limit = budget * (1 + 1e-12)
    let last = shares.stepCount - 1
    let choices = [1] + widths
    // For each step the number of widths that were tried, the width, the nodes, and the cost before.
    var tried = [Int](repeating: 0, count: last + 1)
    var chosen = [Int](repeating: 1, count: last + 1)
    var counts = [Int](repeating: 1, count: last + 1)
    var spent = [Double](repeating: costs.root, count: last + 1)
    var step = 0
    while step >= 0 {
      guard tried[step] < choices.count else {
        tried[step] = 0
        step -= 1
        continue
      }
      let width = choices[tried[step]]
      tried[step] += 1
      let (count, overflow) = (step > 0 ? counts[step - 1] : 1)
        .multipliedReportingOverflow(by: width)
      guard !overflow, mayHave(nodeCount: count) else { continue }
      let cost = spent[step] + costs.nodes[step] * Double(count)
      guard cost + later[step] * Double(count) <= limit else { continue }
      chosen[step] = width
      counts[step] = count
      if step < last {
        step += 1
        spent[step] = cost
      } else if leafCount == nil || leafCount == count {
        guard visit(chosen, counts, cost) else { return }
      }
    }
  }

  /// Puts a tree into its place on the front, unless another betters it, and removes what it betters.
  private static func insert(_ candidate: Candidate, into front: inout [Candidate]) {
    var low = 0
    var high = front.count
    while low < high {
      let middle = (low + high) / 2
      if front[middle].cost <= candidate.cost { low = middle + 1 } else { high = middle }
    }
    if low > 0 {
      let other = front[low - 1]
      let isTie = other.cost == candidate.cost && other.fidelity == candidate.fidelity
      guard
        candidate.fidelity > other.fidelity || (isTie && candidate.leaves < other.leaves)
      else { return }
      if other.cost == candidate.cost { low -= 1 }
    }
    var end = low
    while end < front.count && front[end].fidelity <= candidate.fidelity { end += 1 }
    front.replaceSubrange(low..<end, with: [candidate])
  }
}
