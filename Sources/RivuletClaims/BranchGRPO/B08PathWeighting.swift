import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// B8: weighting leaves by the probability of their paths.
  static let pathWeighting = Claim(
    id: "branchgrpo/B8",
    title: "weighting leaves by path probability",
    statement: """
      With beta = 1 the leaves' rewards are weighted by the probability of their paths, and the fused value \
      still estimates the value of the node.
      """,
    source: "arXiv 2509.06040, equation 3 and section 3.3",
    scope: """
      one fork at the last step, independent children, rewards xi, xi^2 and |xi|^2 of the fork's noise with \
      V = 0, 1 and D; the leaves were drawn from the density that weights them
      """,
    recorded: .holdsWhere("the reward is linear in the noise of the fork"),
    checks: PathWeightingChecks.identities + [
      linear(),
      curved("square-beta1", width: 2, beta: 1, printed: 0.649542, sigma: 0.63),
      curved("square-beta0.5", width: 2, beta: 0.5, printed: 0.781756, sigma: 0.74),
      curved("square-beta0.1", width: 2, beta: 0.1, printed: 0.950366, sigma: 0.96),
      curved("square-k16", width: 16, beta: 1, printed: 0.512526, sigma: 0.16),
      printed(), limit(), averagedLogProbabilities(), scaledNoise(),
    ])
}

/// The fused value of one fork for a reward of its noise, for each tree.
private func fused(
  _ setting: TreeSetting, _ fusion: RewardFusion, count: Int, run: CheckRun,
  dividingScoresBy divisor: Double = 1, weighsByReward: Bool = false,
  reward: @escaping @Sendable ([Double]) -> Double
) throws -> Batch {
  let formula = setting.formula()
  let lanes = StateTile.lanes
  return try run.trees(setting.sampler(), count: count, keeping: .states) { tile, batch in
    let shape = tile.shape
    var rewards: [Double] = []
    for node in shape.leaves {
      let noise = (0..<setting.dimension).map {
        formula.noise(to: node, in: tile, coordinate: $0)
      }
      for lane in 0..<lanes { rewards.append(reward(noise.map { $0[lane] })) }
    }
    var scores = tile.logProbabilities
    if divisor != 1 { for index in scores.indices { scores[index] /= divisor } }
    if weighsByReward { scores.replaceSubrange(lanes..., with: rewards) }
    let values = fusion.values(of: rewards, logProbabilities: scores, shape: shape, lanes: lanes)
    for lane in 0..<lanes { batch.tallies[0].add(values[lane]) }
  }
}

/// r = xi: the weights are even in the noise, so nothing is lost.
private func linear() -> Check {
  let effect = 0.015
  let measure = { @Sendable (weighsByReward: Bool, run: CheckRun) throws -> Finding in
    let batch = try fused(
      .oneFork(width: 4), .pathSoftmax(beta: 1), count: SampleSize.mean(sigma: 0.5, effect: effect),
      run: run, weighsByReward: weighsByReward
    ) { $0[0] }
    let tally = batch.tallies[0]
    return Finding(
      tally.studentisedMean(expected: 0), statementHolds: abs(tally.mean) < effect,
      region: "the reward is linear in the noise of the fork", cost: batch.cost)
  }
  return Check(
    id: "linear", subject: "fused value of r = xi, K = 4, beta = 1; V = 0",
    requirement: .absolute(effect, because: "1.5 % of a leaf's deviation; the value is zero"),
    controls: [
      Control(id: "by-reward", defect: "leaves weighted by exp(r) for their probability") { run in
        try measure(true, run).measurement
      }
    ]
  ) { run in try measure(false, run) }
}

/// r = xi^2: the density is counted twice.
private func curved(
  _ id: String, width: Int, beta: Double, printed: Double, sigma: Double
) -> Check {
  let count = SampleSize.mean(sigma: sigma, effect: 0.02 * printed)
  let measure = { @Sendable (fusion: RewardFusion, run: CheckRun) throws -> Finding in
    let batch = try fused(.oneFork(width: width), fusion, count: count, run: run) {
      $0[0] * $0[0]
    }
    let tally = batch.tallies[0]
    return Finding(
      tally.studentisedMean(expected: printed), statementHolds: abs(tally.mean - 1) < 0.02,
      cost: batch.cost)
  }
  return Check(
    id: id, subject: "fused value of r = xi^2, K = \(width), beta = \(beta); V = 1",
    controls: [
      Control(id: "uniform", defect: "uniform weights, which give V") { run in
        try measure(.uniform, run).measurement
      }
    ]
  ) { run in try measure(.pathSoftmax(beta: beta), run) }
}

/// The closed forms against the printed digits, and against each other.
private func printed() -> Check {
  let cases: [(width: Int, beta: Double, value: Double)] = [
    (2, 1, 0.649542), (2, 0.5, 0.781756), (2, 0.1, 0.950366), (16, 1, 0.512526),
  ]
  let largest = { @Sendable (noiseScale: Double) -> Double in
    var largest = 0.0
    for (width, beta, value) in cases {
      let bias = FusionBias(children: width, beta: beta, noiseScale: noiseScale)
      largest = larger(largest, abs(bias.expectedSquare() - value))
      if width == 2 {
        let tangent = FusionBias.squareOfTwo(beta: beta * noiseScale * noiseScale)
        largest = larger(largest, abs(tangent - value))
      }
    }
    return largest
  }
  return Check(
    id: "printed",
    subject: "largest distance of four fused values of xi^2 from their printed digits",
    requirement: .absolute(0, because: "an identity to six printed digits"),
    controls: [
      Control(id: "scale", defect: "noise multiplied by 1.01") { _ in
        .identity(observed: largest(1.01), expected: 0, tolerance: 5.1e-7)
      }
    ]
  ) { _ in Finding(.identity(observed: largest(1), expected: 0, tolerance: 5.1e-7)) }
}

/// Many children: the value under the density p^(1 + beta), 1/(1 + beta).
private func limit() -> Check {
  let observed = { @Sendable (children: Int) in
    FusionBias(children: children, beta: 1).expectedSquare()
  }
  return Check(
    id: "limit", subject: "fused value of xi^2 for 4096 children, beta = 1; the limit is 1/2",
    requirement: .absolute(0, because: "a closed form, whose distance falls as 1/K"),
    controls: [
      Control(id: "sixteen", defect: "16 children") { _ in
        .identity(observed: observed(16), expected: 0.5, tolerance: 1e-4)
      }
    ]
  ) { _ in Finding(.identity(observed: observed(4096), expected: 0.5, tolerance: 1e-4)) }
}

/// Log-probabilities averaged over D act as beta/D.
private func averagedLogProbabilities() -> Check {
  let dimension = 4
  let expected = FusionBias(
    children: 2, dimension: dimension, beta: 1, reduction: .mean
  ).expectedSquare()
  let measure = { @Sendable (divisor: Int, run: CheckRun) throws -> Finding in
    let batch = try fused(
      .oneFork(width: 2, dimension: dimension), .pathSoftmax(beta: 1),
      count: SampleSize.mean(sigma: 1.95, effect: 0.02 * expected), run: run,
      dividingScoresBy: Double(divisor)
    ) { noise in
      var sum = 0.0
      for number in noise { sum += number * number }
      return sum
    }
    return Finding(batch.tallies[0].studentisedMean(expected: expected), cost: batch.cost)
  }
  return Check(
    id: "averaged",
    subject: "fused value of |xi|^2 with averaged log-probabilities, K = 2, D = 4; V = 4",
    controls: [
      Control(id: "summed", defect: "summed log-probabilities") { run in
        try measure(1, run).measurement
      }
    ]
  ) { run in try measure(dimension, run) }
}

/// Fork noise multiplied by c and scored as if it were not multiplies beta by c^2.
private func scaledNoise() -> Check {
  let scale = 2.0
  // |c eta|^2 is c^2 times what the closed form counts in.
  let expected =
    scale * scale * FusionBias(children: 2, beta: 1, noiseScale: scale).expectedSquare()
  let measure = { @Sendable (forkNoise: ForkNoise, run: CheckRun) throws -> Finding in
    let batch = try fused(
      .oneFork(width: 2, forkNoise: forkNoise), .pathSoftmax(beta: 1),
      count: SampleSize.mean(sigma: 2.4, effect: 0.02 * expected), run: run
    ) { $0[0] * $0[0] }
    return Finding(batch.tallies[0].studentisedMean(expected: expected), cost: batch.cost)
  }
  return Check(
    id: "scaled",
    subject: "fused value of xi^2 for xi = 2 eta scored as eta, K = 2, beta = 1; V = 4",
    controls: [
      Control(id: "plain", defect: "noise that is scored as it was drawn") { run in
        try measure(.independent, run).measurement
      }
    ]
  ) { run in try measure(.scaled(scale), run) }
}
