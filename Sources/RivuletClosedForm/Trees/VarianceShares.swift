public import RivuletFlow

/// How much of a reward's variance the initial noise and the noise of each step decide.
///
///     Var(R) = d_init + sum_k d_k,   d_k = Var(D_k),   D_k = V_{k+1}(x_{k+1}) - V_k(x_k)
///
/// V_k is the expected reward given the state before step k. The D_k are differences of a martingale,
/// hence uncorrelated, for any sampler and any reward. For Gaussian data and a linear reward each
/// coordinate i adds (g_i Phi_{k+1} tau_k)^2 to d_k and (g_i Phi_0)^2 S_0 to d_init.
public struct VarianceShares: Sendable, Hashable {
  /// d_init, the share of the initial noise.
  public let initial: Double
  /// d_k, the share of each step.
  public let steps: [Double]

  /// Takes shares as they are.
  ///
  /// - Parameters:
  ///   - initial: d_init, not negative.
  ///   - steps: d_k, one number for each step, not negative; at least one step.
  public init(initial: Double, steps: [Double]) {
    precondition(!steps.isEmpty, "shares need one or more steps")
    for (step, share) in ([initial] + steps).enumerated() {
      precondition(
        share >= 0 && share.isFinite,
        "a share of variance is finite and not negative, got \(share) "
          + (step == 0 ? "for the initial noise" : "at step \(step - 1)"))
    }
    self.initial = initial
    self.steps = steps
  }

  /// Sums the shares of independent coordinates for a linear reward g.x.
  ///
  /// - Parameters:
  ///   - chains: One chain for each coordinate in the basis in which the data are independent, all of
  ///     them with the same number of steps.
  ///   - gradient: g, one number for each chain.
  public init(chains: [GaussianChain], gradient: [Double]) {
    precondition(
      chains.count == gradient.count && !chains.isEmpty,
      "there are \(chains.count) chains for a gradient of \(gradient.count) numbers")
    var initial = 0.0
    var steps = [Double](repeating: 0, count: chains[0].stepCount)
    for (chain, slope) in zip(chains, gradient) {
      precondition(
        chain.stepCount == steps.count,
        "the chains have \(steps.count) and \(chain.stepCount) steps; all must have as many")
      initial += chain.initialVarianceShare(gradient: slope)
      for step in steps.indices { steps[step] += chain.varianceShare(of: step, gradient: slope) }
    }
    self.init(initial: initial, steps: steps)
  }

  /// Finds the shares of a sampler on Gaussian data for a linear reward g.x.
  ///
  /// - Parameters:
  ///   - plan: The steps.
  ///   - deviations: The standard deviation of the data in each coordinate; positive.
  ///   - gradient: g, one number for each coordinate.
  ///   - scored: What the reward sees; with the clean prediction the noise of the last step decides
  ///     nothing.
  public init(
    plan: SamplingPlan, deviations: [Double], gradient: [Double], scored: ScoredState
  ) {
    let seen = scored == .cleanPrediction ? plan.endingInCleanPrediction : plan
    self.init(
      chains: deviations.map { GaussianChain(plan: seen, deviation: $0) }, gradient: gradient)
  }

  /// The number of steps T.
  public var stepCount: Int { steps.count }

  /// The sum of the steps' shares: the variance of the reward given the initial noise.
  public var stepTotal: Double {
    var sum = 0.0
    for share in steps { sum += share }
    return sum
  }

  /// The variance of the reward.
  public var total: Double { initial + stepTotal }

  /// Returns what each step weighs in the variance of a tree's mean once the siblings' part is moved.
  ///
  ///     e_k = (1 - rho) d_k + rho d_{k+1},   d_T = 0
  ///
  /// Siblings share the part rho of the variance of their noise, which is common to the children of one
  /// node of the step before. So sum_k d_k ((1 - rho)/n_k + rho/n_{k-1}) is rho d_0/n_{-1} plus
  /// sum_k e_k/n_k: every allocation for independent siblings serves correlated ones with e for d.
  ///
  /// - Parameter siblingCorrelation: rho in [0, 1].
  /// - Returns: e_k, one number for each step.
  public func effectiveSteps(siblingCorrelation: Double) -> [Double] {
    requireCorrelation(siblingCorrelation)
    return steps.indices.map { step in
      let next = step + 1 < steps.count ? steps[step + 1] : 0
      return (1 - siblingCorrelation) * steps[step] + siblingCorrelation * next
    }
  }
}

/// Stops for a correlation of siblings outside [0, 1].
func requireCorrelation(_ correlation: Double) {
  precondition(
    correlation >= 0 && correlation <= 1,
    "the correlation of siblings lies in [0, 1], got \(correlation)")
}
