public import RivuletFlow

/// The exact law of the rewards of trajectory branching on one coordinate of Gaussian data.
///
/// From one initial noise the ODE leads to step k, one stochastic step is taken there, and the ODE
/// leads on to the end (TempFlow-GRPO, arXiv 2508.04324, section 4.1). With Gaussian data and a
/// linear reward g x_N each of the three parts is affine in the state, so with A_k = 1 - h_k alpha_k
/// the slope of an ODE step, M_k that of a stochastic step and the products
///
///     Psi_k = A_{k-1} ... A_0,   Phi_k = A_{N-1} ... A_k,   Psi_0 = Phi_N = 1
///
/// the reward of a branch is g (Phi_{k+1} (M_k x_k + c_k + tau_k xi) + e_{k+1}) with x_k the
/// backbone, itself Psi_k x_0 plus a constant.
public struct BranchingLaw: Sendable {
  /// The stochastic steps that branches take; a step without noise here gives branches without spread.
  public let plan: SamplingPlan
  /// tau_k, the noise level of each step.
  public let deviations: [Double]

  /// M_k and c_k of the stochastic steps.
  private let stochasticSlopes: [Double]
  private let stochasticOffsets: [Double]
  /// The backbone.
  private let backbone: GaussianChain
  /// Psi_k, N + 1 numbers.
  private let prefixSlopes: [Double]

  /// Makes the law of one coordinate.
  ///
  /// - Parameters:
  ///   - plan: The steps that a branch may take at random, all of them stochastic where they are
  ///     asked about: `SamplingPlan.fullSDE` with or without its last step.
  ///   - mean: mu, the mean of the data.
  ///   - deviation: s > 0, the standard deviation of the data.
  public init(plan: SamplingPlan, mean: Double = 0, deviation: Double) {
    self.plan = plan
    deviations = plan.deviations
    backbone = GaussianChain(plan: .ode(grid: plan.grid), mean: mean, deviation: deviation)
    var slopes: [Double] = []
    var offsets: [Double] = []
    var prefix = [1.0]
    for (step, kernel) in plan.kernels.enumerated() {
      let line = kernel.affineStep(mean: mean, deviation: deviation)
      slopes.append(line.slope)
      offsets.append(line.offset)
      prefix.append(prefix[step] * backbone.slopes[step])
    }
    stochasticSlopes = slopes
    stochasticOffsets = offsets
    prefixSlopes = prefix
  }

  /// The number of steps N.
  public var stepCount: Int { deviations.count }

  /// Returns Phi_k of the ODE, the factor by which a state at step k reaches the end without noise.
  ///
  /// - Parameter step: k, 0 to N; Phi_N = 1.
  /// - Returns: Phi_k.
  public func suffixSlope(from step: Int) -> Double { backbone.suffixSlope(from: step) }

  /// Returns the law of the backbone before a step, over standard normal initial noise.
  ///
  /// - Parameter step: k, 0 to N.
  /// - Returns: N(m_k, Psi_k^2).
  public func backboneLaw(at step: Int) -> GaussianLaw {
    backbone.requireStanding(step)
    return GaussianLaw(mean: backbone.means[step], variance: backbone.variances[step])
  }

  /// Returns the state of the backbone before a step for one initial noise.
  ///
  /// - Parameters:
  ///   - step: k, 0 to N.
  ///   - noise: x_0, the initial noise.
  /// - Returns: x_k.
  public func backboneState(at step: Int, noise: Double) -> Double {
    backbone.requireStanding(step)
    return prefixSlopes[step] * noise + backbone.means[step]
  }

  /// Returns the standard deviation of the reward over the branches of one seed at one step.
  ///
  ///     std_k = |g| tau_k |Phi_{k+1}|
  ///
  /// It does not depend on the seed. How it runs over the steps depends on the scale of the data:
  /// see ``turningScales(of:grid:noise:trainedSteps:)``.
  ///
  /// - Parameters:
  ///   - step: k, 0 to N - 1.
  ///   - gradient: g.
  /// - Returns: The standard deviation.
  public func rewardDeviation(step: Int, gradient: Double = 1) -> Double {
    abs(influence(of: step, gradient: gradient))
  }

  /// Returns the standard deviation of the reward over branches for each trained step.
  ///
  /// - Parameters:
  ///   - trainedSteps: The steps, in the order wanted.
  ///   - gradient: g.
  /// - Returns: One number for each step.
  public func rewardDeviations(
    trainedSteps: some Sequence<Int>, gradient: Double = 1
  ) -> [Double] {
    trainedSteps.map { rewardDeviation(step: $0, gradient: gradient) }
  }

  /// Returns the factor of the branch noise in the reward, g tau_k Phi_{k+1}.
  ///
  /// - Parameters:
  ///   - step: k, 0 to N - 1.
  ///   - gradient: g.
  /// - Returns: The factor, with its sign.
  public func influence(of step: Int, gradient: Double = 1) -> Double {
    requireStep(step)
    return gradient * deviations[step] * suffixSlope(from: step + 1)
  }

  /// Returns the law of the reward g x_N of a branch given the state of the backbone.
  ///
  ///     N( g (Phi_{k+1} (M_k x + c_k) + e_{k+1}),  (g tau_k Phi_{k+1})^2 )
  ///
  /// The mean is *not* the reward of the ODE point: see ``meanShift(step:backboneState:gradient:)``.
  ///
  /// - Parameters:
  ///   - step: k, 0 to N - 1.
  ///   - backboneState: x_k.
  ///   - gradient: g.
  /// - Returns: The law of one branch.
  public func branchLaw(
    step: Int, backboneState: Double, gradient: Double = 1
  ) -> GaussianLaw {
    requireStep(step)
    let point = stochasticSlopes[step] * backboneState + stochasticOffsets[step]
    let deviation = rewardDeviation(step: step, gradient: gradient)
    return GaussianLaw(
      mean: gradient * backbone.valueLaw(at: step + 1, state: point).mean,
      variance: deviation * deviation)
  }

  /// Returns the reward g x_N of the ODE from a state on, without any branch.
  ///
  /// - Parameters:
  ///   - step: k, 0 to N.
  ///   - backboneState: x_k.
  ///   - gradient: g.
  /// - Returns: The reward.
  public func backboneReward(
    step: Int, backboneState: Double, gradient: Double = 1
  ) -> Double {
    gradient * backbone.valueLaw(at: step, state: backboneState).mean
  }

  /// Returns how far the mean reward of the branches lies from the reward of the backbone.
  ///
  ///     g Phi_{k+1} (s_k^2 h_k / 2) score,   score = -(x + (1 - t_k) v) / t_k
  ///
  /// for a stochastic step of coefficient s_k: its mean is the ODE point moved along the score, so
  /// that the marginal law is kept. Of first order in the step, not zero.
  ///
  /// - Parameters:
  ///   - step: k, 0 to N - 1.
  ///   - backboneState: x_k.
  ///   - gradient: g.
  /// - Returns: Mean reward of the branches less the reward of the backbone.
  public func meanShift(step: Int, backboneState: Double, gradient: Double = 1) -> Double {
    requireStep(step)
    // Both rewards share the suffix; only the step differs.
    let slope = stochasticSlopes[step] - backbone.slopes[step]
    let offset = stochasticOffsets[step] - backbone.offsets[step]
    return gradient * suffixSlope(from: step + 1) * (slope * backboneState + offset)
  }

  /// Returns P_k, the standard deviation over seeds of the mean reward of the branches at one step.
  ///
  ///     P_k = |g Phi_{k+1} M_k Psi_k|
  ///
  /// The initial noise is standard normal. By the law of total variance the reward over all branches
  /// of all seeds has variance P_k^2 + std_k^2.
  ///
  /// - Parameters:
  ///   - step: k, 0 to N - 1.
  ///   - gradient: g.
  /// - Returns: P_k.
  public func seedDeviation(step: Int, gradient: Double = 1) -> Double {
    requireStep(step)
    return abs(
      gradient * suffixSlope(from: step + 1) * stochasticSlopes[step] * prefixSlopes[step])
  }

  /// Returns Pearson's correlation of the reward's standard deviation with the noise level.
  ///
  /// The factor g drops out. A value near one makes the noise level a proxy of the spread.
  ///
  /// - Parameter trainedSteps: The steps.
  /// - Returns: corr(std_k, tau_k) over the given steps. NaN, for no answer, where either is the same
  ///   at all of them up to rounding, as a constant coefficient on a uniform grid makes the level.
  public func noiseLevelCorrelation(trainedSteps: some Sequence<Int>) -> Double {
    let steps = Array(trainedSteps)
    return pearsonCorrelation(
      rewardDeviations(trainedSteps: steps), steps.map { deviations[$0] })
  }

  private func requireStep(_ step: Int) {
    precondition(
      step >= 0 && step < stepCount, "the sampler has steps 0 to \(stepCount - 1), got \(step)")
  }
}

/// Pearson's correlation of two lists, or NaN where one of them varies by no more than rounding does.
func pearsonCorrelation(_ first: [Double], _ second: [Double]) -> Double {
  precondition(first.count == second.count, "a correlation needs pairs")
  let count = Double(first.count)
  var firstSum = 0.0
  var secondSum = 0.0
  for index in first.indices {
    firstSum += first[index]
    secondSum += second[index]
  }
  let firstMean = firstSum / count
  let secondMean = secondSum / count
  var firstSquares = 0.0
  var secondSquares = 0.0
  var products = 0.0
  for index in first.indices {
    let x = first[index] - firstMean
    let y = second[index] - secondMean
    firstSquares += x * x
    secondSquares += y * y
    products += x * y
  }
  let firstDeviation = (firstSquares / count).squareRoot()
  let secondDeviation = (secondSquares / count).squareRoot()
  guard firstDeviation > 1e-13 * abs(firstMean) && secondDeviation > 1e-13 * abs(secondMean) else {
    return .nan
  }
  return products / count / (firstDeviation * secondDeviation)
}
