import Rivulet

/// Rollout trees with credit: the published default, and larger trees of as many steps.
struct TreeThroughput: Sendable {
  let name: String
  let sampler: TreeSampler<GaussianField, LogMixture>
  let tiles: Int

  init(name: String, widths: [Int], tiles: Int) throws {
    self.name = name
    self.tiles = tiles
    sampler = try TreeSampler(
      plan: .fullSDE(
        grid: .shifted(steps: widths.count, shift: 3), noise: .constant(0.3),
        lastStepIsStochastic: true),
      field: GaussianField(means: [0.5, -0.2], deviations: [0.5, 1]),
      reward: LogMixture(
        weights: [1, 1, 1, 1], centers: [[1, 1], [-1, 1], [-1, -1], [1, -1]], width: 0.5),
      shape: TreeShape(widths: widths))
  }

  func work(_ piece: Int, keeping kept: TreeTile.Kept) {
    var tile = sampler.emptyTile(keeping: kept)
    for index in 0..<tiles {
      do {
        try sampler.fill(&tile, index: index, key: RandomKey(seed: UInt64(piece)))
      } catch {
        preconditionFailure("\(error)")
      }
    }
  }
}
