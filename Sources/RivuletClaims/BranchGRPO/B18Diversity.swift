import RivuletClosedForm
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// B18: the law of samples from trees against that of sequential samples.
  static let diversity = Claim(
    id: "branchgrpo/B18",
    title: "branching does not hurt diversity",
    statement: """
      Samples from trees and sequential samples have the same law: their squared maximum mean \
      discrepancy is zero.
      """,
    source: "arXiv 2509.06040, its section on diversity: KID and MMD^2 of 4096 samples",
    scope: """
      D = 4, one leaf for each tree; pooling all leaves raises the estimate by (L - 1)/(M L - 1) of the \
      kernel's surplus within a tree although the law is the same
      """,
    recorded: .holds,
    checks: [
      oneLeaf("one-leaf-rbf", .gaussian(width: 1), sigma: 0.075),
      oneLeaf("one-leaf-cubic", .cubic, sigma: 0.8),
      pooled("pooled-rbf", .gaussian(width: 1), sigma: 0.06),
      pooled("pooled-cubic", .cubic, sigma: 0.13),
    ])
}

private let dimension = 4

/// Trees of four steps with two forks in four equal coordinates.
private func trees(eta: Double, at first: Int, _ second: Int) -> TreeSetting {
  TreeSetting {
    $0.stepCount = 4
    $0.eta = eta
    $0.splits = .at(first, second, of: 4)
    $0.means = [Double](repeating: 0.5, count: dimension)
    $0.scales = [Double](repeating: 0.5, count: dimension)
    $0.gradient = [Double](repeating: 1, count: dimension)
  }
}

/// Estimates of the squared discrepancy, each from some trees and as many sequential samples.
private func estimates(
  _ setting: TreeSetting, leaves: Range<Int>, trees: Int, chains: Int, kernel: SimilarityKernel,
  count: Int, run: CheckRun
) throws -> Batch {
  let sampler = try setting.sampler()
  let chainSampler = ChainSampler(
    plan: try setting.plan(), field: try setting.field(), reward: setting.reward)
  let chainKey = run.key.child("sequential")
  let replications = StateTile.lanes / max(trees, chains)
  let pieces = run.effort * ((count + replications - 1) / replications)
  let each = 8
  let batches = try run.map(count: (pieces + each - 1) / each) { part in
    var tile = sampler.emptyTile()
    var batch = Batch()
    for piece in (part * each)..<min(pieces, (part + 1) * each) {
      try sampler.fill(&tile, index: piece, key: run.key)
      let flat = try chainSampler.tile(piece, key: chainKey)
      let last = flat.states[flat.states.count - 1]
      for replication in 0..<replications {
        var x: [Double] = []
        for tree in 0..<trees {
          for leaf in leaves {
            x += tile.scoredStates[leaf].state(replication * trees + tree)
          }
        }
        var y: [Double] = []
        for chain in 0..<chains { y += last.state(replication * chains + chain) }
        batch.tallies[0].add(
          KernelDistance.unbiasedSquaredMMD(x, y, dimension: dimension, kernel: kernel))
      }
      batch.cost += tile.cost
      batch.cost += flat.cost
    }
    return batch
  }
  return Batch.merged(batches)
}

/// E[k(x, y)] of Gaussian points with equal coordinates of mean m and covariance matrix (v, c; c, v).
///
/// Gaussian kernel of width w: (w^2/(w^2 + 2 (v - c)))^(D/2). Cubic: the moments of products by Wick's rule.
private func meanKernel(
  _ kernel: SimilarityKernel, mean m: Double, variances: (Double, Double), covariance c: Double
) -> Double {
  let count = Double(dimension)
  let (p, q) = variances
  switch kernel {
  case .gaussian(let width):
    let base = width * width / (width * width + p + q - 2 * c)
    return Elementary.exp(count / 2 * Elementary.log(base))
  case .cubic:
    let square = m * m
    let first = square + c
    let second = (square + p) * (square + q) + 4 * square * c + 2 * c * c
    let third =
      square * square * square + 3 * square * square * (p + q + 3 * c)
      + 9 * square * (p * q + 2 * c * c + c * (p + q)) + 9 * p * q * c + 6 * c * c * c
    let two = (second + (count - 1) * first * first) / count
    let three =
      (third + 3 * (count - 1) * second * first
        + (count - 1) * (count - 2) * first * first * first) / (count * count)
    return three + 3 * two + 3 * first + 1
  }
}

/// One leaf for each of eight trees against eight sequential samples.
private func oneLeaf(_ id: String, _ kernel: SimilarityKernel, sigma: Double) -> Check {
  let setting = trees(eta: 1, at: 1, 2)
  let formula = setting.formula()
  // The leaf's variance under the published noise c = 4: 15 further shares of each fork.
  let variance = formula.leafVariance
  let scaled = variance + 15 * (formula.share(1) + formula.share(2))
  let mean = formula.means[4]
  let kernels = [(scaled, scaled), (variance, variance), (variance, scaled)].map {
    meanKernel(kernel, mean: mean, variances: $0, covariance: 0)
  }
  let discrepancy = kernels[0] + kernels[1] - 2 * kernels[2]
  let measure = { @Sendable (run: CheckRun, forkNoise: ForkNoise) throws -> Finding in
    let batch = try estimates(
      setting.changed { $0.forkNoise = forkNoise }, leaves: 3..<4, trees: 8, chains: 8,
      kernel: kernel, count: SampleSize.mean(sigma: sigma, effect: 0.25 * discrepancy), run: run)
    let tally = batch.tallies[0]
    return Finding(
      tally.studentisedMean(expected: 0), statementHolds: abs(tally.mean) < 0.25 * discrepancy,
      cost: batch.cost)
  }
  return Check(
    id: id,
    subject: "mean of unbiased MMD^2, the last leaf of 8 trees against 8 sequential samples",
    requirement: .absolute(
      0.25 * discrepancy, because: "a quarter of what the published fork noise c = 4 makes"),
    controls: [
      Control(id: "published-noise", defect: "fork noise c eta with c = 4") { run in
        try measure(run, .scaled(4)).measurement
      }
    ]
  ) { run in try measure(run, setting.forkNoise) }
}

/// All four leaves of each of four trees against eight sequential samples.
private func pooled(_ id: String, _ kernel: SimilarityKernel, sigma: Double) -> Check {
  let setting = trees(eta: 0.3, at: 0, 2)
  let formula = setting.formula()
  let variance = formula.leafVariance
  let value = { (covariance: Double) in
    meanKernel(
      kernel, mean: formula.means[4], variances: (variance, variance), covariance: covariance)
  }
  let rho = setting.forkNoise.siblingCorrelation
  // Of the six pairs of leaves of a tree two part at the second fork and four at the first.
  let within =
    (4 * value(formula.covariance(partingAt: 0, correlation: rho))
      + 2 * value(formula.covariance(partingAt: 2, correlation: rho))) / 6
  let expected = 3.0 / 15 * (within - value(0))
  let measure = { @Sendable (run: CheckRun, trees: Int, leaves: Range<Int>) throws -> Finding in
    let batch = try estimates(
      setting, leaves: leaves, trees: trees, chains: 4, kernel: kernel,
      count: SampleSize.mean(sigma: sigma, effect: 0.3 * expected), run: run)
    return Finding(batch.tallies[0].studentisedMean(expected: expected), cost: batch.cost)
  }
  return Check(
    id: id, subject: "mean of unbiased MMD^2, all 4 leaves of 4 trees against 4 sequential samples",
    requirement: .absolute(
      0.3 * expected, because: "a third of the bias, which is there or is not"),
    controls: [
      Control(id: "one-leaf", defect: "one leaf of each of four trees: no bias") { run in
        try measure(run, 4, 0..<1).measurement
      }
    ]
  ) { run in try measure(run, 4, 0..<4) }
}
