import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletStatistics

extension Claim {
  /// B6: the mean over the leaves below a node is unbiased for the node's value.
  static let uniformFusion = Claim(
    id: "branchgrpo/B6",
    title: "the mean over leaves is unbiased",
    statement: """
      The mean reward of the leaves below a node estimates the node's value V(n) = E[r(leaf) | n] without \
      bias, for every branch parameter and every depth.
      """,
    source: "arXiv 2509.06040, appendix B.2",
    scope: """
      linear and quadratic rewards, s = 0, 0.5 and 4, nodes from the root to the chains; V from the state \
      of the node
      """,
    recorded: .holds,
    checks: [
      linear("root", s: 4, depth: 0, share: 0.5), linear("inner", s: 0, depth: 3, share: 0.85),
      quadratic("root", s: 4, depth: 0, share: 0.5),
      quadratic("inner", s: 0.5, depth: 1, share: 0.65),
      quadratic("chain", s: 4, depth: 6, share: 1),
      quadratic("published", s: 4, depth: 0, share: 0.5, published: true),
    ])
}

/// r = x - q x^2 / 2 at the nodes of one depth.
private struct NodeValues: Sendable {
  let setting: TreeSetting
  let curvature: Double
  let depth: Int
  let formula: TreeFormula

  init(_ setting: TreeSetting, curvature: Double, depth: Int) {
    self.setting = setting
    self.curvature = curvature
    self.depth = depth
    formula = setting.formula()
  }

  /// V(n) of a state, (m - q (m^2 + P) / 2) with the mean m and the variance P of a leaf.
  func value(of state: Double, forgettingNoise: Bool = false) -> Double {
    let mean = formula.suffixSlope(from: depth) * state + formula.suffixOffset(from: depth)
    let variance = forgettingNoise ? 0 : formula.suffixVariance(from: depth)
    return mean - curvature * (mean * mean + variance) / 2
  }

  /// The standard deviation of the reward of one leaf about the value of its node.
  ///
  ///     E[(1 - q m)^2] P + q^2 P^2 / 2,   m with mean 0.5 and variance S_T - P
  var deviation: Double {
    let later = formula.suffixVariance(from: depth)
    let slope = 1 - curvature * 0.5
    let spread = curvature * curvature * (formula.leafVariance - later)
    let square = curvature * curvature * later * later / 2
    return ((slope * slope + spread) * later + square).squareRoot()
  }

  /// The fused value of the last node of the depth less its V(n), for each tree.
  func errors(
    _ fusion: RewardFusion?, forgettingNoise: Bool = false, count: Int, run: CheckRun
  ) throws -> Batch {
    let sampler = try TreeSampler(
      plan: setting.plan(), field: setting.field(),
      reward: QuadraticReward(curvature: curvature, gradient: [1]), shape: setting.shape(),
      forkNoise: setting.forkNoise, scored: .finalState)
    let node = sampler.shape.nodes(atDepth: depth).upperBound - 1
    let lanes = StateTile.lanes
    // The value is affine or quadratic in the state, so three numbers give it everywhere.
    let middle = value(of: 0, forgettingNoise: forgettingNoise)
    let right = value(of: 1, forgettingNoise: forgettingNoise)
    let left = value(of: -1, forgettingNoise: forgettingNoise)
    let slope = (right - left) / 2
    let bend = (right + left) / 2 - middle
    return try run.trees(sampler, count: count, keeping: .states) { tile, batch in
      let leaves = tile.shape.leafRange(below: node)
      let values = fusion?.values(
        of: tile.rewards, logProbabilities: tile.logProbabilities, shape: tile.shape, lanes: lanes)
      for lane in 0..<lanes {
        var fused = tile.rewards[leaves.lowerBound * lanes + lane]
        if let values {
          fused = values[node * lanes + lane]
        } else {
          for leaf in leaves { fused = larger(fused, tile.rewards[leaf * lanes + lane]) }
        }
        let state = tile.states[node].values[lane]
        batch.tallies[0].add(fused - (middle + state * (slope + bend * state)))
      }
    }
  }
}

private func check(
  _ id: String, _ name: String, _ values: NodeValues, controls: [Control], count: Int,
  effect: Double
) -> Check {
  Check(
    id: id,
    subject: "fused value less V(n), \(name), node of depth \(values.depth), "
      + "T = \(values.setting.stepCount)",
    requirement: .absolute(
      effect, because: "4 % or less of a leaf's standard deviation; the bias is zero"),
    controls: controls
  ) { run in
    let batch = try values.errors(.uniform, count: count, run: run)
    let tally = batch.tallies[0]
    return Finding(
      tally.studentisedMean(expected: 0), statementHolds: abs(tally.mean) < effect,
      cost: batch.cost)
  }
}

/// `share` bounds the deviation of the mean over leaves over that of one leaf; it sizes the sample.
private func linear(_ id: String, s: Double, depth: Int, share: Double) -> Check {
  let values = NodeValues(
    .eightLeaves(.correlated(branchParameter: s)), curvature: 0, depth: depth)
  let effect = 0.025 * values.deviation
  let count = SampleSize.mean(sigma: share * values.deviation, effect: effect)
  let best = Control(id: "best", defect: "the best leaf for the mean of the leaves") { run in
    try values.errors(nil, count: count, run: run).tallies[0].studentisedMean(expected: 0)
  }
  return check(
    "linear-\(id)", "r = x, s = \(s)", values, controls: [best], count: count, effect: effect)
}

private func quadratic(
  _ id: String, s: Double, depth: Int, share: Double, published: Bool = false
) -> Check {
  let noise = ForkNoise.correlated(branchParameter: s)
  let values = NodeValues(
    published ? TreeSetting { $0.forkNoise = noise } : .eightLeaves(noise), curvature: 1,
    depth: depth)
  let effect = (published ? 0.04 : 0.025) * values.deviation
  let count = SampleSize.mean(sigma: share * values.deviation, effect: effect)
  let wrong =
    depth > 4
    ? Control(id: "no-noise", defect: "the value of the path without further noise") { run in
      try values.errors(.uniform, forgettingNoise: true, count: count, run: run).tallies[0]
        .studentisedMean(expected: 0)
    }
    : Control(id: "path-softmax", defect: "leaves weighted by the probability of their paths") {
      run in
      try values.errors(.pathSoftmax(beta: 1), count: count, run: run).tallies[0]
        .studentisedMean(expected: 0)
    }
  return check(
    "quadratic-\(id)", "r = x - x^2/2, s = \(s)", values, controls: [wrong], count: count,
    effect: effect)
}
