import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// B10: the mean of the siblings as a control variate.
  static let siblingBaseline = Claim(
    id: "branchgrpo/B10",
    title: "the sibling baseline is unbiased and lowers the variance",
    statement: """
      With the mean reward of the siblings as baseline the gradient of a fork is unbiased and its variance \
      is strictly smaller.
      """,
    source: "arXiv 2509.06040, appendix B.3",
    scope: """
      one fork; exact over all noises, and sampled trees; the mean is (1 - 1/K) s^2/(1 + s^2) of the \
      gradient for any reward
      """,
    recorded: .holdsWhere(
      "direction: any reward, K >= 2, s > 0; variance at equal mean: r = c + xi, c^2 > 2/(K - 1)"),
    checks: [
      direction(),
      length("linear-k2-s4", siblings: 2, s: 4, curvature: 0),
      length("linear-k4-s1", siblings: 4, s: 1, curvature: 0),
      length("curved-k3-s0.5", siblings: 3, s: 0.5, curvature: 0.5),
      sampled("trees-k4-s1", siblings: 4, s: 1, curvature: 0, spread: 0.84),
      sampled("trees-curved-k2-s4", siblings: 2, s: 4, curvature: -0.5, spread: 1.9),
      equalMean("k4-c0", siblings: 4, offset: 0),
      equalMean("k2-c1.3", siblings: 2, offset: 1.3),
      equalMean(
        "k2-c1.5", siblings: 2, offset: 1.5,
        region: "variance at equal mean: r = c + xi, c^2 > 2/(K - 1)"),
      equalMean("k4-c1", siblings: 4, offset: 1),
      shrunk(),
      reciprocal(),
    ])
}

/// The noises of the children of one fork in every lane.
private func forkNoises(_ lattice: NoiseLattice, siblings: Int, s: Double?) -> [[Double]] {
  (0..<siblings).map { child in
    guard let s else { return lattice.numbers[child] }
    let shared = lattice.numbers[siblings]
    return lattice.numbers[child].indices.map {
      (shared[$0] + s * lattice.numbers[child][$0]) / (1 + s * s).squareRoot()
    }
  }
}

/// The estimator of one fork in every lane for a reward of the noise.
private func estimator(
  _ noises: [[Double]], rule: TreeAdvantageRule?, reward: (Double) -> Double
) throws -> [Double] {
  let shape = try TreeShape(widths: [noises.count])
  let rewards = noises.map { $0.map(reward) }
  // Without a baseline the advantage is the value itself.
  let credit = EdgeGradient.credit(rewards, shape: shape, rule: rule ?? .siblingCentred)
  return EdgeGradient.means(
    rule == nil ? credit.values : credit.advantages, noises: noises, first: 1)
}

/// The mean of the estimator, r = xi + c xi^2, whose gradient is 1.
private func length(_ id: String, siblings: Int, s: Double, curvature: Double) -> Check {
  let expected = (1 - 1 / Double(siblings)) * s * s / (1 + s * s)
  let mean = { @Sendable (rule: TreeAdvantageRule, s: Double?) throws -> Double in
    let lattice = NoiseLattice(count: siblings + 1, nodes: 3)
    let noises = forkNoises(lattice, siblings: siblings, s: s)
    return lattice.mean(try estimator(noises, rule: rule) { $0 + curvature * $0 * $0 })
  }
  let measurement = { @Sendable (observed: Double) in
    Measurement.identity(observed: observed, expected: expected, tolerance: 1e-13)
  }
  return Check(
    id: id,
    subject: "E[g] over grad J, K = \(siblings), s = \(s), r = xi + \(curvature) xi^2",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "leave-one-out", defect: "a child left out of its own baseline") { _ in
        measurement(try mean(.leaveOneOut(.siblings), s))
      },
      Control(id: "independent", defect: "the shared part of the noise forgotten") { _ in
        measurement(try mean(.siblingCentred, nil))
      },
    ]
  ) { _ in
    let observed = try mean(.siblingCentred, s)
    return Finding(measurement(observed), statementHolds: abs(observed - 1) < 0.04)
  }
}

/// The sine of the angle between the mean of the estimator and the gradient, two coordinates.
///
/// r = y + y^2/2 with y = xi_1 + 2 xi_2, so grad J is (1, 2).
private func direction() -> Check {
  let sine = { @Sendable (sharesBoth: Bool) throws -> Double in
    let lattice = NoiseLattice(count: 6, nodes: 3)
    let noises = (0..<2).map { coordinate in
      (0..<2).map { child -> [Double] in
        let own = lattice.numbers[2 * coordinate + child]
        let shared = lattice.numbers[4 + coordinate]
        guard sharesBoth || coordinate == 0 else { return own }
        return own.indices.map { (shared[$0] + own[$0]) / 2.0.squareRoot() }
      }
    }
    let rewards = (0..<2).map { child in
      (0..<lattice.lanes).map { lane -> Double in
        let y = noises[0][child][lane] + 2 * noises[1][child][lane]
        return y + y * y / 2
      }
    }
    let advantages = EdgeGradient.credit(
      rewards, shape: .balanced(2), rule: .siblingCentred
    ).advantages
    let g = noises.map { lattice.mean(EdgeGradient.means(advantages, noises: $0, first: 1)) }
    return (g[0] * 2 - g[1]) / ((g[0] * g[0] + g[1] * g[1]) * 5).squareRoot()
  }
  return Check(
    id: "direction",
    subject: "sine of the angle of E[g] and grad J in two coordinates, K = 2, s = 1",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "one-shared", defect: "xi_0 shared in the first coordinate only") { _ in
        .identity(observed: try sine(false), expected: 0, tolerance: 1e-13)
      }
    ]
  ) { _ in
    Finding(
      stating: .identity(observed: try sine(true), expected: 0, tolerance: 1e-13),
      region: "direction: any reward, K >= 2, s > 0")
  }
}

/// The mean of the estimator on sampled trees of two steps, the fork at the first one.
///
/// For r = x - (curvature/2) x^2 of the clean prediction x the gradient is w (1 - curvature E[x]), w the
/// influence of the step.
private func sampled(
  _ id: String, siblings: Int, s: Double, curvature: Double, spread: Double
) -> Check {
  let setting = TreeSetting {
    $0.stepCount = 2
    $0.splits = .at(0, of: 2)
    $0.width = siblings
    $0.eta = 1
    $0.forkNoise = .correlated(branchParameter: s)
    $0.scored = .cleanPrediction
  }
  let formula = setting.formula()
  let clean = setting.cleanPrediction()
  let influence = clean.slope * formula.deviations[0]
  let mean = clean.slope * formula.means[1] + clean.offset
  let gradient = influence * (1 - curvature * mean)
  let expected = gradient * (1 - 1 / Double(siblings)) * s * s / (1 + s * s)
  let measure = { @Sendable (run: CheckRun, forkNoise: ForkNoise) throws -> Finding in
    let sampler = try TreeSampler(
      plan: setting.plan(), field: setting.field(),
      reward: QuadraticReward(curvature: curvature, gradient: [1]), shape: setting.shape(),
      forkNoise: forkNoise, scored: setting.scored)
    let batch = try run.trees(
      sampler, count: SampleSize.mean(sigma: spread, effect: 0.02), keeping: .states
    ) { tile, batch in
      let values = RewardFusion.uniform.values(
        of: tile.rewards, shape: tile.shape, lanes: StateTile.lanes)
      let advantages = TreeAdvantageRule.siblingCentred.advantages(
        of: values, shape: tile.shape, lanes: StateTile.lanes)
      let noises = tile.shape.nodes(atDepth: 1).map { tile.noises[$0].values }
      for g in EdgeGradient.means(advantages, noises: noises, first: 1) {
        batch.tallies[0].add(g)
      }
    }
    let tally = batch.tallies[0]
    return Finding(
      tally.studentisedMean(expected: expected),
      statementHolds: abs(tally.mean - gradient) < 0.04 * abs(gradient), cost: batch.cost)
  }
  return Check(
    id: id,
    subject: "mean of g on trees of two steps, K = \(siblings), s = \(s), "
      + (curvature == 0 ? "linear reward" : "curved reward"),
    controls: [
      Control(id: "published-noise", defect: "fork noise c eta with c = 4, scored as if c = 1") {
        run in try measure(run, .scaled(4)).measurement
      },
      Control(id: "independent", defect: "the shared part of the noise forgotten") { run in
        try measure(run, .independent).measurement
      },
    ]
  ) { run in try measure(run, setting.forkNoise) }
}

/// The variance with the baseline over that without one, both estimators of mean 1, r = c + xi.
private func equalMean(
  _ id: String, siblings: Int, offset: Double, region: String? = nil
) -> Check {
  let count = Double(siblings)
  let expected = 2 / (count - 1) / ((offset * offset + 2) / count)
  let ratio = { @Sendable (rule: TreeAdvantageRule) throws -> Double in
    let lattice = NoiseLattice(count: siblings, nodes: 3)
    let noises = forkNoises(lattice, siblings: siblings, s: nil)
    let own = try estimator(noises, rule: rule) { offset + $0 }
    let plain = try estimator(noises, rule: nil) { offset + $0 }
    return lattice.variance(own) / lattice.variance(plain)
  }
  return Check(
    id: id, subject: "Var(g rescaled)/Var(no baseline), r = \(offset) + xi, K = \(siblings)",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "shrunk", defect: "the shorter estimator compared with the longer one") { _ in
        .identity(observed: try ratio(.siblingCentred), expected: expected, tolerance: 1e-12)
      }
    ]
  ) { _ in
    let observed = try ratio(.leaveOneOut(.siblings))
    return Finding(
      .identity(observed: observed, expected: expected, tolerance: 1e-12),
      statementHolds: observed < 1, region: region)
  }
}

/// The variance of the estimator as it stands, shortened by the baseline: 2 (K - 1)/K^2 for r = c + xi.
private func shrunk() -> Check {
  let variance = { @Sendable (rule: TreeAdvantageRule?) throws -> Double in
    let lattice = NoiseLattice(count: 4, nodes: 3)
    return lattice.variance(
      try estimator(forkNoises(lattice, siblings: 4, s: nil), rule: rule) { $0 })
  }
  return Check(
    id: "shrunk-k4-c0",
    subject: "variance of g as it stands, r = xi, K = 4; 0.5 without a baseline",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "none", defect: "no baseline") { _ in
        .identity(observed: try variance(nil), expected: 0.375, tolerance: 1e-12)
      }
    ]
  ) { _ in
    Finding(.identity(observed: try variance(.siblingCentred), expected: 0.375, tolerance: 1e-12))
  }
}

/// A reward for which even the shortened estimator varies more: 1/xi, xi/0.09 inside |xi| < 0.3.
private func reciprocal() -> Check {
  let edge = 0.3
  let moments = RewardMoments.truncatedReciprocal(edge: edge)
  let expected =
    SiblingBaseline.shrunkVariance(siblings: 2, moments: moments)
    / SiblingBaseline.plainVariance(siblings: 2, moments: moments)
  let ratio = { @Sendable (edge: Double) throws -> Double in
    let rule = NoiseLattice.panels(
      breaks: [-3, -1, -edge, edge, 1, 3], nodes: 24)
    let lattice = NoiseLattice(rules: [rule, rule])
    let noises = forkNoises(lattice, siblings: 2, s: nil)
    let reward = { (x: Double) in abs(x) < edge ? x / (edge * edge) : 1 / x }
    let own = try estimator(noises, rule: .siblingCentred, reward: reward)
    let plain = try estimator(noises, rule: nil, reward: reward)
    return lattice.variance(own) / lattice.variance(plain)
  }
  return Check(
    id: "reciprocal",
    subject: "Var(g as it stands)/Var(no baseline), r = 1/xi for |xi| > 0.3, K = 2",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "edge", defect: "another edge of the inner part, 0.31") { _ in
        .identity(observed: try ratio(0.31), expected: expected, tolerance: 1e-9)
      }
    ]
  ) { _ in
    let observed = try ratio(edge)
    return Finding(
      .identity(observed: observed, expected: expected, tolerance: 1e-9),
      statementHolds: observed < 1)
  }
}
