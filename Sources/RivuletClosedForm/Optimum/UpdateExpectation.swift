import RivuletFlow

/// The expected update of a convention on a linear-Gaussian problem with one free bias for each trained step.
///
///     E[dL/db_k] = e_k ( -omega_k rho kappa_k f_k w_k - lambda rho' gamma_k kappa_k^2 b_k )
///
/// with rho, rho' = 1 for sums and 1/D for means over coordinates, gamma_k = 1 for the exact divergence and h_k
/// without the step's length, f_k of ``UpdateConvention/advantageFactors(on:)``. Exact at *any* biases: they
/// move no variance, so neither f_k nor w_k changes during training. Each step has its own optimum,
///
///     b_k = -w_k/(beta_k kappa_k),   beta_k = lambda gamma_k rho'/(omega_k rho f_k),
///
/// that of the penalised objective with the *effective penalty* beta_k. Without a penalty there is none, and
/// the biases move in a constant direction at a constant pace.
///
/// Conventions that do not divide by a spread have the same factors for any reward, so their effective penalties
/// hold for curved ones too: give them to ``BiasOptimum`` or, for velocities with slopes, to
/// ``SampledPenaltyPoint``.
///
/// No closed form is given where the expectation depends on more than these numbers:
/// - several updates of one rollout and active clips: see ``RatioLaw`` for one step after an update;
/// - Adam and clipped gradient norms, which are no linear functions of the gradient: they change pace and
///   path, not where the expected gradient vanishes;
/// - clamps of a batch's or a tree's advantages (for flat groups see ``AdvantageMagnitude``);
/// - fusion by path probabilities and pruning that looks at rewards, which depend on noises non-linearly;
/// - standardised advantages of rewards that are not linear, whose spread moves with the policy, and all
///   other fields than Gaussian ones: quadrature takes the place of a formula there.
public struct UpdateExpectation: Sendable {
  /// The convention.
  public let convention: UpdateConvention
  /// What each step's noise adds to the reward.
  public let credit: LinearCredit
  /// omega_k rho f_k of each trained step: the ratio of the policy part, without e_k, to the exact gradient.
  public let lengthRatios: [Double]
  /// lambda rho' gamma_k kappa_k^2 of each trained step; zeros without a penalty.
  public let stiffnesses: [Double]

  /// Finds the expected update.
  ///
  /// - Parameters:
  ///   - convention: The choices of the trainer.
  ///   - credit: What each step's noise adds to the reward.
  public init(of convention: UpdateConvention, on credit: LinearCredit) {
    self.convention = convention
    self.credit = credit
    let dimension = credit.dimension
    let factors = convention.advantageFactors(on: credit)
    lengthRatios = factors.indices.map { index in
      convention.reduction.reduce(
        sum: convention.stepWeights[index] * factors[index], dimension: dimension)
    }
    guard let penalty = convention.penalty else {
      stiffnesses = factors.map { _ in 0 }
      return
    }
    stiffnesses = convention.trainedSteps.map { step in
      // The divergence at squared distance one is half its curvature.
      let half = ScoreLaw.divergence(
        kernel: credit.kernels[step], squaredVelocityDifference: 1, form: penalty.form)
      return penalty.coefficient * penalty.reduction.reduce(sum: 2 * half, dimension: dimension)
    }
  }

  /// Returns the policy part of the expected update, e_k (-omega_k rho kappa_k f_k w_k).
  ///
  /// - Returns: `[trained step][coordinate]`, in the direction of ascent.
  public func policyPart() -> [[Double]] {
    convention.trainedSteps.indices.map { index in
      let share = convention.shares?[index] ?? 1
      return credit.exactGradient(step: convention.trainedSteps[index]).map {
        share * lengthRatios[index] * $0
      }
    }
  }

  /// Returns the expected update at given biases.
  ///
  /// - Parameter biases: b_k - b_ref, `[trained step][coordinate]`.
  /// - Returns: `[trained step][coordinate]`, in the direction of ascent.
  public func update(at biases: [[Double]]) -> [[Double]] {
    precondition(
      biases.count == lengthRatios.count,
      "there are biases for \(biases.count) of \(lengthRatios.count) trained steps")
    var update = policyPart()
    for index in update.indices {
      precondition(
        biases[index].count == credit.dimension,
        "biases have \(biases[index].count) coordinates of \(credit.dimension)")
      let share = convention.shares?[index] ?? 1
      for (coordinate, bias) in biases[index].enumerated() {
        update[index][coordinate] -= share * stiffnesses[index] * bias
      }
    }
    return update
  }

  /// beta_k, the penalty on the exact divergence of each *step of the plan* that the convention amounts to.
  ///
  /// nil where a step is not trained or there is no penalty; infinite where a step decides nothing. To be
  /// given to ``BiasOptimum``, which holds rewards and divergences of the stationary point.
  public var effectivePenalties: [Double?] {
    var result = [Double?](repeating: nil, count: credit.stepCount)
    guard convention.penalty != nil else { return result }
    for (index, step) in convention.trainedSteps.enumerated() {
      let kappa = credit.kernels[step].scoreCoefficient
      let stiffness = stiffnesses[index] / (kappa * kappa)
      let decides = lengthRatios[index] > 0 && credit.deviation(of: step) > 0
      result[step] = decides ? stiffness / lengthRatios[index] : .infinity
    }
    return result
  }

  /// The biases at which the expected update vanishes, `[trained step][coordinate]`; nil without a penalty.
  public var stationaryBiases: [[Double]]? {
    guard convention.penalty != nil else { return nil }
    return convention.trainedSteps.indices.map { index in
      let gradient = credit.exactGradient(step: convention.trainedSteps[index])
      return gradient.map { lengthRatios[index] * $0 / stiffnesses[index] }
    }
  }

  /// The biases after a number of plain ascents from the reference, `[trained step][coordinate]`.
  ///
  ///     b(n) = b* (1 - (1 - eta e_k stiffness_k)^n),   n eta (policy part) without a penalty
  ///
  /// In expectation, and exact: the expected update is affine in the biases.
  ///
  /// - Parameters:
  ///   - count: n.
  ///   - rate: eta.
  /// - Returns: The expected biases.
  public func expectedBiases(afterAscents count: Int, rate: Double) -> [[Double]] {
    precondition(count >= 0, "a number of ascents is not negative, got \(count)")
    var biases = policyPart().map { $0.map { _ in 0.0 } }
    for _ in 0..<count {
      let update = update(at: biases)
      for index in biases.indices {
        for coordinate in biases[index].indices {
          biases[index][coordinate] += rate * update[index][coordinate]
        }
      }
    }
    return biases
  }
}
