import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletStatistics

extension Claim {
  /// B4: the joint law of the leaves of a tree.
  static let leafJointLaw = Claim(
    id: "branchgrpo/B4",
    title: "leaves of one tree are dependent",
    statement: """
      Two leaves whose last common fork is step k have the covariance Phi_{k+1}^2 (A_k^2 S_k + rho tau_k^2) \
      with rho = 1/(1 + s^2): they share the root, the steps above and part of the fork.
      """,
    source: "derived; arXiv 2509.06040 uses it without stating it",
    scope: "one coordinate, data N(0.5, 0.25), T = 20, shift 3, eta 0.3, random root, s = 1 and 4",
    recorded: .holds,
    checks: [
      printed(s: 1, [0.143359, 0.141493, 0.140322, 0.139521]),
      printed(s: 4, [0.143006, 0.141282, 0.140182, 0.139422]),
      rootShare(),
      distance(s: 1, step: 9), distance(s: 4, step: 6), distance(s: 4, step: 3),
      twoForkDistance(),
      covariance(s: 4, step: 9),
    ])
}

private let steps = [9, 6, 3, 0]

/// Leaves of the published tree that part from leaf 0 at steps 9, 6, 3 and 0.
private let partners = [1, 2, 4, 8]

/// The four covariances of the published tree against their printed digits.
private func printed(s: Double, _ digits: [Double]) -> Check {
  let largest = { @Sendable (s: Double) throws -> Double in
    let setting = TreeSetting { $0.forkNoise = .correlated(branchParameter: s) }
    let formula = setting.formula()
    let law = try setting.law()
    var largest = 0.0
    for (index, partner) in partners.enumerated() {
      let own = formula.covariance(partingAt: steps[index], correlation: 1 / (1 + s * s))
      largest = larger(largest, abs(law.covariance(0, partner) - digits[index]))
      largest = larger(largest, abs(own - digits[index]))
    }
    return largest
  }
  return Check(
    id: "printed-s\(Int(s))",
    subject: "largest distance from the printed covariances of leaves parting at 9, 6, 3, 0",
    requirement: .absolute(0, because: "an identity to six printed digits"),
    controls: [
      Control(id: "other-s", defect: "s = 2") { _ in
        try .identity(observed: largest(2), expected: 0, tolerance: 5.1e-7)
      }
    ]
  ) { _ in
    Finding(stating: .identity(observed: try largest(s), expected: 0, tolerance: 5.1e-7))
  }
}

/// The correlation that the shared root alone gives, Phi_0^2 / S_T.
private func rootShare() -> Check {
  let observed = { @Sendable (rootIsGiven: Bool) throws -> Double in
    let setting = TreeSetting()
    let random = try setting.law()
    let share = try random.covariance(0, 8) - setting.law(rootIsGiven: true).covariance(0, 8)
    return (rootIsGiven ? random.covariance(0, 8) - share : share) / random.variance(ofLeaf: 0)
  }
  return Check(
    id: "root-share",
    subject: "correlation of two leaves from the root alone: random root less given root",
    requirement: .absolute(0, because: "an identity to the printed digits"),
    controls: [
      Control(id: "given-root", defect: "what is left when the root is given") { _ in
        try .identity(observed: observed(true), expected: 0.72, tolerance: 0.005)
      }
    ]
  ) { _ in
    Finding(stating: .identity(observed: try observed(false), expected: 0.72, tolerance: 0.005))
  }
}

/// Differences of two leaves of each tree.
private func differences(_ setting: TreeSetting, partner: Int, run: CheckRun) throws -> Batch {
  try run.trees(setting.sampler(), count: SampleSize.spread) { tile, batch in
    let lanes = StateTile.lanes
    for lane in 0..<lanes {
      batch.tallies[0].add(tile.rewards[lane] - tile.rewards[partner * lanes + lane])
    }
  }
}

/// A check of the variance of the difference of two leaves, 2 (S_T - Cov).
private func distanceCheck(
  _ id: String, _ subject: String, _ setting: TreeSetting, partner: Int, step: Int,
  wrong: TreeSetting,
  wrongPartner: Int, wrongStep: Int
) -> Check {
  let formula = setting.formula()
  let covariance = formula.covariance(
    partingAt: step, correlation: setting.forkNoise.siblingCorrelation)
  let expected = 2 * (formula.leafVariance - covariance)
  return Check(
    id: id, subject: subject, requirement: .spread(of: expected),
    controls: [
      Control(id: "other-fork", defect: "leaves that part at step \(wrongStep)") { run in
        try differences(wrong, partner: wrongPartner, run: run).tallies[0]
          .variance(expected: expected)
      }
    ]
  ) { run in
    let batch = try differences(setting, partner: partner, run: run)
    return Finding(
      stating: batch.tallies[0].variance(expected: expected), cost: batch.cost)
  }
}

private func oneFork(s: Double, step: Int) -> TreeSetting {
  TreeSetting {
    $0.splits = .at(step, of: 20)
    $0.forkNoise = .correlated(branchParameter: s)
  }
}

/// The distance of the two leaves of a tree with one fork.
private func distance(s: Double, step: Int) -> Check {
  // A fork far enough away that the same number of trees tells the two apart.
  let wrongStep = step < 6 ? 12 : 0
  return distanceCheck(
    "distance-s\(Int(s))-step\(step)",
    "variance of the difference of two leaves that part at step \(step), s = \(Int(s))",
    oneFork(s: s, step: step), partner: 1, step: step, wrong: oneFork(s: s, step: wrongStep),
    wrongPartner: 1, wrongStep: wrongStep)
}

/// The distance of two leaves that part at the root and fork once more below.
private func twoForkDistance() -> Check {
  let setting = TreeSetting { $0.splits = .at(0, 14, of: 20) }
  return distanceCheck(
    "distance-two-forks",
    "variance of the difference of leaves 0 and 3 of a tree with forks at 0 and 14, s = 4",
    setting, partner: 3, step: 0, wrong: setting, wrongPartner: 1, wrongStep: 14)
}

/// The product of the deviations of two leaves from the mean.
private func covariance(s: Double, step: Int) -> Check {
  let setting = oneFork(s: s, step: step)
  let formula = setting.formula()
  let expected = formula.covariance(partingAt: step, correlation: 1 / (1 + s * s))
  let variance = formula.leafVariance
  let sigma = (variance * variance + expected * expected).squareRoot()
  let effect = 0.04 * expected
  let measure = { @Sendable (apart: Int, run: CheckRun) throws -> Finding in
    let batch = try run.trees(
      setting.sampler(), count: SampleSize.mean(sigma: sigma, effect: effect)
    ) { tile, batch in
      let lanes = StateTile.lanes
      for lane in 0..<lanes {
        let other = tile.rewards[lanes + (lane + apart) % lanes]
        batch.tallies[0].add((tile.rewards[lane] - 0.5) * (other - 0.5))
      }
    }
    return Finding(
      stating: batch.tallies[0].mean(expected: expected, sigma: sigma), cost: batch.cost)
  }
  return Check(
    id: "covariance-s\(Int(s))-step\(step)",
    subject: "covariance of two leaves that part at step \(step), s = \(Int(s))",
    requirement: .absolute(effect, because: "4 %; the distances see less than 2 % of a covariance"),
    controls: [
      Control(id: "two-trees", defect: "leaves of two trees") { run in
        try measure(1, run).measurement
      }
    ]
  ) { run in try measure(0, run) }
}
