public import RivuletFlow

/// What the noise of each step adds to a linear reward of a Gaussian flow, in every coordinate.
///
///     r = const + (initial share) + sum_k w_k . xi_k,   w_k = tau_k Phi_{k+1} g
///
/// A bias b_k of the velocity shifts the step's mean by q_k b_k = -kappa_k tau_k b_k, so the exact gradient
/// of E[R] in b_k is -kappa_k w_k whatever the biases are.
public struct LinearCredit: Sendable, Hashable {
  /// The law of each step.
  public let kernels: [TransitionKernel]
  /// w_k, `[step][coordinate]`.
  public let influences: [[Double]]
  /// P, the standard deviation over initial noises of the expected reward given it, where one step is taken
  /// at random and the ODE leads to it and on; one number for each step, nil for whole chains.
  public let seedDeviations: [Double]?
  /// The shares of the reward's variance; for branches the share of a step is what it has when it branches.
  public let shares: VarianceShares

  /// Takes the credit of whole chains.
  ///
  /// - Parameters:
  ///   - chains: One chain for each coordinate, all of the same plan.
  ///   - gradient: g, one number for each chain.
  public init(chains: [GaussianChain], gradient: [Double]) {
    shares = VarianceShares(chains: chains, gradient: gradient)
    kernels = chains[0].plan.kernels
    influences = kernels.indices.map { step in
      chains.indices.map { chains[$0].influence(of: step, gradient: gradient[$0]) }
    }
    seedDeviations = nil
  }

  /// Takes the credit of whole chains on Gaussian data whose reward sees what trainers show it.
  ///
  /// With the clean prediction the last step keeps its law, and its noise decides nothing: a trainer that
  /// trains it adds noise to its gradient and pulls its bias to the reference.
  ///
  /// - Parameters:
  ///   - plan: The steps.
  ///   - deviations: The standard deviation of the data in each coordinate; positive.
  ///   - gradient: g, one number for each coordinate.
  ///   - scored: What the reward sees.
  ///   - toldTimes: The times at which the velocity is evaluated; nil for those of the plan.
  public init(
    plan: SamplingPlan, deviations: [Double], gradient: [Double], scored: ScoredState,
    toldTimes: [Double]? = nil
  ) {
    let seen = scored == .cleanPrediction ? plan.endingInCleanPrediction : plan
    let chains = deviations.map {
      GaussianChain(plan: seen, deviation: $0, toldTimes: toldTimes)
    }
    shares = VarianceShares(chains: chains, gradient: gradient)
    kernels = plan.kernels
    influences = plan.kernels.indices.map { step in
      chains.indices.map { chains[$0].influence(of: step, gradient: gradient[$0]) }
    }
    seedDeviations = nil
  }

  /// Takes the credit of branches, each with one stochastic step and the ODE elsewhere.
  ///
  /// Source: TempFlow-GRPO, arXiv 2508.04324, section 4.1.
  ///
  /// - Parameters:
  ///   - branches: One law for each coordinate, all of the same plan.
  ///   - gradient: g, one number for each law.
  public init(branches: [BranchingLaw], gradient: [Double]) {
    precondition(
      branches.count == gradient.count && !branches.isEmpty,
      "there are \(branches.count) coordinates for a gradient of \(gradient.count) numbers")
    let plan = branches[0].plan
    kernels = plan.kernels
    let influences = plan.kernels.indices.map { step in
      branches.indices.map { branches[$0].influence(of: step, gradient: gradient[$0]) }
    }
    var seeds = [Double](repeating: 0, count: plan.stepCount)
    for (law, slope) in zip(branches, gradient) {
      precondition(law.plan == plan, "all coordinates must follow one plan")
      for step in seeds.indices {
        let deviation = law.seedDeviation(step: step, gradient: slope)
        seeds[step] += deviation * deviation
      }
    }
    self.influences = influences
    seedDeviations = seeds.map { $0.squareRoot() }
    shares = VarianceShares(
      initial: 0, steps: influences.map { Self.norm($0) * Self.norm($0) })
  }

  /// The number of steps N.
  public var stepCount: Int { kernels.count }
  /// The number of coordinates D.
  public var dimension: Int { influences[0].count }

  /// Returns the exact gradient of E[R] in the bias of one step, -kappa_k w_k.
  ///
  /// - Parameter step: k, a stochastic step.
  /// - Returns: One number for each coordinate.
  public func exactGradient(step: Int) -> [Double] {
    let kappa = kernels[step].scoreCoefficient
    return influences[step].map { -kappa * $0 }
  }

  /// Returns |w_k|, the standard deviation that the noise of a step gives the reward.
  ///
  /// - Parameter step: k.
  /// - Returns: The length of w_k.
  public func deviation(of step: Int) -> Double { Self.norm(influences[step]) }

  private static func norm(_ vector: [Double]) -> Double {
    var squares = 0.0
    for number in vector { squares += number * number }
    return squares.squareRoot()
  }
}
