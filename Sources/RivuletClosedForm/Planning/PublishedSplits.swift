public import RivuletCredit

/// The split points that BranchGRPO publishes for 20 steps, moved to grids of other lengths.
///
/// Source: BranchGRPO, arXiv 2509.06040, and `train_branchgrpo_flux.py` at 19fbb9f, which forks into two.
public struct PublishedSplits: Sendable, Hashable {
  /// The number of steps for which the points are published.
  public static let publishedStepCount = 20

  /// The name in the paper: dense, mixed, sparse or late.
  public let name: String
  /// The points for 20 steps.
  public let points: SplitPoints

  /// All published lists; the first is the default of paper and code.
  public static let all = [
    PublishedSplits(name: "dense", points: .dense), PublishedSplits(name: "mixed", points: .mixed),
    PublishedSplits(name: "sparse", points: .sparse), PublishedSplits(name: "late", points: .late),
  ]

  /// Returns the points at the same fraction of another grid's steps.
  ///
  ///     floor(p T / 20)
  ///
  /// Nobody publishes lists for other T: this is our reading. On a short grid points can fall
  /// together, and then the tree has fewer forks.
  ///
  /// - Parameter stepCount: T.
  /// - Returns: The distinct points, ascending; for T = 20 the published ones.
  public func steps(stepCount: Int) -> [Int] {
    precondition(stepCount >= 1, "a grid has one or more steps, got \(stepCount)")
    var steps: [Int] = []
    for point in points.steps {
      let moved = point * stepCount / Self.publishedStepCount
      if steps.last != moved { steps.append(moved) }
    }
    return steps
  }
}
