public import RivuletNumerics

/// One chain from noise to data, with everything that a trainer stores of it.
public struct Rollout: Sendable, Hashable {
  /// The N + 1 states from noise to data, each `[dimension]`.
  public let states: [[Double]]
  /// The noise xi of each of the N steps, each `[dimension]`; zeros for a step without noise.
  public let noises: [[Double]]
  /// The log-probability of each transition, summed over dimensions.
  ///
  /// A step without noise has no density; its entry is 0, so that the sum of the list is the
  /// log-probability of the stochastic part of the chain given its initial state.
  public let logProbabilities: [Double]
  /// The reward of the last state.
  public let reward: Double
  /// What the chain cost.
  public let cost: CostLedger
}

/// A tile of chains from noise to data.
public struct ChainTile: Sendable, Hashable {
  /// The N + 1 tiles of states, from noise to data.
  public let states: [StateTile]
  /// The noise of each of the N steps; zeros for a step without noise.
  public let noises: [StateTile]
  /// The reward of the last state in each lane.
  public let rewards: [Double]
  /// What the whole tile cost: every state counts.
  public let cost: CostLedger
}

/// Draws chains of one plan: full SDE, a window of noise, or the ODE.
///
/// The chain of root r has the initial state `key.child("initial")` at (root r) and at step k the noise
/// `key.child("transition")` at (root r, step k, node 0). One chain and a lane of a tile have the same
/// bits.
///
/// A chain of N steps costs N model calls, one reward call, and one gradient evaluation for each
/// stochastic step.
public struct ChainSampler<Field: VelocityField, R: Reward>: Sendable {
  /// The grid and the law of each step.
  public let plan: SamplingPlan
  /// The velocity field.
  public let field: Field
  /// The reward of the last state.
  public let reward: R

  /// Makes a sampler.
  ///
  /// - Parameters:
  ///   - plan: The grid and the law of each step.
  ///   - field: The velocity field.
  ///   - reward: The reward of the last state, of the field's dimension.
  public init(plan: SamplingPlan, field: Field, reward: R) {
    precondition(
      field.dimension == reward.dimension,
      "the field has \(field.dimension) dimensions and the reward \(reward.dimension)")
    self.plan = plan
    self.field = field
    self.reward = reward
  }

  /// Draws the chain of one root.
  ///
  /// - Parameters:
  ///   - root: The number of the chain.
  ///   - key: The key of the draw.
  /// - Returns: The chain.
  /// - Throws: ``StateError`` or ``RewardError`` where a number is not finite.
  public func rollout(root: UInt32, key: RandomKey) throws -> Rollout {
    let noise = RolloutNoise(key: key, dimension: field.dimension)
    var states = [noise.initialState(root: root)]
    var noises: [[Double]] = []
    var logProbabilities: [Double] = []
    for (step, kernel) in plan.kernels.enumerated() {
      let state = states[step]
      let velocity = field.velocity(at: state, time: kernel.time)
      guard kernel.isStochastic else {
        states.append(kernel.mean(state: state, velocity: velocity))
        noises.append([Double](repeating: 0, count: field.dimension))
        logProbabilities.append(0)
        continue
      }
      let xi = noise.transition(root: root, step: step, node: 0)
      let next = kernel.next(state: state, velocity: velocity, noise: xi)
      states.append(next)
      noises.append(xi)
      logProbabilities.append(
        kernel.logProbability(of: next, state: state, velocity: velocity, reduction: .sum))
    }
    let place = RolloutPlace.chain(root: root)
    return Rollout(
      states: states, noises: noises, logProbabilities: logProbabilities,
      reward: try place.reward(of: states[plan.stepCount], by: reward), cost: cost(chains: 1))
  }

  /// Draws the chains of ``StateTile/lanes`` consecutive roots.
  ///
  /// - Parameters:
  ///   - index: The number of the tile; lane l holds root lanes x index + l.
  ///   - key: The key of the draw.
  /// - Returns: The chains.
  /// - Throws: ``StateError`` or ``RewardError`` where a number is not finite.
  public func tile(_ index: Int, key: RandomKey) throws -> ChainTile {
    let firstRoot = RolloutNoise.firstRoot(ofTile: index)
    let noise = RolloutNoise(key: key, dimension: field.dimension)
    var states = [noise.initialTile(firstRoot: firstRoot)]
    var noises: [StateTile] = []
    let zeros = StateTile(dimension: field.dimension)
    var velocity = zeros
    for (step, kernel) in plan.kernels.enumerated() {
      var state = states[step]
      field.velocity(of: state, time: kernel.time, into: &velocity)
      let xi =
        kernel.isStochastic
        ? noise.transitionTile(firstRoot: firstRoot, step: step, node: 0) : zeros
      kernel.advance(tile: &state, velocity: velocity, noise: xi)
      states.append(state)
      noises.append(xi)
    }
    let place = RolloutPlace.chain(root: firstRoot)
    return ChainTile(
      states: states, noises: noises,
      rewards: try place.rewards(of: states[plan.stepCount], by: reward),
      cost: cost(chains: StateTile.lanes))
  }

  private func cost(chains: Int) -> CostLedger {
    CostLedger(
      modelCalls: chains * plan.stepCount, rewardCalls: chains,
      gradientEvaluations: chains * plan.stochasticSteps.count)
  }
}
