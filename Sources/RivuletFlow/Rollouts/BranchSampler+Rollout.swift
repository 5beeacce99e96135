public import RivuletNumerics

/// All branches off the ODE trajectory of one root.
public struct BranchedRollout: Sendable, Hashable {
  /// The states of the ODE trajectory from noise on, each `[dimension]`.
  ///
  /// N + 1 of them if the backbone is led to the end, else up to the state behind the last
  /// branching step.
  public let backbone: [[Double]]
  /// The branching steps, ascending; the lists below have one entry for each.
  public let steps: [Int]
  /// The noise xi of each branch, `[step index][branch][dimension]`.
  public let noises: [[[Double]]]
  /// The noisy successor of each branch, `[step index][branch][dimension]`.
  public let successors: [[[Double]]]
  /// The log-probability of each successor, summed over dimensions, `[step index][branch]`.
  public let logProbabilities: [[Double]]
  /// The reward of each branch, `[step index][branch]`.
  public let rewards: [[Double]]
  /// What the root cost.
  public let cost: CostLedger
}

/// All branches off the ODE trajectories of a tile of roots.
public struct BranchTile: Sendable, Hashable {
  /// The states of the ODE trajectories from noise on.
  ///
  /// N + 1 tiles if the backbone is led to the end, else up to the states behind the last branching
  /// step.
  public let backbone: [StateTile]
  /// The branching steps, ascending; the lists below have one entry for each.
  public let steps: [Int]
  /// The noise of each branch, `[step index][branch]`.
  public let noises: [[StateTile]]
  /// The noisy successors of each branch, `[step index][branch]`.
  public let successors: [[StateTile]]
  /// The reward of each branch in each lane, `[step index][branch][lane]`.
  public let rewards: [[[Double]]]
  /// What the whole tile cost: every state counts.
  public let cost: CostLedger
}

extension BranchSampler {
  /// Draws all branches of one root.
  ///
  /// - Parameters:
  ///   - root: The number of the initial noise.
  ///   - key: The key of the draw.
  /// - Returns: The backbone and its branches.
  /// - Throws: ``StateError`` or ``RewardError`` where a number is not finite.
  public func rollout(root: UInt32, key: RandomKey) throws -> BranchedRollout {
    let noise = RolloutNoise(key: key, dimension: field.dimension)
    var backbone = [noise.initialState(root: root)]
    var velocities: [[Double]] = []
    for (step, kernel) in ode.kernels.prefix(backboneSteps).enumerated() {
      let velocity = field.velocity(at: backbone[step], time: kernel.time)
      velocities.append(velocity)
      backbone.append(kernel.mean(state: backbone[step], velocity: velocity))
    }
    var noises: [[[Double]]] = []
    var successors: [[[Double]]] = []
    var logProbabilities: [[Double]] = []
    var rewards: [[Double]] = []
    for step in steps {
      let kernel = plan.kernels[step]
      let (x, v) = (backbone[step], velocities[step])
      let xi = (0..<branches).map { branch in
        noise.transition(root: root, step: noiseStep(step), node: branch)
      }
      let next = xi.map { kernel.next(state: x, velocity: v, noise: $0) }
      noises.append(xi)
      successors.append(next)
      logProbabilities.append(
        next.map { kernel.logProbability(of: $0, state: x, velocity: v, reduction: .sum) })
      rewards.append(
        try next.enumerated().map { branch, successor in
          var state = successor
          for later in ode.kernels.dropFirst(step + 1) {
            state = later.mean(
              state: state, velocity: field.velocity(at: state, time: later.time))
          }
          return try RolloutPlace.branch(root: root, step: step, branch: branch).reward(
            of: state, by: reward)
        })
    }
    return BranchedRollout(
      backbone: backbone, steps: steps, noises: noises, successors: successors,
      logProbabilities: logProbabilities, rewards: rewards, cost: costOfRoot)
  }

  /// Draws all branches of ``StateTile/lanes`` consecutive roots.
  ///
  /// - Parameters:
  ///   - index: The number of the tile; lane l holds root lanes x index + l.
  ///   - key: The key of the draw.
  /// - Returns: The backbones and their branches.
  /// - Throws: ``StateError`` or ``RewardError`` where a number is not finite.
  public func tile(_ index: Int, key: RandomKey) throws -> BranchTile {
    let firstRoot = RolloutNoise.firstRoot(ofTile: index)
    let noise = RolloutNoise(key: key, dimension: field.dimension)
    var state = noise.initialTile(firstRoot: firstRoot)
    var backbone = [state]
    var velocity = StateTile(dimension: field.dimension)
    var suffixVelocity = velocity
    var noises: [[StateTile]] = []
    var successors: [[StateTile]] = []
    var rewards: [[[Double]]] = []
    for (step, kernel) in ode.kernels.prefix(backboneSteps).enumerated() {
      field.velocity(of: state, time: kernel.time, into: &velocity)
      if noises.count < steps.count, steps[noises.count] == step {
        var (drawn, reached, scored): ([StateTile], [StateTile], [[Double]]) = ([], [], [])
        for branch in 0..<branches {
          let xi = noise.transitionTile(firstRoot: firstRoot, step: noiseStep(step), node: branch)
          var next = state
          plan.kernels[step].advance(tile: &next, velocity: velocity, noise: xi)
          drawn.append(xi)
          reached.append(next)
          for later in ode.kernels.dropFirst(step + 1) {
            field.velocity(of: next, time: later.time, into: &suffixVelocity)
            later.advance(tile: &next, velocity: suffixVelocity)
          }
          scored.append(
            try RolloutPlace.branch(root: firstRoot, step: step, branch: branch).rewards(
              of: next, by: reward))
        }
        noises.append(drawn)
        successors.append(reached)
        rewards.append(scored)
      }
      kernel.advance(tile: &state, velocity: velocity)
      backbone.append(state)
    }
    var cost = CostLedger()
    for _ in 0..<StateTile.lanes { cost += costOfRoot }
    return BranchTile(
      backbone: backbone, steps: steps, noises: noises, successors: successors, rewards: rewards,
      cost: cost)
  }
}
