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
      ])
}

/// What may go wrong between the score and the weight.
private struct Formula {
  var sign = -1.0
  var firstFactorLikeTheOthers = false
  var normalisedOverAllSteps = false
  var convention = AdvantageRule.Convention.population
  var withoutRoot = false
}

/// The mean of w_k A d(log p)/d(theta) over branches against -c(K) w_k S_k.
private func gradient(_ schedule: PublishedSchedule, step: Int, weighted: Bool) -> Check {
  guard case .flow(let a) = schedule.noise else {
    preconditionFailure("the published schedules are Flow-GRPO's")
  }
  let branches = 6
  let law = GradientSize(branches: branches)
  let setting = Setting(schedule, scale: 1)
  let count = SampleSize.mean(sigma: law.deviation, effect: 0.02 * law.mean)
  let grid = schedule.grid
  // The published formulas, from the schedule alone: S_k, and dt_k f_k / mean(n) after weighting.
  let coefficient = { @Sendable (formula: Formula) -> Double in
    var levels: [Double] = []
    for k in formula.normalisedOverAllSteps ? Array(grid.steps) : Array(schedule.trainedSteps) {
      let rest = k == 0 ? 1 - grid.times[1] : 1 - grid.times[k]
      levels.append(a * (grid.times[k] * grid.stepSize(k) / rest).squareRoot())
    }
    let factor = step == 0 && !formula.firstFactorLikeTheOthers ? 1 : 1 + a * a / 2
    let amount = grid.stepSize(step) * factor
    return formula.sign * amount / (weighted ? Sums.mean(levels) : levels[step])
  }
  let measure = { @Sendable (run: CheckRun, formula: Formula) throws -> (Measurement, CostLedger) in
    let simulated = formula.withoutRoot ? setting.withoutRoot() : setting
    let kernel = try simulated.simulatedPlan().kernels[step]
    let estimate = try BranchGradient(
      simulated, steps: [step], branches: branches, convention: formula.convention, count: count,
      run: run)
    var score = -kernel.scoreCoefficient
    if weighted {
      let levels = try simulated.simulatedPlan().deviations
      let weights = StepWeights.noiseAware(
        deviations: schedule.trainedSteps.map { levels[$0] })
      score *= weights[step]
    }
    let expected = coefficient(formula)
    return (
      .mean(
        observed: score * estimate.tallies[0].mean, expected: expected * law.mean,
        sigma: abs(expected) * law.deviation, count: estimate.tallies[0].count, sigmaIsKnown: true),
      estimate.cost
    )
  }
  var controls = [
    Control(id: "bessel", defect: "the sample standard deviation for the population one") { run in
      try measure(run, Formula(convention: .sample)).0
    },
    Control(id: "sign", defect: "the sign of the score lost") { run in
      try measure(run, Formula(sign: 1)).0
    },
  ]
  if step == 0 {
    controls.append(
      Control(id: "f0", defect: "f_0 taken as 1 + a^2/2") { run in
        try measure(run, Formula(firstFactorLikeTheOthers: true)).0
      })
  }
  if step > 1 && !weighted {
    controls.append(
      Control(id: "no-root", defect: "sigma without the root: a t/(1-t)") { run in
        try measure(run, Formula(withoutRoot: true)).0
      })
  }
  if weighted {
    controls.append(
      Control(id: "all-steps", defect: "weights normalised over all T steps") { run in
        try measure(run, Formula(normalisedOverAllSteps: true)).0
      })
  }
  return Check(
    id: "\(schedule.id)-step\(step)" + (weighted ? "-weighted" : ""),
    subject:
      "mean of \(weighted ? "w A" : "A") d(log p)/d(theta) at step \(step) of \(schedule.id)",
    controls: controls
  ) { run in
    let (measurement, cost) = try measure(run, Formula())
    return Finding(
      stating: measurement, cost: cost)
  }
}
