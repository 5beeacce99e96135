public import RivuletCredit

extension SamplingPlan {
  /// Returns the plan that adds noise at the split points of a tree and in a window, and follows the
  /// ODE elsewhere.
  ///
  /// What BranchGRPO-Mix describes: the forks need noise wherever the window stands. Only stochastic
  /// edges are trained. A window that covers every step gives the plan of plain BranchGRPO.
  ///
  /// Source: BranchGRPO, arXiv 2509.06040, with the window of MixGRPO, arXiv 2507.21802.
  ///
  /// - Parameters:
  ///   - grid: The times.
  ///   - noise: The noise of the stochastic steps.
  ///   - splits: The steps at which the tree forks; they must lie in the grid.
  ///   - window: The further stochastic steps; may be empty, and is cut at the ends of the grid.
  /// - Returns: The plan.
  /// - Throws: ``NoiseSchedule/Invalid`` where the schedule does not fit the grid.
  public static func mix(
    grid: TimeGrid, noise: NoiseSchedule, splits: SplitPoints, window: Range<Int>
  ) throws(NoiseSchedule.Invalid) -> SamplingPlan {
    requireInside(splits, grid)
    return try SamplingPlan(
      grid: grid, noise: noise, stochasticSteps: splits.steps + window.clamped(to: grid.steps))
  }

  /// Returns the plan of the published pattern of BranchGRPO-Mix, which does not move.
  ///
  /// - Parameters:
  ///   - grid: The times.
  ///   - noise: The noise of the stochastic steps.
  ///   - pattern: Which steps are stochastic; its split points must lie in the grid.
  /// - Returns: The plan.
  /// - Throws: ``NoiseSchedule/Invalid`` where the schedule does not fit the grid.
  public static func mix(
    grid: TimeGrid, noise: NoiseSchedule, pattern: MixPattern
  ) throws(NoiseSchedule.Invalid) -> SamplingPlan {
    requireInside(pattern.splits, grid)
    return try SamplingPlan(
      grid: grid, noise: noise, stochasticSteps: pattern.stochasticSteps(stepCount: grid.stepCount))
  }

  private static func requireInside(_ splits: SplitPoints, _ grid: TimeGrid) {
    for step in splits.steps {
      precondition(
        grid.steps.contains(step),
        "cannot split at step \(step); the grid has the steps 0 to \(grid.stepCount - 1)")
    }
  }
}
