import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletTestSupport
import Testing

@Suite struct TreeLeafLawTests {
  /// The toy of theorem 1: data N(.5, .25), T = 20, shift 3, eta .3 at every step.
  static func toy(
    _ noise: ForkNoise, splits: SplitPoints = .dense, root: Double = 1,
    scored: ScoredState = .finalState
  ) throws -> LeafLaw {
    let plan = try SamplingPlan.fullSDE(
      grid: .shifted(steps: 20, shift: 3), noise: .constant(0.3), lastStepIsStochastic: true)
    return LeafLaw(
      chain: GaussianChain(plan: plan, mean: 0.5, deviation: 0.5, initialDeviation: root),
      shape: try TreeShape(splits: splits, stepCount: 20), forkNoise: noise, scored: scored)
  }

  /// The trees of `Fixtures/origin/trees.py`.
  static func fixture(
    _ shape: String, noise text: String, scored: String, root: Double = 1
  ) throws -> LeafLaw {
    let parts = text.split(separator: ":")
    let value = parts.count > 1 ? try #require(Double(parts[1])) : 0
    let noise: ForkNoise
    switch parts[0] {
    case "fork": noise = .correlated(branchParameter: value)
    case "step": noise = .correlated(branchParameter: value, sharing: .step)
    case "scaled": noise = .scaled(value)
    default: noise = .independent
    }
    let state = try #require(ScoredState(rawValue: scored))
    if shape == "dense" { return try toy(noise, root: root, scored: state) }
    let plan = try SamplingPlan.fullSDE(
      grid: .shifted(steps: 12, shift: 5), noise: .constant(0.5), lastStepIsStochastic: true)
    let tree: TreeShape
    if shape == "unseen" {
      tree = try TreeShape(splits: try SplitPoints([1, 7], stepCount: 12), width: 3, stepCount: 12)
    } else {
      let four = [1, 1, 1, 1]
      let eight = [2, 1, 2, 1, 2, 1, 2, 1]
      let plain = [Int](repeating: 1, count: 12)
      tree = try TreeShape(childCounts: [
        [2], [1, 1], [3, 1], four, four, [2, 2, 2, 2], four + four, four + four, eight, plain,
        plain,
        [Int](repeating: 1, count: 9) + [2, 2, 2],
      ])
    }
    return LeafLaw(
      chain: GaussianChain(
        plan: plan, mean: shape == "unseen" ? -0.4 : 0.2, deviation: shape == "unseen" ? 1.3 : 0.7,
        initialDeviation: root),
      shape: tree, forkNoise: noise, scored: state)
  }

  @Test func `covariances agree with sums over all noises that two leaves share`() throws {
    let table = try ReferenceTable("leaf-covariances", in: "trees")
    for row in table.rows {
      let law = try Self.fixture(
        try table.text(row, "shape"), noise: try table.text(row, "noise"),
        scored: try table.text(row, "scored"))
      expectClose(
        law.covariance(try table.integer(row, "first"), try table.integer(row, "second")),
        try table.number(row, "covariance"), within: 2e-14)
    }
  }

  @Test func `variances of means and spreads agree with sums over all noises`() throws {
    let table = try ReferenceTable("leaf-summaries", in: "trees")
    for row in table.rows {
      let law = try Self.fixture(
        try table.text(row, "shape"), noise: try table.text(row, "noise"),
        scored: try table.text(row, "scored"), root: try table.number(row, "root"))
      #expect(law.leafCount == (try table.integer(row, "leaves")))
      expectClose(law.mean, try table.number(row, "mean"), within: 1e-14)
      expectClose(law.varianceOfMean, try table.number(row, "varianceOfMean"), within: 2e-14)
      let weights = (0..<law.leafCount).map { Double(1 + (3 * $0) % 5) / 10 }
      expectRelative(
        law.variance(ofSumWeightedBy: weights), try table.number(row, "varianceOfWeighted"),
        within: 2e-13)
      expectClose(
        law.expectedSampleVariance, try table.number(row, "sampleVariance"), within: 2e-14)
      expectClose(law.meanSquaredDistance, try table.number(row, "squaredDistance"), within: 4e-14)
    }
  }

  @Test func `the toy of theorem 1 has the printed variances and covariances`() throws {
    for noise in [
      ForkNoise.independent, .correlated(branchParameter: 0.5), .correlated(branchParameter: 4),
      .correlated(branchParameter: 1, sharing: .step),
    ] {
      let law = try Self.toy(noise)
      expectPrinted((0..<16).map { law.variance(ofLeaf: $0) }.min() ?? 0, "0.192862745")
      expectPrinted((0..<16).map { law.variance(ofLeaf: $0) }.max() ?? 0, "0.192862745")
      expectClose(law.mean, 0.5, within: 1e-14)
    }
    expectPrinted(try Self.toy(.scaled(4)).variance(ofLeaf: 7), "0.220173505")
    // Leaf 0 and the leaf that parts from it at steps 9, 6, 3 and 0.
    for (s, printed) in [
      (1.0, ".143359 .141493 .140322 .139521"), (4, ".143006 .141282 .140182 .139422"),
    ] {
      let law = try Self.toy(.correlated(branchParameter: s))
      expectPrinted([1, 2, 4, 8].map { law.covariance(0, $0) }, printed)
    }
    expectPrinted(try Self.toy(.independent).correlation(0, 8), "0.72")
  }

  @Test func `the matrix is symmetric, not negative, and sums to the variances of sums`() throws {
    for shape in ["dense", "uneven"] {
      for noise in ["fork:1", "step:0.5", "scaled:4"] {
        let law = try Self.fixture(shape, noise: noise, scored: "finalState")
        let matrix = law.covarianceMatrix()
        let count = law.leafCount
        #expect(SymmetricEigen(matrix).values.allSatisfy { $0 > -1e-15 })
        var sum = 0.0
        let weights = RandomKey(seed: 5).standardNormals(count: count)
        for row in 0..<count {
          for column in 0..<count { sum += weights[row] * weights[column] * matrix[row, column] }
          #expect(matrix[row, row] == law.variance(ofLeaf: row))
        }
        expectRelative(law.variance(ofSumWeightedBy: weights), sum, within: 1e-12)
      }
    }
  }

  @Test func `a tree without forks is a chain, whatever its fork noise`() throws {
    let plan = try SamplingPlan.fullSDE(grid: .shifted(steps: 9, shift: 2), noise: .constant(0.4))
    let chain = GaussianChain(plan: plan, mean: 1, deviation: 0.6)
    let shape = try TreeShape(widths: [Int](repeating: 1, count: 9))
    for noise in [ForkNoise.published, .scaled(4), .independent] {
      let law = LeafLaw(chain: chain, shape: shape, forkNoise: noise)
      #expect(law.variance(ofLeaf: 0) == chain.variances[9] && law.mean == chain.means[9])
      expectRelative(law.varianceOfMean, chain.variances[9], within: 1e-14)
      #expect(law.expectedSampleVariance == 0)
    }
  }

  @Test func `branch parameter zero makes twins, a large one independent siblings`() throws {
    let twins = try Self.toy(
      .correlated(branchParameter: 0), splits: try SplitPoints([19], stepCount: 20))
    expectClose(twins.correlation(0, 1), 1, within: 1e-15)
    expectClose(twins.meanSquaredDistance, 0, within: 1e-15)
    let far = try Self.toy(.correlated(branchParameter: 1e9))
    let independent = try Self.toy(.independent)
    for other in 1..<16 {
      expectClose(far.covariance(0, other), independent.covariance(0, other), within: 1e-15)
    }
    // Scale one is no scale.
    expectClose(
      try Self.toy(.scaled(1)).varianceOfMean, independent.varianceOfMean, within: 1e-16)
  }

  @Test func `the variance of the mean is the sum of shares over nodes for independent siblings`()
    throws
  {
    let law = try Self.toy(.independent)
    let counts = TreeCounts(splits: .dense, stepCount: 20)
    var sum = law.chain.initialVarianceShare()
    for step in 0..<20 {
      sum += law.chain.varianceShare(of: step) / Double(counts.nodesAtDepth[step + 1])
    }
    expectRelative(law.varianceOfMean, sum, within: 1e-13)
  }

  @Test func `one fork alone has the mean's variance of correlated siblings`() throws {
    // Given the root, a single step of noise: sigma^2 (1 + (K - 1) rho)/K.
    let plan = try SamplingPlan.singleStep(
      grid: .uniform(steps: 3), noise: .constant(0.5), step: 1)
    let chain = GaussianChain(plan: plan, deviation: 0.8, initialDeviation: 0)
    for (children, s, ratio) in [(4, 1.0, 0.625), (16, 1, 0.53125), (2, 4, 9.0 / 17)] {
      let law = LeafLaw(
        chain: chain, shape: try TreeShape(widths: [1, children, 1]),
        forkNoise: .correlated(branchParameter: s))
      expectRelative(law.varianceOfMean, ratio * chain.variances[3], within: 1e-14)
      expectRelative(law.effectiveLeafCount, 1 / ratio, within: 1e-14)
    }
  }

  @Test func `siblings of the last step have one clean prediction`() throws {
    let splits = try SplitPoints([5, 19], stepCount: 20)
    let clean = try Self.toy(.independent, splits: splits, scored: .cleanPrediction)
    expectClose(clean.correlation(0, 1), 1, within: 1e-15)
    #expect(clean.influence(of: 19) == 0)
    let final = try Self.toy(.independent, splits: splits)
    #expect(final.correlation(0, 1) < 0.99)
    // The last ODE step to zero is x - t v, of slope 1 - t alpha: by hand for t = 3/22.
    let t = 3.0 / 22
    let alpha = (t - (1 - t) * 0.25) / ((1 - t) * (1 - t) * 0.25 + t * t)
    let slope = 1 - t * alpha
    expectRelative(
      clean.variance(ofLeaf: 0), slope * slope * clean.chain.variances[19], within: 1e-13)
  }

  @Test func `leaves draw together as splits move later and as the branch parameter falls`() throws
  {
    let bySplits = try [SplitPoints.dense, .mixed, .sparse, .late].map {
      try Self.toy(.published, splits: $0).meanSquaredDistance
    }
    #expect(bySplits == bySplits.sorted(by: >))
    let byParameter = try [8.0, 4, 2, 1, 0.5, 0].map {
      try Self.toy(.correlated(branchParameter: $0)).meanSquaredDistance
    }
    #expect(byParameter == byParameter.sorted(by: >))
  }
}
