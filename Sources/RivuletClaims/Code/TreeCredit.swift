import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// Every trained edge has an advantage, and fusion follows the paper's formula.
  static let codeTreeCredit = Claim(
    id: "code/tree-credit",
    title: "rewards of leaves become advantages of edges",
    statement: """
      Every edge that is trained has an advantage of its own, standardised over its depth; the fused reward of a node is the \
      mean of the rewards below it, weighted by softmax over whole paths where weights are asked for.
      """,
    source: "BranchGRPO 19fbb9f, train_branchgrpo_flux.py:615-687, 933, 1126-1130, 1540",
    scope: "the published default tree; two forks one above the other",
    recorded: .holds,
    checks: [
      edgesWithAdvantage(), columnRewards(), localWeights(), baselineOfTheMethod(), flatScores(),
      twoNodes(
        "two-nodes", gap: 1, expected: 0.5.squareRoot(),
        wrong: ExactVariant("population", "the spread divides by n") { _ in
          try largerOfTwo(
            1, by: TreeAdvantageRule(baseline: .depth, convention: .population, epsilon: 1e-8))
        }),
      twoNodes(
        "gate", gap: 1e-6, expected: 0,
        wrong: ExactVariant("no-gate", "equation 4 without a gate: noise of 1e-6 is a preference") {
          _ in try largerOfTwo(1e-6, by: .paper)
        }),
    ])
}

/// The edges of the default tree that have an advantage other than zero.
///
/// Rewards are continuous, so no two nodes of a depth have equal values: all 218 edges have one. Grouping
/// by prompt goes through the flat rule, which knows the 16 leaves alone.
private func edgesWithAdvantage() -> Check {
  let assigned = { @Sendable (run: CheckRun, byPrompt: Bool) throws -> Double in
    let shape = try TreeShape(splits: .dense, stepCount: 20)
    let rewards = run.key.standardNormals(count: shape.leafCount)
    let advantages: [Double]
    if byPrompt {
      advantages = AdvantageRule.danceGRPO.advantages(
        of: rewards, layout: GroupLayout(branches: shape.leafCount))
    } else {
      let values = RewardFusion.uniform.values(of: rewards, shape: shape)
      advantages = TreeAdvantageRule.published.advantages(of: values, shape: shape)
    }
    return Double(advantages.count { $0 != 0 })
  }
  return .exact(
    "internal-nodes", subject: "edges of the default tree that have an advantage", expected: 218,
    defects: [
      ExactVariant("use-group", "grouping by prompt leaves the nodes above the leaves without one")
      { try assigned($0, true) }
    ]
  ) { try assigned($0, false) }
}

/// The larger advantage of two nodes of one depth, whose values differ by a gap.
///
/// Two values are +-1/sqrt(2) of the spread with n - 1 from their mean whatever the gap is, and +-1 of the
/// spread with n; below a spread of 1e-6 the gate makes them zero. The published epsilon of 1e-8 takes off
/// less than 1e-8 of a gap of one.
private func twoNodes(_ id: String, gap: Double, expected: Double, wrong: ExactVariant) -> Check {
  .exact(
    id, subject: "larger advantage of two nodes of one depth whose values differ by \(gap)",
    expected: expected, tolerance: 2e-8, defects: [wrong]
  ) { _ in try largerOfTwo(gap, by: .published) }
}

private func largerOfTwo(_ gap: Double, by rule: TreeAdvantageRule) throws -> Double {
  rule.advantages(of: [gap / 2, 0, gap], shape: try TreeShape(widths: [2]))[2]
}

/// The edges whose advantage is, bit for bit, the flat z-score of their leaf.
///
/// By hand: the 16 edges of each of the steps 9 to 19 behind the last fork, 176 of 218.
private func flatScores() -> Check {
  let equal = { @Sendable (run: CheckRun, rule: TreeAdvantageRule) throws -> Double in
    let shape = try TreeShape(splits: .dense, stepCount: 20)
    let rewards = run.key.standardNormals(count: shape.leafCount)
    let flat = AdvantageRule.danceGRPO.advantages(
      of: rewards, layout: GroupLayout(branches: shape.leafCount))
    let values = RewardFusion.uniform.values(of: rewards, shape: shape)
    let advantages = rule.advantages(of: values, shape: shape)
    return Double(
      (1..<shape.nodeCount).count { node in
        let leaves = shape.leafRange(below: node)
        return leaves.count == 1 && advantages[node] == flat[leaves.lowerBound]
      })
  }
  return .exact(
    "flat-scores", subject: "edges behind the last fork with the flat z-score of their leaf",
    expected: 176,
    defects: [
      ExactVariant("siblings", "every chain is compared with its sibling alone") {
        try equal(
          $0, TreeAdvantageRule(baseline: .siblings, convention: .sample, epsilon: 1e-8))
      }
    ]
  ) { try equal($0, .published) }
}

/// One fork with rewards 1 and 3 and log-probabilities -0.5 and -1.5: (e + 3) / (e + 1).
private func columnRewards() -> Check {
  let fused = { @Sendable (fusion: RewardFusion) throws -> Double in
    fusion.values(
      of: [1, 3], logProbabilities: [0, -0.5, -1.5], shape: try TreeShape(widths: [2]))[0]
  }
  let e = Elementary.exp(1)
  return .exact(
    "one-fork", subject: "fused reward of rewards 1, 3 with log-probabilities -0.5, -1.5",
    expected: (e + 3) / (e + 1), tolerance: 1e-14,
    defects: [
      ExactVariant("column", "rewards of shape (n, 1) times weights of shape (n): the sum, 4") {
        _ in try fused(.publishedColumn(beta: 1))
      }
    ]
  ) { _ in try fused(.pathSoftmax(beta: 1)) }
}

/// Two forks, rewards 0, 0, 1, 1, log-probability 3 on the two edges under the right child.
private func localWeights() -> Check {
  let fused = { @Sendable (fusion: RewardFusion) throws -> Double in
    fusion.values(
      of: [0, 0, 1, 1], logProbabilities: [0, 0, 0, 0, 0, 3, 3],
      shape: try TreeShape(widths: [2, 2]))[0]
  }
  let e3 = Elementary.exp(3)
  return .exact(
    "two-forks", subject: "fused reward of the root over two forks, by path log-probabilities",
    expected: e3 / (e3 + 1), tolerance: 1e-14,
    defects: [
      ExactVariant("local", "a softmax for each fork alone: 0.5") { _ in
        try fused(.localSoftmax(beta: 1))
      }
    ]
  ) { _ in try fused(.pathSoftmax(beta: 1)) }
}

/// The advantage of the best of four leaves below two forks, uncentred rewards 4, 2, 1, 1.
///
/// By hand: the mean of the depth is 2, that of the siblings 3.
private func baselineOfTheMethod() -> Check {
  let advantage = { @Sendable (baseline: TreeAdvantageRule.Baseline) throws -> Double in
    let shape = try TreeShape(widths: [2, 2])
    let values = RewardFusion.uniform.values(
      of: [4, 2, 1, 1], logProbabilities: nil, shape: shape)
    let rule = TreeAdvantageRule(baseline: baseline, convention: .none, epsilon: 0)
    return rule.advantages(of: values, shape: shape)[shape.leaves.lowerBound]
  }
  return .exact(
    "baseline",
    subject: "advantage of the best of four leaves with rewards 4, 2, 1, 1, not divided",
    expected: 2, tolerance: 1e-15,
    defects: [
      ExactVariant("siblings", "the baseline of appendix B.3, which the method does not use") { _ in
        try advantage(.siblings)
      }
    ]
  ) { _ in try advantage(.depth) }
}
