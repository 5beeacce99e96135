public import RivuletFlow

/// The exact law of a sampler on one coordinate of Gaussian data.
///
/// With data N(mu, s^2) the velocity is affine in the state, v = alpha (x - (1 - t) mu) - mu, hence
/// so is the mean p x + q v of every step, and the *discretised* sampler is the linear chain
///
///     x_{k+1} = M_k x_k + c_k + tau_k xi_k,
///     M_k = p + q alpha_k,   c_k = -q mu (1 + alpha_k (1 - t_k)).
///
/// Means and variances follow by recursion, and Phi_k = M_{N-1} ... M_k carries a difference of the
/// state at step k to the end. Nothing is left to approximate: no limit of small steps is taken.
///
/// Independent coordinates, in the basis in which the covariance of the data is diagonal, are one
/// chain each.
public struct GaussianChain: Sendable {
  /// The steps that the chain takes.
  public let plan: SamplingPlan
  /// The law of the data.
  public let data: GaussianLaw
  /// M_k, the factor of the state in each step; N numbers.
  public let slopes: [Double]
  /// c_k, what each step adds; N numbers.
  public let offsets: [Double]
  /// tau_k, the standard deviation of the noise of each step; N numbers.
  public let deviations: [Double]
  /// The mean of the state before each step and at the end; N + 1 numbers.
  ///
  ///     m_{k+1} = M_k m_k + c_k
  public let means: [Double]
  /// The variance of the state before each step and at the end; N + 1 numbers.
  ///
  ///     S_{k+1} = M_k^2 S_k + tau_k^2
  public let variances: [Double]

  /// Phi_k; N + 1 numbers.
  private let suffixSlopes: [Double]
  /// What a state zero at step k becomes at the end without noise; N + 1 numbers.
  private let suffixOffsets: [Double]
  /// Variance that the noise of step k and of all later ones leaves at the end; N + 1 numbers.
  private let suffixVariances: [Double]

  /// Makes the chain of one coordinate.
  ///
  /// - Parameters:
  ///   - plan: The steps.
  ///   - mean: mu, the mean of the data.
  ///   - deviation: s > 0, the standard deviation of the data.
  ///   - initialMean: The mean of the initial noise.
  ///   - initialDeviation: The standard deviation of the initial noise; 0 for a given state.
  ///   - toldTimes: The times at which the velocity is evaluated, one for each step; nil for the times at
  ///     which the steps start. Published trainers tell int(1000 t)/1000.
  public init(
    plan: SamplingPlan, mean: Double = 0, deviation: Double, initialMean: Double = 0,
    initialDeviation: Double = 1, toldTimes: [Double]? = nil
  ) {
    precondition(
      (toldTimes?.count ?? plan.stepCount) == plan.stepCount,
      "there are \(toldTimes?.count ?? 0) told times for \(plan.stepCount) steps")
    precondition(mean.isFinite, "the mean of the data must be finite, got \(mean)")
    precondition(
      deviation > 0 && deviation.isFinite,
      "the standard deviation of the data must be positive and finite, got \(deviation)")
    precondition(
      initialDeviation >= 0 && initialDeviation.isFinite && initialMean.isFinite,
      "the initial law must be finite with a deviation not negative, got \(initialMean) and "
        + "\(initialDeviation)")
    let count = plan.stepCount
    var slopes = [Double](repeating: 0, count: count)
    var offsets = slopes
    for step in 0..<count {
      let line = plan.kernels[step].affineStep(
        mean: mean, deviation: deviation, toldTime: toldTimes?[step])
      slopes[step] = line.slope
      offsets[step] = line.offset
    }
    let deviations = plan.deviations

    var means = [initialMean]
    var variances = [initialDeviation * initialDeviation]
    for step in 0..<count {
      means.append(slopes[step] * means[step] + offsets[step])
      variances.append(
        slopes[step] * slopes[step] * variances[step] + deviations[step] * deviations[step])
    }

    var suffixSlopes = [Double](repeating: 1, count: count + 1)
    var suffixOffsets = [Double](repeating: 0, count: count + 1)
    var suffixVariances = suffixOffsets
    for step in (0..<count).reversed() {
      let after = suffixSlopes[step + 1]
      let noise = after * deviations[step]
      suffixSlopes[step] = after * slopes[step]
      suffixOffsets[step] = suffixOffsets[step + 1] + after * offsets[step]
      suffixVariances[step] = suffixVariances[step + 1] + noise * noise
    }

    self.plan = plan
    self.data = GaussianLaw(mean: mean, variance: deviation * deviation)
    self.slopes = slopes
    self.offsets = offsets
    self.deviations = deviations
    self.means = means
    self.variances = variances
    self.suffixSlopes = suffixSlopes
    self.suffixOffsets = suffixOffsets
    self.suffixVariances = suffixVariances
  }

  /// The number of steps N.
  public var stepCount: Int { slopes.count }

  /// Returns the factor by which a state at step k reaches the end.
  ///
  ///     Phi_k = M_{N-1} M_{N-2} ... M_k,   Phi_N = 1
  ///
  /// - Parameter step: k, 0 to N.
  /// - Returns: Phi_k.
  public func suffixSlope(from step: Int) -> Double {
    requireStanding(step)
    return suffixSlopes[step]
  }

  /// Returns the law of the final state given the state before a step.
  ///
  ///     x_N | x_k = x   ~   N(Phi_k x + e_k, P_k),
  ///     e_k = e_{k+1} + Phi_{k+1} c_k,   P_k = P_{k+1} + Phi_{k+1}^2 tau_k^2,   e_N = P_N = 0
  ///
  /// - Parameters:
  ///   - step: k, 0 to N; N gives the state itself.
  ///   - state: x.
  /// - Returns: The law.
  public func valueLaw(at step: Int, state: Double) -> GaussianLaw {
    requireStanding(step)
    return GaussianLaw(
      mean: suffixSlopes[step] * state + suffixOffsets[step], variance: suffixVariances[step])
  }

  /// The law of the final state.
  public var terminalLaw: GaussianLaw {
    GaussianLaw(mean: means[stepCount], variance: variances[stepCount])
  }

  /// The correlation of the initial noise with the final state, Phi_0 sqrt(S_0 / S_N).
  ///
  /// It says what a group that shares its initial noise shares. Zero where either is certain.
  public var seedCorrelation: Double {
    let end = variances[stepCount]
    return end > 0 ? suffixSlopes[0] * (variances[0] / end).squareRoot() : 0
  }

  func requireStanding(_ step: Int) {
    precondition(
      step >= 0 && step <= stepCount, "the chain stands at steps 0 to \(stepCount), got \(step)")
  }
}

/// The function slope x + offset.
struct AffineLine {
  let slope: Double
  let offset: Double
}

extension TransitionKernel {
  /// The mean of the step as a function of the state, for data N(mean, deviation^2).
  ///
  /// The velocity is that of the told time; nil for the time at which the step starts.
  func affineStep(mean: Double, deviation: Double, toldTime: Double? = nil) -> AffineLine {
    let told = toldTime ?? time
    let alpha = GaussianField.slope(time: told, deviation: deviation)
    return AffineLine(
      slope: stateFactor + velocityFactor * alpha,
      offset: -velocityFactor * mean * (1 + alpha * (1 - told)))
  }
}
