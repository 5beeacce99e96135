import Rivulet

/// One rollout tree with its credit: what `rivulet show tree` draws.
struct ShownTree: Sendable {
  /// What was asked.
  var inputs: [Expectation.Input]
  /// The states, noises, log-probabilities and rewards.
  let rollout: TreeRollout
  /// The value of each node.
  let values: [Double]
  /// The advantage of the edge to each node.
  let advantages: [Double]
  /// What becomes of the edge to each node.
  let edges: [TreeDrawing.Edge]

  /// The drawing without its setting.
  var drawing: TreeDrawing {
    TreeDrawing(shape: rollout.shape, values: values, advantages: advantages, edges: edges)
  }

  /// The number of edges that are trained.
  var keptCount: Int { edges.dropFirst().count { $0 == .kept } }
}

/// The rule by which a tree's leaves give every edge an advantage.
struct ShownCredit: Sendable {
  /// How rewards become values.
  let fusion: RewardFusion
  /// Whether log-probabilities are sums or means over dimensions.
  let reduction: LogProbabilityReduction
  /// How values become advantages.
  let rule: TreeAdvantageRule
  /// What is not trained.
  let pruning: [PruningChoice]

  /// Gives credit to a tree.
  ///
  /// Filters act in the order of the published code: steps without noise, depths, widths.
  ///
  /// - Parameters:
  ///   - rollout: The tree.
  ///   - noisySteps: The steps that add noise.
  ///   - inputs: What was asked.
  /// - Returns: The tree with values, advantages and masks.
  func applied(
    to rollout: TreeRollout, noisySteps: [Int], inputs: [Expectation.Input]
  ) -> ShownTree {
    let shape = rollout.shape
    let dimension = rollout.states[0].count
    let scores = rollout.logProbabilities.map {
      reduction == .mean ? $0 / Double(dimension) : $0
    }
    let values = fusion.values(of: rollout.rewards, logProbabilities: scores, shape: shape)
    let advantages = rule.advantages(of: values, shape: shape)
    let noisy = EdgeMask(steps: noisySteps, shape: shape)
    var mask = noisy
    for case .depths(let depths) in pruning.map(\.rule) {
      mask = mask.intersection(EdgeMask(droppingDepths: depths, shape: shape))
    }
    for case .width(let width) in pruning.map(\.rule) {
      let compared =
        switch width {
        case .parentTop1, .extreme: values
        case .publishedMode1, .publishedMode2: advantages
        }
      mask = width.mask(of: compared, shape: shape, within: mask)
    }
    let edges = mask.keeps.indices.map { node -> TreeDrawing.Edge in
      mask.keeps[node] ? .kept : noisy.keeps[node] ? .pruned : .silent
    }
    return ShownTree(
      inputs: inputs, rollout: rollout, values: values, advantages: advantages, edges: edges)
  }
}
