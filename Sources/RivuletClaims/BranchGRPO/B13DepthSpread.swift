import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// B13: what standardising each depth on its own does to the balance of depths.
  static let depthSpread = Claim(
    id: "branchgrpo/B13",
    title: "standardising by depth keeps late steps from dominating",
    statement: """
      Late steps have rewards of low variance; standardising each depth on its own keeps them from \
      dominating the update.
      """,
    source: "arXiv 2509.06040, equations 4 and 5",
    scope: """
      uniform fusion; the spread over a depth never falls with the depth, and what dominates is the \
      number of edges, before and after standardising
      """,
    recorded: .fails,
    checks: [
      spreadFalls(), lateShare(), depthWeight("late-weight", depth: 20, expected: 16.0 / 218),
      depthWeight("early-weight", depth: 2, expected: 2.0 / 218),
    ])
}

private let trees = 2000

/// The depths of random balanced trees at which the population spread is below that of the depth before.
private func spreadFalls() -> Check {
  let violations = { @Sendable (run: CheckRun, convention: AdvantageRule.Convention) -> Double in
    var count = 0
    for index in 0..<trees {
      var words = WordStream(
        key: run.key.child("shape"), address: NoiseAddress(root: UInt32(index)), expected: 8)
      let widths = (0..<5).map { _ in 1 + words.nextBelow(3) }
      guard let shape = try? TreeShape(widths: widths) else { continue }
      // Cubes of normal numbers: rewards with long tails.
      let rewards = run.key.child("rewards").standardNormals(
        count: shape.leafCount, at: NoiseAddress(root: UInt32(index))
      ).map { $0 * $0 * $0 }
      let values = RewardFusion.uniform.values(of: rewards, shape: shape)
      var before = 0.0
      for depth in 1...shape.stepCount {
        let row = Array(values[shape.nodes(atDepth: depth)])
        var mean = 0.0
        for value in row { mean += value }
        mean /= Double(row.count)
        var squares = 0.0
        for value in row { squares += (value - mean) * (value - mean) }
        let divisor = convention == .population ? row.count : max(row.count - 1, 1)
        let variance = squares / Double(divisor)
        if variance < before * (1 - 1e-12) { count += 1 }
        before = variance
      }
    }
    return Double(count)
  }
  return Check(
    id: "spread", subject: "depths of \(trees) random trees with less spread than the depth before",
    requirement: .absolute(0, because: "a count"),
    controls: [
      Control(id: "sample", defect: "the spread with n - 1, which may fall") { run in
        .identity(observed: violations(run, .sample), expected: 0, tolerance: 0)
      }
    ]
  ) { run in
    let observed = violations(run, .population)
    return Finding(
      .identity(observed: observed, expected: 0, tolerance: 0), statementHolds: observed > 0)
  }
}

/// The part of sum A^2 that the depths behind the last fork have, 11 x 15 of 11 x 15 + 3 (1 + 3 + 7).
private func lateShare() -> Check {
  let expected = 165.0 / 198
  let share = { @Sendable (run: CheckRun, convention: AdvantageRule.Convention) throws -> Double in
    let shape = try TreeShape(splits: .dense, stepCount: 20)
    let rewards = run.key.standardNormals(count: shape.leafCount)
    let values = RewardFusion.uniform.values(of: rewards, shape: shape)
    let rule = TreeAdvantageRule(baseline: .depth, convention: convention, epsilon: 0)
    let advantages = rule.advantages(of: values, shape: shape)
    var late = 0.0
    var all = 0.0
    for depth in 1...shape.stepCount {
      for node in shape.nodes(atDepth: depth) {
        let square = advantages[node] * advantages[node]
        all += square
        if depth >= 10 { late += square }
      }
    }
    return late / all
  }
  return Check(
    id: "late-share",
    subject: "part of sum A^2 at depths 10 to 20 of the default tree, standardised",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "population", defect: "the population spread: n_d in place of n_d - 1") { run in
        .identity(observed: try share(run, .population), expected: expected, tolerance: 1e-12)
      },
      Control(id: "raw", defect: "no standardising") { run in
        .identity(observed: try share(run, .none), expected: expected, tolerance: 1e-12)
      },
    ]
  ) { run in
    let observed = try share(run, .sample)
    // These are 11 of 20 depths: they dominate if their part is greater than that.
    return Finding(
      .identity(observed: observed, expected: expected, tolerance: 1e-12),
      statementHolds: observed <= 11.0 / 20)
  }
}

/// The weight of one depth in the objective, n_d/|E|.
private func depthWeight(_ id: String, depth: Int, expected: Double) -> Check {
  let weight = { @Sendable (averaging: EdgeAveraging) throws -> Double in
    let shape = try TreeShape(splits: .dense, stepCount: 20)
    let factors = averaging.factors(shape: shape)
    var sum = 0.0
    for node in shape.nodes(atDepth: depth) { sum += factors[node] }
    return sum
  }
  return Check(
    id: id, subject: "weight of depth \(depth) in the objective of the default tree",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "per-depth", defect: "every depth counted alike, 1/20") { _ in
        .identity(observed: try weight(.perDepth), expected: expected, tolerance: 1e-15)
      }
    ]
  ) { _ in
    Finding(.identity(observed: try weight(.overEdges), expected: expected, tolerance: 1e-15))
  }
}
