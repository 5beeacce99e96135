import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletStatistics

extension Claim {
  /// B5: what a tree costs.
  static let treeCost = Claim(
    id: "branchgrpo/B5",
    title: "a tree costs less than its leaves one by one",
    statement: """
      Sharing prefixes, a tree of L leaves takes fewer evaluations of the model than L sequential rollouts \
      of T steps, whose cost is O(L T).
      """,
    source: "arXiv 2509.06040, section 3.2; counts derived",
    scope:
      "evaluations counted where they are made, for the published split sets and K = 2, 3, 4, T = 20",
    recorded: .holds,
    checks: PublishedTree.all.map(modelCalls) + [
      rewardCalls(), trainedEdges(), counts(), sequential(), chain(), everyForkSaves(),
    ])
}

/// A row of the table of counts: what a tree with known split points has, from the specification.
struct PublishedTree: Sendable {
  let id: String
  let splits: SplitPoints
  let width: Int
  /// E, F, N and L.
  let edges: Int
  let calls: Int
  let nodes: Int
  let leaves: Int

  static let all = [
    PublishedTree("dense", .dense, 2, 218, 203, 219, 16),
    PublishedTree("mixed", .mixed, 2, 184, 169, 185, 16),
    PublishedTree("sparse", .sparse, 2, 150, 135, 151, 16),
    PublishedTree("late", .late, 2, 83, 68, 84, 16),
    PublishedTree("k3", .dense, 3, 1008, 928, 1009, 81),
    PublishedTree("k4", .dense, 4, 3068, 2813, 3069, 256),
    PublishedTree("three-points", .at(0, 3, 6, of: 20), 2, 130, 123, 131, 8),
    PublishedTree("five-points", .at(0, 3, 6, 9, 12, of: 20), 2, 346, 315, 347, 32),
  ]

  init(
    _ id: String, _ splits: SplitPoints, _ width: Int, _ edges: Int, _ calls: Int, _ nodes: Int,
    _ leaves: Int
  ) {
    self.id = id
    self.splits = splits
    self.width = width
    self.edges = edges
    self.calls = calls
    self.nodes = nodes
    self.leaves = leaves
  }

  var setting: TreeSetting {
    TreeSetting {
      $0.splits = splits
      $0.width = width
    }
  }

  func shape() throws -> TreeShape { try setting.shape() }
}

/// What one tile of trees costs: model and reward calls counted where they are made.
private func count(
  _ setting: TreeSetting, sharesPrefixes: Bool = true, run: CheckRun
) throws -> (counted: CostLedger, stated: CostLedger) {
  let models = CallCounter()
  let rewards = CallCounter()
  let sampler = try TreeSampler(
    plan: setting.plan(), field: CountingField(base: setting.field(), counter: models),
    reward: CountingReward(base: setting.reward, counter: rewards), shape: setting.shape(),
    forkNoise: setting.forkNoise, scored: setting.scored, sharesPrefixes: sharesPrefixes)
  var tile = sampler.emptyTile(keeping: .rewards)
  try sampler.fill(&tile, index: 0, key: run.key)
  let counted = CostLedger(
    modelCalls: models.count, rewardCalls: rewards.count,
    gradientEvaluations: tile.cost.gradientEvaluations)
  return (counted, tile.cost)
}

private func perTree(_ number: Int) -> Double { Double(number) / Double(StateTile.lanes) }

private let counted = Check.Requirement.absolute(0, because: "a count")

/// F of one row of the table.
private func modelCalls(_ tree: PublishedTree) -> Check {
  Check(
    id: "calls-\(tree.id)",
    subject: "model calls of one tree, K = \(tree.width), \(tree.leaves) leaves",
    requirement: counted,
    controls: [
      Control(id: "unshared", defect: "every leaf computed from the root anew") { run in
        let cost = try count(tree.setting, sharesPrefixes: false, run: run).counted
        return .identity(
          observed: perTree(cost.modelCalls), expected: Double(tree.calls), tolerance: 0)
      }
    ]
  ) { run in
    let (cost, stated) = try count(tree.setting, run: run)
    // A ledger that says anything but what was counted makes the number wrong.
    let calls = cost.modelCalls == stated.modelCalls ? perTree(cost.modelCalls) : .nan
    return Finding(
      .identity(observed: calls, expected: Double(tree.calls), tolerance: 0),
      statementHolds: calls < Double(20 * tree.leaves), cost: cost)
  }
}

/// The reward is called once for each leaf.
private func rewardCalls() -> Check {
  let total = { @Sendable (run: CheckRun, nodes: Bool) throws -> (Double, CostLedger) in
    var sum = 0.0
    var costs = CostLedger()
    for tree in PublishedTree.all {
      let (cost, stated) = try count(tree.setting, run: run)
      let calls = nodes ? stated.modelCalls : cost.rewardCalls
      sum += cost.rewardCalls == stated.rewardCalls ? perTree(calls) : .nan
      costs += cost
    }
    return (sum, costs)
  }
  let expected = Double(16 * 4 + 81 + 256 + 8 + 32)
  return Check(
    id: "reward-calls", subject: "reward calls of one tree of each row of the table, together",
    requirement: counted,
    controls: [
      Control(id: "inner-nodes", defect: "inner nodes scored too") { run in
        try .identity(observed: total(run, true).0, expected: expected, tolerance: 0)
      }
    ]
  ) { run in
    let (observed, cost) = try total(run, false)
    return Finding(.identity(observed: observed, expected: expected, tolerance: 0), cost: cost)
  }
}

/// Each stochastic edge is trained once.
private func trainedEdges() -> Check {
  let edges = { @Sendable (run: CheckRun, setting: TreeSetting) throws -> (Double, CostLedger) in
    let cost = try count(setting, run: run).stated
    return (perTree(cost.gradientEvaluations), cost)
  }
  return Check(
    id: "trained-edges", subject: "differentiated evaluations of one published tree",
    requirement: counted,
    controls: [
      Control(id: "sparse", defect: "another split set with as many leaves") { run in
        let observed = try edges(run, TreeSetting { $0.splits = .sparse }).0
        return .identity(observed: observed, expected: 218, tolerance: 0)
      }
    ]
  ) { run in
    let (observed, cost) = try edges(run, TreeSetting())
    return Finding(.identity(observed: observed, expected: 218, tolerance: 0), cost: cost)
  }
}

/// E, F, N and L of the whole table, from the shape and from the closed form.
private func counts() -> Check {
  let largest = { @Sendable (delay: Int) throws -> Double in
    var largest = 0
    for tree in PublishedTree.all {
      let shape = try TreeShape(
        splits: SplitPoints(tree.splits.steps.map { $0 + delay }, stepCount: 20),
        width: tree.width, stepCount: 20)
      let closed = TreeCounts(
        widths: (0..<20).map { shape.forks(atStep: $0) ? tree.width : 1 })
      let differences = [
        shape.edgeCount - tree.edges, shape.expandedCount - tree.calls,
        shape.nodeCount - tree.nodes, shape.leafCount - tree.leaves,
        closed.edges - tree.edges, closed.modelCalls - tree.calls, closed.nodes - tree.nodes,
        closed.leaves - tree.leaves,
      ]
      for difference in differences { largest = max(largest, abs(difference)) }
    }
    return Double(largest)
  }
  return Check(
    id: "table",
    subject:
      "largest distance of a tree's edges, calls, nodes or leaves from the table of eight trees",
    requirement: counted,
    controls: [
      Control(id: "delay", defect: "every fork a step late") { _ in
        try .identity(observed: largest(1), expected: 0, tolerance: 0)
      }
    ]
  ) { _ in
    Finding(.identity(observed: try largest(0), expected: 0, tolerance: 0))
  }
}

/// What the same leaves cost one by one: T L calls.
private func sequential() -> Check {
  Check(
    id: "sequential", subject: "model calls of the 16 leaves of the published tree, one by one",
    requirement: counted,
    controls: [
      Control(id: "shared", defect: "prefixes shared") { run in
        let cost = try count(TreeSetting(), run: run).counted
        return .identity(observed: perTree(cost.modelCalls), expected: 320, tolerance: 0)
      }
    ]
  ) { run in
    let cost = try count(TreeSetting(), sharesPrefixes: false, run: run).counted
    return Finding(
      .identity(observed: perTree(cost.modelCalls), expected: 320, tolerance: 0), cost: cost)
  }
}

/// Without a fork nothing is saved: F = T.
private func chain() -> Check {
  Check(
    id: "chain", subject: "model calls of a tree without a fork, T = 20",
    requirement: counted,
    controls: [
      Control(id: "fork", defect: "a fork at the last step counted as another chain") { run in
        let setting = TreeSetting { $0.splits = .at(19, of: 20) }
        let cost = try count(setting, sharesPrefixes: false, run: run).counted
        return .identity(observed: perTree(cost.modelCalls), expected: 20, tolerance: 0)
      }
    ]
  ) { run in
    let setting = TreeSetting { $0.splits = SplitPoints(publishedRounds: 0, stepCount: 20) }
    let cost = try count(setting, run: run).counted
    return Finding(
      .identity(observed: perTree(cost.modelCalls), expected: 20, tolerance: 0), cost: cost)
  }
}

/// Of all trees of five steps those with F < L T are those with a fork.
private func everyForkSaves() -> Check {
  let stepCount = 5
  let exceptions = { @Sendable (calls: (TreeShape) -> Int) throws -> Double in
    var exceptions = 0
    for width in 2...4 {
      for chosen in 0..<(1 << stepCount) {
        let steps = (0..<stepCount).filter { chosen >> $0 & 1 == 1 }
        let shape = try TreeShape(
          splits: SplitPoints(steps, stepCount: stepCount), width: width, stepCount: stepCount)
        let saves = calls(shape) < shape.leafCount * stepCount
        if saves == steps.isEmpty { exceptions += 1 }
      }
    }
    return Double(exceptions)
  }
  return Check(
    id: "every-fork-saves",
    subject:
      "trees among all 96 of five steps and K = 2, 3, 4 where F < L T without a fork, or not with one",
    requirement: counted,
    controls: [
      Control(id: "nodes", defect: "nodes counted for model calls") { _ in
        try .identity(observed: exceptions { $0.nodeCount }, expected: 0, tolerance: 0)
      }
    ]
  ) { _ in
    Finding(
      stating: .identity(
        observed: try exceptions { $0.expandedCount }, expected: 0, tolerance: 0))
  }
}
