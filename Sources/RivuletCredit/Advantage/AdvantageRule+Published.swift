extension AdvantageRule {
  /// Flow-GRPO: mean of the prompt, population spread of the whole batch, epsilon 1e-4.
  ///
  /// Source: arXiv 2505.05470 and `stat_tracking.py` with its default `global_std`. The code
  /// whitens over the whole batch where prompts have one image; here such advantages are zero.
  public static let flowGRPO = AdvantageRule(
    convention: .population, scope: .batch, epsilon: 1e-4)

  /// TempFlow-GRPO's first version: population spread over all branches of a prompt at one step.
  ///
  /// Source: arXiv 2508.04324 version 1; its group of 24 is confirmed by its authors.
  public static let tempFlowV1 = AdvantageRule(
    convention: .population, scope: .promptGroup, epsilon: 1e-4)

  /// TempFlow-GRPO from its second version: population spread over the branches of one seed.
  ///
  /// Source: arXiv 2508.04324 from version 2, and `train_sd3_pr.py`, where each worker holds one
  /// seed of a prompt and keeps its statistics to itself.
  public static let tempFlowV2 = AdvantageRule(
    convention: .population, scope: .seedGroup, epsilon: 1e-4)

  /// DanceGRPO: sample spread of the prompt, epsilon 1e-8.
  ///
  /// Source: arXiv 2505.07818 and `train_grpo_flux.py`, whose single-member groups give NaN; here
  /// they give zero. MixGRPO uses the same rule.
  public static let danceGRPO = AdvantageRule(
    convention: .sample, scope: .promptGroup, epsilon: 1e-8)

  /// RLOO: the reward less the mean of the other members of the prompt.
  ///
  /// Source: arXiv 2402.14740.
  public static let rloo = AdvantageRule(
    convention: .leaveOneOut, scope: .promptGroup, epsilon: 0)

  /// The rule of Dr GRPO, the reward less the mean of the prompt, not divided.
  ///
  /// Source: arXiv 2503.20783.
  public static let drGRPO = AdvantageRule(convention: .none, scope: .promptGroup, epsilon: 0)

  /// A rule with the name and the source that it is known by.
  public struct Published: Sendable, Hashable {
    /// The name used in options and reports.
    public let name: String
    /// The rule.
    public let rule: AdvantageRule
    /// The paper, and the code where it decides.
    public let source: String
  }

  /// All published rules, in the order of their papers' appearance here.
  public static let published = [
    Published(
      name: "flow-grpo", rule: .flowGRPO,
      source: "Flow-GRPO, arXiv 2505.05470; stat_tracking.py with global_std"),
    Published(
      name: "tempflow-v1", rule: .tempFlowV1, source: "TempFlow-GRPO, arXiv 2508.04324v1"),
    Published(
      name: "tempflow-v2", rule: .tempFlowV2,
      source: "TempFlow-GRPO, arXiv 2508.04324v2; train_sd3_pr.py"),
    Published(
      name: "dance-grpo", rule: .danceGRPO,
      source: "DanceGRPO, arXiv 2505.07818; train_grpo_flux.py"),
    Published(name: "rloo", rule: .rloo, source: "RLOO, arXiv 2402.14740"),
    Published(name: "dr-grpo", rule: .drGRPO, source: "Dr. GRPO, arXiv 2503.20783"),
  ]
}
