import RivuletCredit
public import RivuletFlow

// The conventions of the published trainers. Group sizes and coefficients are arguments, with the values of the
// published scripts where there are some. None of these trainers has an exact gradient: all take the mean of
// log pi over coordinates, and all but one standardise.

extension UpdateConvention {
  /// Flow-GRPO: batch spread in the population form, mean over coordinates, KL without the step's length.
  ///
  /// Effective penalty: lambda h_k sigma_p/b_p of ``PromptBatch``. Source: arXiv 2505.05470 and
  /// `scripts/train_sd3.py`, lines 894 to 897.
  ///
  /// - Parameters:
  ///   - batch: The laws of the rewards of all prompts of a batch.
  ///   - prompt: The number of the prompt that the biases serve.
  ///   - trainedSteps: The trained steps.
  ///   - coefficient: lambda; 0.04 for SD3.5.
  /// - Returns: The convention.
  public static func flowGRPO(
    batch: PromptBatch, prompt: Int, trainedSteps: [Int], coefficient: Double = 0.04
  ) -> UpdateConvention {
    UpdateConvention(
      rollouts: .batch(batch, prompt: prompt), convention: AdvantageRule.flowGRPO.convention,
      epsilon: AdvantageRule.flowGRPO.epsilon, reduction: .mean, trainedSteps: trainedSteps,
      shares: meanShares(trainedSteps),
      penalty: Penalty(coefficient: coefficient, form: .withoutStepSize, reduction: .mean))
  }

  /// DanceGRPO: sample spread of a prompt whose members share their initial noise, no KL.
  ///
  /// MixGRPO is the same with the steps of its window, on a plan whose other steps follow the ODE; its KL option
  /// is towards the behaviour policy and has no gradient there. Neither has a stationary point. Sources: arXiv
  /// 2505.07818 and `train_grpo_flux.py`; arXiv 2507.21802.
  ///
  /// - Parameters:
  ///   - groupSize: G; 12 in the published scripts.
  ///   - trainedSteps: The trained steps.
  /// - Returns: The convention.
  public static func danceGRPO(groupSize: Int = 12, trainedSteps: [Int]) -> UpdateConvention {
    UpdateConvention(
      rollouts: .chains(groupSize: groupSize, sharesInitialNoise: true),
      convention: AdvantageRule.danceGRPO.convention, epsilon: AdvantageRule.danceGRPO.epsilon,
      reduction: .mean, trainedSteps: trainedSteps, shares: meanShares(trainedSteps))
  }

  /// TempFlow-GRPO's first version: the branches of all seeds of a prompt are one group.
  ///
  /// Source: arXiv 2508.04324 version 1, its noise-aware weights and the exact KL of its code.
  ///
  /// - Parameters:
  ///   - plan: The steps that branches take at random.
  ///   - trainedSteps: The trained steps.
  ///   - seeds: N.
  ///   - siblings: K.
  ///   - coefficient: lambda; 0.004 for SD3.5.
  /// - Returns: The convention; epsilon is left out.
  public static func tempFlowV1(
    plan: SamplingPlan, trainedSteps: [Int], seeds: Int = 4, siblings: Int = 6,
    coefficient: Double = 0.004
  ) -> UpdateConvention {
    tempFlow(
      .promptBranches(seeds: seeds, siblings: siblings), plan: plan, trainedSteps: trainedSteps,
      coefficient: coefficient)
  }

  /// TempFlow-GRPO from its second version: the branches of a seed are a group of their own.
  ///
  /// Length ratio of step k over D coordinates: b(K) w_k/(D |influence|). Source: arXiv 2508.04324 and
  /// `train_sd3_pr.py`.
  ///
  /// - Parameters:
  ///   - plan: The steps that branches take at random.
  ///   - trainedSteps: The trained steps.
  ///   - siblings: K.
  ///   - coefficient: lambda; 0.004 for SD3.5.
  /// - Returns: The convention.
  public static func tempFlowV2(
    plan: SamplingPlan, trainedSteps: [Int], siblings: Int = 6, coefficient: Double = 0.004
  ) -> UpdateConvention {
    tempFlow(
      .seedBranches(siblings: siblings, siblingCorrelation: 0), plan: plan,
      trainedSteps: trainedSteps, coefficient: coefficient)
  }

  private static func tempFlow(
    _ rollouts: Rollouts, plan: SamplingPlan, trainedSteps: [Int], coefficient: Double
  ) -> UpdateConvention {
    UpdateConvention(
      rollouts: rollouts, convention: AdvantageRule.tempFlowV2.convention,
      epsilon: AdvantageRule.tempFlowV2.epsilon, reduction: .mean, trainedSteps: trainedSteps,
      stepWeights: StepWeights.noiseAware(
        deviations: trainedSteps.map { plan.kernels[$0].deviation }),
      shares: meanShares(trainedSteps), penalty: Penalty(coefficient: coefficient, reduction: .mean)
    )
  }

  /// BranchGRPO: the sample spread of a depth, a mean over all edges, no KL, hence no stationary point.
  ///
  /// The paper's forks correlate (s = 4), those of the published code are scaled by 4. Source: arXiv 2509.06040,
  /// equations 4 and 5, and `train_branchgrpo_flux.py` at 19fbb9f. BranchGRPO-Mix and depth pruning are fewer
  /// trained steps; width pruning looks at rewards and is not covered.
  ///
  /// - Parameters:
  ///   - nodeCounts: n_k, the nodes that each step draws.
  ///   - forkNoise: The noise of forks.
  ///   - trainedSteps: The steps whose edges are kept.
  /// - Returns: The convention.
  public static func branchGRPO(
    nodeCounts: [Int], forkNoise: ForkNoise, trainedSteps: [Int]
  ) -> UpdateConvention {
    var edges = 0
    for step in trainedSteps { edges += nodeCounts[step] }
    return UpdateConvention(
      rollouts: .tree(nodeCounts: nodeCounts, forkNoise: forkNoise, baseline: .depth),
      convention: TreeAdvantageRule.published.convention, reduction: .mean,
      trainedSteps: trainedSteps,
      shares: trainedSteps.map { Double(nodeCounts[$0]) / Double(edges) })
  }

  /// 1/T for each of T trained steps.
  private static func meanShares(_ trainedSteps: [Int]) -> [Double] {
    trainedSteps.map { _ in 1 / Double(trainedSteps.count) }
  }
}
