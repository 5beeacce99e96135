import RivuletFlow

/// Where a trainer stops whose penalty does not see that the states change.
///
/// Published trainers subtract lambda KL_k at the *sampled* states and differentiate the divergence of the step
/// alone. The gradient of the path divergence has a second part, through the law of the states that earlier
/// steps lead to; it is left out. With one bias for each step nothing is lost, for KL_k then does not depend on
/// the state. With a slope and a bias for each step the update vanishes elsewhere than at the optimum: each step
/// is best against the *reward's* value alone, not the reward's less the penalties to come,
///
///     mean_k(x) = (M x + c + tau^2 B/beta_k)/w,   w = 1 + A tau^2/beta_k,   A, B at k + 1,
///     A_k = a^2 A,   B_k = a (B - A b),   A_N = q,  B_N = g,
///
/// with a = M/w the slope and b the offset of the new mean: A_k is smaller by the factor w than in
/// ``DoobTransform``, at every step but the last. For a linear reward both agree. A trainer that adds the
/// penalties of later steps to the reward of a sample, -beta log(p/p_ref), has the optimum of ``DoobTransform``
/// with the noise held.
///
/// The penalties are the effective ones of ``UpdateExpectation``, for advantages that are not divided by a
/// spread: a spread moves with the policy when the reward is curved. One coordinate of a Gaussian flow.
///
/// Source: derived; the objectives are those of Flow-GRPO, arXiv 2505.05470, equation 5, and its code.
public struct SampledPenaltyPoint: Sendable {
  /// The step at which no mean is best.
  public typealias NoOptimum = DoobTransform.NoOptimum

  /// The reference chain.
  public let chain: GaussianChain
  /// The steps, with the slope and offset of their new means; the deviations are those of the chain.
  public let steps: [DoobTransform.Step]
  /// E[R].
  public let expectedReward: Double
  /// The divergence of each step from the reference, in nats.
  public let divergences: [Double]

  /// Finds the point for one penalty on all stochastic steps.
  ///
  /// - Parameters:
  ///   - chain: The reference, one coordinate.
  ///   - penalty: beta > 0.
  ///   - curvature: q of the reward g x - q x^2/2.
  ///   - gradient: g.
  /// - Throws: ``NoOptimum`` where some w is not positive.
  public init(
    chain: GaussianChain, penalty: Double, curvature: Double, gradient: Double
  ) throws(NoOptimum) {
    requirePenalty(penalty)
    try self.init(
      chain: chain, penalties: chain.deviations.map { $0 > 0 ? penalty : nil },
      curvature: curvature, gradient: gradient)
  }

  /// Finds the point for a penalty on each step.
  ///
  /// - Parameters:
  ///   - chain: The reference, one coordinate.
  ///   - penalties: beta_k > 0, one for each step, infinite to hold it; nil where it is not trained.
  ///   - curvature: q of the reward g x - q x^2/2.
  ///   - gradient: g.
  /// - Throws: ``NoOptimum`` where some w is not positive.
  public init(
    chain: GaussianChain, penalties: [Double?], curvature: Double, gradient: Double
  ) throws(NoOptimum) {
    precondition(
      penalties.count == chain.stepCount,
      "there are \(penalties.count) penalties for \(chain.stepCount) steps")
    var (a, b) = (curvature, gradient)
    var steps: [DoobTransform.Step] = []
    for step in (0..<chain.stepCount).reversed() {
      let deviation = chain.deviations[step]
      var pull = 0.0
      if let penalty = penalties[step] {
        precondition(penalty > 0, "penalty \(step) must be positive, got \(penalty)")
        precondition(
          deviation > 0 || penalty == .infinity,
          "step \(step) adds no noise and cannot be trained")
        pull = deviation * deviation / penalty
      }
      let weight = 1 + a * pull
      guard weight > 0 else { throw NoOptimum(step: step, weight: weight) }
      let new = DoobTransform.Step(
        slope: chain.slopes[step] / weight, offset: (chain.offsets[step] + pull * b) / weight,
        deviation: deviation)
      steps.append(new)
      b = new.slope * (b - a * new.offset)
      a *= new.slope * new.slope
    }
    steps.reverse()
    var mean = chain.means[0]
    var variance = chain.variances[0]
    var divergences: [Double] = []
    for (step, new) in steps.enumerated() {
      let slope = new.slope - chain.slopes[step]
      let shift = slope * mean + new.offset - chain.offsets[step]
      let squared = new.deviation * new.deviation
      divergences.append(
        squared > 0 ? (slope * slope * variance + shift * shift) / (2 * squared) : 0)
      mean = new.slope * mean + new.offset
      variance = new.slope * new.slope * variance + squared
    }
    self.chain = chain
    self.steps = steps
    self.divergences = divergences
    expectedReward = gradient * mean - curvature * (mean * mean + variance) / 2
  }

  /// The divergence of whole paths from the reference, in nats.
  public var divergence: Double {
    var sum = 0.0
    for part in divergences { sum += part }
    return sum
  }
}
