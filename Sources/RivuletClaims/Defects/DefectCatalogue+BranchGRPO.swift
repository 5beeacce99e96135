extension Defect {
  /// The published code of BranchGRPO against its paper, and its paper against itself.
  ///
  /// B is `fastvideo/train_branchgrpo_flux.py`, G `fastvideo/train_grpo_flux.py`, S the script
  /// `finetune_flux_branchgrpo_8gpus.sh` of Fredreic1849/BranchGRPO at 19fbb9f; B:271 is line 271 of B.
  public static let branchGRPO: [Defect] = [
    Defect(
      "branchgrpo/D1", "fork noise is c N(0, I), scored as if c were 1", "B:271-279",
      "no shared part and no 1/sqrt(1+s^2): leaves lose their law, and at c = 4 a fork's score has 16 "
        + "times its variance; 's = 4 is best' was measured on a temperature",
      by: "code/tree-rollouts/fork-law#scaled"),
    Defect(
      "branchgrpo/D2", "log-probabilities are averaged over components", "B:280, 299, 306",
      "a ratio is the true one to the power 1/D; a clip of 1e-3 is 129.6 nats at D = 129600",
      by: "code/tree-scoring/mean-ratio#mean-over-dimensions"),
    Defect(
      "branchgrpo/D3", "--use_group leaves nodes above the leaves without an advantage",
      "B:1126-1130, 1540",
      "202 of 218 edges: the loss stops, and width pruning is silently skipped",
      by: "code/tree-credit/internal-nodes#use-group"),
    Defect(
      "branchgrpo/D4", "width mode 1 is not Parent-Top1", "B:1365-1430",
      "it drops the last half of the steps of every chain, like depth pruning of 16 to 20, and prefers "
        + "no child to its sibling",
      by: "code/tree-pruning/parent-top1#mode1"),
    Defect(
      "branchgrpo/D5", "path weighting multiplies (n, 1) rewards by (n) weights", "B:933, 637-641",
      "the deepest fork gets the sum of its rewards, and the weights cancel",
      by: "code/tree-credit/one-fork#column"),
    Defect(
      "branchgrpo/D6", "a softmax for each fork, not over paths", "B:626-641",
      "chain edges are ignored and sub-trees of different density count alike",
      by: "code/tree-credit/two-forks#local"),
    Defect(
      "branchgrpo/D7", "the last edge is trained although its noise cannot reach the reward",
      "B:861, 2089, 2092", "16 of 218 edges are noise of mean zero",
      by: "code/tree-pruning/last-edge#ignore-last"),
    Defect(
      "branchgrpo/D8", "states are stored in bfloat16, log-probabilities taken before",
      "B:480, 496; G:251",
      "on policy the log-ratio is not 0: -8e-4 on average at step 1, so a clip at 1e-4 would bind "
        + "before any update",
      by: "code/tree-scoring/first-step#bfloat16"),
    Defect(
      "branchgrpo/D9", "an optimiser step after every 12 edges", "B:1502-1503, 1575, 1592",
      "37 steps an iteration against 2 of the baseline trainer, 36 of them off policy, and together a "
        + "sixth of the mean gradient",
      by: "training/edge-updates/updates#twelve-edges"),
    Defect(
      "branchgrpo/D10", "the left-over step does not clip its gradient", "B:1603-1608",
      "if any step ran before it in the iteration",
      by: "training/edge-updates/left-over#unbounded"),
    Defect(
      id: "branchgrpo/D11", title: "the script passes a variable that is never set", place: "S:103",
      consequence: "--pruning_step_ratio has no value, and the argument parser stops",
      status: .onRecord),
    Defect(
      "branchgrpo/D12", "the stride of Mix is the interval of depth pruning",
      "B:410-421, 1236-1246",
      "by default 1, so every step is stochastic and Mix is off",
      by: "code/tree-rollouts/mix-edges#default-stride"),
    Defect(
      "branchgrpo/D12b", "the window of Mix does not move in training", "B:456-466",
      "a fixed pattern of the denoising step: the same four steps are trained in all iterations",
      by: "code/tree-rollouts/mix-moves#static"),
    Defect(
      "branchgrpo/D13", "the depth window slides towards the root", "B:1287-1294",
      "the paper, as it is read, slides it towards later steps",
      by: "code/tree-pruning/depth-direction#towards-root"),
    Defect(
      "branchgrpo/D14", "two children are written into the code", "B:395, 405, 803",
      "the published results for K = 3 and 4 cannot be repeated with it",
      by: "code/tree-rollouts/width#two"),
    Defect(
      "branchgrpo/D15", "one initial noise for all prompts of a batch", "B:806-828",
      "with init_same_noise; the paper has one root for each prompt",
      by: "code/tree-rollouts/roots#init-same-noise"),
    Defect(
      "branchgrpo/D16", "width mode 2 trains a single candidate twice", "B:1443-1453",
      "it is both among the best and among the worst",
      by: "code/tree-pruning/single-candidate#mode2"),
    Defect(
      "branchgrpo/D17", "an edge that is not finite leaves the loop early", "B:1562-1587",
      "other processes wait for its reduction, or an optimiser step is lost",
      by: "training/non-finite/steps#continue"),
    Defect(
      "branchgrpo/D18", "the theory analyses the sibling baseline, the method uses the depth's",
      "arXiv 2509.06040, Eq. 4 and appendix B.3; B:670-680",
      "another length of the expected gradient, and another variance",
      by: "code/tree-credit/baseline#siblings"),
    Defect(
      id: "branchgrpo/D19", title: "'GRPO hyperparameters identical for all methods'",
      place: "arXiv 2509.06040, section 4; the three scripts",
      consequence: "ratio clip 1e-3 against 1e-4, gradient norm 1 against .01, 12 edges against 12 "
        + "samples an optimiser step",
      status: .onRecord),
    Defect(
      id: "branchgrpo/D20", title: "the readme's defaults are not the code's",
      place: "README:75, 85; B:2099; S:35",
      consequence: "noise scale 4.0 against .3 in the parser, path-probability fusion against none",
      status: .onRecord),
    Defect(
      "branchgrpo/D21", "path log-probabilities are those of the last chunk only", "B:529-539, 935",
      "and nothing uses them", by: "code/tree-scoring/paths#last-chunk"),
  ]
}
