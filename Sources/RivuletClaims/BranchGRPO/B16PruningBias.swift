import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// B16: what pruning does to the expected gradient of the edges that stay.
  static let pruningBias = Claim(
    id: "branchgrpo/B16",
    title: "pruning does not bias the gradient of the edges that stay",
    statement:
      "The edges that pruning keeps have the expected gradient that they have without pruning.",
    source: "arXiv 2509.06040, its section on pruning",
    scope: "advantages not divided by a spread; r = xi + c xi^2 at one fork, and flat groups of 16",
    recorded: .holdsWhere(
      "whole depths are dropped without looking at rewards; Parent-Top1: K = 2 and a linear reward"),
    checks: [
      depths(), topOne("top1-c0.5", curvature: 0.5), topOne("top1-c0.05", curvature: 0.05),
      topOne(
        "top1-c0", curvature: 0, region: "Parent-Top1: K = 2 and a linear reward"),
      sampledTopOne(), keptSum(), extremes("extreme-4", kept: 4), extremes("extreme-1", kept: 1),
    ])
}

/// The mean of A xi at the second fork, depths chosen beforehand being dropped: exact over all noises.
private func depths() -> Check {
  let mean = { @Sendable (width: WidthPruning?) -> Double in
    let lattice = NoiseLattice(count: 6, nodes: 3)
    let shape = TreeShape.balanced(2, 2)
    let rewards = (0..<4).map { leaf in
      (0..<lattice.lanes).map { lane -> Double in
        let y = lattice.numbers[leaf / 2][lane] + lattice.numbers[2 + leaf][lane]
        return y + 0.5 * y * y
      }
    }
    let credit = EdgeGradient.credit(rewards, shape: shape, rule: .centred(.depth))
    let mask =
      width?.mask(of: credit.values, shape: shape, lanes: lattice.lanes)
      ?? EdgeMask(droppingDepths: [1], shape: shape, lanes: lattice.lanes)
    var sums = [Double](repeating: 0, count: lattice.lanes)
    var counts = sums
    for (leaf, node) in shape.leaves.enumerated() {
      for lane in 0..<lattice.lanes where mask[node, lane] {
        sums[lane] +=
          credit.advantages[node * lattice.lanes + lane] * lattice.numbers[2 + leaf][lane]
        counts[lane] += 1
      }
    }
    return lattice.mean(zip(sums, counts).map { $0 / $1 })
  }
  return Check(
    id: "depths", subject: "mean of A xi at the second fork when depth 1 is dropped, r = y + y^2/2",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "parent-top1", defect: "the better child of each parent in place of a depth") {
        _ in
        .identity(
          observed: mean(.parentTop1(dropsForkEdges: true)), expected: 0.75, tolerance: 1e-12)
      }
    ]
  ) { _ in
    Finding(
      stating: .identity(observed: mean(nil), expected: 0.75, tolerance: 1e-12),
      region: "whole depths are dropped without looking at rewards")
  }
}

/// 1/2 + (c/sqrt(pi)) erf(1/(2 c)), and 1/2 without a curvature.
private func topOneMean(curvature c: Double) -> Double {
  c == 0 ? 0.5 : 0.5 + c / Double.pi.squareRoot() * Special.erf(1 / (2 * c))
}

/// The mean of A xi of the better of two children, exact over both noises.
///
/// In U, V = (xi_1 +- xi_2)/sqrt(2) the better one changes at V = 0 and at U = -1/(sqrt(2) c) only.
private func topOne(_ id: String, curvature: Double, region: String? = nil) -> Check {
  let mean = { @Sendable (pruning: WidthPruning) -> Double in
    let breaks = curvature == 0 ? [] : [-1 / (2.0.squareRoot() * curvature)]
    let lattice = NoiseLattice(rules: [
      NoiseLattice.panels(breaks: breaks, nodes: 64),
      NoiseLattice.panels(breaks: [0], nodes: 64),
    ])
    let noises = [1.0, -1].map { sign in
      zip(lattice.numbers[0], lattice.numbers[1]).map { ($0 + sign * $1) / 2.0.squareRoot() }
    }
    return lattice.mean(keptMeans(noises, curvature: curvature, pruning: pruning) { $0 * $1 })
  }
  let expected = topOneMean(curvature: curvature)
  return Check(
    id: id,
    subject: "mean of A xi of the edge that Parent-Top1 keeps, K = 2, r = xi + \(curvature) xi^2",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(
        id: curvature == 0 ? "no-baseline" : "all",
        defect: curvature == 0 ? "the kept edges paid their value" : "no pruning, 1/2"
      ) { _ in
        let observed =
          curvature == 0
          ? 2 * mean(.parentTop1(dropsForkEdges: true)) : mean(.extreme(count: 1))
        return .identity(observed: observed, expected: expected, tolerance: 1e-10)
      }
    ]
  ) { _ in
    let observed = mean(.parentTop1(dropsForkEdges: true))
    return Finding(
      .identity(observed: observed, expected: expected, tolerance: 1e-10),
      statementHolds: abs(observed - 0.5) < 1e-10, region: region)
  }
}

/// The mean over the kept children of one fork of f(A, xi), in every lane.
private func keptMeans(
  _ noises: [[Double]], curvature: Double, pruning: WidthPruning, _ f: (Double, Double) -> Double
) -> [Double] {
  let shape = TreeShape.balanced(2)
  let lanes = noises[0].count
  let rewards = noises.map { $0.map { $0 + curvature * $0 * $0 } }
  let credit = EdgeGradient.credit(rewards, shape: shape, rule: .siblingCentred)
  let mask = pruning.mask(of: credit.values, shape: shape, lanes: lanes)
  return (0..<lanes).map { lane in
    var sum = 0.0
    var count = 0.0
    for child in 0..<2 where mask[1 + child, lane] {
      sum += f(credit.advantages[(1 + child) * lanes + lane], noises[child][lane])
      count += 1
    }
    return sum / count
  }
}

/// The same on sampled trees, c = 1/2.
private func sampledTopOne() -> Check {
  let expected = topOneMean(curvature: 0.5)
  let effect = 0.05
  let measure = { @Sendable (run: CheckRun, pruning: WidthPruning) throws -> Finding in
    let batch = try run.trees(
      TreeSetting.oneFork(width: 2).sampler(), count: SampleSize.mean(sigma: 1.6, effect: effect),
      keeping: .states
    ) { tile, batch in
      let noises = [tile.noises[1].values, tile.noises[2].values]
      for g in keptMeans(noises, curvature: 0.5, pruning: pruning, { $0 * $1 }) {
        batch.tallies[0].add(g)
      }
    }
    let tally = batch.tallies[0]
    return Finding(
      tally.studentisedMean(expected: expected), statementHolds: abs(tally.mean - 0.5) < effect,
      cost: batch.cost)
  }
  return Check(
    id: "top1-trees", subject: "mean of A xi of kept edges on sampled forks, r = xi + xi^2/2",
    requirement: .absolute(effect, because: "a fifth of the bias"),
    controls: [
      Control(id: "all", defect: "no pruning, 1/2") { run in
        try measure(run, .extreme(count: 1)).measurement
      }
    ]
  ) { run in try measure(run, .parentTop1(dropsForkEdges: true)) }
}

/// The mean advantage of the better of two children, 1/sqrt(pi) for r = xi: kept advantages do not cancel.
private func keptSum() -> Check {
  let expected = 1 / Double.pi.squareRoot()
  let mean = { @Sendable (pruning: WidthPruning) -> Double in
    let rule = NoiseLattice.panels(breaks: [0], nodes: 64)
    let lattice = NoiseLattice(rules: [NoiseLattice.panels(breaks: [], nodes: 64), rule])
    let noises = [1.0, -1].map { sign in
      zip(lattice.numbers[0], lattice.numbers[1]).map { ($0 + sign * $1) / 2.0.squareRoot() }
    }
    return lattice.mean(
      keptMeans(noises, curvature: 0, pruning: pruning) { advantage, _ in advantage })
  }
  return Check(
    id: "kept-sum", subject: "expected advantage of the edge that Parent-Top1 keeps, K = 2, r = xi",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "all", defect: "no pruning: advantages sum to zero") { _ in
        .identity(observed: mean(.extreme(count: 1)), expected: expected, tolerance: 1e-10)
      }
    ]
  ) { _ in
    Finding(
      .identity(
        observed: mean(.parentTop1(dropsForkEdges: true)), expected: expected, tolerance: 1e-10))
  }
}

/// The mean of A xi over the chains that Extreme-b keeps of 16, at the step behind the fork.
private func extremes(_ id: String, kept: Int) -> Check {
  let leaves = 16
  let setting = TreeSetting {
    $0.stepCount = 2
    $0.splits = .at(0, of: 2)
    $0.width = leaves
    $0.eta = 1
    $0.forkNoise = .independent
  }
  let influence = setting.formula().deviations[1]
  let unpruned = influence * (1 - 1 / Double(leaves))
  let law = PruningBias.extremes(leaves: leaves, kept: kept)
  let measure = { @Sendable (run: CheckRun, pruning: WidthPruning) throws -> Finding in
    let batch = try run.trees(
      setting.sampler(), count: SampleSize.mean(sigma: kept == 1 ? 0.5 : 0.42, effect: 0.02),
      keeping: .states
    ) { tile, batch in
      let lanes = StateTile.lanes
      let values = RewardFusion.uniform.values(of: tile.rewards, shape: tile.shape, lanes: lanes)
      let advantages = TreeAdvantageRule.centred(.depth).advantages(
        of: values, shape: tile.shape, lanes: lanes)
      let mask = pruning.mask(of: values, shape: tile.shape, lanes: lanes)
      for lane in 0..<lanes {
        var sum = 0.0
        var count = 0.0
        for node in tile.shape.leaves where mask[node, lane] {
          sum += advantages[node * lanes + lane] * tile.noises[node].values[lane]
          count += 1
        }
        batch.tallies[0].add(sum / count)
      }
    }
    let tally = batch.tallies[0]
    return Finding(
      tally.studentisedMean(expected: influence * law.perKeptEdge),
      statementHolds: abs(tally.mean - unpruned) < 0.04 * unpruned, cost: batch.cost)
  }
  return Check(
    id: id,
    subject: "mean of A xi of the chains of the \(kept) best and \(kept) worst of 16 leaves, "
      + "\(law.ratio.fixed(3)) times the unpruned one",
    controls: [
      Control(id: "all", defect: "no pruning") { run in
        try measure(run, .extreme(count: 8)).measurement
      }
    ]
  ) { run in try measure(run, .extreme(count: kept)) }
}
