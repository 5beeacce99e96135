import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// T8: without weighting the gradient is dominated by the low-noise steps.
  static let lateDominance = Claim(
    id: "tempflow/T8",
    title: "unweighted, the low-noise steps dominate",
    statement: """
      In standard GRPO on flows the size of a step's gradient grows towards low noise, so the last \
      steps dominate the update.
      """,
    source: "arXiv 2508.04324, Fig. 5 right",
    scope:
      "score coefficient S_k; gradients of branches and of whole trajectories, s = 1; dominate: twice",
    recorded: .holdsWhere(
      "each step has branches of its own (uniform, sd35); "
        + "not for whole trajectories on uniform: step 8 over step 1 is 1.62; "
        + "for whole trajectories on sd35: step 8 over step 1 is 14.90"),
    checks: [
      ratio(.uniform10), ratio(.sd35), ratio(.flux), ratio(.qwen),
      simulated("uniform-simulated", .uniform10), simulated("sd35-simulated", .sd35),
      trajectories("uniform-trajectories", .uniform10), trajectories("sd35-trajectories", .sd35),
    ])
}

/// S_8 / S_1 from the kernels against sqrt(h (1-t)/t) from the grid.
private func ratio(_ schedule: PublishedSchedule) -> Check {
  let grid = schedule.grid
  let ratio = { @Sendable (noise: NoiseSchedule) throws -> (value: Double, grows: Bool) in
    let kernels = try SamplingPlan.fullSDE(grid: grid, noise: noise).kernels
    let trained = schedule.trainedSteps.map { kernels[$0].scoreCoefficient }
    let grows = trained.indices.dropFirst().allSatisfy { trained[$0] > trained[$0 - 1] }
    return (trained[8] / trained[1], grows)
  }
  let part = { (step: Int) in
    (grid.stepSize(step) * (1 - grid.times[step]) / grid.times[step]).squareRoot()
  }
  let expected = part(8) / part(1)
  return Check(
    id: schedule.id,
    subject: "S_8 / S_1, the unweighted coefficient of step 8 over that of step 1",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "no-root", defect: "sigma without the root: a t/(1-t)") { _ in
        .identity(
          observed: try ratio(Setting(schedule, scale: 1).withoutRoot().noise).value,
          expected: expected, tolerance: 1e-12)
      }
    ]
  ) { _ in
    let observed = try ratio(schedule.noise)
    return Finding(
      .identity(observed: observed.value, expected: expected, tolerance: 1e-12),
      statementHolds: observed.grows && observed.value > 2)
  }
}

/// The simulated mean gradient |E[A score]| of step 8 over that of step 1, branches of one seed.
private func simulated(_ id: String, _ schedule: PublishedSchedule) -> Check {
  let setting = Setting(schedule, scale: 1)
  let branches = 6
  let measure = { @Sendable (simulated: Setting, run: CheckRun) throws -> Finding in
    let kernels = try setting.prescribedPlan().kernels
    let expected = kernels[8].scoreCoefficient / kernels[1].scoreCoefficient
    let simulatedKernels = try simulated.simulatedPlan().kernels
    let factor = GradientSize(branches: branches)
    // A ratio of two independent means: its relative error is sqrt(2) times that of one.
    let relative = 2.0.squareRoot() * factor.deviation / factor.mean
    let count = SampleSize.mean(sigma: relative, effect: 0.02)
    let total = try BranchGradient(
      simulated, steps: [1, 8], branches: branches, count: count, run: run)
    let sizes = [1, 8].enumerated().map { index, step in
      total.tallies[index].mean * simulatedKernels[step].scoreCoefficient
    }
    let observed = sizes[1] / sizes[0]
    return Finding(
      .mean(
        observed: observed, expected: expected, sigma: relative * expected,
        count: total.tallies[0].count, sigmaIsKnown: true),
      statementHolds: observed > 2,
      region: id == "uniform-simulated"
        ? "each step has branches of its own (uniform, sd35)" : nil,
      cost: total.cost)
  }
  return Check(
    id: id,
    subject: "simulated gradient of step 8 over that of step 1, six branches a seed",
    controls: [
      Control(id: "no-root", defect: "sigma without the root: a t/(1-t)") { run in
        try measure(setting.withoutRoot(), run).measurement
      }
    ]
  ) { run in try measure(setting, run) }
}

/// The gradient of whole trajectories with one reward each: |E[(R - E R) xi_k]| S_k, step 8 over step 1.
///
/// For a linear reward E[R xi_k] = w_k = g Phi_{k+1} n_k with the slopes of the SDE. One spread for the
/// whole trajectory divides all steps alike, so the ratio is that of standard GRPO. The products
/// have variance Var(R) + w^2, and those of two steps covariance w w', so the ratio of means has
/// relative variance Var(R) (1/w_8^2 + 1/w_1^2) a trajectory.
private func trajectories(_ id: String, _ schedule: PublishedSchedule) -> Check {
  let setting = Setting(schedule, scale: 1)
  let formula = setting.formula
  let grid = schedule.grid
  let trained = schedule.trainedSteps
  let influence = { @Sendable (step: Int) -> Double in
    var product = setting.gradient[0] * formula.level(step)
    for later in (step + 1)..<grid.stepCount {
      product *= formula.slope(
        later, deviation: setting.scales[0], isStochastic: trained.contains(later))
    }
    return product
  }
  var initial = setting.gradient[0]
  for step in grid.steps {
    initial *= formula.slope(
      step, deviation: setting.scales[0], isStochastic: trained.contains(step))
  }
  var rewardVariance = initial * initial
  for step in trained { rewardVariance += influence(step) * influence(step) }
  let w1 = influence(1)
  let w8 = influence(8)
  let relative = (rewardVariance * (1 / (w8 * w8) + 1 / (w1 * w1))).squareRoot()
  let expected = w8 * formula.coefficient(8) / (w1 * formula.coefficient(1))
  let measure = { @Sendable (simulated: Setting, run: CheckRun) throws -> Finding in
    let sampler = try ChainSampler(
      plan: .fullSDE(grid: grid, noise: simulated.noise), field: setting.field(),
      reward: setting.reward)
    let kernels = sampler.plan.kernels
    let tiles = run.tiles(for: SampleSize.mean(sigma: relative, effect: 0.1))
    let batches = try run.map(count: tiles) { index in
      let tile = try sampler.tile(index, key: run.key)
      var batch = Batch(count: 2)
      for lane in 0..<StateTile.lanes {
        // A constant near the mean reward; it changes no expectation.
        let reward = tile.rewards[lane] - 0.4
        batch.tallies[0].add(reward * tile.noises[1].values[lane])
        batch.tallies[1].add(reward * tile.noises[8].values[lane])
      }
      batch.cost = tile.cost
      return batch
    }
    let total = Batch.merged(batches, count: 2)
    let observed =
      total.tallies[1].mean * kernels[8].scoreCoefficient
      / (total.tallies[0].mean * kernels[1].scoreCoefficient)
    return Finding(
      .mean(
        observed: observed, expected: expected, sigma: relative * expected,
        count: total.tallies[0].count, sigmaIsKnown: true),
      statementHolds: observed > 2,
      region: (expected > 2 ? "" : "not ") + "for whole trajectories on \(schedule.id): "
        + "step 8 over step 1 is \(expected.fixed(2))",
      cost: total.cost)
  }
  return Check(
    id: id,
    subject: "gradient of step 8 over that of step 1, one reward for a whole trajectory",
    requirement: .absolute(
      0.1 * expected, because: "a trajectory says little about one step; 10 % of the ratio"),
    controls: [
      Control(id: "no-root", defect: "sigma without the root: a t/(1-t)") { run in
        try measure(setting.withoutRoot(), run).measurement
      }
    ]
  ) { run in try measure(setting, run) }
}
