import RivuletCredit
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// Advantages do not depend on copies, on the number of summands or on other prompts.
  static let codeAdvantages = Claim(
    id: "code/advantages",
    title: "advantages compare the members of one group",
    statement: """
      Repeating the rewards of a group over its steps changes no advantage, nor does the number of \
      equal advantages that are combined before the clamp; the kept advantages of a prompt sum to zero; \
      and the win rates of G members sum to G/2.
      """,
    source: """
      verl-omni a1139ba, diffusion_algos.py:236 and 256 with ray_diffusion_trainer.py:1244; VisualGRPO \
      ae619bf, rollout_buffer.py:112-128; DanceGRPO 15cc71d, train_grpo_hunyuan.py:397; Pref-GRPO \
      3e787f6, unifiedreward_edit_pairwise.py:65
      """,
    scope: "groups of 4, 12, 24 and 4 members; T = 10 steps; three granularities; clamp 5",
    recorded: .holds,
    checks: [repeatedColumns(), clampedSum(), bestOfN(), winRates()])
}

/// The sample standard deviation over the population one, read off the advantages of four rewards.
private func repeatedColumns() -> Check {
  let rewards = [0.9, -0.3, 0.4, 1.7]
  let ratio = { @Sendable (copies: Int) -> Double in
    let rule = { AdvantageRule(convention: $0, scope: .promptGroup, epsilon: 0) }
    let population = rule(.population).advantages(
      of: rewards, layout: GroupLayout(branches: rewards.count))
    // Copies of the rewards for the steps, pooled into one group.
    let pooled = (0..<copies).flatMap { _ in rewards }
    let sample = rule(.sample).advantages(of: pooled, layout: GroupLayout(branches: pooled.count))
    return population[3] / sample[3]
  }
  let expected = (4.0 / 3).squareRoot()
  return Check(
    id: "repeated-columns",
    subject: "sample over population standard deviation of 4 rewards, trained at 10 steps",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(
        id: "verl-omni", defect: "the spread with n - 1 over the 40 values of 10 equal columns"
      ) { _ in .identity(observed: ratio(10), expected: expected, tolerance: 1e-12) }
    ]
  ) { _ in
    Finding(stating: .identity(observed: ratio(1), expected: expected, tolerance: 1e-12))
  }
}

/// The largest change of A / max |A| when three equal granularities take the place of one.
///
/// On a linear flow with isotropic data all granularities have the same advantages.
private func clampedSum() -> Check {
  let change = { @Sendable (isMean: Bool) -> Double in
    // One member above eleven equal ones: A = 11 / sqrt(12) = 3.2, the largest there is.
    var rewards = [Double](repeating: 0, count: 12)
    rewards[5] = 1
    let single = AdvantageRule.danceGRPO.advantages(
      of: rewards, layout: GroupLayout(branches: rewards.count))
    let combined = single.map { isMean ? ($0 + $0 + $0) / 3 : $0 + $0 + $0 }
    let one = relative(AdvantageClamp.clamped(single))
    let three = relative(AdvantageClamp.clamped(combined))
    var largest = 0.0
    for index in one.indices { largest = larger(largest, abs(three[index] - one[index])) }
    return largest
  }
  return Check(
    id: "clamped-sum",
    subject: "largest change of A / max |A| when three equal granularities replace one",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(
        id: "visualgrpo",
        defect: "the granularities are summed, so the clamp at 5 binds, rollout_buffer.py:112-128"
      ) { _ in .identity(observed: change(false), expected: 0, tolerance: 1e-12) }
    ]
  ) { _ in
    Finding(stating: .identity(observed: change(true), expected: 0, tolerance: 1e-12))
  }
}

private func relative(_ values: [Double]) -> [Double] {
  var largest = 0.0
  for value in values { largest = larger(largest, abs(value)) }
  return values.map { $0 / largest }
}

/// From what best and worst members are chosen, and whether the kept ones are centred again.
private struct Selection {
  var withinPrompt: Bool
  var recentred: Bool
}

/// The largest sum over a prompt of the advantages of the kept members: 2 prompts, 8 of 24 each.
private func bestOfN() -> Check {
  let members = 24
  let kept = 8
  let largest = { @Sendable (selection: Selection) -> Double in
    // The rewards of one prompt are 0, 1, 4, ... 529, with a tail; those of the other 0, 1, ... 23.
    let rewards =
      (0..<members).map { Double($0 * $0) } + (0..<members).map { Double($0) }
    let advantages = AdvantageRule.danceGRPO.advantages(
      of: rewards, layout: GroupLayout(prompts: 2, branches: members))
    let pools =
      selection.withinPrompt
      ? [Array(0..<members), Array(members..<(2 * members))] : [Array(0..<(2 * members))]
    var chosen: [Int] = []
    for pool in pools {
      let order = pool.sorted {
        (advantages[$0], $0) < (advantages[$1], $1)
      }
      let count = kept * 2 / pools.count
      chosen += order.prefix(count / 2) + order.suffix(count / 2)
    }
    var largest = 0.0
    for prompt in 0..<2 {
      let own = chosen.filter { $0 / members == prompt }
      var values = own.map { advantages[$0] }
      if selection.recentred, own.count > 1 {
        values = AdvantageRule.danceGRPO.advantages(
          of: own.map { rewards[$0] }, layout: GroupLayout(branches: own.count))
      }
      var sum = 0.0
      for value in values { sum += value }
      largest = larger(largest, abs(sum))
    }
    return largest
  }
  let control = { (id: String, defect: String, selection: Selection) in
    Control(id: id, defect: defect) { _ in
      .identity(observed: largest(selection), expected: 0, tolerance: 1e-12)
    }
  }
  return Check(
    id: "best-of-n",
    subject: "largest |sum of kept advantages| of a prompt, 8 of 24 members, 2 prompts",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      control(
        "dancegrpo", "best and worst of the whole local batch, not centred again, line 397",
        Selection(withinPrompt: false, recentred: false)),
      control(
        "not-recentred", "best and worst of each prompt, not centred again",
        Selection(withinPrompt: true, recentred: false)),
    ]
  ) { _ in
    Finding(
      stating: .identity(
        observed: largest(Selection(withinPrompt: true, recentred: true)), expected: 0,
        tolerance: 1e-12))
  }
}

/// The sum of the win rates of four members of whom three beat each other in a circle.
///
/// In a strict order rounding errors cancel in pairs k and G - 1 - k, so such a group cannot show the
/// defect. Here the rates are 2/3, 2/3, 2/3 and 0.
private func winRates() -> Check {
  let sum = { @Sendable (decimals: Bool) -> Double in
    let beats = [[1, 3], [2, 3], [0, 3], []]
    var sum = 0.0
    for wins in beats {
      let rate = Double(wins.count) / 3
      sum += decimals ? (rate * 1000).rounded() / 1000 : rate
    }
    return sum
  }
  return Check(
    id: "win-rates",
    subject: "sum of the win rates of 4 members, three of whom beat each other in a circle",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(
        id: "pref-grpo",
        defect: "rates rounded to 3 decimals, unifiedreward_edit_pairwise.py:65"
      ) { _ in .identity(observed: sum(true), expected: 2, tolerance: 1e-14) }
    ]
  ) { _ in Finding(stating: .identity(observed: sum(false), expected: 2, tolerance: 1e-14)) }
}
