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
      Every edge that is trained has an advantage of its own, and the fused reward of a node is the \
      mean of the rewards below it, weighted by softmax over whole paths where weights are asked for.
      """,
    source: "BranchGRPO 19fbb9f, train_branchgrpo_flux.py:615-687, 933, 1126-1130, 1540",
    scope: "the published default tree; two forks one above the other",
    recorded: .holds,
    checks: [edgesWithoutAdvantage(), columnRewards(), localWeights(), baselineOfTheMethod()])
}

/// The number of edges of the default tree whose child has no advantage.
private func edgesWithoutAdvantage() -> Check {
  let missing = { @Sendable (run: CheckRun, leavesOnly: Bool) throws -> Double in
    let shape = try TreeShape(splits: .dense, stepCount: 20)
    let rewards = run.key.standardNormals(count: shape.leafCount)
    let values = RewardFusion.uniform.values(of: rewards, logProbabilities: nil, shape: shape)
    let all = TreeAdvantageRule.published.advantages(of: values, shape: shape)
    // Grouping by prompt assigns advantages to the leaves and none to the nodes above them.
    let assigned: [Double?] = all.indices.map { node in
      leavesOnly && !shape.leaves.contains(node) ? nil : all[node]
    }
    return Double(assigned.dropFirst().count { $0 == nil })
  }
  return .exact(
    "internal-nodes", subject: "edges of the default tree that have no advantage", expected: 0,
    defects: [
      ExactVariant("use-group", "grouping by prompt leaves the nodes above the leaves without one")
      { try missing($0, true) }
    ]
  ) { try missing($0, false) }
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
