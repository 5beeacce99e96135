import RivuletFlow

/// The best velocity of those with one free bias for each trained step, v + b_k.
///
/// A bias shifts the mean of its step by u_k = q_k b_k, q_k the factor of the velocity in the step's mean,
/// and leaves all variances alone. With the path divergence sum_k |u_k|^2/(2 tau_k^2) and a penalty beta_k
/// on that of step k,
///
///     J(b) = E[R] - sum_k beta_k |u_k|^2/(2 tau_k^2)
///
/// is largest, for a reward g x - q x^2/2 in each coordinate with m the reference mean of x_N, at
///
///     u_k = (tau_k^2 Phi_{k+1}/beta_k) (g - q m)/(1 + q T),   T = sum_k tau_k^2 Phi_{k+1}^2/beta_k.
///
/// For a linear reward and one beta this is tau_k^2 Phi_{k+1} g/beta, the Doob transform itself when every
/// stochastic step is trained: E[R] rises by (sum_k d_k)/beta and J by half of that. Steps that are not
/// trained keep their mean, and the others do as without them for a linear reward.
///
/// Penalties that differ over steps are what published objectives amount to: see
/// ``UpdateExpectation/effectivePenalties``.
public struct BiasOptimum: Sendable {
  /// No bias is best: the reward opens upwards faster than the penalty holds.
  public struct NoOptimum: Error, Hashable, CustomStringConvertible {
    /// The coordinate.
    public let coordinate: Int
    /// 1 + q T, not positive.
    public let weight: Double

    /// The coordinate, the number and what would be right.
    public var description: String {
      "no optimum exists: in coordinate \(coordinate) the weight 1 + q T is \(weight); it must be "
        + "positive, so take a larger penalty or a reward that opens upwards less"
    }
  }

  /// The reference chains, one for each coordinate.
  public let chains: [GaussianChain]
  /// beta_k of each step; nil where the step is not trained.
  public let penalties: [Double?]
  /// u_k, the shift of each step's mean, `[step][coordinate]`; zeros where the step is not trained.
  public let meanShifts: [[Double]]
  /// b_k = u_k/q_k, the bias of each step's velocity, `[step][coordinate]`.
  public let biases: [[Double]]
  /// By how much E[R] rises over the reference.
  public let rewardRise: Double
  /// |u_k|^2/(2 tau_k^2), the divergence of each step, in nats.
  public let divergences: [Double]
  /// By how much J rises over the reference, where all biases are zero.
  public let objectiveRise: Double

  /// Finds the optimum for one penalty on all trained steps.
  ///
  /// - Parameters:
  ///   - chains: The reference, one chain for each coordinate, all of the same plan.
  ///   - gradient: g, one number for each coordinate.
  ///   - curvatures: q, one number for each coordinate; empty for a linear reward.
  ///   - penalty: beta > 0.
  ///   - trainedSteps: The steps with a free bias, each of them stochastic; nil for all stochastic ones.
  /// - Throws: ``NoOptimum`` where 1 + q T is not positive.
  public init(
    chains: [GaussianChain], gradient: [Double], curvatures: [Double] = [], penalty: Double,
    trainedSteps: [Int]? = nil
  ) throws(NoOptimum) {
    precondition(!chains.isEmpty, "an optimum needs one or more coordinates")
    requirePenalty(penalty)
    let plan = chains[0].plan
    var penalties = [Double?](repeating: nil, count: plan.stepCount)
    for step in trainedSteps ?? plan.stochasticSteps {
      precondition(
        step >= 0 && step < plan.stepCount,
        "the chain has steps 0 to \(plan.stepCount - 1), got trained step \(step)")
      penalties[step] = penalty
    }
    try self.init(
      chains: chains, gradient: gradient, curvatures: curvatures, penalties: penalties)
  }

  /// Finds the optimum for a penalty on each step.
  ///
  /// - Parameters:
  ///   - chains: The reference, one chain for each coordinate, all of the same plan.
  ///   - gradient: g, one number for each coordinate.
  ///   - curvatures: q, one number for each coordinate; empty for a linear reward.
  ///   - penalties: beta_k > 0, one for each step, infinite to hold it; nil where it is not trained.
  /// - Throws: ``NoOptimum`` where 1 + q T is not positive.
  public init(
    chains: [GaussianChain], gradient: [Double], curvatures: [Double] = [], penalties: [Double?]
  ) throws(NoOptimum) {
    precondition(
      chains.count == gradient.count && !chains.isEmpty
        && (curvatures.isEmpty || curvatures.count == chains.count),
      "there are \(chains.count) chains for a gradient of \(gradient.count) numbers and "
        + "\(curvatures.count) curvatures")
    let plan = chains[0].plan
    precondition(
      penalties.count == plan.stepCount,
      "there are \(penalties.count) penalties for \(plan.stepCount) steps")
    for (step, penalty) in penalties.enumerated() {
      guard let penalty else { continue }
      precondition(penalty > 0, "penalty \(step) must be positive, got \(penalty)")
      precondition(
        plan.kernels[step].isStochastic || penalty == .infinity,
        "step \(step) adds no noise and cannot be trained")
    }
    var shifts = plan.kernels.map { _ in [Double](repeating: 0, count: chains.count) }
    var rise = 0.0
    for (index, chain) in chains.enumerated() {
      precondition(chain.plan == plan, "all chains must follow one plan; chain \(index) does not")
      let curvature = curvatures.isEmpty ? 0 : curvatures[index]
      var reach = 0.0
      for step in shifts.indices {
        guard let penalty = penalties[step] else { continue }
        let influence = chain.influence(of: step)
        reach += influence * influence / penalty
      }
      let weight = 1 + curvature * reach
      guard weight > 0 else { throw NoOptimum(coordinate: index, weight: weight) }
      let slope = gradient[index] - curvature * chain.terminalLaw.mean
      for step in shifts.indices {
        guard let penalty = penalties[step], penalty.isFinite else { continue }
        shifts[step][index] =
          chain.deviations[step] * chain.influence(of: step) / penalty * (slope / weight)
      }
      // The end moves by s = T slope/weight, and E[R] by slope s - q s^2/2.
      let end = reach * (slope / weight)
      rise += slope * end - curvature * end * end / 2
    }
    var divergences = [Double](repeating: 0, count: shifts.count)
    var biases = shifts
    var penalised = 0.0
    for (step, kernel) in plan.kernels.enumerated() {
      guard let penalty = penalties[step], penalty.isFinite else { continue }
      var squares = 0.0
      for (index, shift) in shifts[step].enumerated() {
        squares += shift * shift
        biases[step][index] = shift / kernel.velocityFactor
      }
      divergences[step] = squares / (2 * kernel.deviation * kernel.deviation)
      penalised += penalty * divergences[step]
    }
    self.chains = chains
    self.penalties = penalties
    self.meanShifts = shifts
    self.biases = biases
    self.rewardRise = rise
    self.divergences = divergences
    self.objectiveRise = rise - penalised
  }

  /// The divergence of whole paths from the reference, in nats.
  public var divergence: Double {
    var sum = 0.0
    for part in divergences { sum += part }
    return sum
  }

  /// The mean of the final state, one number for each coordinate.
  public var finalMeans: [Double] {
    chains.indices.map { index in
      var mean = chains[index].terminalLaw.mean
      for (step, shift) in meanShifts.enumerated() {
        mean += chains[index].suffixSlope(from: step + 1) * shift[index]
      }
      return mean
    }
  }

  /// Returns by how much biases raise the mean of each coordinate of the final state of a sampler.
  ///
  ///     sum_k Phi_{k+1} q_k b_k
  ///
  /// The sampler may be another than the trained one: the same velocity moves an ODE by -h_k b_k a step.
  ///
  /// - Parameters:
  ///   - biases: b_k, `[step][coordinate]`.
  ///   - chains: The sampler without biases, one chain for each coordinate.
  /// - Returns: One number for each coordinate.
  public static func finalShift(of biases: [[Double]], in chains: [GaussianChain]) -> [Double] {
    chains.indices.map { index in
      let chain = chains[index]
      precondition(
        biases.count == chain.stepCount,
        "there are biases for \(biases.count) steps of a chain of \(chain.stepCount)")
      var shift = 0.0
      for (step, kernel) in chain.plan.kernels.enumerated() {
        shift += chain.suffixSlope(from: step + 1) * kernel.velocityFactor * biases[step][index]
      }
      return shift
    }
  }
}
