import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// B15: pruning acts on gradients alone.
  static let pruningForward = Claim(
    id: "branchgrpo/B15",
    title: "pruning leaves rollout, rewards and advantages alone",
    statement: """
      Pruning drops gradients only: states, rewards and advantages are those without pruning, the \
      gradient is the sum over the kept edges.
      """,
    source: "arXiv 2509.06040, its section on pruning",
    scope: "the default tree, D = 2, Parent-Top1, Extreme-4, a window of four depths",
    recorded: .holds,
    checks: [
      untouched("parent-top1", .parentTop1(), kept: 138),
      untouched("extreme-4", .extreme(count: 4), kept: 138), untouched("depths", nil, kept: 154),
      gradientSum("sum-parent-top1", .parentTop1()),
      gradientSum("sum-extreme-4", .extreme(count: 4)),
    ])
}

/// What one iteration computes of one tree.
private struct Iteration {
  let rollout: TreeRollout
  let advantages: [Double]
  let mask: EdgeMask

  /// Where pruning stands among rollout, credit and gradient.
  enum Place {
    case afterCredit
    /// The dropped chains are left out of the means.
    case beforeCredit
  }

  init(_ run: CheckRun, pruning: (TreeShape, [Double]) -> EdgeMask, place: Place) throws {
    let setting = TreeSetting {
      $0.means = [0.5, -0.2]
      $0.scales = [0.5, 1]
      $0.gradient = [1, -0.5]
    }
    let rollout = try setting.sampler().rollout(root: 0, key: run.key)
    let shape = rollout.shape
    let values = RewardFusion.uniform.values(of: rollout.rewards, shape: shape)
    let mask = pruning(shape, values)
    var advantages = TreeAdvantageRule.published.advantages(of: values, shape: shape)
    if place == .beforeCredit {
      for depth in 1...shape.stepCount {
        let kept = shape.nodes(atDepth: depth).filter { mask[$0] }
        guard kept.count > 1 else { continue }
        let row = kept.map { values[$0] }
        let mean = Sums.mean(row)
        let spread = (Sums.mean(row.map { ($0 - mean) * ($0 - mean) })).squareRoot()
        for node in kept { advantages[node] = (values[node] - mean) / (spread + 1e-8) }
      }
    }
    self.rollout = rollout
    self.advantages = advantages
    self.mask = mask
  }

  /// The numbers that pruning must leave alone.
  var numbers: [Double] {
    rollout.states.flatMap { $0 } + rollout.rewards + rollout.logProbabilities + advantages
  }

  /// The sum of A xi in the first coordinate over the edges that a mask keeps.
  func gradient(_ keeps: (Int) -> Bool) -> Double {
    var sum = 0.0
    for node in 1..<rollout.shape.nodeCount where keeps(node) {
      sum += advantages[node] * rollout.noises[node][0]
    }
    return sum
  }
}

/// The mask of a width mode, or of the window of depths 10 to 13.
private func pruner(_ width: WidthPruning?) -> (TreeShape, [Double]) -> EdgeMask {
  { shape, values in
    if let width { return width.mask(of: values, shape: shape) }
    return EdgeMask(droppingDepths: 15...18, shape: shape)
  }
}

/// Numbers that pruning changed, plus edges that it added or kept beyond their number.
private func untouched(_ id: String, _ width: WidthPruning?, kept: Int) -> Check {
  let changes = { @Sendable (run: CheckRun, place: Iteration.Place) throws -> Double in
    let all = try Iteration(run, pruning: { shape, _ in .all(shape: shape) }, place: .afterCredit)
    let pruned = try Iteration(run, pruning: pruner(width), place: place)
    var changes = 0
    for (before, after) in zip(all.numbers, pruned.numbers)
    where before.bitPattern != after.bitPattern { changes += 1 }
    if !pruned.mask.isSubset(of: all.mask) { changes += 1 }
    return Double(changes + abs(pruned.mask.count - kept))
  }
  return .exact(
    id,
    subject:
      "states, rewards, log-probabilities and advantages that change, and edges beside \(kept)",
    expected: 0,
    defects: [
      ExactVariant("before-credit", "dropped edges left out of the mean of their depth") {
        try changes($0, .beforeCredit)
      }
    ]
  ) { try changes($0, .afterCredit) }
}

/// The gradient with pruning against the whole gradient less that of the dropped edges.
private func gradientSum(_ id: String, _ width: WidthPruning) -> Check {
  let difference = { @Sendable (run: CheckRun, place: Iteration.Place) throws -> Double in
    let all = try Iteration(run, pruning: { shape, _ in .all(shape: shape) }, place: .afterCredit)
    let pruned = try Iteration(run, pruning: pruner(width), place: place)
    return pruned.gradient { pruned.mask[$0] }
      - (all.gradient { _ in true } - all.gradient { !pruned.mask[$0] })
  }
  return .exact(
    id, subject: "pruned gradient less the whole one without the dropped edges", expected: 0,
    tolerance: 1e-11,
    defects: [
      ExactVariant("before-credit", "dropped edges left out of the mean of their depth") {
        try difference($0, .beforeCredit)
      }
    ]
  ) { try difference($0, .afterCredit) }
}
