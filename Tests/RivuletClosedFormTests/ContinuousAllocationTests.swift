import RivuletClosedForm
import RivuletNumerics
import RivuletTestSupport
import Testing

@Suite struct ContinuousAllocationTests {
  // By hand: shares 1, 4 of equal cost, budget 6: n in the ratio 1 : 2, so 2 and 4; (1 + 2)^2 / 6.
  @Test func `counts are proportional to the root of share over cost`() {
    let found = ContinuousAllocation(shares: [1, 4], costs: [1, 1], budget: 6, largest: 100)
    expectClose(found.nodeCounts, [2, 4], within: 1e-14)
    expectClose(found.variance, 1.5, within: 1e-14)
    expectClose(
      ContinuousAllocation.unorderedMinimum(shares: [1, 4], costs: [1, 1], budget: 6), 1.5,
      within: 1e-14)
    // Costs 4 and 1 for shares 4 and 9: ratios 1 and 3, so 4 n + 3 n = 7 gives 1 and 3.
    let costly = ContinuousAllocation(shares: [4, 9], costs: [4, 1], budget: 7, largest: 100)
    expectClose(costly.nodeCounts, [1, 3], within: 1e-14)
    expectClose(costly.variance, 7, within: 1e-14)
  }

  // By hand: shares 4, 1 would want 4 and 2; one count of 3 each, 5/3 against the unordered 9/6.
  @Test func `steps against the order share one count`() {
    let found = ContinuousAllocation(shares: [4, 1], costs: [1, 1], budget: 6, largest: 100)
    expectClose(found.nodeCounts, [3, 3], within: 1e-14)
    expectClose(found.variance, 5.0 / 3, within: 1e-14)
    // Three steps: 4 and 1 pool to 5/2 a step, 10 stays apart: ratios sqrt(2.5) and sqrt(10), 1 : 2.
    let three = ContinuousAllocation(shares: [4, 1, 10], costs: [1, 1, 1], budget: 8, largest: 9)
    expectClose(three.nodeCounts, [2, 2, 4], within: 1e-14)
  }

  // By hand: 3 nodes for shares 1 and 100 would want 3/11 at the first step, which has at least 1.
  @Test func `counts stay between one and the largest`() {
    let low = ContinuousAllocation(shares: [1, 100], costs: [1, 1], budget: 3, largest: 100)
    expectClose(low.nodeCounts, [1, 2], within: 1e-14)
    let high = ContinuousAllocation(shares: [1, 4], costs: [1, 1], budget: 6, largest: 3)
    expectClose(high.nodeCounts, [3, 3], within: 1e-14)
    // More money than can be spent, and a last step without a cost.
    let rich = ContinuousAllocation(shares: [1, 4], costs: [1, 0], budget: 600, largest: 5)
    #expect(rich.nodeCounts == [5, 5])
    let free = ContinuousAllocation(shares: [1, 4], costs: [1, 0], budget: 2, largest: 8)
    #expect(free.nodeCounts == [2, 8])
    // The chain alone: every count is 1.
    let chain = ContinuousAllocation(shares: [3, 1, 2], costs: [1, 2, 1], budget: 4, largest: 8)
    expectClose(chain.nodeCounts, [1, 1, 1], within: 1e-14)
  }

  // Any other allocation within the bounds and the budget is no better; 400 random ones for each case.
  @Test func `no random monotone allocation has less variance`() {
    for number in 0..<60 {
      let key = RandomKey(seed: 17).child(UInt64(number))
      let count = 2 + number % 6
      let draws = key.standardNormals(count: 2 * count)
      let shares = (0..<count).map { draws[$0] * draws[$0] }
      let costs = (0..<count).map { 0.2 + abs(draws[count + $0]) }
      var chain = 0.0
      for cost in costs { chain += cost }
      let budget = chain * (1.5 + Double(number % 4))
      let largest = number % 3 == 0 ? 3.0 : 50
      let found = ContinuousAllocation(
        shares: shares, costs: costs, budget: budget, largest: largest)
      var spent = 0.0
      for step in 0..<count { spent += costs[step] * found.nodeCounts[step] }
      #expect(spent <= budget * (1 + 1e-12))
      #expect(found.nodeCounts == found.nodeCounts.sorted())
      #expect((found.nodeCounts.first ?? 0) >= 1 && (found.nodeCounts.last ?? 0) <= largest)
      let unordered = ContinuousAllocation.unorderedMinimum(
        shares: shares, costs: costs, budget: budget)
      #expect(unordered <= found.variance * (1 + 1e-12))
      for trial in 0..<400 {
        // Steps up from the optimum or from 1, scaled back into the budget.
        let steps = key.child(UInt64(trial + 1)).standardNormals(count: count)
        var level = 0.0
        var counts = (0..<count).map { step in
          level += abs(steps[step])
          return trial % 2 == 0 ? 1 + level : found.nodeCounts[step] * (1 + 0.05 * level)
        }
        var extra = 0.0
        for step in 0..<count { extra += costs[step] * (counts[step] - 1) }
        let factor = extra > 0 ? min(1, (budget - chain) / extra) : 1
        var variance = 0.0
        for step in 0..<count {
          counts[step] = min(1 + (counts[step] - 1) * factor, largest)
          variance += shares[step] / counts[step]
        }
        #expect(variance >= found.variance * (1 - 1e-12))
      }
    }
  }
}
