import RivuletCredit
import RivuletFlow
import RivuletStatistics

extension Claim {
  /// B1: a child of a fork has the law of a plain step.
  static let oneStepMarginal = Claim(
    id: "branchgrpo/B1",
    title: "each child has the law of a plain step",
    statement: """
      The noise (xi_0 + s eta_b)/sqrt(1 + s^2) of one child of a fork is N(0, I) for every branch \
      parameter s, so each child has the law of a step without a fork.
      """,
    source: "arXiv 2509.06040, lemma 1 and equation 2",
    scope:
      "noise read off the states, s = 0, 0.5, 1, 4, 100, xi_0 shared by a fork or by a step, D = 2",
    recorded: .holds,
    checks: [0, 0.5, 1, 4, 100].flatMap { s in
      [variance(s: s, sharing: .fork), variance(s: s, sharing: .step)]
    } + [
      mean(s: 1, sharing: .fork), mean(s: 4, sharing: .step),
      cross(s: 1, sharing: .step), cross(s: 4, sharing: .fork),
    ])
}

/// Two forks in two coordinates of different laws.
private func setting(_ forkNoise: ForkNoise) -> TreeSetting {
  TreeSetting {
    $0.stepCount = 2
    $0.splits = .at(0, 1, of: 2)
    $0.means = [0.5, -1]
    $0.scales = [0.5, 2]
    $0.gradient = [1, 1]
    $0.forkNoise = forkNoise
  }
}

/// Sums over trees of what `add` takes from the noise of a child and, where asked for, of its sibling.
///
/// The child is the last one of the last fork; its noise comes in one row for each coordinate, and the
/// sibling's rows follow.
private func tally(
  _ forkNoise: ForkNoise, count: Int, perTree: Int, withSibling: Bool = false, run: CheckRun,
  _ add: @escaping @Sendable ([[Double]], Int, inout Tally) -> Void
) throws -> Batch {
  let setting = setting(forkNoise)
  let formulas = [setting.formula(0), setting.formula(1)]
  let sampler = try setting.sampler()
  let child = sampler.shape.nodeCount - 1
  return try run.trees(sampler, count: count, perTree: perTree, keeping: .states) { tile, batch in
    var rows: [[Double]] = []
    for node in withSibling ? [child, child - 1] : [child] {
      for coordinate in formulas.indices {
        rows.append(formulas[coordinate].noise(to: node, in: tile, coordinate: coordinate))
      }
    }
    for lane in 0..<StateTile.lanes { add(rows, lane, &batch.tallies[0]) }
  }
}

private func name(_ s: Double, _ sharing: ForkNoise.Sharing) -> String {
  (s == s.rounded() ? "s\(Int(s))" : "s\(s.fixed(1))") + "-\(sharing.rawValue)"
}

/// The variance of the noise of one child.
private func variance(s: Double, sharing: ForkNoise.Sharing) -> Check {
  let measure = {
    @Sendable (forkNoise: ForkNoise, factor: Double, run: CheckRun) throws -> Finding in
    let batch = try tally(forkNoise, count: SampleSize.spread, perTree: 2, run: run) {
      noise, lane, tally in
      for row in noise { tally.add(factor * row[lane]) }
    }
    return Finding(stating: batch.tallies[0].variance(expected: 1), cost: batch.cost)
  }
  let published = ForkNoise.correlated(branchParameter: s, sharing: sharing)
  // Without a private part there is nothing to normalise; at s = 4 the published factor is 4 too.
  var controls: [Control] = []
  if s > 0 {
    controls.append(
      Control(id: "unnormalised", defect: "xi_0 + s eta without 1/sqrt(1 + s^2)") { run in
        try measure(published, (1 + s * s).squareRoot(), run).measurement
      })
  }
  if s == 0 || s == 4 {
    controls.append(
      Control(id: "published", defect: "the published noise, c eta with c = 4") { run in
        try measure(.scaled(4), 1, run).measurement
      })
  }
  return Check(
    id: "variance-" + name(s, sharing),
    subject: "variance of the noise of one child, s = \(s), xi_0 of a \(sharing.rawValue)",
    requirement: .spread(of: 1), controls: controls
  ) { run in try measure(published, 1, run) }
}

/// The mean of the noise of one child.
private func mean(s: Double, sharing: ForkNoise.Sharing) -> Check {
  let effect = 0.02
  let measure = { @Sendable (takesLarger: Bool, run: CheckRun) throws -> Finding in
    let batch = try tally(
      .correlated(branchParameter: s, sharing: sharing),
      count: SampleSize.mean(sigma: 1, effect: effect), perTree: 2, withSibling: takesLarger,
      run: run
    ) { noise, lane, tally in
      for row in [0, 1] {
        let own = noise[row][lane]
        tally.add(takesLarger ? larger(own, noise[row + 2][lane]) : own)
      }
    }
    let tally = batch.tallies[0]
    return Finding(
      tally.mean(expected: 0, sigma: 1), statementHolds: abs(tally.mean) < effect, cost: batch.cost)
  }
  return Check(
    id: "mean-" + name(s, sharing),
    subject: "mean of the noise of one child, s = \(s), xi_0 of a \(sharing.rawValue)",
    requirement: .absolute(effect, because: "2 % of a standard deviation; the mean is zero"),
    controls: [
      Control(id: "better-child", defect: "the larger of two siblings taken for one child") { run in
        try measure(true, run).measurement
      }
    ]
  ) { run in try measure(false, run) }
}

/// The covariance of two coordinates of the noise of one child.
private func cross(s: Double, sharing: ForkNoise.Sharing) -> Check {
  let effect = 0.02
  let measure = { @Sendable (second: Int, run: CheckRun) throws -> Finding in
    let batch = try tally(
      .correlated(branchParameter: s, sharing: sharing),
      count: SampleSize.mean(sigma: 1, effect: effect), perTree: 1, run: run
    ) { noise, lane, tally in tally.add(noise[0][lane] * noise[second][lane]) }
    let tally = batch.tallies[0]
    return Finding(
      tally.mean(expected: 0, sigma: 1), statementHolds: abs(tally.mean) < effect, cost: batch.cost)
  }
  return Check(
    id: "cross-" + name(s, sharing),
    subject: "covariance of two coordinates of the noise of one child, s = \(s)",
    requirement: .absolute(effect, because: "2 % of the variance; the covariance is zero"),
    controls: [
      Control(id: "one-draw", defect: "both coordinates share one draw") { run in
        try measure(0, run).measurement
      }
    ]
  ) { run in try measure(1, run) }
}
