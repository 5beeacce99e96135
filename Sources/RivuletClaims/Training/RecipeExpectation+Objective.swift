import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletTraining

extension RecipeExpectation {
  /// Returns the trained steps of a sampler, and what each counts in the mean over rows and trained steps.
  ///
  /// - Parameters:
  ///   - recipe: The recipe.
  ///   - plan: The steps of the sampler.
  ///   - candidates: The steps that have a transition to be trained; nil for the stochastic ones.
  /// - Returns: The steps, and 1/T for each of T.
  /// - Throws: ``NoClosedForm`` where rows train different numbers of steps.
  static func trainedSteps(
    _ recipe: Recipe, plan: SamplingPlan, among candidates: [Int]? = nil
  ) throws(NoClosedForm) -> (steps: [Int], shares: [Double]) {
    let noisy = (candidates ?? plan.stochasticSteps).filter { plan.kernels[$0].isStochastic }
    let count = recipe.trainedSteps.count(stepCount: plan.stepCount)
    var size = count
    if case .fraction(_, let base, .permuted) = recipe.trainedSteps {
      // Each row trains `count` of these at random, so each step has 1/size of the terms.
      size = base == .all ? plan.stepCount : plan.stepCount - 1
      guard size == count || noisy.filter({ $0 < size }).count == size else {
        throw NoClosedForm(
          path: "trainedSteps", reason: "rows train different numbers of stochastic steps")
      }
    }
    let steps = noisy.filter { $0 < size }
    return (steps, steps.map { _ in 1 / Double(steps.count) })
  }

  /// Returns the convention of a recipe for one kind of samples.
  static func convention(
    _ recipe: Recipe, rollouts: UpdateConvention.Rollouts, plan: SamplingPlan, steps: [Int],
    shares: [Double]
  ) -> UpdateConvention {
    var weights = stepWeights(recipe.stepWeights, plan: plan, steps: steps)
    if recipe.logProbability.density == .withoutVariance {
      // -(x' - mu)^2 is the log-density times 2 tau^2.
      for (index, step) in steps.enumerated() {
        weights[index] *= 2 * plan.kernels[step].deviation * plan.kernels[step].deviation
      }
    }
    return UpdateConvention(
      rollouts: rollouts, convention: recipe.advantage.convention,
      epsilon: recipe.advantage.epsilon, reduction: reduction(recipe.logProbability.reduction),
      trainedSteps: steps, stepWeights: weights, shares: shares, penalty: penalty(recipe.kl))
  }

  private static func reduction(_ reduction: Recipe.Reduction) -> LogProbabilityReduction {
    reduction == .sum ? .sum : .mean
  }

  /// The penalty on the divergence; a squared ratio to the policy that sampled has no gradient there.
  private static func penalty(_ kl: Recipe.KullbackLeibler?) -> UpdateConvention.Penalty? {
    guard let kl, kl.form != .squaredLogRatio else { return nil }
    return UpdateConvention.Penalty(
      coefficient: kl.coefficient, form: kl.form == .exact ? .exact : .withoutStepSize,
      reduction: reduction(kl.reduction))
  }

  private static func stepWeights(
    _ weighting: Recipe.StepWeighting, plan: SamplingPlan, steps: [Int]
  ) -> [Double] {
    let kernels = steps.map { plan.kernels[$0] }
    let deviations = kernels.map(\.deviation)
    switch weighting {
    case .unit: return kernels.map { _ in 1 }
    case .noiseAware: return StepWeights.noiseAware(deviations: deviations)
    case .noiseLevel(let factor): return deviations.map { factor * $0 }
    case .balanced:
      return StepWeights.balanced(
        deviations: deviations, factors: kernels.map { -$0.velocityFactor / $0.stepSize })
    case .guarded:
      return StepWeights.guarded(deviations: deviations, stepSizes: kernels.map(\.stepSize))
    case .values(let values): return steps.map { values[$0] }
    }
  }

  /// Refuses a clamp that can bind.
  ///
  /// A standardised advantage of n members is at most (n - 1)/sqrt(n) (sample) or sqrt(n - 1) (population). In
  /// a batch of many it can be larger than 5, in six of ten million cases; that is let pass.
  static func requireFreeClamp(_ recipe: Recipe) throws(NoClosedForm) {
    guard let clamp = recipe.advantage.clamp else { return }
    let binds = NoClosedForm(path: "advantage.clamp", reason: "the clamp can bind")
    guard recipe.advantage.convention.divides else { throw binds }
    let size: Int
    switch (recipe.rollout, recipe.advantage.scope) {
    case (_, .batch):
      guard clamp >= 5 else { throw binds }
      return
    case (.chains(let members, _), _): size = members
    case (.branches(_, let branches, _), .seedGroup): size = branches
    case (.branches(let seeds, let branches, _), _): size = seeds * branches
    case (.tree(let tree), _): size = tree.leafCount
    }
    let count = Double(size)
    let bound =
      recipe.advantage.convention == .sample
      ? (count - 1) / count.squareRoot() : (count - 1).squareRoot()
    guard bound <= clamp else { throw binds }
  }
}
