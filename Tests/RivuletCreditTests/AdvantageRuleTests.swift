import RivuletCredit
import RivuletTestSupport
import Testing

/// Hand calculation: rewards 1, 2, 6 have mean 3, squares about it 4 + 1 + 9 = 14.
@Suite struct GroupAdvantageTests {
  let layout = GroupLayout(branches: 3)

  func advantages(_ convention: AdvantageRule.Convention, epsilon: Double = 0) -> [Double] {
    AdvantageRule(convention: convention, scope: .seedGroup, epsilon: epsilon)
      .advantages(of: [1, 2, 6], layout: layout)
  }

  @Test func `without a spread are centred rewards`() {
    #expect(advantages(.none) == [-2, -1, 3])
  }

  @Test func `with leave-one-out are rewards less the mean of the others`() {
    // 1 - (2 + 6)/2, 2 - (1 + 6)/2, 6 - (1 + 2)/2
    expectClose(advantages(.leaveOneOut), [-3, -1.5, 4.5], within: 1e-15)
  }

  @Test func `with the population form divide by the root of 14 thirds`() {
    let spread = (14.0 / 3).squareRoot()
    expectClose(advantages(.population), [-2 / spread, -1 / spread, 3 / spread], within: 1e-15)
  }

  @Test func `with the sample form divide by the root of 7`() {
    let spread = 7.0.squareRoot()
    expectClose(advantages(.sample), [-2 / spread, -1 / spread, 3 / spread], within: 1e-15)
  }

  @Test func `with epsilon divide by the spread plus epsilon`() {
    let spread = 7.0.squareRoot() + 0.5
    expectClose(
      advantages(.sample, epsilon: 0.5), [-2 / spread, -1 / spread, 3 / spread], within: 1e-15)
  }

  @Test func `do not overflow or vanish at any magnitude`() {
    let rule = AdvantageRule(convention: .population, scope: .seedGroup, epsilon: 0)
    let plain = rule.advantages(of: [1, 2, 6], layout: layout)
    for exponent in [-1070, -1000, 0, 900, 1020] {
      let unit = Double(sign: .plus, exponent: exponent, significand: 1)
      #expect(rule.advantages(of: [unit, 2 * unit, 6 * unit], layout: layout) == plain)
    }
    // In the unit of the rewards, next to the largest number.
    let mean = AdvantageRule(convention: .none, scope: .seedGroup, epsilon: 0)
    #expect(
      mean.advantages(of: [8e307, -8e307], layout: GroupLayout(branches: 2)) == [8e307, -8e307])
  }

  @Test func `tell rewards apart that differ in the last bit`() {
    let rule = AdvantageRule(convention: .population, scope: .seedGroup, epsilon: 0)
    // Two of three at one value: (0, 0, 1) up to shift and scale, so -1/sqrt 2, -1/sqrt 2, sqrt 2.
    let observed = rule.advantages(of: [0.1, 0.1, 0.1.nextUp], layout: layout)
    let root = 2.0.squareRoot()
    expectClose(observed, [-1 / root, -1 / root, root], within: 1e-15)
  }

  @Test func `refuse rewards that are not finite`() async {
    await #expect(processExitsWith: .failure) {
      _ = AdvantageRule.rloo.advantages(of: [1, .nan], layout: GroupLayout(branches: 2))
    }
    await #expect(processExitsWith: .failure) {
      _ = AdvantageRule.rloo.advantages(ofColumns: [[1, 2], [.infinity, 2]])
    }
  }

  @Test func `refuse a layout of another size`() async {
    await #expect(processExitsWith: .failure) {
      _ = AdvantageRule.rloo.advantages(of: [1, 2, 3], layout: GroupLayout(branches: 2))
    }
  }
}

@Suite struct ScopeTests {
  /// Two prompts of two seeds of two branches.
  let layout = GroupLayout(prompts: 2, seeds: 2, branches: 2)
  let rewards = [0.0, 2, 10, 12, 100, 104, 100, 104]

  @Test func `take the branches of a seed`() {
    let rule = AdvantageRule(convention: .population, scope: .seedGroup, epsilon: 0)
    #expect(rule.advantages(of: rewards, layout: layout) == [-1, 1, -1, 1, -1, 1, -1, 1])
  }

  @Test func `take all rewards of a prompt`() {
    let rule = AdvantageRule(convention: .population, scope: .promptGroup, epsilon: 0)
    // First prompt: mean 6, squares 36 + 16 + 16 + 36 = 104, spread sqrt 26. Second: spread 2.
    let a = 6 / 26.0.squareRoot()
    let b = 4 / 26.0.squareRoot()
    expectClose(
      rule.advantages(of: rewards, layout: layout), [-a, -b, b, a, -1, 1, -1, 1], within: 1e-15)
  }

  @Test func `take the spread of all raw rewards and the mean of the prompt`() {
    let rule = AdvantageRule(convention: .population, scope: .batch, epsilon: 0)
    let spread = plainPopulationDeviation(rewards)
    let centred: [Double] = [-6, -4, 4, 6, -2, 2, -2, 2]
    expectClose(
      rule.advantages(of: rewards, layout: layout), centred.map { $0 / spread }, within: 1e-15)
  }

  @Test func `make the batch that of the prompt where nothing is divided`() {
    for convention in [AdvantageRule.Convention.none, .leaveOneOut] {
      let batch = AdvantageRule(convention: convention, scope: .batch, epsilon: 0)
      let prompt = AdvantageRule(convention: convention, scope: .promptGroup, epsilon: 0)
      #expect(
        batch.advantages(of: rewards, layout: layout)
          == prompt.advantages(of: rewards, layout: layout))
    }
  }

  @Test func `give zeros to prompts of one reward`() {
    let layout = GroupLayout(prompts: 4, branches: 1)
    for rule in allRules {
      #expect(rule.advantages(of: [1, 5, -2, 1e300], layout: layout) == [0, 0, 0, 0])
    }
  }
}

@Suite struct PublishedRuleTests {
  @Test func `differ in convention, scope and epsilon as their code does`() {
    #expect(
      AdvantageRule.published.map(\.name) == [
        "flow-grpo", "tempflow-v1", "tempflow-v2", "dance-grpo", "rloo", "dr-grpo",
      ])
    #expect(Set(AdvantageRule.published.map(\.rule)).count == 6)
    #expect(AdvantageRule.flowGRPO.scope == .batch && AdvantageRule.flowGRPO.epsilon == 1e-4)
    #expect(AdvantageRule.tempFlowV1.scope == .promptGroup)
    #expect(AdvantageRule.tempFlowV2.scope == .seedGroup)
    #expect(
      AdvantageRule.danceGRPO.convention == .sample && AdvantageRule.danceGRPO.epsilon == 1e-8)
  }

  @Test func `serve as estimators beside a rule of one's own`() {
    struct RankSign: AdvantageEstimator {
      func advantages(of rewards: [Double], layout: GroupLayout) -> [Double] {
        rewards.map { reward in reward >= rewards[0] ? 1 : -1 }
      }
    }
    let estimators: [any AdvantageEstimator] = [AdvantageRule.rloo, RankSign()]
    let results = estimators.map { $0.advantages(of: [1, 3], layout: GroupLayout(branches: 2)) }
    #expect(results == [[-2, 2], [1, 1]])
  }

  @Test func `clamp advantages at five`() {
    #expect(AdvantageClamp.clamped([-7, -5, 0.5, 5.5]) == [-5, -5, 0.5, 5])
    #expect(AdvantageClamp.clamped([-7, 3], to: 2) == [-2, 2])
    #expect(AdvantageClamp.clamped([-7, 3], to: .infinity) == [-7, 3])
  }
}
