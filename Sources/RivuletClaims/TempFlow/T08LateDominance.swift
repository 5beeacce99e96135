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
    scope: "score coefficient S_k, and the simulated gradient of branches, four schedules",
    recorded: .holds,
    checks: [
      // The ratios are from the schedules' formulas in 50-digit arithmetic.
      ratio(.uniform10), ratio(.sd35), ratio(.flux), ratio(.qwen),
      simulated("uniform-simulated", .uniform10), simulated("sd35-simulated", .sd35),
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
      statementHolds: observed > 2, cost: total.cost)
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
