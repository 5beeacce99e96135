extension Defect {
  /// Defects and hazards in the published code of neighbouring methods.
  public static let neighbours: [Defect] = [
    Defect(
      "neighbours/1", "the constants of the log density are lost",
      "MixGRPO e5cdd6a, sampling_utils.py:244-247",
      "a statement of its own without effect; exp(log p) does not integrate to one",
      by: "code/density/constants#mixgrpo"),
    Defect(
      "neighbours/2", "the sliding window becomes empty",
      "MixGRPO e5cdd6a, grpo_states.py:95-99, 148",
      "it shrinks to 3, 2, 1 steps and has none from iteration 575",
      by: "code/windows/never-empty#mixgrpo"),
    Defect(
      "neighbours/3", "the last step but one is never trained",
      "MixGRPO e5cdd6a, train_grpo_flux.py:919", "T - 2 is passed as an exclusive bound",
      by: "code/windows/coverage#mixgrpo"),
    Defect(
      "neighbours/4", "the compressed schedule ends above zero",
      "MixGRPO e5cdd6a, sampling_utils.py:44-54",
      "points are counted for steps, and a noisy state is decoded",
      by: "code/schedule/ends-at-zero#flash"),
    Defect(
      "neighbours/5", "replay draws a new sample", "MixGRPO e5cdd6a, train_grpo_flux.py:157-168",
      "the stored transition is not scored", by: "code/density/replay#redrawn"),
    Defect(
      "neighbours/6", "a generator with the default seed in every call",
      "MixGRPO e5cdd6a, sampling_utils.py:108", "all steps and samples get one noise",
      by: "code/draws/fresh-steps#mixgrpo"),
    Defect(
      "neighbours/7", "the branching step is frozen", "Flow-GRPO 8755f24, the s1 pipeline",
      "the generator is seeded with the worker's number in each call",
      by: "code/draws/branch-step#flow-grpo-s1"),
    Defect(
      "neighbours/8", "members of a group are perturbed at different steps",
      "Flow-GRPO 31c71b9, the fast variant",
      "the window is drawn for each call, not for each group",
      by: "code/draws/shared-step#flow-grpo-fast"),
    Defect(
      "neighbours/9", "the log-probability of a coefficient-preserving step is no density",
      "FlowCPS b402c7a; Flow-GRPO 54809b5", "1/(2 tau^2) is missing, so the mean ratio is not one",
      by: "code/density/cps#flow-cps"),
    Defect(
      "neighbours/10", "one name stands for two deviations",
      "verl-omni a1139ba, flow_match_sde.py:294, diffusion_algos.py:527-538",
      "tau where s is meant: the KL and the guard lose or gain a factor",
      by: "code/density/noise-names#verl-omni-kl"),
    Defect(
      "neighbours/11", "the spread divides by n - 1 over repeated values",
      "verl-omni a1139ba, diffusion_algos.py:236, 256",
      "1.013 where 1.155 is right for four members",
      by: "code/advantages/repeated-columns#verl-omni"),
    Defect(
      "neighbours/12", "group identities travel as 32-bit floating-point numbers",
      "Flow-Factory a0b2bc5, advantage_processor.py:206-220", "beyond 2^24 two groups become one",
      by: "code/bookkeeping/group-ids#flow-factory"),
    Defect(
      "neighbours/13", "the suffix starts at the wrong time after merged steps",
      "VisualGRPO ae619bf, flux_sampler.py:386-387, 541-560", "state and noise level disagree",
      by: "code/schedule/suffix-start#visualgrpo-2"),
    Defect(
      "neighbours/14", "advantages of several granularities are summed before the clamp",
      "VisualGRPO ae619bf, rollout_buffer.py:112-128", "a clamp at 5 binds earlier",
      by: "code/advantages/clamped-sum#visualgrpo"),
    Defect(
      "neighbours/15", "the field is told another time than the sampler's",
      "DanceGRPO 15cc71d, train_grpo_flux.py:231", "int(1000 t) / 1000",
      by: "code/schedule/told-time#dancegrpo"),
    Defect(
      "neighbours/16", "best-of-n over the local batch, not centred again",
      "DanceGRPO 15cc71d, train_grpo_hunyuan.py:397",
      "the advantages of a prompt do not sum to zero",
      by: "code/advantages/best-of-n#dancegrpo"),
    Defect(
      "neighbours/17", "a log-probability that does not see the next state",
      "minimal-rl aabd607, train.py:347, 425", "its score has no mean of zero",
      by: "code/density/score#minimal-rl"),
    Defect(
      "neighbours/18", "win rates are rounded to three decimals",
      "Pref-GRPO 3e787f6, unifiedreward_edit_pairwise.py:65", "their sum is not G / 2",
      by: "code/advantages/win-rates#pref-grpo"),
    Defect(
      "neighbours/19", "weights of shape (B, 1, 1, 1) meet losses of shape (B)",
      "TempFlow-GRPO e66824e, train_sd3_pr.py",
      "samples at different steps of one batch get each other's weights",
      by: "code/bookkeeping/own-weights#tempflow"),
  ]

  /// Every defect of the catalogue.
  public static let all = branchGRPO + neighbours
}
