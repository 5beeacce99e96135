/// How much each trained step counts in the objective.
///
/// A weight multiplies both terms of the clipped objective of its step and not the KL term. Every
/// rule here gives weights of mean one over the steps that it is given, so that the balance between
/// policy and KL terms stays that of a trainer without weights. A rule sees the schedule alone, never
/// a reward, so weights are computed once.
public enum StepWeights {
  /// Returns the weight one for each step, which is what Flow-GRPO and DanceGRPO do.
  ///
  /// - Parameter count: The number of trained steps.
  /// - Returns: `count` ones.
  public static func unit(count: Int) -> [Double] {
    precondition(count >= 1, "weights need one or more trained steps, got \(count)")
    return [Double](repeating: 1, count: count)
  }

  /// Returns the noise-aware weights of TempFlow-GRPO.
  ///
  ///     w_k = tau_k / mean(tau),   tau_k = s_k sqrt(h_k)
  ///
  /// The mean is over the *trained* steps: 1 / mean over steps 0 to N - 2 reproduces the constants
  /// 2.25, 1.73 and 1.53 of the published training scripts for SD3.5, FLUX and Qwen-Image with
  /// N = 10, and the mean over all N steps reproduces none of them. The weights do not change when
  /// all noise levels are multiplied by one number, so the scale a of Flow-GRPO drops out.
  ///
  /// Source: arXiv 2508.04324, section 4.2, and `train_sd3_pr.py`.
  ///
  /// - Parameter deviations: tau_k of each trained step, in sampling order; positive.
  /// - Returns: One weight for each given step, of mean one.
  public static func noiseAware(deviations: [Double]) -> [Double] {
    requirePositive(deviations, "noise level")
    return normalised(deviations)
  }

  /// Returns the weights that leave the length of the step alone in the expected gradient.
  ///
  ///     w_k proportional to tau_k / f_k,   f_k = 1 + s_k^2 (1 - t_k) / (2 t_k)
  ///
  /// The score of step k is -kappa_k xi with kappa_k = h_k f_k / tau_k, so w_k kappa_k is
  /// proportional to h_k for *any* noise schedule. Noise-aware weights leave h_k f_k, which is as
  /// good where f_k is constant: for Flow-GRPO at every step but the first.
  ///
  /// Source: derived from the score; it agrees with the noise-aware weight where f_k is constant.
  ///
  /// - Parameters:
  ///   - deviations: tau_k of each trained step; positive.
  ///   - factors: f_k of each trained step; positive. See ``velocityFactor(coefficient:time:)``.
  /// - Returns: One weight for each given step, of mean one.
  public static func balanced(deviations: [Double], factors: [Double]) -> [Double] {
    precondition(
      deviations.count == factors.count,
      "there are \(deviations.count) noise levels and \(factors.count) factors")
    requirePositive(deviations, "noise level")
    requirePositive(factors, "velocity factor")
    return normalised(deviations.indices.map { deviations[$0] / factors[$0] })
  }

  /// Returns the weights that GRPO-Guard's objective has on policy.
  ///
  ///     w_k proportional to tau_k / h_k
  ///
  /// GRPO-Guard multiplies the exponent of the ratio by tau_k and divides the loss by h_k. Where the
  /// ratio is one its gradient is therefore tau_k / h_k times that of the plain objective, which is
  /// TempFlow-GRPO's weight divided by h_k, up to a constant. The published code does not normalise;
  /// here the mean is one as for the other rules. The coefficient w_k kappa_k is proportional to f_k,
  /// hence the same for every step of Flow-GRPO but the first.
  ///
  /// Source: `train_sd3_GRPO_Guard.py`.
  ///
  /// - Parameters:
  ///   - deviations: tau_k of each trained step; positive.
  ///   - stepSizes: h_k of each trained step; positive.
  /// - Returns: One weight for each given step, of mean one.
  public static func guarded(deviations: [Double], stepSizes: [Double]) -> [Double] {
    precondition(
      deviations.count == stepSizes.count,
      "there are \(deviations.count) noise levels and \(stepSizes.count) step sizes")
    requirePositive(deviations, "noise level")
    requirePositive(stepSizes, "step size")
    return normalised(deviations.indices.map { deviations[$0] / stepSizes[$0] })
  }

  /// Returns the factor f of the velocity in the mean of a stochastic step.
  ///
  ///     mean = (1 - s^2 h / (2 t)) x - h f v,   f = 1 + s^2 (1 - t) / (2 t)
  ///
  /// - Parameters:
  ///   - coefficient: s, not negative.
  ///   - time: t in (0, 1], where the step starts.
  /// - Returns: f, at least one.
  public static func velocityFactor(coefficient: Double, time: Double) -> Double {
    precondition(time > 0 && time <= 1, "a step starts at a time in (0, 1], got \(time)")
    return 1 + coefficient * coefficient * (1 - time) / (2 * time)
  }

  private static func normalised(_ values: [Double]) -> [Double] {
    var sum = 0.0
    for value in values { sum += value }
    let mean = sum / Double(values.count)
    return values.map { $0 / mean }
  }

  private static func requirePositive(_ values: [Double], _ name: String) {
    precondition(!values.isEmpty, "weights need one or more trained steps")
    for (index, value) in values.enumerated() {
      precondition(
        value > 0 && value.isFinite,
        "\(name) \(index) of the trained steps must be positive and finite, got \(value)")
    }
  }
}
