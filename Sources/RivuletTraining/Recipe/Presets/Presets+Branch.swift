import RivuletCredit
import RivuletFlow

extension Recipe.Preset {
  private static let paper = "BranchGRPO, arXiv 2509.06040"
  private static let code =
    "Fredreic1849/BranchGRPO at 19fbb9f: train_branchgrpo_flux.py with "
    + "finetune_flux_branchgrpo_8gpus.sh"

  private static let paperAssumptions = [
    "the shared part of fork noise belongs to one fork; the form of the spread is that of the code",
    "the reward sees the final state, and the last edge is trained",
    "one prompt has one tree and one root; eight processes take two prompts each",
  ]

  /// BranchGRPO, its prunings and its mixed sampler.
  static let branchGRPO = [
    Recipe.Preset("branch-grpo/paper", source: paper, assumptions: paperAssumptions) {
      branchPaper(&$0)
    },
    Recipe.Preset("branch-grpo/code", source: code) { branchCode(&$0) },
    Recipe.Preset(
      "branch-grpo-width/paper", source: paper + ", Parent-Top1",
      assumptions: paperAssumptions + ["the edges of the last fork stay, as 138 of 218 edges fit"]
    ) { recipe in
      branchPaper(&recipe)
      recipe.tree?.widthPruning = .parentTop1(dropsForkEdges: false)
    },
    Recipe.Preset(
      "branch-grpo-width/code", source: code + ", lines 1358 to 1435, width mode 1"
    ) { recipe in
      branchCode(&recipe)
      recipe.tree?.widthPruning = .publishedMode1(ratio: 0.5)
    },
    Recipe.Preset(
      "branch-grpo-extreme/paper", source: paper + ", Extreme-b",
      assumptions: paperAssumptions + ["b is 4, half of the leaves"]
    ) { recipe in
      branchPaper(&recipe)
      recipe.tree?.widthPruning = .extreme(count: 4)
    },
    Recipe.Preset(
      "branch-grpo-extreme/code", source: code + ", lines 1437 to 1458, width mode 2"
    ) { recipe in
      branchCode(&recipe)
      recipe.tree?.widthPruning = .publishedMode2(ratio: 0.5)
    },
    Recipe.Preset(
      "branch-grpo-depth/paper", source: paper + ", depth pruning",
      assumptions: paperAssumptions + ["the preset depth at which the window stops is the last one"]
    ) { recipe in
      branchPaper(&recipe)
      recipe.tree?.depthPruning = Recipe.DepthPruning(
        depths: [9, 10, 11, 12], direction: .towardsLeaves, interval: 30, stop: 20)
    },
    Recipe.Preset(
      "branch-grpo-depth/code", source: code + ", lines 1270 to 1317",
      assumptions: ["the script leaves the list of depths empty; 15 to 18 is the example's"]
    ) { recipe in
      branchCode(&recipe)
      recipe.tree?.depthPruning = Recipe.DepthPruning(
        depths: [15, 16, 17, 18], direction: .towardsRoot, interval: 30, stop: 9)
    },
    Recipe.Preset(
      "branch-grpo-mix/paper", source: paper + ", BranchGRPO-Mix; the window of MixGRPO",
      assumptions: paperAssumptions + [
        "four steps in the window, one step further every 25 iterations, as in MixGRPO",
        "the last step follows the ODE",
      ]
    ) { recipe in
      branchPaper(&recipe)
      recipe.lastStep = .ode
      noisySteps(
        .window(Recipe.Window(strategy: .progressive(iterations: 25), bound: 19, size: 4)),
        in: &recipe)
    },
    Recipe.Preset(
      "branch-grpo-mix/code", source: code + ", lines 410 to 421 and 1233 to 1252"
    ) { recipe in
      branchCode(&recipe)
      noisySteps(.pattern(interval: 30, size: 4), in: &recipe)
    },
  ]

  private static func branchCode(_ recipe: inout Recipe) {
    danceCode(&recipe)
    recipe.prompts = Recipe.Prompts(count: 16, perIteration: 16)
    recipe.grid = .shift(steps: 20, shift: 3)
    recipe.rollout = .tree(
      Recipe.Tree(
        trees: 1, splits: [0, 3, 6, 9], widths: [2, 2, 2, 2], forkNoise: .scaled(4),
        noisySteps: .all))
    recipe.advantage = Recipe.Advantage(
      convention: .sample, scope: .depth, epsilon: 1e-8, gate: 1e-6, clamp: 5)
    recipe.tree = Recipe.TreeCredit(fusion: .uniform)
    recipe.clip = .ratio(1e-3)
    recipe.trainedSteps = .all
    // Eight processes step together, each after twelve edges of its own two trees.
    recipe.updates = Recipe.Updates(
      epochs: 1, schedule: .edges(8 * 12, loss: .timesTree, clipsLeftOver: false), microBatches: 1,
      shuffles: true, zeroAdvantageRows: .kept)
  }

  private static func branchPaper(_ recipe: inout Recipe) {
    branchCode(&recipe)
    recipe.lastStep = .noisy
    recipe.timeConditioning = .exact
    recipe.sharedNoise = .none
    recipe.rollout = .tree(
      Recipe.Tree(
        trees: 1, splits: [0, 3, 6, 9], widths: [2, 2, 2, 2], forkNoise: .published,
        noisySteps: .all))
    recipe.advantage.gate = 0
    recipe.logProbability.reduction = .sum
    recipe.updates = Recipe.Updates(
      epochs: 1, schedule: .batches(1), microBatches: 1, shuffles: false, zeroAdvantageRows: .kept)
    recipe.optimiser.average = Recipe.Optimiser.Average(decay: 0.995)
  }

  private static func noisySteps(_ steps: Recipe.NoisySteps, in recipe: inout Recipe) {
    guard case .tree(var tree) = recipe.rollout else { return }
    tree.noisySteps = steps
    recipe.rollout = .tree(tree)
  }
}
