public import RivuletFlow

/// What sampling one prompt costs, counted in closed form.
public enum BranchingCost {
  /// Returns the cost of trajectory branching for one prompt.
  ///
  /// Each of N seeds runs the ODE up to the last step that branches; a branch of step k shares the
  /// velocity evaluation of its step and needs T - 1 - k more to the end:
  ///
  ///     model calls          N (last + 1) + N K sum over branched k of (T - 1 - k)
  ///     reward calls         N K times the number of branched steps
  ///     gradient evaluations N K times the number of trained steps
  ///
  /// With branches at all steps the suffixes need N K T (T - 1)/2. For T = 10 that gives
  /// N (9 + 45 K) where steps 0 to 8 branch (the SD3 pipeline) and N (10 + 45 K) where step 9 does
  /// too (FLUX, Qwen-Image).
  ///
  /// - Parameters:
  ///   - steps: T, the steps of the sampler.
  ///   - seeds: N.
  ///   - branches: K.
  ///   - branchedSteps: The steps at which branches are drawn.
  ///   - trainedSteps: The steps whose score is differentiated; a subset of `branchedSteps`.
  /// - Returns: The counts.
  public static func branching(
    steps: Int, seeds: Int, branches: Int, branchedSteps: Range<Int>, trainedSteps: Range<Int>
  ) -> CostLedger {
    precondition(seeds >= 1 && branches >= 1, "seeds and branches are positive")
    precondition(
      !branchedSteps.isEmpty && branchedSteps.lowerBound >= 0 && branchedSteps.upperBound <= steps,
      "branched steps lie in 0 ..< \(steps), got \(branchedSteps)")
    precondition(
      branchedSteps.clamped(to: trainedSteps) == trainedSteps,
      "trained steps \(trainedSteps) must be among the branched steps \(branchedSteps)")
    // Sum of T - 1 - k for k from the first to the last branched step: an arithmetic series.
    let first = steps - 1 - branchedSteps.lowerBound
    let last = steps - branchedSteps.upperBound
    let suffixes = (first + last) * branchedSteps.count / 2
    return CostLedger(
      modelCalls: seeds * branchedSteps.upperBound + seeds * branches * suffixes,
      rewardCalls: seeds * branches * branchedSteps.count,
      gradientEvaluations: seeds * branches * trainedSteps.count)
  }

  /// Returns the cost of independent chains for one prompt, as in Flow-GRPO and DanceGRPO.
  ///
  /// - Parameters:
  ///   - steps: T, the steps of the sampler.
  ///   - members: The chains of a prompt.
  ///   - trainedSteps: How many steps of each chain are trained.
  /// - Returns: T model calls and one reward call for each chain.
  public static func chains(steps: Int, members: Int, trainedSteps: Int) -> CostLedger {
    precondition(
      steps >= 1 && members >= 1 && trainedSteps >= 0 && trainedSteps <= steps,
      "chains have steps and members, and train no more steps than they take")
    return CostLedger(
      modelCalls: steps * members, rewardCalls: members,
      gradientEvaluations: members * trainedSteps)
  }
}
