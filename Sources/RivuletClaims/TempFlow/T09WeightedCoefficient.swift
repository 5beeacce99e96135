import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// T9: the noise-aware weight makes the coefficient of every step equal.
  static let weightedCoefficient = Claim(
    id: "tempflow/T9",
    title: "weighting balances the steps",
    statement: """
      Weighted by its noise level, each step's coefficient is dt (1 + a^2/2) / mean(n), so all steps \
      contribute equally.
      """,
    source: "arXiv 2508.04324, section 4.2, Eqs. 8-10; equal for flow shift 1",
    scope: "four schedules, nine trained steps; equal: largest over smallest of w_k S_k below 1.01",
    recorded: .holdsWhere(
      "k >= 1 on the uniform grid, where step 0 has 0.803 of the others; "
        + "not on sd35: from step 1 on largest over smallest is 5.75; "
        + "not on flux: from step 1 on largest over smallest is 4.61; "
        + "not on qwen: from step 1 on largest over smallest is 2.11"),
    checks: [
      coefficient(.uniform10), coefficient(.sd35), coefficient(.flux), coefficient(.qwen),
      balance(.uniform10), balance(.sd35), balance(.flux), balance(.qwen),
    ])
}

/// The weighted coefficients of the trained steps, from kernels and weights.
private func weighted(
  _ schedule: PublishedSchedule, normalisedOverAllSteps: Bool = false
) throws -> [Double] {
  let plan = try SamplingPlan.fullSDE(
    grid: schedule.grid, noise: schedule.noise, lastStepIsStochastic: true)
  let steps = normalisedOverAllSteps ? Array(schedule.grid.steps) : Array(schedule.trainedSteps)
  let weights = StepWeights.noiseAware(deviations: steps.map { plan.deviations[$0] })
  return schedule.trainedSteps.map { weights[$0] * plan.kernels[$0].scoreCoefficient }
}

/// The largest deviation of w_k S_k from h_k f_k / mean(n), with n from the schedule's own formula.
private func coefficient(_ schedule: PublishedSchedule) -> Check {
  guard case .flow(let a) = schedule.noise else {
    preconditionFailure("the published schedules are Flow-GRPO's")
  }
  let grid = schedule.grid
  let worst = { @Sendable (coefficients: [Double], firstFactor: Double) -> Double in
    var levels: [Double] = []
    for step in schedule.trainedSteps {
      let t = grid.times[step]
      let rest = step == 0 ? 1 - grid.times[1] : 1 - t
      levels.append(a * (t * grid.stepSize(step) / rest).squareRoot())
    }
    let mean = Sums.mean(levels)
    var worst = 0.0
    for (index, step) in schedule.trainedSteps.enumerated() {
      let factor = step == 0 ? firstFactor : 1 + a * a / 2
      let expected = grid.stepSize(step) * factor / mean
      worst = larger(worst, abs(coefficients[index] / expected - 1))
    }
    return worst
  }
  return Check(
    id: schedule.id,
    subject: "largest relative deviation of w_k S_k from dt_k f_k / mean(n)",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "all-steps", defect: "weights normalised over all T steps") { _ in
        .identity(
          observed: worst(try weighted(schedule, normalisedOverAllSteps: true), 1), expected: 0,
          tolerance: 1e-12)
      },
      Control(id: "f0", defect: "f_0 taken as 1 + a^2/2") { _ in
        .identity(
          observed: worst(try weighted(schedule), 1 + a * a / 2), expected: 0, tolerance: 1e-12)
      },
    ]
  ) { _ in
    Finding(
      .identity(observed: worst(try weighted(schedule), 1), expected: 0, tolerance: 1e-12))
  }
}

/// How equal the weighted coefficients of steps 1 to 8 are: the largest over the smallest.
///
/// The weight cancels the noise, so what is left is the ratio of the step sizes.
private func balance(_ schedule: PublishedSchedule) -> Check {
  let grid = schedule.grid
  let sizes = schedule.trainedSteps.dropFirst().map { grid.stepSize($0) }
  let expected = (sizes.max() ?? .nan) / (sizes.min() ?? .nan)
  let ratio = { @Sendable (coefficients: [Double]) -> Double in
    let later = coefficients.dropFirst()
    return (later.max() ?? .nan) / (later.min() ?? .nan)
  }
  return Check(
    id: "\(schedule.id)-balance",
    subject: "largest over smallest weighted coefficient of steps 1 to 8",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "unweighted", defect: "the weight left out") { _ in
        let kernels = try SamplingPlan.fullSDE(grid: grid, noise: schedule.noise).kernels
        return .identity(
          observed: ratio(schedule.trainedSteps.map { kernels[$0].scoreCoefficient }),
          expected: expected, tolerance: 1e-12)
      }
    ]
  ) { _ in
    let coefficients = try weighted(schedule)
    let observed = ratio(coefficients)
    let equal = observed < 1.01
    let first = (coefficients[0] / coefficients[1]).fixed(3)
    return Finding(
      .identity(observed: observed, expected: expected, tolerance: 1e-12), statementHolds: equal,
      region: equal
        ? "k >= 1 on the \(schedule.id) grid, where step 0 has \(first) of the others"
        : "not on \(schedule.id): from step 1 on largest over smallest is \(observed.fixed(2))")
  }
}
