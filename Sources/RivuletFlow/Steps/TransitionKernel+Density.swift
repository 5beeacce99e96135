import RivuletNumerics

/// How the numbers of all dimensions of a state become one.
public enum LogProbabilityReduction: String, Sendable, Hashable, Codable, CaseIterable {
  /// The sum over dimensions: the logarithm of a density.
  case sum
  /// The mean over dimensions, as every published trainer takes it; a ratio of such numbers is the
  /// dimension-th root of a density ratio.
  case mean

  /// Returns the reduced number.
  ///
  /// - Parameters:
  ///   - sum: The sum over dimensions.
  ///   - dimension: The number of dimensions.
  /// - Returns: The sum or the mean.
  public func reduce(sum: Double, dimension: Int) -> Double {
    switch self {
    case .sum: sum
    case .mean: sum / Double(dimension)
    }
  }
}

/// What the squared distance of two step means is divided by.
public enum DivergenceForm: String, Sendable, Hashable, Codable, CaseIterable {
  /// 2 tau^2: the Kullback-Leibler divergence of the two Gaussian laws.
  case exact
  /// 2 s^2 with s^2 = tau^2 / h, without the length of the step.
  ///
  /// Flow-GRPO's code since the middle of 2025; smaller than the divergence by the factor h.
  case withoutStepSize
}

extension TransitionKernel {
  /// log(2 pi) / 2.
  private static let halfLogTwoPi = 0.9189385332046727

  /// Returns the logarithm of the density of the next state.
  ///
  ///     log p = sum over dimensions of  -(x' - mu)^2 / (2 tau^2) - log tau - log(2 pi) / 2
  ///
  /// Needs a stochastic step. Source: `sd3_sde_with_logprob.py` of Flow-GRPO, which takes the mean.
  ///
  /// - Parameters:
  ///   - next: x', the state at the end of the step.
  ///   - state: x, the state at its start.
  ///   - velocity: v at x and the step's time.
  ///   - reduction: Sum or mean over the dimensions.
  /// - Returns: The log-probability.
  public func logProbability(
    of next: [Double], state: [Double], velocity: [Double], reduction: LogProbabilityReduction
  ) -> Double {
    requireDensity()
    let mean = mean(state: state, velocity: velocity)
    precondition(
      next.count == mean.count, "the next state has \(next.count) numbers for \(mean.count)")
    var squares = 0.0
    for index in mean.indices {
      let difference = next[index] - mean[index]
      squares += difference * difference
    }
    return reduction.reduce(
      sum: -squares / (2 * deviation * deviation) - logNormalizer(dimension: mean.count),
      dimension: mean.count)
  }

  /// Returns the logarithm of the density of the next state that a given noise leads to.
  ///
  ///     log p = -|xi|^2 / 2 - D (log tau + log(2 pi) / 2)
  ///
  /// Equal to ``logProbability(of:state:velocity:reduction:)`` of that state up to the rounding of the
  /// state. Needs a stochastic step.
  ///
  /// - Parameters:
  ///   - noise: xi, D numbers.
  ///   - reduction: Sum or mean over the dimensions.
  /// - Returns: The log-probability.
  public func logProbability(ofNoise noise: [Double], reduction: LogProbabilityReduction) -> Double
  {
    var squares = 0.0
    for number in noise { squares += number * number }
    return reduction.reduce(
      sum: squares * -0.5 - logNormalizer(dimension: noise.count), dimension: noise.count)
  }

  /// Returns D (log tau + log(2 pi) / 2), what the logarithm of the density is below its exponent.
  func logNormalizer(dimension: Int) -> Double {
    requireDensity()
    return Double(dimension) * (Elementary.log(deviation) + Self.halfLogTwoPi)
  }

  /// Returns the noise xi that leads from a state to the next one.
  ///
  /// Inverts ``next(state:velocity:noise:)`` up to rounding; needs a stochastic step.
  ///
  /// - Parameters:
  ///   - next: x', the state at the end of the step.
  ///   - state: x, the state at its start.
  ///   - velocity: v at x and the step's time.
  /// - Returns: (x' - mu) / tau.
  public func noise(of next: [Double], state: [Double], velocity: [Double]) -> [Double] {
    requireDensity()
    let mean = mean(state: state, velocity: velocity)
    precondition(
      next.count == mean.count, "the next state has \(next.count) numbers for \(mean.count)")
    return mean.indices.map { (next[$0] - mean[$0]) / deviation }
  }

  /// Returns the score: the derivative of the log-probability with respect to the velocity.
  ///
  ///     d log p / dv = -kappa xi        (mean over dimensions: divided by their number)
  ///
  /// - Parameters:
  ///   - noise: xi, the noise of the step.
  ///   - reduction: Sum or mean over the dimensions.
  /// - Returns: One derivative for each dimension.
  public func score(noise: [Double], reduction: LogProbabilityReduction) -> [Double] {
    let kappa = reduction.reduce(sum: scoreCoefficient, dimension: noise.count)
    return noise.map { -kappa * $0 }
  }

  /// Returns how far the law of the step is from that under a reference velocity at the same state.
  ///
  /// Both laws have the same noise, and their means differ by q (v - v_ref):
  ///
  ///     exact            |mu - mu_ref|^2 / (2 tau^2) = kappa^2 |v - v_ref|^2 / 2
  ///     withoutStepSize  |mu - mu_ref|^2 / (2 s^2)   = h times that
  ///
  /// Needs a stochastic step.
  ///
  /// - Parameters:
  ///   - velocity: v.
  ///   - reference: v_ref at the same state and time.
  ///   - form: The divergence, or the published form without the length of the step.
  ///   - reduction: Sum or mean over the dimensions.
  /// - Returns: A number that is not negative.
  public func divergence(
    velocity: [Double], reference: [Double], form: DivergenceForm,
    reduction: LogProbabilityReduction
  ) -> Double {
    requireDensity()
    precondition(
      velocity.count == reference.count,
      "the velocities differ in dimension: \(velocity.count) and \(reference.count)")
    var squares = 0.0
    for index in velocity.indices {
      let difference = velocityFactor * (velocity[index] - reference[index])
      squares += difference * difference
    }
    let spread =
      switch form {
      case .exact: deviation
      case .withoutStepSize: noiseCoefficient
      }
    return reduction.reduce(sum: squares / (2 * spread * spread), dimension: velocity.count)
  }

  private func requireDensity() {
    precondition(isStochastic, "a step without noise has no density")
  }
}
