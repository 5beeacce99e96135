import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletTestSupport
import Testing

@Suite struct SplitPlannerTests {
  /// A tree with its cost and its two objectives, computed from the definitions.
  struct Tree {
    let leaves: Int
    let cost: Double
    let variance: Double
    let fidelity: Double
  }

  /// The node counts of every list of widths.
  static func everyShape(steps: Int, widths: [Int]) -> [[Double]] {
    var shapes: [[Double]] = [[]]
    for _ in 0..<steps {
      var longer: [[Double]] = []
      for shape in shapes {
        let before = shape.last ?? 1
        for width in [1] + widths { longer.append(shape + [before * Double(width)]) }
      }
      shapes = longer
    }
    return shapes
  }

  /// Tries everything.
  static func everyTree(
    _ shares: VarianceShares, shapes: [[Double]], costs: TreeCosts, correlation: Double,
    withFidelity: Bool = false
  ) -> [Tree] {
    let d = shares.steps
    return shapes.map { n in
      var cost = costs.root
      var variance = 0.0
      var before = 1.0
      for step in d.indices {
        cost += costs.nodes[step] * n[step]
        variance += d[step] / n[step] * (1 + (n[step] / before - 1) * correlation)
        before = n[step]
      }
      return Tree(
        leaves: Int(before), cost: cost, variance: variance,
        fidelity: withFidelity ? fidelity(d, n) : 0)
    }
  }

  /// The weighted mean of F_k of section 5.4 of the theory, independent siblings.
  static func fidelity(_ d: [Double], _ n: [Double]) -> Double {
    var weighted = 0.0
    var total = 0.0
    for k in d.indices {
      total += d[k]
      var bracket = 0.0
      for j in d.indices {
        bracket +=
          j <= k ? d[j] * (1 - 1 / n[j]) : d[j] * (n[k] / n[j]) * (1 - 1 / n[k])
      }
      if bracket > 0 {
        weighted += d[k] * d[k] * (1 - 1 / n[k]) * (1 - 1 / n[k]) / bracket
      }
    }
    return total > 0 ? weighted / total : 0
  }

  /// Shares that fall, rise, are equal, have one peak, and random ones with zeros.
  static func profiles(_ count: Int) -> [VarianceShares] {
    let equal = [Double](repeating: 1, count: count)
    let falling = (0..<count).map { Double(count - $0) }
    let rising = (0..<count).map { Double(($0 + 1) * ($0 + 1)) }
    let peaked = (0..<count).map { $0 == count / 2 ? 5 : 0.1 }
    var profiles = [equal, falling, rising, peaked].map { VarianceShares(initial: 1, steps: $0) }
    for number in 0..<3 {
      let key = RandomKey(seed: 23).child(UInt64(8 * count + number))
      profiles.append(TreeVarianceTests.randomShares(count, key: key))
    }
    return profiles
  }

  /// Holds a front against all trees, for every budget at which the answer can change.
  static func check(_ planner: SplitPlanner, against trees: [Tree]) throws {
    let allowed = trees.filter {
      $0.leaves <= planner.largestLeafCount
        && (planner.leafCount == nil || planner.leafCount == $0.leaves)
    }.sorted { $0.cost < $1.cost }
    let most = try #require(allowed.last).cost
    let front = try planner.front(budget: most)
    var best = Double.infinity
    var place = -1
    func loss(_ tree: Tree) -> Double {
      planner.objective == .variance ? tree.variance : -tree.fidelity
    }
    func loss(_ plan: SplitPlan) -> Double {
      planner.objective == .variance ? plan.variance.steps : -plan.fidelity
    }
    for (index, tree) in allowed.enumerated() {
      best = min(best, loss(tree))
      // Between two costs the answer does not change.
      if index + 1 < allowed.count, allowed[index + 1].cost == tree.cost { continue }
      while place + 1 < front.count, front[place + 1].cost <= tree.cost { place += 1 }
      #expect(place >= 0)
      expectClose(loss(front[max(place, 0)]), best, within: 1e-11 * max(abs(best), 1e-3))
    }
    // The front is sorted, strictly better step by step, and no plan of it is beyond its limits.
    for (one, next) in zip(front, front.dropFirst()) {
      #expect(one.cost < next.cost && loss(next) < loss(one))
    }
    for plan in front {
      #expect(plan == planner.plan(widths: plan.widths))
      #expect(plan.leafCount <= planner.largestLeafCount)
    }
  }

  @Test(arguments: 1...8)
  func `the dynamic programme equals trying every tree, for every budget`(count: Int) throws {
    let costs = TreeCosts(stepCount: count)
    for (widths, correlation) in [([2], 0.0), ([3], 0), ([2, 3], 0), ([2, 3], 0.2)] {
      let shapes = Self.everyShape(steps: count, widths: widths)
      for shares in Self.profiles(count) {
        let trees = Self.everyTree(
          shares, shapes: shapes, costs: costs, correlation: correlation)
        for (largest, leaves) in [(6561, nil), (16, nil), (16, 8), (16, 9)] {
          if let leaves, !trees.contains(where: { $0.leaves == leaves }) { continue }
          try Self.check(
            SplitPlanner(
              shares: shares, costs: costs, widths: widths, largestLeafCount: largest,
              leafCount: leaves, siblingCorrelation: correlation), against: trees)
        }
      }
    }
  }

  @Test func `one budget at a time gives the plans of the front`() throws {
    for shares in Self.profiles(6) {
      let planner = SplitPlanner(
        shares: shares, costs: TreeCosts(stepCount: 6), widths: [2, 3], largestLeafCount: 729)
      let front = try planner.front(budget: 364)
      for budget in 6...364 {
        let best = try planner.best(budget: Double(budget))
        let expected = try #require(front.last { $0.cost <= Double(budget) })
        expectRelative(best.variance.steps, expected.variance.steps, within: 1e-11)
        #expect(best.cost <= Double(budget))
      }
    }
  }

  @Test(arguments: 1...6)
  func `the search for fidelity equals trying every tree by the formula`(count: Int) throws {
    let costs = TreeCosts(stepCount: count)
    let shapes = Self.everyShape(steps: count, widths: [2, 3])
    for shares in Self.profiles(count) {
      let trees = Self.everyTree(
        shares, shapes: shapes, costs: costs, correlation: 0, withFidelity: true)
      for (largest, leaves) in [(729, nil), (12, nil), (12, 6)] {
        if let leaves, !trees.contains(where: { $0.leaves == leaves }) { continue }
        try Self.check(
          SplitPlanner(
            shares: shares, costs: costs, widths: [3, 2], largestLeafCount: largest,
            leafCount: leaves, objective: .fidelity), against: trees)
      }
    }
  }

  @Test func `gradients and rewards count where they are to count`() throws {
    let costs = TreeCosts(stepCount: 5, trainedEdge: 2.1, trainedSteps: [0, 1, 3], leaf: 0.7)
    // By hand: 1 for the root, 1 a node above the leaves, 2.1 a trained edge, 0.7 a leaf.
    expectClose(
      costs.cost(nodeCounts: [1, 2, 2, 4, 8]), 10 + 2.1 * (1 + 2 + 4) + 0.7 * 8, within: 1e-13)
    #expect(TreeCosts.modelCalls(nodeCounts: [1, 2, 2, 4, 8]) == 10)
    let shapes = Self.everyShape(steps: 5, widths: [2, 3])
    for shares in Self.profiles(5) {
      let trees = Self.everyTree(shares, shapes: shapes, costs: costs, correlation: 0.5)
      try Self.check(
        SplitPlanner(
          shares: shares, costs: costs, widths: [2, 3], largestLeafCount: 243,
          siblingCorrelation: 0.5), against: trees)
    }
  }

  @Test func `no tree has less variance than the continuous optimum`() throws {
    for count in 1...6 {
      let shapes = Self.everyShape(steps: count, widths: [2, 3])
      for shares in Self.profiles(count) {
        for correlation in [0, 0.2] {
          let costs = TreeCosts(stepCount: count)
          let planner = SplitPlanner(
            shares: shares, costs: costs, widths: [2, 3], largestLeafCount: 729,
            siblingCorrelation: correlation)
          for tree in Self.everyTree(
            shares, shapes: shapes, costs: costs, correlation: correlation)
          {
            let bound = try planner.varianceBound(budget: tree.cost)
            #expect(bound <= tree.variance * (1 + 1e-12))
          }
        }
      }
    }
  }

  // Fixtures/origin/plan.py tries every tree; variances there come from the covariances of all leaves.
  @Test func `the best trees on published schedules are those of the independent script`() throws {
    let table = try ReferenceTable("plans", in: "trees")
    #expect(table.rows.count == 16)
    for row in table.rows {
      let shares = try PlanFixtures.shares(of: row, in: table)
      let count = shares.stepCount
      let planner = SplitPlanner(
        shares: shares, costs: TreeCosts(stepCount: count),
        widths: Array(2...(try table.integer(row, "largestWidth"))),
        largestLeafCount: try table.integer(row, "leaves"))
      let published = try PlanFixtures.widths(try table.text(row, "published"), steps: count)
      let splits = PublishedSplits.all[0].steps(stepCount: count)
      #expect(published == (0..<count).map { splits.contains($0) ? 2 : 1 })
      let budget = try table.number(row, "calls")
      let front = try planner.front(budget: budget)
      let found = planner.comparisons(of: [.tree(widths: published)], front: front)[0]
      #expect(found.cost == budget)
      expectRelative(
        found.variance.steps, try table.number(row, "publishedVariance"), within: 1e-11)
      let best = try #require(found.best)
      #expect(
        best.widths == (try PlanFixtures.widths(try table.text(row, "best"), steps: count)))
      #expect(best.modelCalls == (try table.integer(row, "bestCalls")))
      expectRelative(
        best.variance.steps, try table.number(row, "bestVariance"), within: 1e-11)
      expectClose(found.gain ?? .nan, try table.number(row, "gain"), within: 1e-11)
      expectRelative(
        TreeMeanVariance(
          shares: shares, nodeCounts: TreeMeanVariance.nodeCounts(widths: published),
          siblingCorrelation: 0.2
        ).steps, try table.number(row, "correlatedVariance"), within: 1e-11)
      #expect(try planner.varianceBound(budget: budget) <= best.variance.steps)
    }
  }
}
