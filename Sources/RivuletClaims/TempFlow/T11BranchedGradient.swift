import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// T11: the expected gradient of the branched estimator.
  static let branchedGradient = Claim(
    id: "tempflow/T11",
    title: "expected gradient of the branched estimator",
    statement: """
      For v + theta, a linear reward and seed groups the expected step gradient is -c(K) S_k times a \
      sign, and after weighting -c(K) dt_k f_k / mean(n): flat from step 1 on a uniform grid.
      """,
    source: "arXiv 2508.04324, sections 4.2 and A.1; derived from the released code",
    scope: "D = 1, K = 6, population std without epsilon, mean over the K rows, ascent direction",
    recorded: .holds,
    checks: [0, 1, 4, 8].map { gradient(.uniform10, step: $0, weighted: false) }
      + [0, 1, 4, 8].map { gradient(.uniform10, step: $0, weighted: true) }
      + [
        gradient(.sd35, step: 8, weighted: true), gradient(.flux, step: 3, weighted: true),
        gradient(.qwen, step: 5, weighted: true),
        gradient(.sd35, step: 2, weighted: false, falling: true),
      ])
}

/// What may go wrong between the score and the weight.
private struct Variant {
  var sign = -1.0
  var firstFactorLikeTheOthers = false
  var normalisedOverAllSteps = false
  var convention = AdvantageRule.Convention.population
  var withoutRoot = false
}

/// The mean of w_k A d(log p)/d(theta) over branches against -c(K) w_k S_k.
private func gradient(
  _ schedule: PublishedSchedule, step: Int, weighted: Bool, falling: Bool = false
) -> Check {
  guard case .flow(let a) = schedule.noise else {
    preconditionFailure("the published schedules are Flow-GRPO's")
  }
  let branches = 6
  let law = GradientSize(branches: branches)
  let setting = Setting(schedule, scale: 1).rewarded(by: falling ? -1 : 1)
  let count = SampleSize.mean(sigma: law.deviation, effect: 0.02 * law.mean)
  // The published formulas, from the schedule alone: S_k, and dt_k f_k / mean(n) after weighting.
  let formula = setting.formula
  let mean = Sums.mean(schedule.trainedSteps.map { formula.level($0) })
  let nominal =
    -formula.coefficient(step) * (weighted ? formula.level(step) / mean : 1)
    * (setting.gradient[0] < 0 ? -1 : 1)
  let measure = { @Sendable (run: CheckRun, variant: Variant) throws -> (Measurement, CostLedger) in
    let simulated = variant.withoutRoot ? setting.withoutRoot() : setting
    let plan = try simulated.simulatedPlan()
    let kernel = plan.kernels[step]
    let estimate = try BranchGradient(
      simulated, steps: [step], branches: branches, convention: variant.convention, count: count,
      run: run)
    var score = variant.sign * kernel.scoreCoefficient
    if variant.firstFactorLikeTheOthers { score *= 1 + a * a / 2 }
    if weighted {
      let steps =
        variant.normalisedOverAllSteps
        ? Array(schedule.grid.steps) : Array(schedule.trainedSteps)
      score *= StepWeights.noiseAware(deviations: steps.map { plan.deviations[$0] })[step]
    }
    return (
      .mean(
        observed: score * estimate.tallies[0].mean, expected: nominal * law.mean,
        sigma: abs(nominal) * law.deviation, count: estimate.tallies[0].count, sigmaIsKnown: true),
      estimate.cost
    )
  }
  var controls = [
    Control(id: "bessel", defect: "the sample standard deviation for the population one") { run in
      try measure(run, Variant(convention: .sample)).0
    },
    Control(id: "sign", defect: "the sign of the score lost") { run in
      try measure(run, Variant(sign: 1)).0
    },
  ]
  if step == 0 {
    controls.append(
      Control(id: "f0", defect: "f_0 taken as 1 + a^2/2") { run in
        try measure(run, Variant(firstFactorLikeTheOthers: true)).0
      })
  }
  if step > 1 && !weighted {
    controls.append(
      Control(id: "no-root", defect: "sigma without the root: a t/(1-t)") { run in
        try measure(run, Variant(withoutRoot: true)).0
      })
  }
  if weighted {
    controls.append(
      Control(id: "all-steps", defect: "weights normalised over all T steps") { run in
        try measure(run, Variant(normalisedOverAllSteps: true)).0
      })
  }
  return Check(
    id: "\(schedule.id)-step\(step)" + (weighted ? "-weighted" : "") + (falling ? "-falling" : ""),
    subject:
      "mean of \(weighted ? "w A" : "A") d(log p)/d(theta) at step \(step) of \(schedule.id)",
    controls: controls
  ) { run in
    let (measurement, cost) = try measure(run, Variant())
    return Finding(
      stating: measurement, cost: cost)
  }
}
