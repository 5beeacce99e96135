import RivuletClosedForm
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// T22: the SDE keeps the marginals of the ODE.
  static let marginalPreservation = Claim(
    id: "tempflow/T22",
    title: "the SDE keeps the variance of the data, to first order",
    statement: """
      The SDE sampler has the marginals of the ODE as the steps shrink; the usual expectation, read here, \
      is an error of the order of the step size.
      """,
    source: "arXiv 2505.05470 (Flow-GRPO), section 4; premise of arXiv 2508.04324",
    scope: "variance of the sample, data N(0, 1), uniform grids up to N = 10^7, last step ODE",
    recorded: .holdsWhere(
      "the order is one or more, by decades of N. ODE: order 0.995, 0.999, 1.000, 1.000; "
        + "eta = 0.3: order 0.995, 1.000, 1.000, 1.000; a = 1.2: order 0.943, 0.981, 0.994, 0.998; "
        + "a^2 = 2: order 2.296, 2.041, 2.005, 2.000; "
        + "a = 0.5: order 0.174, 0.238, 0.248, 0.250 (below one); "
        + "a = 0.7: order 0.423, 0.471, 0.484, 0.488 (below one); "
        + "a = 1: error (0.250 log N + c) / N (below one)"),
    checks: [
      order("ode", .ode, limit: 1, decades: 2...6, name: "ODE"),
      order("eta0.3", .constant(0.3), limit: 1, decades: 2...6, name: "eta = 0.3"),
      order("a1.2", .flow(1.2), limit: 1, decades: 3...7, name: "a = 1.2"),
      order("a1.414", .flow(2.0.squareRoot()), limit: 2, decades: 1...5, name: "a^2 = 2"),
      order("a0.5", .flow(0.5), limit: 0.25, decades: 3...7, name: "a = 0.5"),
      order("a0.7", .flow(0.7), limit: 0.49, decades: 3...7, name: "a = 0.7"),
      logarithm(),
      sampled("sampled-uniform", .uniform10, scale: 1),
      sampled("sampled-sd35", .sd35, scale: 0.5),
    ])
}

/// A sampler on uniform grids of any length; nil stands for the ODE.
private struct UniformSampler: Sendable {
  let noise: NoiseSchedule?

  static let ode = UniformSampler(noise: nil)
  static func constant(_ eta: Double) -> UniformSampler { UniformSampler(noise: .constant(eta)) }
  static func flow(_ a: Double) -> UniformSampler { UniformSampler(noise: .flow(scale: a)) }

  /// The bias on data N(0, 1) after N steps.
  func bias(steps: Int) throws -> SamplerBias {
    try .uniform(steps: steps, noise: noise, deviation: 1)
  }

  /// The order of the error from 10^p to 10^(p+1) steps, for each decade.
  func orders(_ decades: ClosedRange<Int>) throws -> [Double] {
    let biases = try decades.map { exponent in
      var steps = 1
      for _ in 0..<exponent { steps *= 10 }
      return try bias(steps: steps)
    }
    return biases.indices.dropFirst().map { index in
      SamplerBias.measuredOrder(coarse: biases[index - 1], fine: biases[index]) ?? .nan
    }
  }
}

/// The order of the error in the last decade against its limit, min(1, a^2) for Flow-GRPO.
///
/// The patched first step adds a^2 to the variance whatever the step size; that excess is forgotten
/// like N^(-a^2). The decades start after the sign change of the error.
private func order(
  _ id: String, _ sampler: UniformSampler, limit: Double, decades: ClosedRange<Int>, name: String
) -> Check {
  var controls: [Control] = []
  if case .flow(let a)? = sampler.noise, limit < 1 {
    controls.append(
      Control(id: "scale", defect: "a ten per cent too large") { _ in
        .identity(
          observed: try UniformSampler.flow(1.1 * a).orders(decades).last ?? .nan,
          expected: limit, tolerance: 0.01)
      })
  }
  if limit != 1 {
    controls.append(
      Control(id: "first-order", defect: "order one, as claimed") { _ in
        .identity(
          observed: try sampler.orders(decades).last ?? .nan, expected: 1, tolerance: 0.01)
      })
  } else {
    controls.append(
      Control(id: "second-order", defect: "order two") { _ in
        .identity(
          observed: try sampler.orders(decades).last ?? .nan, expected: 2, tolerance: 0.01)
      })
  }
  return Check(
    id: id,
    subject: "order of the variance's error, last of the decades 10^\(decades.lowerBound) "
      + "to 10^\(decades.upperBound), \(name)",
    requirement: .absolute(0, because: "a limit approached from below; 0.01 in the order"),
    controls: controls
  ) { _ in
    let orders = try sampler.orders(decades)
    let last = orders.last ?? .nan
    let list = orders.map { $0.fixed(3) }.joined(separator: ", ")
    return Finding(
      .identity(observed: last, expected: limit, tolerance: 0.01),
      statementHolds: last > 0.99,
      region: (name == "ODE" ? "the order is one or more, by decades of N. " : "")
        + "\(name): order \(list)\(last > 0.99 ? "" : " (below one)")")
  }
}

/// At a = 1 the error is (log N / 4 + c) / N, so N times the error grows by log(10)/4 per decade.
private func logarithm() -> Check {
  let growth = { @Sendable (sampler: UniformSampler) throws -> Double in
    let coarse = try 1e6 * (sampler.bias(steps: 1_000_000).terminalVariance - 1)
    let fine = try 1e7 * (sampler.bias(steps: 10_000_000).terminalVariance - 1)
    return (fine - coarse) / Elementary.log(10)
  }
  return Check(
    id: "a1-logarithm",
    subject: "growth of N x error per factor e of N, last decade to 10^7, a = 1",
    requirement: .absolute(0, because: "a limit; 0.002 in the coefficient 1/4"),
    controls: [
      Control(id: "first-order", defect: "error of order 1/N without the logarithm") { _ in
        .identity(observed: try growth(.flow(1)), expected: 0, tolerance: 0.002)
      },
      Control(id: "scale", defect: "a = 1.01") { _ in
        .identity(observed: try growth(.flow(1.01)), expected: 0.25, tolerance: 0.002)
      },
    ]
  ) { _ in
    let observed = try growth(.flow(1))
    return Finding(
      .identity(observed: observed, expected: 0.25, tolerance: 0.002),
      statementHolds: abs(observed) < 0.002,
      region: "a = 1: error (\(observed.fixed(3)) log N + c) / N (below one)")
  }
}

/// The variance of simulated samples against the exact variance of the discretised sampler.
private func sampled(_ id: String, _ schedule: PublishedSchedule, scale: Double) -> Check {
  let setting = Setting(schedule, scale: scale)
  let chain = { @Sendable () -> (mean: Double, variance: Double) in
    // S' = M^2 S + n^2 from S = 1, and the mean alongside, from the schedule's formulas; the last
    // step is the ODE's.
    let formula = setting.formula
    let grid = schedule.grid
    var mean = 0.0
    var variance = 1.0
    for step in grid.steps {
      let isLast = step == grid.stepCount - 1
      let slope = formula.slope(step, deviation: scale, isStochastic: !isLast)
      let factor = isLast ? 1 : formula.factor(step)
      let alpha = GaussianField.slope(time: grid.times[step], deviation: scale)
      let offset =
        grid.stepSize(step) * factor * setting.means[0] * (alpha * (1 - grid.times[step]) + 1)
      mean = slope * mean + offset
      let level = isLast ? 0 : formula.level(step)
      variance = slope * slope * variance + level * level
    }
    return (mean, variance)
  }
  let measure = { @Sendable (simulated: Setting, run: CheckRun) throws -> Finding in
    let exact = chain()
    let last = schedule.grid.stepCount
    let sampler = try ChainSampler(
      plan: .fullSDE(grid: schedule.grid, noise: simulated.noise), field: setting.field(),
      reward: setting.reward)
    let tiles = run.tiles(for: SampleSize.spread)
    let batches = try run.map(count: tiles) { index in
      let tile = try sampler.tile(index, key: run.key)
      var batch = Batch()
      for value in tile.states[last].values {
        batch.tallies[0].add((value - exact.mean) * (value - exact.mean))
      }
      batch.cost = tile.cost
      return batch
    }
    let total = Batch.merged(batches)
    return Finding(
      .variance(
        observed: total.tallies[0].mean, expected: exact.variance,
        degreesOfFreedom: total.tallies[0].count),
      cost: total.cost)
  }
  let expected = chain().variance
  return Check(
    id: id,
    subject: "variance of the samples, ten steps of \(schedule.id), s = \(scale)",
    requirement: .spread(of: expected),
    controls: [
      Control(id: "no-root", defect: "sigma without the root: a t/(1-t)") { run in
        try measure(setting.withoutRoot(), run).measurement
      }
    ]
  ) { run in try measure(setting, run) }
}
