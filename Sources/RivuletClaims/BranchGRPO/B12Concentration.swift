import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// B12: how far the fused value of a fork strays from its expectation.
  static let concentration = Claim(
    id: "branchgrpo/B12",
    title: "the fused value concentrates in the number of leaves",
    statement: """
      The mean reward below a fork misses the fork's value by e or more with probability at most \
      2 exp(-L e^2/(2 sigma^2)), sigma the spread that the fork's noise gives one leaf.
      """,
    source: "arXiv 2509.06040, appendix B.4",
    scope:
      "linear reward; the exact tail is 2 Phi(-e sqrt(L_eff)/sigma), L_eff = L/(1 + (L - 1) rho)",
    recorded: .holdsWhere("siblings are independent and no noise follows the fork"),
    checks: [
      tail("k16-s1", noise: .correlated(branchParameter: 1), deviation: 0.75, laterSteps: 0),
      tail("k16-s2", noise: .correlated(branchParameter: 2), deviation: 0.75, laterSteps: 0),
      tail(
        "k16-iid", noise: .independent, deviation: 0.5, laterSteps: 0,
        region: "siblings are independent and no noise follows the fork"),
      tail("k16-iid-late", noise: .independent, deviation: 0.5, laterSteps: 3),
      violations(),
    ])
}

private let leaves = 16

/// How often the mean of 16 leaves strays from the value of their fork by e or more.
private func tail(
  _ id: String, noise: ForkNoise, deviation: Double, laterSteps: Int, region: String? = nil
) -> Check {
  let setting = TreeSetting {
    $0.stepCount = 1 + laterSteps
    $0.splits = .at(0, of: 1 + laterSteps)
    $0.width = leaves
    $0.eta = 1
    $0.forkNoise = noise
  }
  let formula = setting.formula()
  let own = formula.share(0)
  let all = formula.suffixVariance(from: 0)
  let rho = noise.siblingCorrelation
  // Var of the mean over leaves given the root: the fork's part correlates, the later parts do not.
  let spread = ((own * (1 + Double(leaves - 1) * rho) + all - own) / Double(leaves)).squareRoot()
  let edge = deviation * own.squareRoot()
  let expected = 2 * Special.normalUpperTail(edge / spread)
  let bound = 2 * Elementary.exp(-Double(leaves) * deviation * deviation / 2)
  let effect = 0.02
  let count = SampleSize.mean(
    sigma: max(1.1 * expected * (1 - expected), 0.06).squareRoot(), effect: effect)
  let measure = {
    @Sendable (run: CheckRun, noise: ForkNoise, averagesChildren: Bool) throws -> Finding in
    let sampled = setting.changed { $0.forkNoise = noise }
    let slope = formula.suffixSlope(from: 0)
    let offset = formula.suffixOffset(from: 0)
    let childSlope = formula.suffixSlope(from: 1)
    let childOffset = formula.suffixOffset(from: 1)
    let batch = try run.trees(sampled.sampler(), count: count, keeping: .states) { tile, batch in
      let values = RewardFusion.uniform.values(
        of: tile.rewards, shape: tile.shape, lanes: StateTile.lanes)
      for lane in 0..<StateTile.lanes {
        let value = slope * tile.states[0].values[lane] + offset
        var estimate = values[lane]
        if averagesChildren {
          var sum = 0.0
          for child in tile.shape.nodes(atDepth: 1) { sum += tile.states[child].values[lane] }
          estimate = childSlope * sum / Double(leaves) + childOffset
        }
        batch.tallies[0].add(abs(estimate - value) >= edge ? 1 : 0)
      }
    }
    let tally = batch.tallies[0]
    return Finding(
      .proportion(successes: Int(tally.sum), trials: tally.count, expected: expected),
      statementHolds: tally.mean <= bound, region: region, cost: batch.cost)
  }
  return Check(
    id: id,
    subject: "trees with |rbar - V| >= \(deviation) sigma, L = 16, "
      + (rho > 0 ? "rho = \(rho.fixed(4))" : "independent")
      + (laterSteps > 0 ? ", \(laterSteps) later steps" : "") + "; bound \(bound.fixed(4))",
    requirement: .absolute(
      effect, because: "tail and bound differ by \(abs(expected - bound).fixed(2))"),
    controls: [
      laterSteps > 0
        ? Control(id: "no-later", defect: "the noise behind the fork left out of the leaves") {
          run in try measure(run, noise, true).measurement
        }
        : rho > 0
          ? Control(id: "independent", defect: "siblings taken for independent: L for L_eff") {
            run in try measure(run, .independent, false).measurement
          }
          : Control(id: "correlated", defect: "siblings that share their noise, s = 1") { run in
            try measure(run, .correlated(branchParameter: 1), false).measurement
          }
    ]
  ) { run in try measure(run, noise, false) }
}

/// The bound with L_eff in place of L against the exact tail, on a grid of L, rho and e.
private func violations() -> Check {
  let count = { @Sendable (usesEffectiveLeaves: Bool) -> Double in
    var violations = 0
    for leaves in [1, 2, 3, 4, 8, 16, 81, 256] {
      for s in [0.5, 1, 2, 4, 8] {
        let rho = 1 / (1 + s * s)
        let effective = Double(leaves) / (1 + Double(leaves - 1) * rho)
        for tenth in 0...30 {
          let e = Double(tenth) / 10
          let exact = FusionConcentration.exactTail(
            leaves: leaves, deviation: e, correlation: rho)
          let used = usesEffectiveLeaves ? effective : Double(leaves)
          if exact > 2 * Elementary.exp(-used * e * e / 2) { violations += 1 }
        }
      }
    }
    return Double(violations)
  }
  return Check(
    id: "effective-leaves",
    subject: "cases of 1240 in which the tail exceeds 2 exp(-L_eff e^2/(2 sigma^2))",
    requirement: .absolute(0, because: "a count"),
    controls: [
      Control(id: "all-leaves", defect: "L in place of L_eff") { _ in
        .identity(observed: count(false), expected: 0, tolerance: 0)
      }
    ]
  ) { _ in Finding(.identity(observed: count(true), expected: 0, tolerance: 0)) }
}
