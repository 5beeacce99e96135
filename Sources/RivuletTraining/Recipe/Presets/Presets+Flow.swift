import RivuletCredit
import RivuletFlow

extension Recipe.Preset {
  /// What the trainers of Flow-GRPO's code share; also the base of TempFlow-GRPO's.
  static func flowCode(_ recipe: inout Recipe) {
    recipe.prompts = Recipe.Prompts(count: 48, perIteration: 48)
    recipe.grid = .doubleShift(steps: 10, shift: 3)
    recipe.noise = Recipe.Noise(family: .flow(scale: 0.7), firstStep: .nextTime)
    recipe.advantage = Recipe.Advantage(
      convention: .population, scope: .batch, epsilon: 1e-4, clamp: 5)
    recipe.logProbability.reduction = .mean
    recipe.clip = .ratio(1e-4)
    recipe.kl = Recipe.KullbackLeibler(
      form: .withoutStepSize, reduction: .mean, coefficient: 0.04)
    recipe.trainedSteps = .fraction(0.99, of: .all, order: .first)
    recipe.updates = Recipe.Updates(
      epochs: 1, schedule: .batches(2), microBatches: 1, shuffles: true,
      zeroAdvantageRows: .droppedThenPadded)
    recipe.optimiser = Recipe.Optimiser(
      rule: .adamW, learningRate: 3e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-8,
      weightDecay: 1e-4, gradientNorm: 1, average: Recipe.Optimiser.Average(decay: 0.9, interval: 8)
    )
  }

  /// What the equations of Flow-GRPO and TempFlow-GRPO share.
  static func flowPaper(_ recipe: inout Recipe) {
    flowCode(&recipe)
    recipe.logProbability.reduction = .sum
    recipe.kl = Recipe.KullbackLeibler(form: .exact, reduction: .sum, coefficient: 0.004)
    recipe.updates.zeroAdvantageRows = .kept
  }

  /// Flow-GRPO and its fast variant.
  static let flowGRPO = [
    Recipe.Preset(
      "flow-grpo/paper", source: "Flow-GRPO, arXiv 2505.05470",
      assumptions: [
        "the form of the spread and its epsilon are those of the code",
        "all steps are trained, the last one with its noise",
        "the coefficient 0.004 is the older code's, whose KL has the step size",
      ]
    ) { recipe in
      flowPaper(&recipe)
      recipe.advantage.scope = .promptGroup
      recipe.trainedSteps = .all
    },
    Recipe.Preset(
      "flow-grpo/code",
      source: "yifan123/flow_grpo at ac4c86e: train_sd3.py, stat_tracking.py, config/base.py",
      assumptions: ["the coefficient is that of GenEval"]
    ) { flowCode(&$0) },
    Recipe.Preset(
      "flow-grpo-fast/paper", source: "yifan123/flow_grpo at 1f4ca40, README: Flow-GRPO-Fast",
      assumptions: [
        "one random step of the first half adds noise; a prompt shares initial noise and step, "
          + "so its members leave one ODE path",
        "all else as in flow-grpo/paper",
      ]
    ) { recipe in
      flowPaper(&recipe)
      recipe.advantage.scope = .promptGroup
      recipe.lastStep = .ode
      recipe.sharedNoise = .prompt
      recipe.rollout = .chains(
        members: 24,
        noisySteps: .window(Recipe.Window(strategy: .random(for: .prompt), bound: 5, size: 1)))
      recipe.trainedSteps = .all
    },
    Recipe.Preset(
      "flow-grpo-fast/code",
      source: "zhtmike/flow_grpo at 3d02fd9, sd3_pipeline_with_logprob_fast.py; "
        + "yifan123/flow_grpo at 31c71b9 and 54809b5, the recipe without guidance",
      assumptions: [
        "a window for each call of the pipeline is one for each member",
        "prompts, optimiser and spread as in flow-grpo/code",
      ]
    ) { recipe in
      flowCode(&recipe)
      recipe.noise = Recipe.Noise(family: .coefficientPreserving(0.8), firstStep: .unpatched)
      recipe.lastStep = .ode
      recipe.rollout = .chains(
        members: 24,
        noisySteps: .window(Recipe.Window(strategy: .random(for: .member), bound: 5, size: 3)))
      recipe.logProbability.density = .withoutVariance
      recipe.clip = .ratio(1e-5)
      recipe.kl = nil
      recipe.trainedSteps = .all
    },
  ]

  /// TempFlow-GRPO with groups of its first and of its later versions.
  static let tempFlow = [
    Recipe.Preset(
      "tempflow-v1/paper", source: "TempFlow-GRPO, arXiv 2508.04324v1",
      assumptions: tempFlowAssumptions
    ) { tempFlow(&$0, scope: .promptGroup, isPaper: true) },
    Recipe.Preset(
      "tempflow-v1/code",
      source: "Shredded-Pork/TempFlow-GRPO at e66824e, train_sd3_pr.py, its comment 'prompt group'"
    ) { tempFlow(&$0, scope: .promptGroup, isPaper: false) },
    Recipe.Preset(
      "tempflow-v2/paper", source: "TempFlow-GRPO, arXiv 2508.04324v2",
      assumptions: tempFlowAssumptions
    ) { tempFlow(&$0, scope: .seedGroup, isPaper: true) },
    Recipe.Preset(
      "tempflow-v2/code", source: "Shredded-Pork/TempFlow-GRPO at e66824e, train_sd3_pr.py",
      assumptions: ["no two seeds of a prompt meet on a worker, so a group is one seed's branches"]
    ) { tempFlow(&$0, scope: .seedGroup, isPaper: false) },
  ]

  private static let tempFlowAssumptions = [
    "the log-probability is summed, as in the derivation; the code takes the mean",
    "weights have mean one over the trained steps, of which the last is none",
  ]

  private static func tempFlow(_ recipe: inout Recipe, scope: Recipe.Scope, isPaper: Bool) {
    if isPaper { flowPaper(&recipe) } else { flowCode(&recipe) }
    recipe.lastStep = .ode
    recipe.rollout = .branches(seeds: 4, branches: 6, steps: .allButLast)
    recipe.advantage.scope = scope
    recipe.stepWeights = isPaper ? .noiseAware : .noiseLevel(factor: 2.25)
    recipe.kl = Recipe.KullbackLeibler(
      form: .exact, reduction: isPaper ? .sum : .mean, coefficient: 0.004)
    if isPaper { recipe.trainedSteps = .allButLast }
  }
}
