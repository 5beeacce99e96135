public import RivuletFlow
import RivuletNumerics

/// How far the output of a sampler with the exact velocity is from Gaussian data.
///
/// On Gaussian data N(mu, s^2) the variance of the discretised chain follows the recursion
/// S_{k+1} = M_k^2 S_k + tau_k^2 from S_0 = 1, so the error of the sampler is known to rounding, with
/// no sampling error and no other bias in it.
public struct SamplerBias: Sendable, Hashable {
  /// The number of steps N.
  public let steps: Int
  /// s, the standard deviation of the data.
  public let dataDeviation: Double
  /// S_N, the variance of the output.
  public let terminalVariance: Double
  /// The correlation of the initial noise with the output; zero for an output without variance.
  public let seedCorrelation: Double

  /// Measures the sampler of a plan.
  ///
  /// - Parameters:
  ///   - plan: The steps.
  ///   - deviation: s > 0, the standard deviation of the data.
  public init(plan: SamplingPlan, deviation: Double) {
    self.init(steps: plan.stepCount, deviation: deviation) { plan.kernels[$0] }
  }

  /// Measures a sampler on the uniform grid without storing its steps.
  ///
  /// The numbers are those of the plan on `TimeGrid.uniform(steps:)`, bit for bit; the memory does not
  /// grow, so a million steps are no burden.
  ///
  /// - Parameters:
  ///   - steps: N, one or more.
  ///   - noise: The noise of the stochastic steps, or nil for the ODE.
  ///   - lastStepIsStochastic: Whether the last step adds noise too.
  ///   - deviation: s > 0, the standard deviation of the data.
  /// - Returns: The bias.
  /// - Throws: `NoiseSchedule.Invalid` where the schedule is wrong.
  public static func uniform(
    steps: Int, noise: NoiseSchedule?, lastStepIsStochastic: Bool = false, deviation: Double
  ) throws(NoiseSchedule.Invalid) -> SamplerBias {
    precondition(steps >= 1, "a sampler takes one or more steps, got \(steps)")
    let count = Double(steps)
    // The schedule on a grid of one step checks its scale; a list of coefficients needs its length.
    var listed: [TransitionKernel.Rule] = []
    if let noise {
      if case .coefficients = noise {
        listed = try noise.rules(on: .uniform(steps: steps))
      } else {
        _ = try noise.rules(on: .uniform(steps: 1))
      }
    }
    return SamplerBias(steps: steps, deviation: deviation) { step in
      let time = Double(steps - step) / count
      let nextTime = Double(steps - step - 1) / count
      let rule: TransitionKernel.Rule
      switch noise {
      case _ where step == steps - 1 && !lastStepIsStochastic: rule = .ode
      case nil: rule = .ode
      case .flow(let scale):
        let remaining = step == 0 ? 1 - nextTime : 1 - time
        rule = .sde(coefficient: scale * (time / remaining).squareRoot())
      case .constant(let eta): rule = .sde(coefficient: eta)
      case .coefficientPreserving(let eta): rule = .coefficientPreserving(level: eta)
      case .coefficients: rule = listed[step]
      }
      return TransitionKernel(rule: rule, time: time, nextTime: nextTime)
    }
  }

  private init(steps: Int, deviation: Double, kernel: (Int) -> TransitionKernel) {
    precondition(
      deviation > 0 && deviation.isFinite,
      "the standard deviation of the data must be positive and finite, got \(deviation)")
    var variance = 1.0
    var slope = 1.0
    for step in 0..<steps {
      let kernel = kernel(step)
      let line = kernel.affineStep(mean: 0, deviation: deviation)
      variance = line.slope * line.slope * variance + kernel.deviation * kernel.deviation
      slope *= line.slope
    }
    self.steps = steps
    dataDeviation = deviation
    terminalVariance = variance
    seedCorrelation = variance > 0 ? slope / variance.squareRoot() : 0
  }

  /// S_N - s^2, the error of the variance.
  public var varianceError: Double { terminalVariance - dataDeviation * dataDeviation }

  /// sqrt(S_N) / s, the standard deviation of the output over that of the data.
  public var deviationRatio: Double { terminalVariance.squareRoot() / dataDeviation }

  /// Returns the order of convergence between two numbers of steps.
  ///
  ///     ln(error_coarse / error_fine) / ln(N_fine / N_coarse)
  ///
  /// - Parameters:
  ///   - coarse: The sampler with fewer steps.
  ///   - fine: The same sampler with more steps.
  /// - Returns: The order, or nil where an error is zero or changes sign: no order can be read there.
  public static func measuredOrder(coarse: SamplerBias, fine: SamplerBias) -> Double? {
    precondition(
      coarse.steps < fine.steps, "the fine sampler has more steps, got \(fine.steps)")
    let ratio = coarse.varianceError / fine.varianceError
    guard ratio > 0 && ratio.isFinite else { return nil }
    return Elementary.log(ratio)
      / Elementary.log(Double(fine.steps) / Double(coarse.steps))
  }
}
