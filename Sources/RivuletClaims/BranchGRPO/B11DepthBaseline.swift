import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletStatistics

extension Claim {
  /// B11: the mean over a whole depth as baseline, which the algorithm takes.
  static let depthBaseline = Claim(
    id: "branchgrpo/B11",
    title: "what is shown for the sibling baseline holds for the depth's",
    statement: """
      The analysis of the sibling baseline covers the algorithm, whose baseline is the mean over the \
      whole depth: at equal mean the gradient varies no more than with the siblings' mean.
      """,
    source: "arXiv 2509.06040, equation 4 against appendix B.3",
    scope: """
      two forks with K = 2, values not divided by a spread; the depth keeps 1 - (1 + (K - 1) rho)/n of \
      the gradient of a fork and 1 - 1/n of a chain step's
      """,
    recorded: .holdsWhere("r = f(a u + xi), f linear, two forks, K = 2: a^2 < 1.5"),
    checks: [
      factor("fork-iid", s: nil, atFork: true), factor("fork-s1", s: 1, atFork: true),
      factor("chain-s1", s: 1, atFork: false), sampledFactor(),
      spread("linear-a0.5", slope: 0.5, bend: 0),
      spread(
        "linear-a1.2", slope: 1.2, bend: 0,
        region: "r = f(a u + xi), f linear, two forks, K = 2: a^2 < 1.5"),
      spread("linear-a1.25", slope: 1.25, bend: 0), spread("linear-a2", slope: 2, bend: 0),
      spread("curved-a0.5", slope: 0.5, bend: 0.3), spread("curved-a2", slope: 2, bend: 0.3),
    ])
}

/// The noises of a tree of two forks with two children each and of a chain step behind them.
private struct TwoForkNoises {
  let lattice: NoiseLattice
  /// u, the noise of the two parents.
  let parents: [[Double]]
  /// xi, the noise of the four children.
  let children: [[Double]]
  /// zeta, the noise of the chain step below each of them.
  let chains: [[Double]]

  init(s: Double?, nodes: Int, hasChain: Bool) {
    let own = 6 + (hasChain ? 4 : 0)
    let lattice = NoiseLattice(count: own + (s == nil ? 0 : 3), nodes: nodes)
    let mixed = { (number: Int, shared: Int) -> [Double] in
      guard let s else { return lattice.numbers[number] }
      let common = lattice.numbers[own + shared]
      return common.indices.map {
        (common[$0] + s * lattice.numbers[number][$0]) / (1 + s * s).squareRoot()
      }
    }
    self.lattice = lattice
    parents = (0..<2).map { mixed($0, 0) }
    children = (0..<4).map { mixed(2 + $0, 1 + $0 / 2) }
    chains = hasChain ? (6..<10).map { lattice.numbers[$0] } : []
  }
}

/// What is left of the gradient of a step whose noise reaches the reward with the factor one.
private func factor(_ id: String, s: Double?, atFork: Bool) -> Check {
  let rho = s.map { 1 / (1 + $0 * $0) } ?? 0
  let expected = atFork ? 1 - (1 + rho) / 4 : 1 - 1.0 / 4
  let mean = { @Sendable (rule: TreeAdvantageRule) -> Double in
    let noises = TwoForkNoises(s: s, nodes: 2, hasChain: !atFork)
    let shape = atFork ? TreeShape.balanced(2, 2) : .balanced(2, 2, 1)
    let rewards = (0..<4).map { leaf in
      (0..<noises.lattice.lanes).map { lane -> Double in
        let sum = noises.parents[leaf / 2][lane] + noises.children[leaf][lane]
        return atFork ? sum : sum + noises.chains[leaf][lane]
      }
    }
    let advantages = EdgeGradient.credit(rewards, shape: shape, rule: rule).advantages
    return noises.lattice.mean(
      EdgeGradient.means(
        advantages, noises: atFork ? noises.children : noises.chains,
        first: shape.leaves.lowerBound))
  }
  return .exact(
    id,
    subject: "E[g] over grad J at the \(atFork ? "second fork" : "chain step behind it"), n = 4, "
      + (s.map { "s = \($0)" } ?? "independent siblings"),
    expected: expected, tolerance: 1e-13, reads: false,
    defects: [
      ExactVariant("siblings", "the siblings' mean, which the appendix analyses") { _ in
        mean(.centred(.siblings))
      },
      ExactVariant("leave-one-out", "a node left out of its own baseline") { _ in
        mean(.leaveOneOut(.depth))
      },
    ]
  ) { _ in mean(.centred(.depth)) }
}

extension Check {
  /// An exact check that may leave the verdict to others.
  fileprivate static func exact(
    _ id: String, subject: String, expected: Double, tolerance: Double, reads: Bool,
    defects: [ExactVariant], measure: @escaping @Sendable (CheckRun) throws -> Double
  ) -> Check {
    let check = Check.exact(
      id, subject: subject, expected: expected, tolerance: tolerance, defects: defects,
      measure: measure)
    guard !reads else { return check }
    return Check(
      id: id, subject: subject, requirement: check.requirement, controls: check.controls
    ) { run in Finding(try check.measure(run).measurement) }
  }
}

/// The mean of g over the four edges of the second fork on sampled trees of three steps, s = 1.
private func sampledFactor() -> Check {
  let setting = TreeSetting {
    $0.stepCount = 3
    $0.splits = .at(0, 1, of: 3)
    $0.eta = 1
    $0.forkNoise = .correlated(branchParameter: 1)
    $0.scored = .cleanPrediction
  }
  let influence = setting.cleanPrediction().slope * setting.formula().deviations[1]
  let measure = { @Sendable (run: CheckRun, rule: TreeAdvantageRule) throws -> Finding in
    let batch = try run.trees(
      setting.sampler(), count: SampleSize.mean(sigma: 1.15, effect: 0.02), keeping: .states
    ) { tile, batch in
      let values = RewardFusion.uniform.values(
        of: tile.rewards, shape: tile.shape, lanes: StateTile.lanes)
      let advantages = rule.advantages(of: values, shape: tile.shape, lanes: StateTile.lanes)
      let nodes = tile.shape.nodes(atDepth: 2)
      for g in EdgeGradient.means(
        advantages, noises: nodes.map { tile.noises[$0].values }, first: nodes.lowerBound)
      {
        batch.tallies[0].add(g)
      }
    }
    return Finding(
      batch.tallies[0].studentisedMean(expected: 0.625 * influence), cost: batch.cost)
  }
  return Check(
    id: "trees-s1", subject: "mean of g at the second fork of trees of three steps, n = 4, s = 1",
    controls: [
      Control(id: "siblings", defect: "the siblings' mean, which the appendix analyses") { run in
        try measure(run, .centred(.siblings)).measurement
      }
    ]
  ) { run in try measure(run, .centred(.depth)) }
}

/// The variance with the depth's mean over that with the siblings', both estimators of mean one.
///
/// r = y + bend y^2 with y = slope u + xi.
private func spread(_ id: String, slope: Double, bend: Double, region: String? = nil) -> Check {
  let forks = TwoForks(parents: 2, children: 2)
  let reward = { @Sendable (u: Double, xi: Double) -> Double in
    let y = slope * u + xi
    return y + bend * y * y
  }
  let depth = bend == 0 ? forks.depthLaw(parentSlope: slope) : forks.depthLaw(reward: reward)
  let siblings = bend == 0 ? forks.siblingLaw : forks.siblingLaw(reward: reward)
  let expected = depth.relativeVariance / siblings.relativeVariance
  let ratio = { @Sendable (scalesToMean: Bool, slope: Double) -> Double in
    let noises = TwoForkNoises(s: nil, nodes: bend == 0 ? 3 : 4, hasChain: false)
    let lattice = noises.lattice
    let shape = TreeShape.balanced(2, 2)
    let rewards = (0..<4).map { leaf in
      (0..<lattice.lanes).map { lane -> Double in
        let y = slope * noises.parents[leaf / 2][lane] + noises.children[leaf][lane]
        return y + bend * y * y
      }
    }
    let spreads = [TreeAdvantageRule.Baseline.depth, .siblings].map { baseline -> Double in
      let advantages = EdgeGradient.credit(
        rewards, shape: shape, rule: .centred(baseline)
      ).advantages
      let g = EdgeGradient.means(
        advantages, noises: noises.children, first: shape.leaves.lowerBound)
      let mean = scalesToMean ? lattice.mean(g) : 1
      return lattice.variance(g) / (mean * mean)
    }
    return spreads[0] / spreads[1]
  }
  return Check(
    id: id,
    subject: "relative variance, depth over siblings, y = \(slope) u + xi, r = "
      + (bend == 0 ? "y" : "y + \(bend) y^2"),
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "unscaled", defect: "estimators of different mean compared as they stand") { _ in
        .identity(observed: ratio(false, slope), expected: expected, tolerance: 1e-10)
      },
      Control(id: "own-noise", defect: "the reward taken to depend on the leaf's noise only") { _ in
        .identity(observed: ratio(true, 0), expected: expected, tolerance: 1e-10)
      },
    ]
  ) { _ in
    let observed = ratio(true, slope)
    return Finding(
      .identity(observed: observed, expected: expected, tolerance: 1e-10),
      statementHolds: observed <= 1, region: region)
  }
}
