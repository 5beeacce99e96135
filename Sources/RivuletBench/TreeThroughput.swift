import Rivulet

/// Rollout trees of 20 steps in the plane, from noise to trained edges: sampling, uniform fusion,
/// depth-wise advantages, and both prunings of the paper.
struct TreeThroughput: Sendable {
  /// What the row is called.
  let name: String
  let sampler: TreeSampler<GaussianField, LogMixture>
  /// What the tile keeps.
  let kept: TreeTile.Kept
  /// The tiles of one piece of work.
  let tiles: Int

  /// The published setting, with splits at the given steps.
  init(name: String, splits: some Sequence<Int>, keeping kept: TreeTile.Kept, tiles: Int) {
    self.name = name
    self.kept = kept
    self.tiles = tiles
    do {
      sampler = try TreeSampler(
        plan: .fullSDE(
          grid: .shifted(steps: 20, shift: 3), noise: .constant(0.3), lastStepIsStochastic: true),
        field: GaussianField(means: [0.5, -0.2], deviations: [0.5, 1]),
        reward: LogMixture(
          weights: [1, 1, 1, 1], centers: [[1, 1], [-1, 1], [-1, -1], [1, -1]], width: 0.5),
        shape: TreeShape(splits: SplitPoints(splits, stepCount: 20), stepCount: 20))
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// The number of trees of a piece.
  var trees: Int { tiles * StateTile.lanes }

  /// The number of edges of a piece.
  var edges: Int { trees * sampler.shape.edgeCount }

  /// Draws the trees of a piece, gives each chain between two forks its advantage, and decides for each leaf
  /// whether both prunings keep its chain.
  func work(_ piece: Int) {
    let key = RandomKey(seed: UInt64(piece))
    let lanes = StateTile.lanes
    let shape = sampler.shape.contracted
    var tile = sampler.emptyTile(keeping: kept)
    var values = [Double](repeating: 0, count: shape.nodeCount * lanes)
    var advantages = values
    var best = [Bool](repeating: false, count: shape.leafCount * lanes)
    var extreme = best
    for index in 0..<tiles {
      do {
        try sampler.fill(&tile, index: index, key: key)
      } catch {
        preconditionFailure("\(error)")
      }
      RewardFusion.uniform.write(
        tile.rewards, logProbabilities: nil, shape: shape, lanes: lanes, into: &values)
      TreeAdvantageRule.published.write(values, shape: shape, lanes: lanes, into: &advantages)
      WidthPruning.parentTop1().write(
        leaves: tile.rewards, shape: shape, lanes: lanes, into: &best)
      WidthPruning.extreme(count: 4).write(
        leaves: tile.rewards, shape: shape, lanes: lanes, into: &extreme)
    }
  }
}
