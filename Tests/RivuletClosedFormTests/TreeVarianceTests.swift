import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletTestSupport
import Testing

@Suite struct TreeVarianceTests {
  /// The published default tree.
  static let published = TreeMeanVariance.nodeCounts(
    widths: (0..<20).map { SplitPoints.dense.steps.contains($0) ? 2 : 1 })

  /// The shares of the published setting on data of deviation one.
  static func shares(scored: ScoredState) -> VarianceShares {
    VarianceShares(
      plan: PublishedSchedule.branch20.plan(lastStepIsStochastic: true), deviations: [1],
      gradient: [1], scored: scored)
  }

  /// Every list of widths 1 to 3 of a length.
  static func trees(steps: Int) -> [[Int]] {
    var lists: [[Int]] = [[]]
    for _ in 0..<steps { lists = lists.flatMap { list in (1...3).map { list + [$0] } } }
    return lists
  }

  /// Shares that differ from key to key; some are zero.
  static func randomShares(_ count: Int, key: RandomKey) -> VarianceShares {
    let draws = key.standardNormals(count: count + 1)
    return VarianceShares(
      initial: draws[count] * draws[count],
      steps: (0..<count).map { draws[$0] > 1.2 ? 0 : draws[$0] * draws[$0] })
  }

  // Fixtures/origin/plan.py: shares by running unit noises through the sampler, fidelities from the
  // covariance matrices of all leaves of the published splits, with rho = 0.2 in the last column.
  @Test func `shares and fidelities of published schedules agree with the independent script`()
    throws
  {
    let table = try ReferenceTable("shares", in: "trees")
    #expect(table.rows.count == 53)
    for row in table.rows {
      let shares = try PlanFixtures.shares(of: row, in: table)
      let step = try table.integer(row, "step")
      let expected = try table.number(row, "share")
      guard step >= 0 else {
        expectRelative(shares.initial, expected, within: 1e-12)
        continue
      }
      expectRelative(shares.steps[step], expected, within: 1e-11)
      let count = shares.stepCount
      let splits = PublishedSplits.all[0].steps(stepCount: count)
      let nodes = TreeMeanVariance.nodeCounts(
        widths: (0..<count).map { splits.contains($0) ? 2 : 1 })
      expectRelative(
        CreditFidelity.tree(shares: shares, nodeCounts: nodes)[step],
        try table.number(row, "fidelity"), within: 1e-11)
      expectRelative(
        CreditFidelity.tree(shares: shares, nodeCounts: nodes, siblingCorrelation: 0.2)[step],
        try table.number(row, "correlated"), within: 1e-11)
    }
  }

  @Test func `an ODE step to time zero is the clean prediction`() throws {
    let plan = try SamplingPlan.fullSDE(
      grid: .shifted(steps: 6, shift: 3), noise: .constant(0.4), lastStepIsStochastic: true)
    let clean = plan.endingInCleanPrediction
    #expect(clean.kernels.dropLast() == plan.kernels.dropLast())
    let last = clean.kernels[5]
    #expect(!last.isStochastic)
    expectClose(
      last.mean(state: [0.3], velocity: [-0.7])[0], 0.3 + plan.kernels[5].time * 0.7,
      within: 1e-15)
  }

  // Theory, section 5.4; the settings that the printed numbers stand for are in the first argument.
  @Test func `the published default tree has the fidelities of the theory`() {
    let all = Self.shares(scored: .finalState)
    expectPrinted(CreditFidelity.tree(shares: all, nodeCounts: Self.published)[0], ".0276")
    expectPrinted(
      CreditFidelity.flat(shares: all, groupSize: 16, sharesInitialNoise: true)[0], ".0094")
    expectPrinted(
      CreditFidelity.flat(shares: all, groupSize: 16, sharesInitialNoise: false)[0], ".0013")
    let clean = Self.shares(scored: .cleanPrediction)
    #expect(clean.steps[19] == 0)
    expectPrinted(CreditFidelity.tree(shares: clean, nodeCounts: Self.published)[0], ".0297")
    expectPrinted(
      CreditFidelity.flat(shares: clean, groupSize: 16, sharesInitialNoise: true)[0], ".0105")
    // After the last fork the tree's advantages are those of the flat group of its leaves: the ratio
    // is one number there, 3 % above 1.
    let tree = CreditFidelity.tree(shares: all, nodeCounts: Self.published)
    let flat = CreditFidelity.flat(shares: all, groupSize: 16, sharesInitialNoise: true)
    for step in 9..<20 { expectPrinted(tree[step] / flat[step], "1.03") }
  }

  @Test func `two standardised siblings have one over pi`() {
    expectClose(
      CreditFidelity.oneStepBranching(siblings: 2, isStandardised: true), 1 / Double.pi,
      within: 1e-15)
    #expect(CreditFidelity.oneStepBranching(siblings: 2) == 0.5)
    // By hand: (1 - 1/4)(1 - 1/2).
    #expect(CreditFidelity.oneStepBranching(siblings: 4, siblingCorrelation: 0.5) == 0.375)
    #expect(CreditFidelity.oneStepBranching(siblings: 1, isStandardised: true) == 0)
  }

  // An advantage A = (r - mean)/S has mean square (G - 1)/G whatever the rewards, so its squared
  // correlation with the noise follows from the mean product of the advantage rules.
  @Test func `standardised fidelities follow from the mean product of the advantages`() {
    let shares = Self.randomShares(5, key: RandomKey(seed: 3))
    for size in [2, 3, 4, 12] {
      for sharesNoise in [false, true] {
        let found = CreditFidelity.flat(
          shares: shares, groupSize: size, sharesInitialNoise: sharesNoise, isStandardised: true)
        let variance = sharesNoise ? shares.stepTotal : shares.total
        for step in 0..<5 {
          let product = AdvantageFactor.meanProduct(
            groupSize: size, convention: .sample, influence: shares.steps[step].squareRoot(),
            rewardDeviation: variance.squareRoot())
          expectClose(
            found[step], product * product * Double(size) / Double(size - 1), within: 1e-14)
        }
      }
    }
  }

  // Theory, section 5.1: two leaves that part at step p share all noise before p, and the part rho of
  // that of p; given the root. The trees are all of four steps with widths 1 to 3.
  @Test func `the variance of the mean is the mean of the covariances of all leaves`() throws {
    for (number, widths) in Self.trees(steps: 4).enumerated() {
      let shares = Self.randomShares(4, key: RandomKey(seed: 11).child(UInt64(number)))
      let shape = try TreeShape(widths: widths)
      for correlation in [0, 0.3, 1] {
        var sum = 0.0
        for first in 0..<shape.leafCount {
          for second in 0..<shape.leafCount {
            let parting = shape.partingStep(first, second)
            for step in 0..<(parting ?? 4) { sum += shares.steps[step] }
            if let parting { sum += correlation * shares.steps[parting] }
          }
        }
        let leaves = Double(shape.leafCount)
        let found = TreeMeanVariance(
          shares: shares, nodeCounts: TreeMeanVariance.nodeCounts(widths: widths),
          siblingCorrelation: correlation)
        expectClose(found.steps, sum / (leaves * leaves), within: 1e-13 * shares.total)
        #expect(found.initial == shares.initial)
        // The same as a sum over effective shares, on which planning rests.
        var effective = correlation * shares.steps[0]
        let counts = TreeMeanVariance.nodeCounts(widths: widths)
        for (step, share) in shares.effectiveSteps(siblingCorrelation: correlation).enumerated() {
          effective += share / Double(counts[step])
        }
        expectClose(effective, found.steps, within: 1e-13 * shares.total)
      }
    }
  }

  // By hand, B7 of the specification: one fork into K children, variance (1 + (K - 1) rho)/K.
  @Test func `one fork of correlated siblings has the variance of the specification`() {
    for (width, s, expected) in [(4, 1.0, 0.625), (16, 1, 0.53125), (2, 4, 0.52941176470588236)] {
      let found = TreeMeanVariance(
        shares: VarianceShares(initial: 2, steps: [1]), nodeCounts: [width],
        siblingCorrelation: ForkNoise.correlated(branchParameter: s).siblingCorrelation)
      expectClose(found.steps, expected, within: 1e-15)
      #expect(found.total == 2 + found.steps)
    }
  }

  @Test func `a flat group from one initial noise is a tree that forks at step zero alone`() {
    let shares = Self.randomShares(6, key: RandomKey(seed: 5))
    for size in [1, 2, 7, 16] {
      let counts = [Int](repeating: size, count: 6)
      let flat = TreeMeanVariance.flat(shares: shares, groupSize: size, sharesInitialNoise: true)
      let tree = TreeMeanVariance(shares: shares, nodeCounts: counts)
      expectClose(flat.steps, tree.steps, within: 1e-14 * shares.total)
      #expect(flat.initial == tree.initial)
      expectClose(
        CreditFidelity.tree(shares: shares, nodeCounts: counts),
        CreditFidelity.flat(shares: shares, groupSize: size, sharesInitialNoise: true),
        within: 1e-14)
      // As many trees of one chain each are a flat group with private noises.
      let chains = TreeMeanVariance(shares: shares, nodeCounts: counts, roots: size)
      let apart = TreeMeanVariance.flat(shares: shares, groupSize: size, sharesInitialNoise: false)
      expectClose(chains.total, apart.total, within: 1e-14 * shares.total)
    }
  }

  // Fixtures/origin/plan.py: eigenvalues of the covariance of the leaves, and mpmath's quadrature.
  @Test func `standardised fidelities of trees agree with the independent script`() throws {
    let table = try ReferenceTable("standardised", in: "trees")
    #expect(table.rows.count == 18)
    for row in table.rows {
      func list(_ column: String) throws -> [Double] {
        try table.text(row, column).split(separator: " ").map { try #require(Double($0)) }
      }
      let shares = VarianceShares(initial: 0, steps: try list("shares"))
      let counts = TreeMeanVariance.nodeCounts(widths: try list("widths").map { Int($0) })
      let found = CreditFidelity.standardisedTree(
        shares: shares, nodeCounts: counts,
        siblingCorrelation: try table.number(row, "correlation"))
      expectRelative(
        found[try table.integer(row, "step")], try table.number(row, "fidelity"), within: 1e-11)
    }
  }

  @Test func `standardising a depth whose contrasts are alike takes c4 squared`() {
    let shares = Self.randomShares(6, key: RandomKey(seed: 6))
    for size in [2, 3, 16] {
      expectClose(
        CreditFidelity.standardisedTree(
          shares: shares, nodeCounts: [Int](repeating: size, count: 6)),
        CreditFidelity.flat(
          shares: shares, groupSize: size, sharesInitialNoise: true, isStandardised: true),
        within: 1e-13)
    }
    // Two nodes at a depth: 2/pi, c4(2)^2. The published tree has two up to step 2.
    let all = Self.shares(scored: .finalState)
    let centred = CreditFidelity.tree(shares: all, nodeCounts: Self.published)
    let divided = CreditFidelity.standardisedTree(shares: all, nodeCounts: Self.published)
    for step in 0..<3 { expectRelative(divided[step], centred[step] * 2 / .pi, within: 1e-12) }
    // In this tree the division lowers every one of them.
    for step in 0..<20 { #expect(divided[step] < centred[step]) }
    // One fork of correlated siblings: (1 - 1/K)(1 - rho) c4(K)^2.
    expectClose(
      CreditFidelity.standardisedTree(
        shares: VarianceShares(initial: 0, steps: [2]), nodeCounts: [4], siblingCorrelation: 0.5)[
          0],
      CreditFidelity.oneStepBranching(siblings: 4, siblingCorrelation: 0.5, isStandardised: true),
      within: 1e-13)
  }
}
