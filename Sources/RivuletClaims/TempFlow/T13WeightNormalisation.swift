import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// T13: the weights have mean one over the trained steps.
  static let weightNormalisation = Claim(
    id: "tempflow/T13",
    title: "the weights have mean one",
    statement: """
      The normalised weights average to one over the steps, so the released constants 2.25, 1.73 and \
      1.53 are one over the mean noise level.
      """,
    source: "Shredded-Pork/TempFlow-GRPO e66824e, 28a9b9b, 354fd38; maintainer's answers",
    scope:
      "mean over the nine trained steps, not over all ten; Qwen's a = 1.2 is itself inferred from 1.53",
    recorded: .holds,
    checks: [
      constant(.sd35, released: 2.25), constant(.flux, released: 1.73),
      constant(.qwen, released: 1.53), meanWeight(.uniform10), meanWeight(.sd35),
      scaleFree(.sd35),
    ])
}

/// The weights of the trained steps.
private func weights(_ schedule: PublishedSchedule, noise: NoiseSchedule) throws -> [Double] {
  let levels = try SamplingPlan.fullSDE(grid: schedule.grid, noise: noise).deviations
  return StepWeights.noiseAware(deviations: schedule.trainedSteps.map { levels[$0] })
}

/// One over the mean noise level against the constant in the released code, to its two decimals.
private func constant(_ schedule: PublishedSchedule, released: Double) -> Check {
  let value = { @Sendable (steps: [Int]) throws -> Double in
    let levels = try SamplingPlan.fullSDE(
      grid: schedule.grid, noise: schedule.noise, lastStepIsStochastic: true
    ).deviations
    return 1 / Sums.mean(steps.map { levels[$0] })
  }
  return Check(
    id: "\(schedule.id)-constant",
    subject: "1 / mean(n) over the trained steps against the constant in the released code",
    requirement: .absolute(0, because: "the code prints two decimals; half a unit of the last"),
    controls: [
      Control(id: "all-steps", defect: "the mean taken over all T steps") { _ in
        .identity(
          observed: try value(Array(schedule.grid.steps)), expected: released, tolerance: 0.005)
      }
    ]
  ) { _ in
    let observed = try value(Array(schedule.trainedSteps))
    return Finding(
      .identity(observed: observed, expected: released, tolerance: 0.005),
      statementHolds: abs(observed - released) < 0.005)
  }
}

/// The mean weight over the trained steps.
private func meanWeight(_ schedule: PublishedSchedule) -> Check {
  Check(
    id: "\(schedule.id)-mean",
    subject: "mean weight over the trained steps",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "all-steps", defect: "weights normalised over all T steps") { _ in
        let levels = try SamplingPlan.fullSDE(
          grid: schedule.grid, noise: schedule.noise, lastStepIsStochastic: true
        ).deviations
        let all = StepWeights.noiseAware(deviations: levels)
        return .identity(
          observed: Sums.mean(schedule.trainedSteps.map { all[$0] }), expected: 1,
          tolerance: 1e-14)
      }
    ]
  ) { _ in
    let mean = Sums.mean(try weights(schedule, noise: schedule.noise))
    return Finding(
      .identity(observed: mean, expected: 1, tolerance: 1e-14),
      statementHolds: abs(mean - 1) < 1e-14)
  }
}

/// The weights do not depend on the scale a of the noise.
private func scaleFree(_ schedule: PublishedSchedule) -> Check {
  let difference = { @Sendable (other: NoiseSchedule) throws -> Double in
    let first = try weights(schedule, noise: schedule.noise)
    let second = try weights(schedule, noise: other)
    var largest = 0.0
    for index in first.indices { largest = larger(largest, abs(first[index] - second[index])) }
    return largest
  }
  return Check(
    id: "\(schedule.id)-scale",
    subject: "largest change of a weight when a is multiplied by 3",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "constant", defect: "another family of noise, constant eta = 0.3") { _ in
        .identity(observed: try difference(.constant(0.3)), expected: 0, tolerance: 1e-14)
      }
    ]
  ) { _ in
    let largest = try difference(.flow(scale: 2.1))
    return Finding(
      .identity(observed: largest, expected: 0, tolerance: 1e-14), statementHolds: largest < 1e-14)
  }
}
