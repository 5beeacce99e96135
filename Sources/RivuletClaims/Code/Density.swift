import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// Log-probabilities are logarithms of densities, and replay scores what was stored.
  static let codeDensity = Claim(
    id: "code/density",
    title: "log-probabilities are those of densities",
    statement: """
      The log-probability of a transition is the logarithm of a density of its next state, so it \
      integrates to one, gives ratios of mean one and scores of mean zero; replay scores the stored \
      transition; and one law gives one loss under whatever name it is configured.
      """,
    source: """
      MixGRPO e5cdd6a, sampling_utils.py:244-247 and train_grpo_flux.py:157-168; flow_grpo 54809b5 and \
      FlowCPS b402c7a, CPS step; verl-omni a1139ba, flow_match_sde.py:294 and diffusion_algos.py:527-538; \
      minimal-rl aabd607, train.py:347 and 425
      """,
    scope: "D = 1 by quadrature, stored chains in D = 4; log-probabilities summed over dimensions",
    recorded: .holds,
    checks: [constants(), replay(), coefficientPreserving(), score(), .noiseNames])
}

/// The grid of MixGRPO: 25 steps, shift 3.
private let grid = TimeGrid.shifted(steps: 25, shift: 3)

/// The integral of exp(log p) over the next state, at the step where it is farthest from one.
///
/// The trapezoidal rule on 12 deviations each way; for a Gaussian its error is below 1e-15.
private func constants() -> Check {
  let worst = { @Sendable (hasConstants: Bool) throws -> Double in
    let plan = try SamplingPlan.fullSDE(grid: grid, noise: .constant(0.3))
    var worst = 1.0
    for kernel in plan.kernels where kernel.isStochastic {
      let mean = kernel.mean(state: [0.7], velocity: [-0.4])[0]
      let width = 0.2 * kernel.deviation
      var integral = 0.0
      for node in -60...60 {
        let next = mean + width * Double(node)
        let z = (next - mean) / kernel.deviation
        let log =
          hasConstants
          ? kernel.logProbability(of: [next], state: [0.7], velocity: [-0.4], reduction: .sum)
          : -z * z / 2
        integral += Elementary.exp(log) * width
      }
      if abs(integral - 1) > abs(worst - 1) { worst = integral }
    }
    return worst
  }
  return Check(
    id: "constants",
    subject: "integral of exp(log p) over the next state, the farthest from 1 of 24 steps",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(
        id: "mixgrpo",
        defect: "the constants stand in a statement without effect, sampling_utils.py:244-247"
      ) { _ in .identity(observed: try worst(false), expected: 1, tolerance: 1e-12) }
    ]
  ) { _ in
    Finding(stating: .identity(observed: try worst(true), expected: 1, tolerance: 1e-12))
  }
}

/// How a trainer scores a transition again.
private enum Replay {
  /// The stored next state.
  case stored
  /// A next state that is drawn anew.
  case redrawn
  /// A next state drawn anew with the noise of a default seed, which the rollout used too.
  case defaultSeed
}

/// The log-ratio of a stored transition after a change of the velocity, against its closed form.
///
///     log(p_new / p_old) = sum of (delta xi - delta^2 / 2),   delta = q u / tau
///
/// for the velocity v + u and the stored noise xi. Without a change of the velocity the defect could not be
/// seen: where rollout and replay draw the same default noise their ratio is one, always.
private func replay() -> Check {
  let dimension = 4
  let change = 1.0
  let worst = { @Sendable (run: CheckRun, replay: Replay) throws -> Double in
    let field = try GaussianField(means: [0.3, 0.2, 0.1, 0], deviations: [1, 0.8, 0.6, 0.5])
    let window = MovingWindow.Recipe.mixGRPO.window().steps(at: 0, key: run.key)
    let plan = try SamplingPlan.window(
      grid: grid, noise: .flow(scale: 0.7), start: window.lowerBound, size: window.count)
    let sampler = ChainSampler(
      plan: plan, field: field, reward: LinearReward(gradient: [1, 0, 0, 0]))
    let fixed = RandomKey(seed: 67_280_421_310_721).standardNormals(count: dimension)
    var worst = 0.0
    for root in 0..<16 as Range<UInt32> {
      let chain = try sampler.rollout(root: root, key: run.key)
      for step in window {
        let kernel = plan.kernels[step]
        let state = chain.states[step]
        let old = field.velocity(at: state, time: kernel.time)
        let new = old.map { $0 + change }
        var noise = chain.noises[step]
        var stored = chain.logProbabilities[step]
        var next = chain.states[step + 1]
        switch replay {
        case .stored: break
        case .redrawn:
          let at = NoiseAddress(root: root, step: UInt32(step))
          next = kernel.next(
            state: state, velocity: new,
            noise: run.key.child("replay").standardNormals(count: dimension, at: at))
        case .defaultSeed:
          noise = fixed
          let drawn = kernel.next(state: state, velocity: old, noise: fixed)
          stored = kernel.logProbability(of: drawn, state: state, velocity: old, reduction: .sum)
          next = kernel.next(state: state, velocity: new, noise: fixed)
        }
        let delta = kernel.velocityFactor * change / kernel.deviation
        var expected = 0.0
        for xi in noise { expected += delta * xi - delta * delta / 2 }
        let ratio =
          kernel.logProbability(of: next, state: state, velocity: new, reduction: .sum) - stored
        worst = larger(worst, abs(ratio - expected))
      }
    }
    return worst
  }
  return Check(
    id: "replay",
    subject:
      "largest |log-ratio - (delta xi - delta^2/2)| of stored transitions, 16 chains x 4 steps",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(
        id: "mixgrpo",
        defect: "rollout and replay both draw with a default seed: the ratio is always 1"
      ) { run in
        .identity(observed: try worst(run, .defaultSeed), expected: 0, tolerance: 1e-10)
      },
      Control(
        id: "redrawn",
        defect: "replay scores a new sample instead of the stored one, train_grpo_flux.py:157-168"
      ) { run in .identity(observed: try worst(run, .redrawn), expected: 0, tolerance: 1e-10) },
    ]
  ) { run in
    Finding(
      stating: .identity(observed: try worst(run, .stored), expected: 0, tolerance: 1e-10))
  }
}

/// The mean of the ratio of a coefficient-preserving step under the old policy, by quadrature.
///
/// Without 1/(2 tau^2) the mean is exp(-d^2 (1 - 2 tau^2)) for means that are d apart.
private func coefficientPreserving() -> Check {
  let worst = { @Sendable (isScaled: Bool) throws -> Double in
    let plan = try SamplingPlan.fullSDE(
      grid: .stableDiffusion3(steps: 10), noise: .coefficientPreserving(0.8))
    let rule = GaussHermite(count: 64)
    var worst = 1.0
    for kernel in plan.kernels where kernel.isStochastic {
      // The means of the two policies are one deviation apart.
      let old = [-0.4]
      let new = [-0.4 + 1 / kernel.scoreCoefficient]
      let mean = rule.expectation { xi in
        let next = kernel.next(state: [0.7], velocity: old, noise: [xi])
        let log = { (velocity: [Double]) in
          guard isScaled else {
            let distance = next[0] - kernel.mean(state: [0.7], velocity: velocity)[0]
            return -distance * distance
          }
          return kernel.logProbability(
            of: next, state: [0.7], velocity: velocity, reduction: .sum)
        }
        return Elementary.exp(log(new) - log(old))
      }
      if abs(mean - 1) > abs(worst - 1) { worst = mean }
    }
    return worst
  }
  return Check(
    id: "cps",
    subject: "mean ratio of a CPS step under the old policy, the farthest from 1 of 9 steps",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(
        id: "flow-cps", defect: "the log-probability -(x' - mu)^2 without 1/(2 tau^2)"
      ) { _ in .identity(observed: try worst(false), expected: 1, tolerance: 1e-11) }
    ]
  ) { _ in
    Finding(stating: .identity(observed: try worst(true), expected: 1, tolerance: 1e-11))
  }
}

/// The mean of the derivative of the log-probability with respect to the velocity.
///
/// A central difference, exact for the quadratic log-probability, averaged over the next state.
private func score() -> Check {
  let largest = { @Sendable (isDensity: Bool) throws -> Double in
    let plan = try SamplingPlan.fullSDE(grid: .uniform(steps: 10), noise: .flow(scale: 0.7))
    let rule = GaussHermite(count: 32)
    let velocity = 1.3
    var largest = 0.0
    for kernel in plan.kernels where kernel.isStochastic {
      let mean = rule.expectation { xi in
        let next = kernel.next(state: [0.7], velocity: [velocity], noise: [xi])
        let log = { (v: Double) in
          isDensity
            ? kernel.logProbability(of: next, state: [0.7], velocity: [v], reduction: .sum)
            : -0.5 * v * v * kernel.stepSize
        }
        return log(velocity + 0.5) - log(velocity - 0.5)
      }
      largest = larger(largest, abs(mean))
    }
    return largest
  }
  return Check(
    id: "score",
    subject: "largest |E[d log p / dv]| over 9 steps, v = 1.3",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(
        id: "minimal-rl",
        defect:
          "-|v|^2 dt / 2 of a deterministic step, blind to the next state, train.py:347 and 425"
      ) { _ in .identity(observed: try largest(false), expected: 0, tolerance: 1e-12) }
    ]
  ) { _ in
    Finding(stating: .identity(observed: try largest(true), expected: 0, tolerance: 1e-12))
  }
}
