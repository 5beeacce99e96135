public import RivuletCredit
public import RivuletNumerics

/// One rollout tree, with everything that a trainer stores of it.
///
/// Lists have one entry for each node; that of an edge stands at its child, and the root's entry stands
/// for nothing.
public struct TreeRollout: Sendable, Hashable {
  /// Who descends from whom.
  public let shape: TreeShape
  /// The state of each node, `[node][dimension]`.
  public let states: [[Double]]
  /// The noise xi of the edge to each node, `[node][dimension]`; zeros for the root and a step without
  /// noise.
  public let noises: [[Double]]
  /// The log-probability of the edge to each node, summed over dimensions; 0 for the root and a step
  /// without noise.
  ///
  /// It is the density of the plan's step, also where the fork noise has another law.
  public let logProbabilities: [Double]
  /// The state of each leaf that the reward saw, `[leaf][dimension]`.
  public let scoredStates: [[Double]]
  /// The reward of each leaf.
  public let rewards: [Double]
  /// What the tree cost.
  public let cost: CostLedger
}

extension TreeSampler {
  /// Draws the tree of one root.
  ///
  /// - Parameters:
  ///   - root: The number of the initial noise.
  ///   - key: The key of the draw.
  /// - Returns: The tree.
  /// - Throws: ``StateError`` or ``RewardError`` where a number is not finite.
  public func rollout(root: UInt32, key: RandomKey) throws -> TreeRollout {
    let noise = RolloutNoise(key: key, dimension: field.dimension)
    let zeros = [Double](repeating: 0, count: field.dimension)
    var states = [[Double]](repeating: zeros, count: shape.nodeCount)
    var velocities = states
    var noises = states
    var logProbabilities = [Double](repeating: 0, count: shape.nodeCount)
    var scoredStates = [[Double]](repeating: zeros, count: shape.leafCount)
    var rewards = [Double](repeating: 0, count: shape.leafCount)
    for node in visits {
      let depth = depths[node]
      let parent = shape.parents[node]
      if depth == 0 {
        states[node] = noise.initialState(root: root)
      } else {
        let step = depth - 1
        let kernel = plan.kernels[step]
        if kernel.isStochastic {
          noises[node] = edgeNoise(to: node, step: step, root: root, noise: noise)
          logProbabilities[node] = kernel.logProbability(ofNoise: noises[node], reduction: .sum)
        }
        states[node] = kernel.next(
          state: states[parent], velocity: velocities[parent], noise: noises[node])
      }
      if depth < shape.stepCount {
        velocities[node] = field.velocity(at: states[node], time: plan.kernels[depth].time)
      } else {
        let leaf = shape.leafStarts[node]
        scoredStates[leaf] =
          switch scored {
          case .finalState: states[node]
          case .cleanPrediction:
            cleanStep.mean(state: states[parent], velocity: velocities[parent])
          }
        rewards[leaf] = try RolloutPlace.leaf(root: root, leaf: leaf).reward(
          of: scoredStates[leaf], by: reward)
      }
    }
    return TreeRollout(
      shape: shape, states: states, noises: noises, logProbabilities: logProbabilities,
      scoredStates: scoredStates, rewards: rewards, cost: costOfTree)
  }

  private func edgeNoise(
    to node: Int, step: Int, root: UInt32, noise: RolloutNoise
  ) -> [Double] {
    let number = shape.noiseNumbers[node]
    guard isForked(node) else {
      return noise.transition(root: root, step: step, node: Int(number))
    }
    return noise.forked(
      forkNoise, root: root, step: step, parent: shape.noiseNumbers[shape.parents[node]],
      child: number)
  }
}
