import RivuletClosedForm
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// T4: the spread of the reward over branches is largest at the first steps and vanishes late.
  static let rewardSpread = Claim(
    id: "tempflow/T4",
    title: "early steps spread the reward most",
    statement: """
      The standard deviation of the reward over branches is largest at steps 0 to 2 and near zero at \
      steps 6 to 8 of ten.
      """,
    source: "arXiv 2508.04324, Fig. 2 left",
    scope:
      "Gaussian data of scale s, reward 1.5 x - 0.2, D = 1, four schedules, nine trained steps",
    recorded: .holdsWhere(
      "s > 0.11924 (uniform); s > 0.41282 (sd35); s > 0.33997 (flux); s > 0.23171 (qwen); "
        + "but not near zero at step 8: 17 % of the largest (uniform, s = 1); "
        + "but not near zero at step 8: 34 % of the largest (sd35, s = 1); "
        + "but not near zero at step 8: 48 % of the largest (flux, s = 1); "
        + "but not near zero at step 8: 19 % of the largest (qwen, s = 1)"),
    checks: [
      turningCheck(.spread, .uniform10, expected: 0.11923882778293296),
      turningCheck(.spread, .sd35, expected: 0.41282059133885414),
      turningCheck(.spread, .flux, expected: 0.33996874752906666),
      turningCheck(.spread, .qwen, expected: 0.23171341681879422),
      spread("uniform-s1", .uniform10, scale: 1),
      spread("uniform-s0.1", .uniform10, scale: 0.1),
      spread("sd35-s1", .sd35, scale: 1),
      spread("sd35-s0.3", .sd35, scale: 0.3),
      spread("flux-s1", .flux, scale: 1),
      spread("flux-s0.25", .flux, scale: 0.25),
      spread("qwen-s1", .qwen, scale: 1),
      spread("qwen-s0.15", .qwen, scale: 0.15),
      late("uniform-late", .uniform10), late("sd35-late", .sd35),
      late("flux-late", .flux), late("qwen-late", .qwen),
    ])
}

/// Whether the largest spread stands at one of the first three steps.
private func isLargestEarly(_ deviations: [Double]) -> Bool {
  let early = deviations.prefix(3).max() ?? 0
  return deviations.dropFirst(3).allSatisfy { $0 < early }
}

/// The simulated spread at the last trained step, and the order of the simulated spreads.
private func spread(_ id: String, _ schedule: PublishedSchedule, scale: Double) -> Check {
  let setting = Setting(schedule, scale: scale)
  let measure = { @Sendable (simulated: Setting, run: CheckRun) throws -> Finding in
    let exact = setting.rewardDeviations
    let spread = try BranchSpread(simulated, steps: setting.trainedSteps, run: run)
    let last = exact.count - 1
    return Finding(
      .variance(
        observed: spread.variances[last], expected: exact[last] * exact[last],
        degreesOfFreedom: spread.degreesOfFreedom),
      statementHolds: isLargestEarly(spread.deviations), cost: spread.cost)
  }
  let exact = setting.rewardDeviations.last ?? .nan
  return Check(
    id: id,
    subject: "variance of the reward over branches at step 8, s = \(scale)",
    requirement: .spread(of: exact * exact),
    controls: [
      Control(id: "no-root", defect: "sigma without the root: a t/(1-t)") { run in
        try measure(setting.withoutRoot(), run).measurement
      }
    ]
  ) { run in try measure(setting, run) }
}

/// How near to zero the spread at step 8 is, as a fraction of the largest.
private func late(_ id: String, _ schedule: PublishedSchedule) -> Check {
  let setting = Setting(schedule, scale: 1)
  let fraction = { @Sendable (deviations: [Double]) -> Double in
    (deviations.last ?? .nan) / (deviations.max() ?? .nan)
  }
  let measure = { @Sendable (simulated: Setting, run: CheckRun) throws -> Finding in
    let expected = fraction(setting.rewardDeviations)
    let spread = try BranchSpread(
      simulated, steps: setting.trainedSteps,
      degreesOfFreedom: SampleSize.mean(sigma: 1, effect: 0.02), run: run)
    let observed = fraction(spread.deviations)
    // The ratio of two independent standard deviations with nu degrees of freedom each has relative
    // error sqrt(2 x 1/(2 nu)).
    let count = spread.degreesOfFreedom
    let percent = Int((100 * expected).rounded())
    return Finding(
      .mean(
        observed: observed, expected: expected, sigma: expected, count: count, sigmaIsKnown: true),
      statementHolds: observed < 0.05,
      region: "but not near zero at step 8: \(percent) % of the largest (\(schedule.id), s = 1)",
      cost: spread.cost)
  }
  return Check(
    id: id,
    subject: "spread at step 8 over the largest spread, s = 1",
    controls: [
      Control(id: "no-root", defect: "sigma without the root: a t/(1-t)") { run in
        try measure(setting.withoutRoot(), run).measurement
      }
    ]
  ) { run in try measure(setting, run) }
}
