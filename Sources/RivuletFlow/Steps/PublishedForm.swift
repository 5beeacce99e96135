import RivuletNumerics

/// The mean of a step in the letters of each paper, and the ways between their conventions.
///
/// ``TransitionKernel`` computes every mean as p x + q v. The functions here are written as the papers
/// and their code write them, to be compared with it: they are conversions and checks, not the path
/// that samplers take. Time is the noise fraction, t' < t.
public enum PublishedForm {
  /// Returns the predicted data x_0 = x - t v.
  ///
  /// - Parameters:
  ///   - state: x.
  ///   - velocity: v.
  ///   - time: t.
  /// - Returns: One number for each dimension.
  public static func predictedData(state: [Double], velocity: [Double], time: Double) -> [Double] {
    combine(state, velocity) { x, v in x - time * v }
  }

  /// Returns the predicted noise x_1 = x + (1 - t) v.
  ///
  /// - Parameters:
  ///   - state: x.
  ///   - velocity: v.
  ///   - time: t.
  /// - Returns: One number for each dimension.
  public static func predictedNoise(state: [Double], velocity: [Double], time: Double) -> [Double] {
    combine(state, velocity) { x, v in x + (1 - time) * v }
  }

  /// Returns the score of the marginal law, -(x + (1 - t) v) / t.
  ///
  /// - Parameters:
  ///   - state: x.
  ///   - velocity: v.
  ///   - time: t > 0.
  /// - Returns: One number for each dimension.
  public static func marginalScore(state: [Double], velocity: [Double], time: Double) -> [Double] {
    combine(state, velocity) { x, v in -(x + (1 - time) * v) / time }
  }

  /// Returns the mean of a step as Flow-GRPO writes it.
  ///
  ///     x (1 + s^2 dt / (2 t)) + v (1 + s^2 (1 - t) / (2 t)) dt,    dt = t' - t < 0
  ///
  /// Source: arXiv 2505.05470 and `sd3_sde_with_logprob.py`.
  ///
  /// - Parameters:
  ///   - state: x.
  ///   - velocity: v.
  ///   - time: t.
  ///   - nextTime: t'.
  ///   - coefficient: s.
  /// - Returns: One number for each dimension.
  public static func flowMean(
    state: [Double], velocity: [Double], time: Double, nextTime: Double, coefficient: Double
  ) -> [Double] {
    let dt = nextTime - time
    let s = coefficient
    return combine(state, velocity) { x, v in
      x * (1 + s * s / (2 * time) * dt) + v * (1 + s * s * (1 - time) / (2 * time)) * dt
    }
  }

  /// Returns the mean of a step as DanceGRPO writes it.
  ///
  ///     x + dt v - (eta^2 / 2) score dt,    score = -(x - (1 - t) x_0) / t^2,   x_0 = x - t v
  ///
  /// Its score is the marginal score in other letters, so this is Flow-GRPO's mean with s = eta.
  /// Source: arXiv 2505.07818 and `train_grpo_flux.py`.
  ///
  /// - Parameters:
  ///   - state: x.
  ///   - velocity: v.
  ///   - time: t.
  ///   - nextTime: t'.
  ///   - eta: The noise coefficient.
  /// - Returns: One number for each dimension.
  public static func danceMean(
    state: [Double], velocity: [Double], time: Double, nextTime: Double, eta: Double
  ) -> [Double] {
    let dt = nextTime - time
    return combine(state, velocity) { x, v in
      let data = x - time * v
      let score = -(x - (1 - time) * data) / (time * time)
      return x + dt * v - 0.5 * eta * eta * score * dt
    }
  }

  /// Returns the mean of a coefficient-preserving step as FlowCPS writes it.
  ///
  ///     (1 - t') x_0 + sqrt(t'^2 - tau^2) x_1,    tau = t' sin(eta pi / 2)
  ///
  /// Source: arXiv 2509.05952.
  ///
  /// - Parameters:
  ///   - state: x.
  ///   - velocity: v.
  ///   - time: t.
  ///   - nextTime: t'.
  ///   - level: eta in [0, 1].
  /// - Returns: One number for each dimension.
  public static func coefficientPreservingMean(
    state: [Double], velocity: [Double], time: Double, nextTime: Double, level: Double
  ) -> [Double] {
    let tau = nextTime * Elementary.sin(level * (Double.pi / 2))
    let kept = max(0, nextTime * nextTime - tau * tau).squareRoot()
    return combine(state, velocity) { x, v in
      (1 - nextTime) * (x - time * v) + kept * (x + (1 - time) * v)
    }
  }

  /// Returns the time and the velocity of a convention in which time 0 is noise and 1 is data.
  ///
  /// There u = E[x_data - x_noise] = -v at r = 1 - t, and the score reads -(x - r u) / (1 - r). The
  /// conversion is its own inverse.
  ///
  /// - Parameters:
  ///   - velocity: v in one convention.
  ///   - time: t in the same convention.
  /// - Returns: The velocity and the time in the other convention.
  public static func timeReversed(
    velocity: [Double], time: Double
  ) -> (velocity: [Double], time: Double) {
    (velocity.map { -$0 }, 1 - time)
  }

  /// Returns the number of a state in papers that count from data: x_N is noise, x_0 the result.
  ///
  /// TempFlow-GRPO's prose and BranchGRPO's count so; step k here leads from their x_{N-k} to
  /// x_{N-k-1}. The conversion is its own inverse.
  ///
  /// - Parameters:
  ///   - index: The number of a state, 0 ... N.
  ///   - steps: The number of steps N.
  /// - Returns: N - index.
  public static func countedFromData(_ index: Int, steps: Int) -> Int {
    precondition((0...steps).contains(index), "a chain of \(steps) steps has no state \(index)")
    return steps - index
  }

  private static func combine(
    _ state: [Double], _ velocity: [Double], _ formula: (Double, Double) -> Double
  ) -> [Double] {
    precondition(
      state.count == velocity.count,
      "state and velocity differ in dimension: \(state.count) and \(velocity.count)")
    return state.indices.map { formula(state[$0], velocity[$0]) }
  }
}
