public import RivuletCredit

/// The pattern of stochastic steps of BranchGRPO-Mix as its code has it.
///
///     step i is stochastic  iff  i is a split point  or  i mod q < w
///
/// The pattern depends on the step alone: unlike the window of MixGRPO it does not move during
/// training. With q <= w every step is stochastic, and the rule does nothing; the published default
/// of q is 1. A window that starts near the end is cut after the last step.
///
/// Source: `train_branchgrpo_flux.py` of BranchGRPO at 19fbb9f, lines 410 to 421. The paper, arXiv
/// 2509.06040, describes a window that slides; see ``MovingWindow``.
public struct MixPattern: Sendable, Hashable {
  /// The steps at which the tree forks; always stochastic.
  public let splits: SplitPoints
  /// The distance q of the starts of two windows, at least 1.
  public let interval: Int
  /// The length w of a window, at least 1.
  public let size: Int

  /// Takes a pattern; an interval or a size below 1 becomes 1, as in the code.
  ///
  /// - Parameters:
  ///   - splits: The steps at which the tree forks.
  ///   - interval: q. The code borrows it from depth pruning, `depth_pruning_slide_interval`.
  ///   - size: w.
  public init(splits: SplitPoints, interval: Int, size: Int) {
    self.splits = splits
    self.interval = max(1, interval)
    self.size = max(1, size)
  }

  /// The pattern of the published script: q = 30 and w = 4 with the splits 0, 3, 6 and 9.
  public static let script = MixPattern(splits: .dense, interval: 30, size: 4)

  /// Whether the windows cover every step, so that nothing is mixed.
  public var isFullSDE: Bool { interval <= size }

  /// Returns the stochastic steps.
  ///
  /// - Parameter stepCount: T.
  /// - Returns: The steps, ascending; split points outside the grid are left out.
  public func stochasticSteps(stepCount: Int) -> [Int] {
    let forks = splits.steps
    return (0..<max(0, stepCount)).filter { $0 % interval < size || forks.contains($0) }
  }
}

extension TreeShape {
  /// Returns how many edges of a tree are stochastic, which are those that are trained.
  ///
  ///     sum over stochastic steps k of the number of nodes at depth k + 1
  ///
  /// - Parameter steps: The stochastic steps, each once; those outside the tree have no edges.
  /// - Returns: The number of edges.
  public func edgeCount(ofSteps steps: some Sequence<Int>) -> Int {
    var count = 0
    for step in steps where step >= 0 && step < childCounts.count {
      count += depthStarts[step + 2] - depthStarts[step + 1]
    }
    return count
  }
}
