import RivuletCredit
import RivuletFlow

extension Recipe.Preset {
  /// What the trainers that grew out of DanceGRPO's share.
  static func danceCode(_ recipe: inout Recipe) {
    recipe.prompts = Recipe.Prompts(count: 8, perIteration: 8)
    recipe.grid = .shift(steps: 16, shift: 3)
    recipe.noise = Recipe.Noise(family: .constant(0.3), firstStep: .unpatched)
    recipe.lastStep = .cleanPrediction
    recipe.timeConditioning = .thousandths
    recipe.rollout = .chains(members: 12, noisySteps: .all)
    recipe.sharedNoise = .batch
    recipe.advantage = Recipe.Advantage(
      convention: .sample, scope: .promptGroup, epsilon: 1e-8, clamp: 5)
    recipe.logProbability.reduction = .mean
    recipe.clip = .ratio(1e-4)
    recipe.kl = nil
    recipe.trainedSteps = .fraction(0.6, of: .allButLast, order: .permuted)
    recipe.updates = Recipe.Updates(
      epochs: 1, schedule: .batches(3), microBatches: 1, shuffles: false, zeroAdvantageRows: .kept)
    recipe.optimiser = Recipe.Optimiser(
      rule: .adamW, learningRate: 1e-5, beta1: 0.9, beta2: 0.999, epsilon: 1e-8,
      weightDecay: 1e-4, gradientNorm: 1, average: nil)
  }

  /// DanceGRPO on FLUX.
  static let danceGRPO = [
    Recipe.Preset(
      "dance-grpo/paper", source: "DanceGRPO, arXiv 2505.07818",
      assumptions: [
        "a prompt shares its initial noise, and the reward sees the final state",
        "the log-probability is summed; the form of the spread is that of the code",
        "the network is told the exact time",
      ]
    ) { recipe in
      danceCode(&recipe)
      recipe.timeConditioning = .exact
      recipe.lastStep = .noisy
      recipe.sharedNoise = .prompt
      recipe.logProbability.reduction = .sum
      recipe.trainedSteps = .fraction(0.6, of: .all, order: .permuted)
    },
    Recipe.Preset(
      "dance-grpo/code", source: "XueZeyue/DanceGRPO at 15cc71d, train_grpo_flux.py",
      assumptions: [
        "eight prompts an iteration, one for each process of the script",
        "the gradient's norm is bounded by 1; two scripts say 0.01 and 1",
      ]
    ) { danceCode(&$0) },
  ]

  /// MixGRPO.
  static let mixGRPO = [
    Recipe.Preset(
      "mix-grpo/paper", source: "MixGRPO, arXiv 2507.21802",
      assumptions: [
        "the window reaches every step but the last and keeps its size",
        "the log-probability is summed; initial noise is shared within a prompt",
      ]
    ) { recipe in
      mix(&recipe, bound: 24, form: .complete)
      recipe.timeConditioning = .exact
      recipe.sharedNoise = .prompt
      recipe.logProbability.reduction = .sum
    },
    Recipe.Preset(
      "mix-grpo/code",
      source: "Tencent-Hunyuan/MixGRPO at e5cdd6a: train_grpo_flux.py, grpo_states.py",
      assumptions: ["eight prompts an iteration; rows of zero advantage vanish in its re-ordering"]
    ) { recipe in
      mix(&recipe, bound: 23, form: .published)
      recipe.updates.zeroAdvantageRows = .dropped
    },
  ]

  private static func mix(_ recipe: inout Recipe, bound: Int, form: MovingWindow.Form) {
    danceCode(&recipe)
    recipe.grid = .shift(steps: 25, shift: 3)
    recipe.noise = Recipe.Noise(family: .flow(scale: 0.7), firstStep: .nextTime)
    recipe.lastStep = .ode
    recipe.rollout = .chains(
      members: 12,
      noisySteps: .window(
        Recipe.Window(
          strategy: .progressive(iterations: 25), bound: bound, size: 4, stride: 1,
          end: .rollBack, form: form)))
    recipe.trainedSteps = .all
    recipe.updates.schedule = .batches(4)
  }
}
