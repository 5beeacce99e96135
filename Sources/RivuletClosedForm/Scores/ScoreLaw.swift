public import RivuletFlow

/// Scores and divergences of the steps of a sampler.
///
/// A step is Gaussian with mean p x + q v and deviation tau, so with x' = mean + tau xi
///
///     d log p(x' | x) / dv = (x' - mean) q / tau^2 = -kappa xi,   kappa = -q / tau,
///
/// where the log-probability is summed over dimensions; divide by D where code averages it. For an
/// SDE step kappa_k = h_k f_k / tau_k, and for Flow-GRPO with k >= 1 that is
/// ((1 + a^2/2) / a) sqrt(h_k (1 - t_k) / t_k), while kappa_0 = h_0 / a.
public enum ScoreLaw {
  /// Returns kappa_k of each trained step.
  ///
  /// - Parameters:
  ///   - plan: The steps.
  ///   - trainedSteps: Stochastic steps of the plan, in the order wanted.
  /// - Returns: One positive number for each step; TempFlow-GRPO's S_k.
  public static func coefficients(
    plan: SamplingPlan, trainedSteps: some Sequence<Int>
  ) -> [Double] {
    trainedSteps.map { plan.kernels[$0].scoreCoefficient }
  }

  /// Returns w_k kappa_k, the score coefficient that a weighted objective has at each trained step.
  ///
  /// With noise-aware weights it is h_k f_k / mean(tau): the same for every step but the first for
  /// Flow-GRPO on a uniform grid, and growing with h_k on the others. With the weights of GRPO-Guard
  /// it is proportional to f_k.
  ///
  /// - Parameters:
  ///   - plan: The steps.
  ///   - trainedSteps: Stochastic steps of the plan.
  ///   - weights: w_k, one number for each trained step.
  /// - Returns: One number for each trained step.
  public static func weightedCoefficients(
    plan: SamplingPlan, trainedSteps: some Sequence<Int>, weights: [Double]
  ) -> [Double] {
    let plain = coefficients(plan: plan, trainedSteps: trainedSteps)
    precondition(
      plain.count == weights.count,
      "there are \(weights.count) weights for \(plain.count) trained steps")
    return plain.indices.map { weights[$0] * plain[$0] }
  }

  /// Returns the divergence of a step from the same step with another velocity.
  ///
  ///     exact             kappa^2 |v - v_ref|^2 / 2
  ///     withoutStepSize   h times that
  ///
  /// summed over dimensions; put the mean over dimensions of (v - v_ref)^2 in to get the mean form.
  ///
  /// - Parameters:
  ///   - kernel: A stochastic step.
  ///   - squaredVelocityDifference: |v - v_ref|^2, or its mean over dimensions.
  ///   - form: Which divergence.
  /// - Returns: The divergence in nats, times h in the form without h.
  public static func divergence(
    kernel: TransitionKernel, squaredVelocityDifference: Double, form: DivergenceForm = .exact
  ) -> Double {
    precondition(
      squaredVelocityDifference >= 0,
      "a squared difference is not negative, got \(squaredVelocityDifference)")
    let kappa = kernel.scoreCoefficient
    let exact = kappa * kappa * squaredVelocityDifference / 2
    switch form {
    case .exact: return exact
    case .withoutStepSize: return exact * kernel.stepSize
    }
  }

  /// Returns the coefficient that GRPO-Guard's objective has on policy, kappa tau / h.
  ///
  /// For an SDE step it is f = 1 + s^2 (1 - t) / (2 t), exactly TempFlow-GRPO's weighted coefficient
  /// kappa tau divided by h.
  ///
  /// - Parameter kernel: A stochastic step.
  /// - Returns: The coefficient; for SDE steps f.
  public static func guardCoefficient(kernel: TransitionKernel) -> Double {
    kernel.scoreCoefficient * kernel.deviation / kernel.stepSize
  }
}
