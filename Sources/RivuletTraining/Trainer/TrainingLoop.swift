import RivuletCredit
import RivuletFlow
import RivuletNumerics

/// One training method at work: an iteration is a rollout, its credit and its updates.
///
/// Source: the inner loops of Flow-GRPO, arXiv 2505.05470, algorithm 1; TempFlow-GRPO, arXiv 2508.04324,
/// algorithm 1; BranchGRPO, arXiv 2509.06040, algorithm 1. Where they differ the recipe says what is done.
final class TrainingLoop<Field: TrainableField, Score: TileReward>: TrainingMethod {
  let recipe: Recipe
  let form: RolloutForm
  let engine: IterationEngine<Field, Score>
  let pretrainer: Pretrainer<Field>?
  let average: AveragedParameters?
  /// The parameters of the reference.
  private(set) var reference: [Float]
  private var edges: EdgeChoice
  private var credit: CreditAssignment
  private var plan: UpdatePlan
  private var stepWeights: [Double] = []
  private var prompts: [Int] = []
  /// Kept, so that its lists are made once.
  private var summary = IterationSummary()
  private let rule: AdamRule
  private let unboundedRule: AdamRule
  private let key: RandomKey
  let times: [Double]

  init(
    _ recipe: Recipe, field: Field, score: Score, parameters: [Float], times: [Double],
    workers: Workers
  ) {
    self.recipe = recipe
    self.times = times
    reference = parameters
    form = RolloutForm(recipe)
    key = RandomKey(seed: recipe.seed).child("rollout")
    rule = recipe.adamRule
    var unbounded = rule
    unbounded.largestNorm = nil
    unboundedRule = unbounded
    let factors = recipe.divergenceFactors
    engine = IterationEngine(
      setting: Self.setting(
        recipe, form: form, times: times, hasReference: factors != nil),
      field: field, reward: score, parameters: parameters, workers: workers)
    engine.setSurrogates(recipe.surrogates)
    if let factors { engine.setDivergenceFactors(factors) }
    pretrainer = recipe.pretraining.map { _ in
      Pretrainer(recipe, field: field, parameters: parameters, workers: workers)
    }
    average = recipe.optimiser.average.map { AveragedParameters($0, parameters: parameters) }
    edges = EdgeChoice(recipe, form: form)
    credit = CreditAssignment(recipe, form: form)
    plan = UpdatePlan(recipe, form: form)
    summary.rewards = recipe.rewards.terms.map { _ in 0 }
    summary.gold = recipe.rewards.gold.map { _ in 0 }
  }

  // MARK: The method

  /// Runs one iteration.
  func iterate(_ iteration: Int) throws(TrainingDivergence) -> IterationSummary {
    try iterate(
      iteration,
      noise: KeyedTileNoise(key: key.child(UInt64(iteration)), initialShare: initialShare))
  }

  /// Runs one iteration with given noise.
  func iterate(
    _ iteration: Int, noise: some TileNoise
  ) throws(TrainingDivergence) -> IterationSummary {
    // Draw prompts; choose the steps that add noise and those that are trained.
    choosePrompts(iteration)
    let isNew = edges.advance(to: iteration, prompts: prompts)
    if isNew.noise { setNoise() }
    if isNew.trained { stepWeights = recipe.weights(ofTrained: edges.trainedSteps) }

    // Roll out: x_{k+1} = p_k x_k + q_k v(x_k, t_k) + tau_k xi, then R(x_N).
    try engine.rollOut(noise: noise)

    // Assign credit: fuse rewards, compare within groups, weigh steps, prune.
    try credit.assign(to: engine, stepWeights: stepWeights)
    plan.train(
      edges.trained, isNew: isNew.trained,
      scores: credit.pruningScores(advantages: engine.advantages), iteration: iteration)

    // Update: descend E[-min(rho A, clip(rho) A) + beta KL]. Where trained steps and those that add noise
    // do not meet there is nothing to descend.
    var sums = IterationSummary.Sums()
    for epoch in 0..<recipe.updates.epochs where !edges.trainedSteps.isEmpty {
      for update in plan.updates(
        iteration: iteration, epoch: epoch, advantages: engine.advantages)
      {
        plan.write(update, into: &engine.weights)
        let summary = try engine.computeGradient()
        engine.update(update.clips ? rule : unboundedRule, norm: summary.norm)
        average?.move(after: engine.adamPowers.updates, towards: engine.parameterMemory)
        sums.add(summary)
      }
    }
    measure(sums)
    return summary
  }

  /// Runs one iteration of pre-training; after the last one the result becomes the reference.
  func pretrain(_ iteration: Int) throws(TrainingDivergence) -> IterationSummary {
    guard let pretrainer, let pretraining = recipe.pretraining else {
      preconditionFailure("the recipe has no pre-training")
    }
    let result = try pretrainer.iterate(iteration)
    if iteration + 1 == pretraining.iterations { startTraining(from: pretrainer.parameters) }
    var summary = IterationSummary()
    summary.isPretraining = true
    summary.loss = result.loss
    summary.gradientNorm = result.gradientNorm
    summary.velocityError = result.velocityError
    return summary
  }

  /// Makes parameters those of the reference, from which training starts, whatever was trained before.
  func startTraining(from parameters: [Float]) {
    engine.setParameters(parameters)
    let zeros = [Float](repeating: 0, count: parameters.count)
    engine.adam.restore(first: zeros, second: zeros)
    engine.adamPowers = AdamState.Powers()
    engine.setReference(parameters)
    reference = parameters
    average?.restore(parameters)
  }

  // MARK: Its parts

  static func setting(
    _ recipe: Recipe, form: RolloutForm, times: [Double], hasReference: Bool
  ) -> EngineSetting {
    var forkNoise = ForkNoise.independent
    if case .tree(let tree) = recipe.rollout { forkNoise = tree.forkNoise }
    do {
      return try EngineSetting(
        plan: recipe.fullPlan, shape: form.shape, trees: form.trees, noisyEdges: form.noisyEdges,
        times: times, forkNoise: forkNoise,
        scored: recipe.lastStep == .cleanPrediction ? .cleanPrediction : .finalState,
        chunkLanes: form.chunkLanes, hasReference: hasReference,
        microBatches: recipe.updates.microBatches)
    } catch {
      preconditionFailure("the recipe is not valid: \(error)")
    }
  }

  private var initialShare: Int {
    switch recipe.sharedNoise {
    case .none: 1
    case .prompt: form.treesPerPrompt
    case .batch: form.trees
    }
  }

  private func choosePrompts(_ iteration: Int) {
    if !prompts.isEmpty && recipe.prompts.isFixed { return }
    let chosen = recipe.prompts.chosen(at: iteration, seed: recipe.seed)
    guard chosen != prompts else { return }
    prompts = chosen
    engine.setPrompts(
      chosen.flatMap { [Int](repeating: $0, count: form.treesPerPrompt) })
  }

  private func setNoise() {
    if edges.isSame {
      engine.setNoise(edges: edges.noise)
    } else {
      engine.setNoise(edgesOfTrees: edges.noise)
    }
  }

  private func measure(_ sums: IterationSummary.Sums) {
    var reward = 0.0
    for (index, term) in recipe.rewards.terms.enumerated() {
      summary.rewards[index] = credit.meanReward(engine.rewards, index: index)
      reward += term.weight * summary.rewards[index]
    }
    for index in summary.gold.indices {
      summary.gold[index] = credit.meanReward(
        engine.rewards, index: summary.rewards.count + index)
    }
    summary.reward = reward
    sums.write(
      into: &summary, trainedSteps: edges.trainedSteps.count,
      hasReference: engine.setting.hasReference)
  }
}

extension Recipe.Prompts {
  /// Whether every iteration has the prompts of the first.
  var isFixed: Bool { order == .cycle && count == perIteration }

  /// The prompts of one iteration.
  func chosen(at iteration: Int, seed: UInt64) -> [Int] {
    switch order {
    case .cycle:
      return (0..<perIteration).map {
        (iteration % count * (perIteration % count) + $0) % count
      }
    case .random:
      let key = RandomKey(seed: seed).child("prompts").child(UInt64(iteration))
      return Array(key.permutation(count: count).prefix(perIteration))
    }
  }
}
