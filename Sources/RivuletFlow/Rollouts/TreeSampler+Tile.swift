import RivuletKernels

public import RivuletCredit
public import RivuletNumerics

/// The trees of a tile of roots, in memory that may be used again for the next tile.
///
/// Lists have one entry for each node; that of an edge stands at its child, and the root's entry stands
/// for nothing. Numbers come in rows of ``StateTile/lanes``, one number for each tree.
public struct TreeTile: Sendable {
  /// Who descends from whom, the same in every lane.
  public let shape: TreeShape
  /// The states of each node; empty if they are not kept.
  public internal(set) var states: [StateTile]
  /// The noise xi of the edge to each node, zeros for the root and a step without noise; empty if
  /// states are not kept.
  public internal(set) var noises: [StateTile]
  /// The log-probability of the edge to each node, summed over dimensions, `[node][lane]`; 0 for the
  /// root and a step without noise; empty if only rewards are kept.
  public internal(set) var logProbabilities: [Double]
  /// The reward of each leaf, `[leaf][lane]`.
  public internal(set) var rewards: [Double]
  /// The state that the reward saw, of each leaf; empty if states are not kept.
  public internal(set) var scoredStates: [StateTile]
  /// What the whole tile cost: every tree counts.
  public let cost: CostLedger
  var path: Path

  /// One tile for each depth: what the nodes from the root to the current one need.
  struct Path {
    var states: [StateTile]
    var velocities: [StateTile]
    var shared: [StateTile]
    var noise: StateTile
    var clean: StateTile
  }

  /// What a tile keeps of its trees; each level keeps what the ones before it do.
  ///
  /// A tile of a large tree outgrows the cache, and writing it costs more than computing it.
  public enum Kept: Int, Sendable, Hashable, CaseIterable {
    /// The rewards of the leaves: enough for uniform fusion, advantages and pruning.
    case rewards
    /// The log-probabilities of the edges too, which path weighting needs.
    case edges
    /// The states and the noise of every node too, from which gradients are computed.
    case states
  }

  /// What the tile keeps.
  public let kept: Kept
}

extension TreeSampler {
  /// Returns memory for tiles of this sampler.
  ///
  /// - Parameter kept: What a tile keeps of its trees.
  /// - Returns: A tile of zeros.
  public func emptyTile(keeping kept: TreeTile.Kept = .states) -> TreeTile {
    let zeros = StateTile(dimension: field.dimension)
    let depths = [StateTile](repeating: zeros, count: shape.stepCount + 1)
    let nodes = [StateTile](repeating: zeros, count: kept == .states ? shape.nodeCount : 0)
    let leaves = [StateTile](repeating: zeros, count: kept == .states ? shape.leafCount : 0)
    var cost = CostLedger()
    for _ in 0..<StateTile.lanes { cost += costOfTree }
    return TreeTile(
      shape: shape, states: nodes, noises: nodes,
      logProbabilities: [Double](
        repeating: 0, count: kept == .rewards ? 0 : shape.nodeCount * StateTile.lanes),
      rewards: [Double](repeating: 0, count: shape.leafCount * StateTile.lanes),
      scoredStates: leaves, cost: cost,
      path: TreeTile.Path(
        states: depths, velocities: depths, shared: depths, noise: zeros, clean: zeros),
      kept: kept)
  }

  /// Draws the trees of ``StateTile/lanes`` consecutive roots.
  ///
  /// - Parameters:
  ///   - index: The number of the tile; lane l holds root lanes x index + l.
  ///   - key: The key of the draw.
  /// - Returns: The trees.
  /// - Throws: ``StateError`` or ``RewardError`` where a number is not finite.
  public func tile(_ index: Int, key: RandomKey) throws -> TreeTile {
    var tile = emptyTile()
    try fill(&tile, index: index, key: key)
    return tile
  }

  /// Draws the trees of ``StateTile/lanes`` consecutive roots into memory that is there already.
  ///
  /// - Parameters:
  ///   - tile: A tile of this sampler; everything in it is replaced.
  ///   - index: The number of the tile; lane l holds root lanes x index + l.
  ///   - key: The key of the draw.
  /// - Throws: ``StateError`` or ``RewardError`` where a number is not finite; the tile then holds
  ///   nothing of use.
  public func fill(_ tile: inout TreeTile, index: Int, key: RandomKey) throws {
    precondition(tile.shape == shape, "a tile of another tree cannot be filled")
    let firstRoot = RolloutNoise.firstRoot(ofTile: index)
    let noise = RolloutNoise(key: key, dimension: field.dimension)
    for node in visits {
      let depth = depths[node]
      if depth == 0 {
        noise.fillInitial(&tile.path.states[0], firstRoot: firstRoot)
      } else {
        advance(&tile, to: node, depth: depth, firstRoot: firstRoot, noise: noise)
      }
      if tile.kept == .states { tile.states[node].copy(tile.path.states[depth]) }
      if depth < shape.stepCount {
        field.velocity(
          of: tile.path.states[depth], time: plan.kernels[depth].time,
          into: &tile.path.velocities[depth])
        if shape.childCounts[depth][node - shape.depthStarts[depth]] > 1 {
          fillShared(&tile.path.shared[depth], of: node, step: depth, firstRoot, noise)
        }
      } else {
        try score(&tile, leaf: shape.leafStarts[node], firstRoot: firstRoot)
      }
    }
  }

  private func fillShared(
    _ shared: inout StateTile, of node: Int, step: Int, _ firstRoot: UInt32, _ noise: RolloutNoise
  ) {
    guard case .correlated(_, let sharing) = forkNoise else { return }
    noise.fillShared(
      &shared, firstRoot: firstRoot, step: step,
      node: sharing == .fork ? Int(shape.noiseNumbers[node]) : 0)
  }

  /// Computes the states of one node from those of its parent.
  private func advance(
    _ tile: inout TreeTile, to node: Int, depth: Int, firstRoot: UInt32, noise: RolloutNoise
  ) {
    let step = depth - 1
    let kernel = plan.kernels[step]
    tile.path.states[depth].copy(tile.path.states[step])
    guard kernel.isStochastic else {
      kernel.advance(tile: &tile.path.states[depth], velocity: tile.path.velocities[step])
      return
    }
    noise.fillTransition(
      &tile.path.noise, firstRoot: firstRoot, step: step, node: Int(shape.noiseNumbers[node]))
    if isForked(node) {
      RolloutNoise.fork(forkNoise, shared: tile.path.shared[step], noise: &tile.path.noise)
    }
    kernel.advance(
      tile: &tile.path.states[depth], velocity: tile.path.velocities[step], noise: tile.path.noise)
    if tile.kept == .rewards { return }
    score(&tile, edgeTo: node, step: step)
    if tile.kept == .states { tile.noises[node].copy(tile.path.noise) }
  }

  /// Writes the log-probability of one edge.
  private func score(_ tile: inout TreeTile, edgeTo node: Int, step: Int) {
    let lanes = StateTile.lanes
    tile.logProbabilities.withUnsafeMutableBufferPointer { output in
      tile.path.noise.values.withUnsafeBufferPointer { rows in
        guard let rows = rows.baseAddress, let output = output.baseAddress else { return }
        gaussianLogRows(
          rows, dimension: field.dimension, lanes: lanes, constant: logNormalizers[step],
          into: output + node * lanes)
      }
    }
  }

  private func score(_ tile: inout TreeTile, leaf: Int, firstRoot: UInt32) throws {
    let last = shape.stepCount - 1
    switch scored {
    case .finalState: tile.path.clean.copy(tile.path.states[shape.stepCount])
    case .cleanPrediction:
      tile.path.clean.copy(tile.path.states[last])
      cleanStep.advance(tile: &tile.path.clean, velocity: tile.path.velocities[last])
    }
    if tile.kept == .states { tile.scoredStates[leaf].copy(tile.path.clean) }
    let values = try RolloutPlace.leaf(root: firstRoot, leaf: leaf).rewards(
      of: tile.path.clean, by: reward)
    let start = leaf * StateTile.lanes
    for lane in 0..<StateTile.lanes { tile.rewards[start + lane] = values[lane] }
  }
}

extension StateTile {
  /// Takes the numbers of another tile of the same dimension without taking its memory.
  mutating func copy(_ other: StateTile) {
    precondition(
      dimension == other.dimension,
      "the tiles differ in dimension: \(dimension) and \(other.dimension)")
    let count = values.count
    values.withUnsafeMutableBufferPointer { output in
      other.values.withUnsafeBufferPointer { input in
        guard let from = input.baseAddress, let into = output.baseAddress else { return }
        into.update(from: from, count: count)
      }
    }
  }
}
