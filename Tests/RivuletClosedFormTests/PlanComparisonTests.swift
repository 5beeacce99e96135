import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletTestSupport
import Testing

@Suite struct PlanComparisonTests {
  // The numbers are those of Fixtures/trees/plans.csv: a fifth and more on published schedules with the
  // noise of Flow-GRPO, less than a tenth in BranchGRPO's own setting.
  @Test(arguments: [
    (TimeGrid.shifted(steps: 20, shift: 3), NoiseSchedule.flow(scale: 0.7), "37.3"),
    (.stableDiffusion3(steps: 20), .flow(scale: 0.7), "37.9"),
    (.uniform(steps: 20), .constant(0.3), "31.5"),
    (.uniform(steps: 10), .flow(scale: 0.7), "34.1"),
    (.shifted(steps: 20, shift: 3), .constant(0.3), "8.8"),
  ])
  func `the published splits lose a third on some published schedules and little on their own`(
    grid: TimeGrid, noise: NoiseSchedule, gainPerCent: String
  ) throws {
    let shares = VarianceShares(
      plan: try .fullSDE(grid: grid, noise: noise, lastStepIsStochastic: true), deviations: [1],
      gradient: [1], scored: .cleanPrediction)
    let count = grid.stepCount
    let splits = PublishedSplits.all[0].steps(stepCount: count)
    let published = PlanComparison.Subject.tree(
      widths: (0..<count).map { splits.contains($0) ? 2 : 1 })
    let planner = SplitPlanner(
      shares: shares, costs: TreeCosts(stepCount: count), widths: [2, 3], largestLeafCount: 16)
    let front = try planner.front(budget: planner.cost(of: published))
    let found = planner.comparisons(of: [published], front: front)[0]
    expectPrinted(100 * (found.gain ?? .nan), gainPerCent)
    let best = try #require(found.best)
    #expect(best.leafCount <= found.leafCount && best.modelCalls <= found.modelCalls)
  }

  @Test func `flat groups are compared at the price of whole chains`() throws {
    let shares = VarianceShares(initial: 3, steps: [1, 2, 3, 4])
    let planner = SplitPlanner(
      shares: shares, costs: TreeCosts(stepCount: 4), widths: [2], largestLeafCount: 8)
    let front = try planner.front(budget: 8)
    let found = planner.comparisons(
      of: [
        .flat(groupSize: 2, sharesInitialNoise: true),
        .flat(groupSize: 2, sharesInitialNoise: false),
      ], front: front)
    #expect(found[0].cost == 8 && found[0].modelCalls == 8)
    // By hand: 10/2 given the noise; the noise's own part is 3 or 3/2.
    #expect(found[0].variance.steps == 5 && found[0].variance.initial == 3)
    #expect(found[1].variance.steps == 5 && found[1].variance.initial == 1.5)
    // Fidelity: (1 - 1/2) (1 + 4 + 9 + 16) / 10, over 10 or 13.
    expectClose(found[0].fidelity, 0.15, within: 1e-15)
    expectClose(found[1].fidelity, 1.5 / 13, within: 1e-15)
    // Eight calls pay for forks at steps 1, 2 and 3: 1 + 1 + 2 + 4; variance 1 + 2/2 + 3/4 + 4/8.
    let best = try #require(found[0].best)
    #expect(best.widths == [1, 2, 2, 2])
    #expect(best.variance.steps == 3.25)
    expectClose(found[0].gain ?? .nan, 0.35, within: 1e-15)
  }

  @Test func `published splits keep their fraction of the grid`() {
    #expect(
      PublishedSplits.all.map { $0.steps(stepCount: 20) }
        == [SplitPoints.dense, .mixed, .sparse, .late].map(\.steps))
    // By hand: floor(p T / 20).
    #expect(PublishedSplits.all[0].steps(stepCount: 10) == [0, 1, 3, 4])
    #expect(PublishedSplits.all[3].steps(stepCount: 10) == [4, 6, 7, 9])
    #expect(PublishedSplits.all[0].steps(stepCount: 4) == [0, 1])
  }

  @Test func `what cannot be planned is refused with the reason`() throws {
    let shares = VarianceShares(initial: 1, steps: [1, 1, 1])
    let costs = TreeCosts(stepCount: 3)
    func planner(_ widths: [Int] = [2], leaves: Int? = nil) -> SplitPlanner {
      SplitPlanner(
        shares: shares, costs: costs, widths: widths, largestLeafCount: 64, leafCount: leaves)
    }
    #expect(throws: SplitPlannerRefusal.budgetBelowChain(budget: 2, chain: 3)) {
      try planner().best(budget: 2)
    }
    #expect(throws: SplitPlannerRefusal.leavesUnreachable(leaves: 6, widths: [2])) {
      try planner(leaves: 6).best(budget: 100)
    }
    // Three steps make at most eight leaves of forks into two.
    #expect(throws: SplitPlannerRefusal.leavesUnreachable(leaves: 16, widths: [2])) {
      try planner(leaves: 16).best(budget: 100)
    }
    #expect(throws: SplitPlannerRefusal.leavesBeyondBudget(leaves: 8, budget: 6)) {
      try planner(leaves: 8).best(budget: 6)
    }
    let many = SplitPlanner(
      shares: VarianceShares(initial: 0, steps: [Double](repeating: 1, count: 40)),
      costs: TreeCosts(stepCount: 40), widths: [2], largestLeafCount: 1 << 20, objective: .fidelity)
    #expect(throws: SplitPlannerRefusal.tooMany(limit: 1_000_000)) {
      try many.best(budget: 1e9)
    }
  }
}
