import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// T6: the noise level falls from step to step.
  static let noiseDecreases = Claim(
    id: "tempflow/T6",
    title: "the noise level falls from step to step",
    statement: "The noise level is largest at the first step and decreases along the trajectory.",
    source: "arXiv 2508.04324, section 4.2; levels from the released schedules",
    scope: "the four published schedules, nine trained steps",
    recorded: .holdsWhere(
      "from step 0 on (uniform); from step 1 on, n_1/n_0 = 1.0614 (sd35); "
        + "from step 1 on, n_1/n_0 = 1.0578 (flux); from step 1 on, n_1/n_0 = 1.0067 (qwen)"),
    checks: [
      firstRatio(.uniform10), firstRatio(.sd35), firstRatio(.flux), firstRatio(.qwen),
    ])
}

/// The noise level of step 1 over that of step 0.
///
/// With t_0 = 1 and the published patch n_0 = a exactly, and n_1 = a sqrt(t_1 h_1 / (1 - t_1)).
private func firstRatio(_ schedule: PublishedSchedule) -> Check {
  let ratio = { @Sendable (noise: NoiseSchedule) throws -> Finding in
    let levels = try SamplingPlan.fullSDE(
      grid: schedule.grid, noise: noise, lastStepIsStochastic: true
    ).deviations
    let trained = schedule.trainedSteps.map { levels[$0] }
    let t1 = schedule.grid.times[1]
    let expected = (t1 * (t1 - schedule.grid.times[2]) / (1 - t1)).squareRoot()
    let observed = trained[1] / trained[0]
    // The step from which every level is below the one before it.
    var start = trained.count - 1
    while start > 0 && trained[start] < trained[start - 1] { start -= 1 }
    return Finding(
      .identity(observed: observed, expected: expected, tolerance: 1e-13),
      statementHolds: start == 0,
      region: start == 0
        ? "from step 0 on (\(schedule.id))"
        : "from step \(start) on, n_1/n_0 = \(observed.fixed(4)) (\(schedule.id))")
  }
  return Check(
    id: schedule.id,
    subject: "noise level of step 1 over that of step 0",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "no-root", defect: "sigma without the root: a t/(1-t)") { _ in
        try ratio(Setting(schedule, scale: 1).withoutRoot().noise).measurement
      }
    ]
  ) { _ in try ratio(schedule.noise) }
}
