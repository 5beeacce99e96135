import RivuletNumerics

/// One step of a sampler: a Gaussian law of the next state whose mean is linear in state and velocity.
///
///     x' = p x + q v + tau xi,   xi ~ N(0, I)
///
/// with p = `stateFactor`, q = `velocityFactor` (negative: time runs down) and tau = `deviation`.
///
/// | rule | p | q | tau |
/// |---|---|---|---|
/// | ODE | 1 | -h | 0 |
/// | SDE with coefficient s | 1 - s^2 h / (2 t) | -h f | s sqrt(h) |
/// | CPS with level eta | (1 - t') + r | -(1 - t') t + r (1 - t) | t' sin(eta pi / 2) |
///
/// h = t - t', f = 1 + s^2 (1 - t) / (2 t), r = sqrt(t'^2 - tau^2). The SDE is that of Flow-GRPO and
/// of DanceGRPO, which differ in s alone: with the score -(x + (1 - t) v) / t both means are
/// x - h v + (s^2 h / 2) score.
public struct TransitionKernel: Sendable, Hashable {
  /// Which law a step follows.
  public enum Rule: Sendable, Hashable {
    /// The Euler step of the probability-flow equation, without noise.
    case ode
    /// The Euler-Maruyama step with coefficient s per unit of time.
    case sde(coefficient: Double)
    /// The coefficient-preserving step with level eta in [0, 1].
    case coefficientPreserving(level: Double)
  }

  /// The law that the step follows.
  public let rule: Rule
  /// The time t at which the step starts.
  public let time: Double
  /// The time t' at which the step ends.
  public let nextTime: Double
  /// The factor p of the state in the mean.
  public let stateFactor: Double
  /// The factor q of the velocity in the mean; negative.
  public let velocityFactor: Double
  /// The standard deviation tau of the noise in each dimension, the step's noise level.
  public let deviation: Double

  /// Makes the step from `time` down to `nextTime`.
  ///
  /// - Parameters:
  ///   - rule: The law.
  ///   - time: t in (0, 1].
  ///   - nextTime: t' in [0, t).
  public init(rule: Rule, time: Double, nextTime: Double) {
    precondition(
      time > nextTime && nextTime >= 0 && time <= 1,
      "a step leads down in time inside [0, 1], got \(time) to \(nextTime)")
    switch rule {
    case .ode: break
    case .sde(let s):
      precondition(s.isFinite && s >= 0, "a noise coefficient must not be negative, got \(s)")
    case .coefficientPreserving(let level):
      precondition(level >= 0 && level <= 1, "the level must lie in [0, 1], got \(level)")
    }
    self.rule = rule
    self.time = time
    self.nextTime = nextTime
    let h = time - nextTime
    switch rule {
    case .ode:
      stateFactor = 1
      velocityFactor = -h
      deviation = 0
    case .sde(let s):
      stateFactor = 1 - s * s * h / (2 * time)
      velocityFactor = -h * (1 + s * s * (1 - time) / (2 * time))
      deviation = s * h.squareRoot()
    case .coefficientPreserving(let level):
      deviation = nextTime * Elementary.sin(level * (Double.pi / 2))
      // At level 1 nothing is kept, and rounding must not make the difference negative.
      let kept = max(0, nextTime * nextTime - deviation * deviation).squareRoot()
      stateFactor = (1 - nextTime) + kept
      velocityFactor = -(1 - nextTime) * time + kept * (1 - time)
    }
  }

  /// The length h of the step.
  public var stepSize: Double { time - nextTime }

  /// Whether the step adds noise; only such a step has a density.
  public var isStochastic: Bool { deviation > 0 }

  /// The noise coefficient s per unit of time: the noise of the step is tau = s sqrt(h).
  ///
  /// For the coefficient-preserving rule tau / sqrt(h), for the ODE 0.
  public var noiseCoefficient: Double {
    switch rule {
    case .ode: 0
    case .sde(let s): s
    case .coefficientPreserving: deviation / stepSize.squareRoot()
    }
  }

  /// The factor kappa = -q / tau of the noise in the score of the log-probability with respect to v.
  ///
  ///     d log p(x' | x) / dv = -kappa xi    (log-probability summed over dimensions)
  ///
  /// For the SDE kappa = h f / tau; TempFlow-GRPO's S_k. Needs a stochastic step.
  public var scoreCoefficient: Double {
    precondition(isStochastic, "a step without noise has no density and no score")
    return -velocityFactor / deviation
  }

  /// Returns the mean of the next state.
  ///
  /// Shape: `[dimension], [dimension] -> [dimension]`.
  ///
  /// - Parameters:
  ///   - state: x.
  ///   - velocity: v at the state and the step's time.
  /// - Returns: p x + q v.
  public func mean(state: [Double], velocity: [Double]) -> [Double] {
    precondition(
      state.count == velocity.count,
      "state and velocity differ in dimension: \(state.count) and \(velocity.count)")
    return state.indices.map { stateFactor * state[$0] + velocityFactor * velocity[$0] }
  }

  /// Returns the next state for a given noise.
  ///
  /// Shape: three times `[dimension] -> [dimension]`.
  ///
  /// - Parameters:
  ///   - state: x.
  ///   - velocity: v at the state and the step's time.
  ///   - noise: xi, one standard normal number for each dimension; a step without noise ignores it.
  /// - Returns: p x + q v + tau xi.
  public func next(state: [Double], velocity: [Double], noise: [Double]) -> [Double] {
    precondition(
      state.count == noise.count,
      "state and noise differ in dimension: \(state.count) and \(noise.count)")
    let mean = mean(state: state, velocity: velocity)
    guard isStochastic else { return mean }
    return mean.indices.map { mean[$0] + deviation * noise[$0] }
  }
}
