import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletStatistics

extension Claim {
  /// B7: the variance of the mean over leaves.
  static let fusionVariance = Claim(
    id: "branchgrpo/B7",
    title: "the variance of the mean over leaves",
    statement: """
      The mean reward of the leaves below a node has the variance sigma^2(n)/|L(n)|, sigma^2(n) being that \
      of one leaf given the node.
      """,
    source: "arXiv 2509.06040, appendix B.2",
    scope: """
      linear reward, leaves of a fork with correlated noise and of trees with several forks; the variance \
      is that of averaging the covariances of all leaves
      """,
    recorded: .fails,
    checks: [
      oneFork(width: 4, s: 1, expected: 0.625), oneFork(width: 16, s: 1, expected: 0.53125),
      oneFork(width: 2, s: 4, expected: 9.0 / 17), averaged(),
      subtree("root-given", s: 1, depth: 0), subtree("inner", s: 4, depth: 1),
      subtree("random-root", s: 4, depth: 0, rootIsGiven: false),
    ])
}

/// Whether a variance is that of as many independent leaves; 2 % is five times the sampling error.
private func isThatOfIndependentLeaves(_ observed: Double, _ claimed: Double) -> Bool {
  abs(observed - claimed) <= 0.02 * claimed
}

/// One fork: sigma^2 (1 + (K - 1) rho)/K.
private func oneFork(width: Int, s: Double, expected: Double) -> Check {
  let measure = { @Sendable (forkNoise: ForkNoise, run: CheckRun) throws -> Finding in
    let setting = TreeSetting.oneFork(width: width, forkNoise: forkNoise)
    let formula = setting.formula()
    let batch = try run.trees(
      setting.sampler(), count: SampleSize.spread, keeping: .states
    ) { tile, batch in
      let values = RewardFusion.uniform.values(
        of: tile.rewards, shape: tile.shape, lanes: StateTile.lanes)
      for lane in 0..<StateTile.lanes {
        let value = formula.slopes[0] * tile.states[0].values[lane] + formula.offsets[0]
        batch.tallies[0].add((values[lane] - value) / formula.deviations[0])
      }
    }
    let measurement = batch.tallies[0].variance(expected: expected)
    return Finding(
      measurement,
      statementHolds: isThatOfIndependentLeaves(measurement.observed, 1 / Double(width)),
      cost: batch.cost)
  }
  return Check(
    id: "k\(width)-s\(Int(s))",
    subject: "variance of the mean of \(width) siblings over that of one, s = \(Int(s)); "
      + "claimed 1/\(width)",
    requirement: .spread(of: expected),
    controls: [
      Control(id: "independent", defect: "independent siblings: the claimed 1/K") { run in
        try measure(.independent, run).measurement
      }
    ]
  ) { run in try measure(.correlated(branchParameter: s), run) }
}

/// The variance of the mean over all leaves below a node of the given depth, from its own counts.
///
///     sum over steps j of d_j [1/n_j + (1/n_{j-1} - 1/n_j) rho],   d_j = (Phi_{j+1} tau_j)^2
///
/// n_j is the number of nodes below the node that step j draws. A random root adds Phi_0^2.
private func meanVariance(_ setting: TreeSetting, depth: Int, rootIsGiven: Bool = true) -> Double {
  let formula = setting.formula()
  let rho = setting.forkNoise.siblingCorrelation
  var before = 1.0
  var sum = 0.0
  for step in depth..<setting.stepCount {
    let count = setting.splits.steps.contains(step) ? before * Double(setting.width) : before
    sum += formula.share(step) * (1 / count + (1 / before - 1 / count) * rho)
    before = count
  }
  let root = formula.suffixSlope(from: 0)
  return rootIsGiven ? sum : sum + root * root
}

/// The average of all covariances of the published tree, against the sum over steps.
private func averaged() -> Check {
  let largest = { @Sendable (treatsAsIndependent: Bool) throws -> Double in
    var largest = 0.0
    for s in [0, 1, 4] as [Double] {
      let setting = TreeSetting { $0.forkNoise = .correlated(branchParameter: s) }
      let formula = setting.formula()
      let shape = try setting.shape()
      var sum = 0.0
      for first in 0..<shape.leafCount {
        for second in 0..<shape.leafCount {
          if let step = shape.partingStep(first, second) {
            if treatsAsIndependent { continue }
            sum += formula.covariance(partingAt: step, correlation: 1 / (1 + s * s))
          } else {
            sum += formula.leafVariance
          }
        }
      }
      let average = sum / Double(shape.leafCount * shape.leafCount)
      let bySteps = meanVariance(setting, depth: 0, rootIsGiven: false)
      largest = larger(largest, abs(average - bySteps))
      largest = larger(largest, abs(average - (try setting.law().varianceOfMean)))
    }
    return largest
  }
  return Check(
    id: "averaged",
    subject: "average covariance of 16 leaves less the sum over steps, s = 0, 1, 4, random root",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "independent", defect: "the leaves' variances alone: sigma^2/L") { _ in
        try .identity(observed: largest(true), expected: 0, tolerance: 1e-14)
      }
    ]
  ) { _ in
    Finding(.identity(observed: try largest(false), expected: 0, tolerance: 1e-14))
  }
}

/// The mean over the leaves below a node of a tree of eight leaves.
private func subtree(
  _ id: String, s: Double, depth: Int, rootIsGiven: Bool = true
) -> Check {
  let setting = TreeSetting.eightLeaves(.correlated(branchParameter: s))
  let formula = setting.formula()
  let expected = meanVariance(setting, depth: depth, rootIsGiven: rootIsGiven)
  let leaves = depth == 0 ? 8 : 4
  let variance = rootIsGiven ? formula.suffixVariance(from: depth) : formula.leafVariance
  let claimed = variance / Double(leaves)
  let slope = rootIsGiven ? formula.suffixSlope(from: depth) : 0
  let offset = rootIsGiven ? formula.suffixOffset(from: depth) : 0.5
  let measure = { @Sendable (simulated: TreeSetting, run: CheckRun) throws -> Finding in
    let sampler = try simulated.sampler()
    let node = sampler.shape.nodes(atDepth: depth).lowerBound
    let lanes = StateTile.lanes
    let batch = try run.trees(sampler, count: SampleSize.spread, keeping: .states) { tile, batch in
      let values = RewardFusion.uniform.values(of: tile.rewards, shape: tile.shape, lanes: lanes)
      for lane in 0..<lanes {
        let value = slope * tile.states[node].values[lane] + offset
        batch.tallies[0].add(values[node * lanes + lane] - value)
      }
    }
    let measurement = batch.tallies[0].variance(expected: expected)
    return Finding(
      measurement, statementHolds: isThatOfIndependentLeaves(measurement.observed, claimed),
      cost: batch.cost)
  }
  return Check(
    id: id,
    subject: "variance of the mean of \(leaves) leaves below depth \(depth), s = \(Int(s)), "
      + (rootIsGiven ? "node given" : "random root") + "; claimed \(claimed.fixed(6))",
    requirement: .spread(of: expected),
    controls: [
      Control(id: "late-forks", defect: "the forks at the last steps instead") { run in
        try measure(setting.changed { $0.splits = .at(0, 6, 7, of: 8) }, run).measurement
      }
    ]
  ) { run in try measure(setting, run) }
}
