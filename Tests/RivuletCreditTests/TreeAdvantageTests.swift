import RivuletCredit
import RivuletTestSupport
import Testing

@Suite struct TreeAdvantageTests {
  /// The tree of the published defaults: T = 20, K = 2, splits 0, 3, 6 and 9.
  let dense: TreeShape
  let values: [Double]

  init() throws {
    dense = try TreeShape(splits: .dense, stepCount: 20)
    var cases = CaseGenerator(seed: 1)
    values = RewardFusion.uniform.values(of: (0..<16).map { _ in cases.number() }, shape: dense)
  }

  @Test func `two nodes at a depth have plus and minus the root of a half`() {
    let advantages = TreeAdvantageRule.published.advantages(of: values, shape: dense)
    // d / (d sqrt 2 / 2) / 2 for any gap d, up to epsilon 1e-8 of a gap of order 0.1.
    for node in 1...6 {
      let isLarger = values[node] > values[node.isMultiple(of: 2) ? node - 1 : node + 1]
      expectClose(advantages[node], (isLarger ? 1 : -1) / 2.0.squareRoot(), within: 1e-6)
    }
  }

  @Test func `176 of 218 edges have the advantage of their leaf in a flat group, to the bit`() {
    let advantages = TreeAdvantageRule.published.advantages(of: values, shape: dense)
    let flat = AdvantageRule.danceGRPO.advantages(
      of: Array(values[dense.leaves]), layout: GroupLayout(branches: 16))
    let same = (1..<dense.nodeCount).filter { node in
      dense.leafCounts[node] == 1 && advantages[node] == flat[dense.leafStarts[node]]
    }
    // Depths 10 to 20 of 16 nodes each.
    #expect(same.count == 176 && Array(same) == Array(dense.nodes(atDepth: 10).lowerBound..<219))
  }

  @Test func `a depth has the bits of the flat rule on its values`() throws {
    for seed in 0..<60 as Range<UInt64> {
      var cases = CaseGenerator(seed: seed)
      let root = ModelTree.random(&cases)
      let shape = try root.shape()
      let values = RewardFusion.uniform.values(
        of: cases.rewards(count: shape.leafCount), shape: shape)
      for convention in AdvantageRule.Convention.allCases {
        for epsilon in [0, 1e-4] {
          let rule = TreeAdvantageRule(
            baseline: .depth, convention: convention, epsilon: epsilon)
          let flat = AdvantageRule(
            convention: convention, scope: .promptGroup, epsilon: epsilon)
          let advantages = rule.advantages(of: values, shape: shape)
          for depth in 1...shape.stepCount {
            let nodes = shape.nodes(atDepth: depth)
            #expect(
              Array(advantages[nodes])
                == flat.advantages(
                  of: Array(values[nodes]), layout: GroupLayout(branches: nodes.count)))
          }
        }
      }
    }
  }

  @Test func `one outlier reaches the bound`() throws {
    // (n - 1) / sqrt n: 0.7071, 1.5, 2.4749 and 3.75.
    for (count, bound) in [(2, 0.70710678118654752), (4, 1.5), (8, 2.4748737341529163), (16, 3.75)]
    {
      let fork = try TreeShape(widths: [count])
      let rewards = [1.0] + [Double](repeating: 0, count: count - 1)
      let rule = TreeAdvantageRule(baseline: .depth, convention: .sample, epsilon: 0)
      let values = RewardFusion.uniform.values(of: rewards, shape: fork)
      expectClose(rule.advantages(of: values, shape: fork)[1], bound, within: 1e-15 * bound * 4)
    }
  }

  @Test func `spreads just below the gate give zeros, and just above it advantages`() throws {
    let fork = try TreeShape(widths: [2])
    // The sample deviation of two rewards at a distance d is d / sqrt 2, so the gate stands at
    // d = 1.41421e-6.
    for (gap, passes) in [(1.4e-6, false), (1.43e-6, true), (-1.4e-6, false), (0, false)] {
      let values = RewardFusion.uniform.values(of: [0, gap], shape: fork)
      let advantages = TreeAdvantageRule.published.advantages(of: values, shape: fork)
      if passes {
        // 1.43e-6 / sqrt 2 = 1.01116e-6, and 0.715e-6 / (1.01116e-6 + 1e-8) = 0.700183
        expectClose(advantages, [0, -0.7001825, 0.7001825], within: 1e-6)
        #expect(TreeAdvantageRule.paper.advantages(of: values, shape: fork) == advantages)
      } else {
        #expect(advantages == [0, 0, 0])
      }
    }
    let population = TreeAdvantageRule(
      baseline: .siblings, convention: .population, epsilon: 0, gate: 1)
    // The population deviation of two is half their distance.
    for (gap, expected) in [(1.99, 0.0), (2, 1), (2.01, 1)] {
      let values = RewardFusion.uniform.values(of: [0, gap], shape: fork)
      #expect(population.advantages(of: values, shape: fork)[2] == expected)
    }
    // Without a division there is no gate.
    let plain = TreeAdvantageRule(baseline: .depth, convention: .none, epsilon: 0, gate: 1)
    #expect(plain.advantages(of: [0.5, 0.25, 0.75], shape: fork) == [0, -0.25, 0.25])
  }

  @Test
  func `the siblings of a fork share a mean, and a chain has the advantage of its fork's child`()
    throws
  {
    // Hand calculation. Leaves 1 | 2, 6 | 4 below three children; the first step is a chain.
    let shape = try TreeShape(childCounts: [[1], [3], [1, 2, 1]])
    let values = RewardFusion.uniform.values(of: [1, 2, 6, 4], shape: shape)
    #expect(values == [3.25, 3.25, 1, 4, 4, 1, 2, 6, 4])
    let advantages = TreeAdvantageRule.siblingCentred.advantages(of: values, shape: shape)
    // Fork of three: mean of 1, 4, 4 is 3. Fork of two: mean of 2, 6 is 4. Chains copy.
    #expect(advantages == [0, 0, -2, 1, 1, -2, -2, 2, 1])
    let others = TreeAdvantageRule(baseline: .siblings, convention: .leaveOneOut, epsilon: 0)
    // 1 - 4, 4 - 2.5, 2 - 6.
    #expect(others.advantages(of: values, shape: shape) == [0, 0, -3, 1.5, 1.5, -3, -4, 4, 1.5])
  }

  @Test func `under the flat baseline a node has the mean of the advantages of its leaves`() throws
  {
    for seed in 0..<60 as Range<UInt64> {
      var cases = CaseGenerator(seed: seed)
      let root = ModelTree.random(&cases)
      root.fill(rewards: root.leaves.map { _ in cases.number() }, &cases)
      let shape = try root.shape()
      let values = RewardFusion.uniform.values(of: root.rewards, shape: shape)
      for rule in allTreeRules where rule.baseline == .flat {
        let advantages = rule.advantages(of: values, shape: shape)
        for node in root.all.dropFirst() {
          let mean =
            node.leaves.reduce(0) { $0 + advantages[$1.number] } / Double(node.leaves.count)
          expectClose(advantages[node.number], mean, within: 1e-13)
        }
      }
    }
  }

  @Test func `advantages do not overflow or vanish at any magnitude`() throws {
    let shape = try TreeShape(widths: [2, 1, 2])
    let rewards = [1.0, 2, 6, 3]
    for rule in allTreeRules where rule.convention.divides {
      var plain = rule
      plain.epsilon = 0
      plain.gate = 0
      let expected = plain.advantages(
        of: RewardFusion.uniform.values(of: rewards, shape: shape), shape: shape)
      for exponent in [-1060, -900, 900, 1020] {
        let unit = Double(sign: .plus, exponent: exponent, significand: 1)
        let values = RewardFusion.uniform.values(of: rewards.map { $0 * unit }, shape: shape)
        #expect(plain.advantages(of: values, shape: shape) == expected)
      }
    }
  }

  @Test func `the sum over all edges is zero, so on policy the objective is zero`() {
    // J = (1 / |E|) sum A where every ratio is one.
    for rule in [TreeAdvantageRule.published, .paper] {
      let advantages = rule.advantages(of: values, shape: dense)
      expectClose(advantages.reduce(0, +), 0, within: 1e-12)
    }
  }

  @Test func `presets are what their sources say`() {
    let published = TreeAdvantageRule.published
    #expect(published.baseline == .depth && published.convention == .sample)
    #expect(published.epsilon == 1e-8 && published.gate == 1e-6)
    #expect(TreeAdvantageRule.paper.gate == 0 && TreeAdvantageRule.paper.baseline == .depth)
    #expect(TreeAdvantageRule.siblingCentred.baseline == .siblings)
    #expect(TreeAdvantageRule.flatSample.baseline == .flat)
  }

  @Test func `misuse stops`() async {
    await #expect(processExitsWith: .failure) {
      let fork = try TreeShape(widths: [2])
      _ = TreeAdvantageRule.published.advantages(of: [0, 1], shape: fork)
    }
    await #expect(processExitsWith: .failure) {
      let fork = try TreeShape(widths: [2])
      _ = TreeAdvantageRule.published.advantages(of: [0, 1, .infinity], shape: fork)
    }
    await #expect(processExitsWith: .failure) {
      _ = TreeAdvantageRule(baseline: .depth, convention: .none, epsilon: -1)
    }
  }
}
