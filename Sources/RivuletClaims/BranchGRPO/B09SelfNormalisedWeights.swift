import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// B9: the variance of a self-normalised mean.
  static let selfNormalisedWeights = Claim(
    id: "branchgrpo/B9",
    title: "self-normalised weights and the effective number of leaves",
    statement: """
      A mean with self-normalised weights has the variance sigma^2/ESS with ESS = 1/sum w^2, a number from 1 \
      to |L| that only uniform weights take to |L|.
      """,
    source: "arXiv 2509.06040, appendix B.2",
    scope: """
      path weights with beta = 1 of drawn trees; rewards N(0, 1) of their own, and rewards of the noise that \
      makes the weights
      """,
    recorded: .holdsWhere("the rewards are independent of the weights"),
    checks: [
      independent(
        "fork", .oneFork(width: 8), region: "the rewards are independent of the weights"),
      independent("paths", fourLeaves), range(), uniform(),
      own("own-linear", "xi", share: 1.75) { $0 },
      own("own-peak", "exp(-4 xi^2)", share: 0.95) { Elementary.exp(-4 * $0 * $0) },
    ])
}

/// Two forks with chains behind them, so that whole paths make the weights.
private let fourLeaves = TreeSetting {
  $0.stepCount = 4
  $0.splits = .at(0, 2, of: 4)
}

private let fusion = RewardFusion.pathSoftmax(beta: 1)

/// The weights of the leaves below the root and their effective number, `[leaf][lane]` and `[lane]`.
private func weights(
  of tile: TreeTile, _ fusion: RewardFusion
) -> (weights: [Double], sizes: [Double]) {
  let weights = fusion.weights(
    of: 0, logProbabilities: tile.logProbabilities, shape: tile.shape, lanes: StateTile.lanes)
  return (weights, RewardFusion.effectiveSampleSizes(of: weights, lanes: StateTile.lanes))
}

/// The weighted mean of rewards of their own, times the root of ESS: standard normal whatever the weights.
private func independent(_ id: String, _ setting: TreeSetting, region: String? = nil) -> Check {
  let measure = { @Sendable (countsLeaves: Bool, run: CheckRun) throws -> Finding in
    let sampler = try setting.sampler()
    let lanes = StateTile.lanes
    let tiles = run.tiles(for: SampleSize.spread)
    let pieces = 64
    let batches = try run.map(count: pieces) { piece in
      var tile = sampler.emptyTile(keeping: .edges)
      var batch = Batch()
      for index in (piece * tiles / pieces)..<((piece + 1) * tiles / pieces) {
        try sampler.fill(&tile, index: index, key: run.key)
        let rewards = run.key.child("rewards").standardNormals(
          count: tile.rewards.count, at: NoiseAddress(root: UInt32(index)))
        let values = fusion.values(
          of: rewards, logProbabilities: tile.logProbabilities, shape: tile.shape, lanes: lanes)
        let sizes = weights(of: tile, fusion).sizes
        for lane in 0..<lanes {
          let size = countsLeaves ? Double(tile.shape.leafCount) : sizes[lane]
          batch.tallies[0].add(values[lane] * size.squareRoot())
        }
        batch.cost += tile.cost
      }
      return batch
    }
    let total = Batch.merged(batches)
    return Finding(
      stating: total.tallies[0].variance(expected: 1), region: region, cost: total.cost)
  }
  return Check(
    id: id,
    subject:
      "variance of the weighted mean over 1/ESS, rewards of their own, T = \(setting.stepCount)",
    requirement: .spread(of: 1),
    controls: [
      Control(id: "leaves", defect: "the number of leaves for the effective one") { run in
        try measure(true, run).measurement
      }
    ]
  ) { run in try measure(false, run) }
}

/// ESS lies between 1 and the number of leaves.
private func range() -> Check {
  let outside = { @Sendable (normalises: Bool, run: CheckRun) throws -> Double in
    let tile = try TreeSetting.eightLeaves().sampler().tile(0, key: run.key)
    var weights = weights(of: tile, fusion).weights
    if !normalises { for index in weights.indices { weights[index] *= 3 } }
    var count = 0
    for size in RewardFusion.effectiveSampleSizes(of: weights, lanes: StateTile.lanes)
    where size < 1 - 1e-14 || size > 8 + 1e-14 {
      count += 1
    }
    return Double(count)
  }
  return Check(
    id: "range", subject: "trees of 64 whose ESS is not between 1 and 8",
    requirement: .absolute(0, because: "a count"),
    controls: [
      Control(id: "not-normalised", defect: "weights that sum to three") { run in
        try .identity(observed: outside(false, run), expected: 0, tolerance: 0)
      }
    ]
  ) { run in
    Finding(stating: .identity(observed: try outside(true, run), expected: 0, tolerance: 0))
  }
}

/// Uniform weights, and no others, have ESS = |L|.
private func uniform() -> Check {
  let largest = { @Sendable (beta: Double, run: CheckRun) throws -> Double in
    let tile = try TreeSetting.eightLeaves().sampler().tile(0, key: run.key)
    var largest = 0.0
    for size in weights(of: tile, .pathSoftmax(beta: beta)).sizes {
      largest = larger(largest, abs(size - 8))
    }
    return largest
  }
  return Check(
    id: "uniform", subject: "largest distance of ESS from 8 with beta = 0",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "beta", defect: "beta = 0.01") { run in
        try .identity(observed: largest(0.01, run), expected: 0, tolerance: 1e-14)
      }
    ]
  ) { run in
    Finding(stating: .identity(observed: try largest(0, run), expected: 0, tolerance: 1e-14))
  }
}

/// The mean of f(xi_1, xi_2) for two standard normals, on an even mesh that is exact to rounding for
/// smooth functions.
private func planeMean(_ f: (Double, Double) -> Double) -> Double {
  let step = 0.125
  let points = (-72...72).map { Double($0) * step }
  let masses = points.map { Elementary.exp(-$0 * $0 / 2) * step / (2 * Double.pi).squareRoot() }
  var sum = 0.0
  for i in points.indices {
    var row = 0.0
    for j in points.indices { row += masses[j] * f(points[i], points[j]) }
    sum += masses[i] * row
  }
  return sum
}

/// Two children whose rewards are functions of the noise that weights them.
///
/// With w the weight of the first, 1/(1 + exp((xi_1^2 - xi_2^2)/2)), the variance is that of w r_1 + (1 - w) r_2,
/// and the statement's is Var(r) E[w^2 + (1 - w)^2]. `share` bounds the deviation of a squared distance over
/// its mean; it sizes the sample.
private func own(
  _ id: String, _ name: String, share: Double, reward: @escaping @Sendable (Double) -> Double
) -> Check {
  let weight = { @Sendable (x: Double, y: Double) in
    1 / (1 + Elementary.exp((x * x - y * y) / 2))
  }
  let value = { @Sendable (x: Double, y: Double) in
    let first = weight(x, y)
    return first * reward(x) + (1 - first) * reward(y)
  }
  let exact = { @Sendable () -> (mean: Double, variance: Double, claimed: Double) in
    let mean = planeMean(value)
    let square = planeMean { x, y in
      let difference = value(x, y) - mean
      return difference * difference
    }
    let centre = planeMean { x, _ in reward(x) }
    let spread = planeMean { x, _ in (reward(x) - centre) * (reward(x) - centre) }
    let inverse = planeMean { x, y in
      let first = weight(x, y)
      return first * first + (1 - first) * (1 - first)
    }
    return (mean, square, spread * inverse)
  }
  let measure = { @Sendable (run: CheckRun) throws -> Batch in
    let setting = TreeSetting.oneFork(width: 2)
    let formula = setting.formula()
    let lanes = StateTile.lanes
    let mean = exact().mean
    let count = SampleSize.mean(sigma: share, effect: 0.02)
    return try run.trees(setting.sampler(), count: count, keeping: .states) { tile, batch in
      var rewards: [Double] = []
      for node in tile.shape.leaves {
        for noise in formula.noise(to: node, in: tile) { rewards.append(reward(noise)) }
      }
      let values = fusion.values(
        of: rewards, logProbabilities: tile.logProbabilities, shape: tile.shape, lanes: lanes)
      for lane in 0..<lanes {
        batch.tallies[0].add((values[lane] - mean) * (values[lane] - mean))
      }
    }
  }
  return Check(
    id: id, subject: "variance of the fused value of r = \(name) of the fork's noise, K = 2",
    controls: [
      Control(id: "ess", defect: "sigma^2 E[1/ESS] expected") { run in
        try measure(run).tallies[0].studentisedMean(expected: exact().claimed)
      }
    ]
  ) { run in
    let batch = try measure(run)
    let tally = batch.tallies[0]
    let (_, variance, claimed) = exact()
    return Finding(
      tally.studentisedMean(expected: variance),
      statementHolds: abs(tally.mean - claimed) <= 0.03 * claimed, cost: batch.cost)
  }
}
