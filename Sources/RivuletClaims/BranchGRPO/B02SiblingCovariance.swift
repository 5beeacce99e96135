import RivuletCredit
import RivuletFlow
import RivuletStatistics

extension Claim {
  /// B2: siblings correlate by 1/(1 + s^2).
  static let siblingCovariance = Claim(
    id: "branchgrpo/B2",
    title: "siblings correlate by 1/(1 + s^2)",
    statement: """
      The noises of two children of one fork have covariance I/(1 + s^2): 0.5, 0.2, 0.0588 and 0.0154 \
      for s = 1, 2, 4, 8; with s = 0 the children are one and the same.
      """,
    source: "arXiv 2509.06040, section 3.2 and equation 2",
    scope:
      "noise read off the states, D = 16; where xi_0 is shared by a step, cousins correlate too",
    recorded: .holds,
    checks: [
      sibling(s: 1), sibling(s: 2), sibling(s: 4), sibling(s: 8), coordinates(), identical(),
    ]
      + [cousins(.step), cousins(.fork)])
}

private let dimension = 16

/// Products of the noise at two nodes, coordinate d of the first with coordinate d + `shift` of the second.
private func products(
  _ setting: TreeSetting, nodes: (Int, Int), shift: Int = 0, every spacing: Int = 1, count: Int,
  run: CheckRun
) throws -> Batch {
  let formula = setting.formula()
  let coordinates = Array(stride(from: 0, to: dimension, by: spacing))
  let (first, second) = nodes
  return try run.trees(
    setting.sampler(), count: count, perTree: coordinates.count, keeping: .states
  ) { tile, batch in
    for coordinate in coordinates {
      let own = formula.noise(to: first, in: tile, coordinate: coordinate)
      let other = formula.noise(to: second, in: tile, coordinate: coordinate + shift)
      for lane in 0..<StateTile.lanes { batch.tallies[0].add(own[lane] * other[lane]) }
    }
  }
}

/// The covariance of two siblings in each coordinate.
private func sibling(s: Double) -> Check {
  let rho = 1 / (1 + s * s)
  // 2 % of rho = 0.5, and enough to tell rho = 0.0154 from none.
  let effect = s == 1 || s == 8 ? 0.01 : 0.02
  // A product of two standard normals with correlation rho has the variance 1 + rho^2.
  let sigma = (1 + rho * rho).squareRoot()
  let measure = { @Sendable (forkNoise: ForkNoise, run: CheckRun) throws -> Finding in
    let batch = try products(
      .oneFork(width: 2, dimension: dimension, forkNoise: forkNoise), nodes: (1, 2),
      count: SampleSize.mean(sigma: sigma, effect: effect), run: run)
    let tally = batch.tallies[0]
    return Finding(
      tally.mean(expected: rho, sigma: sigma), statementHolds: abs(tally.mean - rho) < effect,
      cost: batch.cost)
  }
  var controls = [
    Control(id: "independent", defect: "no shared part") { run in
      try measure(.independent, run).measurement
    }
  ]
  if s != 1 {
    controls.append(
      Control(id: "no-square", defect: "a correlation of 1/(1 + s)") { run in
        try measure(.correlated(branchParameter: s.squareRoot()), run).measurement
      })
  }
  return Check(
    id: "s\(Int(s))",
    subject: "covariance of the noises of two siblings in one coordinate, s = \(Int(s))",
    requirement: .absolute(effect, because: "2 % or less of the variance of a noise"),
    controls: controls
  ) { run in try measure(.correlated(branchParameter: s), run) }
}

/// The covariance of different coordinates of two siblings.
private func coordinates() -> Check {
  let measure = { @Sendable (shift: Int, run: CheckRun) throws -> Finding in
    let batch = try products(
      .oneFork(
        width: 2, dimension: dimension, forkNoise: .correlated(branchParameter: 1)),
      nodes: (1, 2), shift: shift, every: 2, count: SampleSize.mean(sigma: 1, effect: 0.02),
      run: run)
    let tally = batch.tallies[0]
    return Finding(
      tally.mean(expected: 0, sigma: 1), statementHolds: abs(tally.mean) < 0.02, cost: batch.cost)
  }
  return Check(
    id: "coordinates",
    subject: "covariance of coordinate d of one sibling and d + 1 of the other, s = 1",
    requirement: .absolute(0.02, because: "2 % of the variance; the covariance is zero"),
    controls: [
      Control(id: "same", defect: "the same coordinate of both") { run in
        try measure(0, run).measurement
      }
    ]
  ) { run in try measure(1, run) }
}

/// Children of a fork with s = 0 are equal, bit for bit.
private func identical() -> Check {
  let largest = { @Sendable (s: Double, run: CheckRun) throws -> (Double, CostLedger) in
    let setting = TreeSetting {
      $0.stepCount = 4
      $0.splits = .at(0, 1, 3, of: 4)
      $0.width = 3
      $0.forkNoise = .correlated(branchParameter: s)
    }
    let tile = try setting.sampler().tile(0, key: run.key)
    var largest = 0.0
    for node in 0..<tile.shape.expandedCount {
      let children = tile.shape.children(of: node)
      let first = tile.states[children.lowerBound].values
      for child in children {
        let other = tile.states[child].values
        for index in first.indices { largest = larger(largest, abs(other[index] - first[index])) }
      }
    }
    return (largest, tile.cost)
  }
  return Check(
    id: "s0",
    subject: "largest difference of two siblings' states with s = 0, 64 trees of 27 leaves",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "tiny", defect: "s = 1e-6") { run in
        try .identity(observed: largest(1e-6, run).0, expected: 0, tolerance: 0)
      }
    ]
  ) { run in
    let (observed, cost) = try largest(0, run)
    return Finding(stating: .identity(observed: observed, expected: 0, tolerance: 0), cost: cost)
  }
}

/// The covariance of children of two different forks of one step, which only a step's xi_0 correlates.
private func cousins(_ sharing: ForkNoise.Sharing) -> Check {
  let rho = sharing == .step ? 0.5 : 0
  let sigma = (1 + rho * rho).squareRoot()
  let measure = { @Sendable (sharing: ForkNoise.Sharing, run: CheckRun) throws -> Finding in
    let setting = TreeSetting.oneFork(
      width: 2, dimension: dimension,
      forkNoise: .correlated(branchParameter: 1, sharing: sharing)
    ).changed {
      $0.stepCount = 2
      $0.splits = .at(0, 1, of: 2)
    }
    let batch = try products(
      setting, nodes: (3, 5), count: SampleSize.mean(sigma: sigma, effect: 0.02), run: run)
    return Finding(batch.tallies[0].mean(expected: rho, sigma: sigma), cost: batch.cost)
  }
  return Check(
    id: "cousins-\(sharing.rawValue)",
    subject:
      "covariance of children of two forks of one step, s = 1, xi_0 of a \(sharing.rawValue)",
    requirement: .absolute(0.02, because: "2 % of the variance of a noise"),
    controls: [
      Control(id: "sharing", defect: "xi_0 shared the other way") { run in
        try measure(sharing == .step ? .fork : .step, run).measurement
      }
    ]
  ) { run in try measure(sharing, run) }
}
