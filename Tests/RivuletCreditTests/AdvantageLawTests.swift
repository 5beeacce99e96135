import RivuletCredit
import RivuletTestSupport
import Testing

/// Laws that every rule keeps on every input, over 400 awkward groups.
@Suite struct AdvantageLawTests {
  func forEachCase(
    _ body: (_ rewards: [Double], _ layout: GroupLayout, inout CaseGenerator) -> Void
  ) {
    for seed in 0..<400 as Range<UInt64> {
      var cases = CaseGenerator(seed: seed)
      let layout = GroupLayout(
        prompts: 1 + cases.below(3), seeds: 1 + cases.below(3), branches: 1 + cases.below(7))
      var rewards: [Double] = []
      for _ in 0..<(layout.prompts * layout.seeds) {
        rewards += cases.rewards(count: layout.branches)
      }
      body(rewards, layout, &cases)
    }
  }

  /// Whether all rewards are zero or of a magnitude in a range.
  func magnitudes(of rewards: [Double], in range: ClosedRange<Double>) -> Bool {
    rewards.allSatisfy { $0 == 0 || range.contains(abs($0)) }
  }

  /// The rewards over which a rule takes its mean, as ranges.
  func groups(of rule: AdvantageRule, in layout: GroupLayout) -> [Range<Int>] {
    let size = rule.scope == .seedGroup ? layout.branches : layout.seeds * layout.branches
    return stride(from: 0, to: layout.count, by: size).map { $0..<($0 + size) }
  }

  @Test func `advantages are finite and sum to zero over a group`() {
    forEachCase { rewards, layout, _ in
      for rule in allRules {
        let advantages = rule.advantages(of: rewards, layout: layout)
        for group in groups(of: rule, in: layout) {
          let values = advantages[group]
          let largest = values.map { abs($0) }.max() ?? 0
          // A sum of G terms, each with an error of a few units in the last place of the group's
          // largest difference; the group's range is at most G times its largest advantage.
          // Subnormal advantages carry an absolute error.
          let bound = Double(group.count * group.count) * 4e-16 * largest + 0x1p-1060
          let sum = values.reduce(0) { $0 + $1 / Double(group.count) }
          #expect(values.allSatisfy(\.isFinite) && abs(sum) <= bound, "\(rule) \(rewards)")
        }
      }
    }
  }

  @Test func `equal rewards give zeros exactly, also without epsilon`() {
    forEachCase { _, layout, cases in
      let value = cases.number() * [1, 1e300, 1e-300, 0.1][cases.below(4)]
      let rewards = [Double](repeating: value, count: layout.count)
      for rule in allRules {
        #expect(rule.advantages(of: rewards, layout: layout).allSatisfy { $0 == 0 })
      }
    }
  }

  @Test func `standardised advantages stay within their bound, so a clamp at five is idle`() {
    forEachCase { rewards, layout, _ in
      for rule in allRules where rule.scope != .batch {
        for group in groups(of: rule, in: layout) {
          let count = Double(group.count)
          let bound: Double
          switch rule.convention {
          case .population: bound = (count - 1).squareRoot()
          case .sample: bound = (count - 1) / count.squareRoot()
          case .none, .leaveOneOut: continue
          }
          let advantages = Array(rule.advantages(of: rewards, layout: layout)[group])
          #expect(advantages.allSatisfy { abs($0) <= bound * (1 + 1e-15) })
          #expect(group.count > 26 || AdvantageClamp.clamped(advantages) == advantages)
        }
      }
    }
  }

  @Test func `a power of two as factor changes no bit`() {
    forEachCase { rewards, layout, _ in
      guard magnitudes(of: rewards, in: 1e-280...1e280) else { return }
      let moved = rewards.map { $0 * 0x1p20 }
      for rule in allRules {
        let scaled = AdvantageRule(
          convention: rule.convention, scope: rule.scope, epsilon: rule.epsilon * 0x1p20)
        let unit = rule.convention.divides ? 1 : 0x1p20
        let expected = rule.advantages(of: rewards, layout: layout).map { $0 * unit }
        let observed = scaled.advantages(of: moved, layout: layout)
        #expect(observed == expected)
      }
    }
  }

  @Test func `a constant for each seed changes seed groups not at all, and prompt groups`() {
    let layout = GroupLayout(prompts: 2, seeds: 3, branches: 4)
    var cases = CaseGenerator(seed: 5)
    // Multiples of 1/8 below 100: adding whole numbers is exact.
    let rewards = (0..<layout.count).map { _ in Double(cases.below(80)) / 8 }
    let moved = rewards.indices.map { rewards[$0] + Double(3 * ($0 / layout.branches)) }
    for rule in allRules {
      let same =
        rule.advantages(of: rewards, layout: layout) == rule.advantages(of: moved, layout: layout)
      #expect(same == (rule.scope == .seedGroup), "\(rule)")
    }
  }

  @Test func `branches in another order give advantages in that order`() {
    forEachCase { rewards, layout, _ in
      guard magnitudes(of: rewards, in: 1e-9...1e12) else { return }
      var reversed = rewards
      for group in groups(of: .tempFlowV2, in: layout) {
        reversed.replaceSubrange(group, with: rewards[group].reversed())
      }
      let observed = AdvantageRule.tempFlowV2.advantages(of: reversed, layout: layout)
      let plain = AdvantageRule.tempFlowV2.advantages(of: rewards, layout: layout)
      for group in groups(of: .tempFlowV2, in: layout) {
        expectClose(Array(observed[group]), plain[group].reversed(), within: 1e-12)
      }
    }
  }

  @Test func `the variance of a standardised group is what epsilon leaves of one`() {
    // Population variance of A is (std / (std + epsilon))^2.
    var cases = CaseGenerator(seed: 11)
    for epsilon in [0, 1e-4, 0.3] {
      let rule = AdvantageRule(convention: .population, scope: .seedGroup, epsilon: epsilon)
      for count in [2, 3, 6, 24, 100] {
        let rewards = (0..<count).map { _ in cases.number() }
        let spread = plainPopulationDeviation(rewards)
        let observed = plainPopulationDeviation(
          rule.advantages(of: rewards, layout: GroupLayout(branches: count)))
        expectClose(observed, spread / (spread + epsilon), within: 1e-14)
      }
    }
  }

  @Test func `columns of groups have the bits of one group after the other`() {
    for seed in 0..<60 as Range<UInt64> {
      var cases = CaseGenerator(seed: seed)
      let members = 1 + cases.below(9)
      let groups = (0..<17).map { _ in cases.rewards(count: members) }
      let columns = (0..<members).map { member in groups.map { $0[member] } }
      for rule in allRules {
        let result = rule.advantages(ofColumns: columns)
        for (lane, group) in groups.enumerated() {
          let expected = rule.advantages(of: group, layout: GroupLayout(branches: members))
          let observed = (0..<members).map { result[$0][lane] }
          #expect(observed.map(\.bitPattern) == expected.map(\.bitPattern))
        }
      }
    }
  }
}
