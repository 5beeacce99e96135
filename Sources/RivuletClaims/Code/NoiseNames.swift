import RivuletFlow
import RivuletStatistics

/// What a step says its noise is.
private enum ReportedNoise {
  /// The coefficient s per unit of time.
  case coefficient
  /// The deviation tau = s sqrt(h) of the step.
  case deviation

  func value(_ kernel: TransitionKernel) -> Double {
    self == .coefficient ? kernel.noiseCoefficient : kernel.deviation
  }
}

/// GRPO-Guard's exponent and the divergence of one transition, from the noise that a step reports.
private func losses(
  _ kernel: TransitionKernel, guardNoise: ReportedNoise, divergenceNoise: ReportedNoise
) -> [Double] {
  let state = [0.7]
  let old = [-0.4]
  let new = [0.2]
  let next = kernel.next(state: state, velocity: old, noise: [0.9])
  let log = { kernel.logProbability(of: next, state: state, velocity: $0, reduction: .sum) }
  let distance =
    kernel.mean(state: state, velocity: new)[0] - kernel.mean(state: state, velocity: old)[0]
  let tau = guardNoise.value(kernel) * kernel.stepSize.squareRoot()
  let exponent = (log(new) - log(old) + distance * distance / (2 * tau * tau)) * tau
  let s = divergenceNoise.value(kernel)
  return [exponent, distance * distance / (2 * s * s)]
}

extension Check {
  /// The losses of one law of noise, given once as a coefficient for each step and once as a constant.
  static var noiseNames: Check {
    let largest = {
      @Sendable (guardNoise: ReportedNoise, divergenceNoise: ReportedNoise) throws -> Double in
      let schedule = PublishedSchedule.dance16
      let eta = 0.3
      let listed = try SamplingPlan.fullSDE(
        grid: schedule.grid,
        noise: .coefficients([Double](repeating: eta, count: schedule.grid.stepCount)))
      let named = try SamplingPlan.fullSDE(grid: schedule.grid, noise: .constant(eta))
      var largest = 0.0
      for step in schedule.trainedSteps {
        let first = losses(
          listed.kernels[step], guardNoise: .coefficient, divergenceNoise: .coefficient)
        let second = losses(
          named.kernels[step], guardNoise: guardNoise, divergenceNoise: divergenceNoise)
        for index in first.indices {
          largest = larger(largest, abs(second[index] / first[index] - 1))
        }
      }
      return largest
    }
    return Check(
      id: "noise-names",
      subject:
        "largest relative change of Guard's exponent and of the KL between two names of one law",
      requirement: .absolute(0, because: "an identity"),
      controls: [
        Control(
          id: "verl-omni-kl",
          defect: "dance_sde returns tau where sde returns s, and the KL divides by 2 std^2"
        ) { _ in
          .identity(
            observed: try largest(.coefficient, .deviation), expected: 0, tolerance: 1e-12)
        },
        Control(
          id: "verl-omni-guard",
          defect: "dance_sde returns tau, and Guard multiplies by sqrt(h) again"
        ) { _ in
          .identity(
            observed: try largest(.deviation, .coefficient), expected: 0, tolerance: 1e-12)
        },
      ]
    ) { _ in
      Finding(
        stating: .identity(
          observed: try largest(.coefficient, .coefficient), expected: 0, tolerance: 1e-12))
    }
  }
}
