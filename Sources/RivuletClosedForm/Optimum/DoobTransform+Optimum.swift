import RivuletFlow
import RivuletNumerics

extension DoobTransform {
  /// A step whose mean is affine in the state, x' = slope x + offset + deviation xi.
  public struct Step: Sendable, Hashable {
    /// The factor of the state.
    public let slope: Double
    /// What the step adds.
    public let offset: Double
    /// The standard deviation of the noise.
    public let deviation: Double
  }

  /// What an optimum reaches.
  public struct Outcome: Sendable, Hashable {
    /// E[R].
    public let expectedReward: Double
    /// KL(p || p_ref) of whole paths, in nats.
    public let divergence: Double
    /// The part of the divergence that each step has; N numbers.
    public let stepDivergences: [Double]
    /// E[R] - beta KL.
    public let objective: Double
    /// The mean of the state before each step and at the end; N + 1 numbers.
    public let means: [Double]
    /// The variance of the state before each step and at the end; N + 1 numbers.
    public let variances: [Double]
  }

  /// Returns the optimal law of one step.
  ///
  ///     N((M x + c + tau^2 B)/w, tau^2/w),   tau^2 in place of tau^2/w with the noise held
  ///
  /// - Parameters:
  ///   - step: k, 0 to N - 1.
  ///   - noise: What of a step may change.
  /// - Returns: The step.
  public func optimalStep(_ step: Int, noise: Noise) -> Step {
    requireStep(step)
    let deviation = chain.deviations[step]
    let weight = weights[step]
    return Step(
      slope: chain.slopes[step] / weight,
      offset: (chain.offsets[step] + deviation * deviation * slopes[step + 1]) / weight,
      deviation: noise == .held ? deviation : deviation / weight.squareRoot())
  }

  /// Returns what must be added to the reference velocity so that a step has the optimal mean.
  ///
  ///     v* - v = tau^2 (B - A (M x + c))/(w q) = slope x + offset,   A, B at k + 1,
  ///
  /// q the factor of the velocity in the step's mean. Zero where the step adds no noise. For a linear reward
  /// the slope is zero: a velocity with one free bias for each step contains the optimum.
  ///
  /// - Parameter step: k, 0 to N - 1.
  /// - Returns: The slope and the offset; the deviation is zero.
  public func velocityShift(_ step: Int) -> Step {
    requireStep(step)
    let deviation = chain.deviations[step]
    let factor =
      deviation * deviation / (weights[step] * chain.plan.kernels[step].velocityFactor)
    let (a, b) = (precisions[step + 1], slopes[step + 1])
    return Step(
      slope: -factor * a * chain.slopes[step], offset: factor * (b - a * chain.offsets[step]),
      deviation: 0)
  }

  /// Returns what the optimum reaches, by the recursion of its means and variances.
  ///
  /// The divergence of a step is E[(mean* - mean)^2]/(2 tau^2), and with the noise free
  /// (1/w - 1 + ln w)/2 more. The objective agrees with beta E[log h_0(x_0)].
  ///
  /// - Parameter noise: What of a step may change.
  /// - Returns: Reward, divergence, objective and the laws of the states.
  public func optimum(noise: Noise) -> Outcome {
    var mean = chain.means[0]
    var variance = chain.variances[0]
    var means = [mean]
    var variances = [variance]
    var divergences: [Double] = []
    var total = 0.0
    for step in 0..<stepCount {
      let best = optimalStep(step, noise: noise)
      let deviation = chain.deviations[step]
      let weight = weights[step]
      // (mean* - mean)/tau = tau (B - A (M x + c))/w
      let factor = deviation / weight
      let slope = -factor * precisions[step + 1] * chain.slopes[step]
      let centre =
        factor
        * (slopes[step + 1]
          - precisions[step + 1] * (chain.slopes[step] * mean + chain.offsets[step]))
      var divergence = (centre * centre + slope * slope * variance) / 2
      if noise == .free { divergence += (1 / weight - 1 + Elementary.log(weight)) / 2 }
      divergences.append(divergence)
      total += divergence
      mean = best.slope * mean + best.offset
      variance = best.slope * best.slope * variance + best.deviation * best.deviation
      means.append(mean)
      variances.append(variance)
    }
    let reward = gradient * mean - curvature * (mean * mean + variance) / 2 + offset
    return Outcome(
      expectedReward: reward, divergence: total, stepDivergences: divergences,
      objective: reward - penalty * total, means: means, variances: variances)
  }

  /// The expected reward of the reference chain.
  public var referenceReward: Double {
    let end = chain.terminalLaw
    return gradient * end.mean - curvature * (end.mean * end.mean + end.variance) / 2 + offset
  }

  private func requireStep(_ step: Int) {
    precondition(
      step >= 0 && step < stepCount, "the chain has steps 0 to \(stepCount - 1), got \(step)")
  }
}
