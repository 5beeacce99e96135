import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletTraining

/// The data and the reward of a recipe whose updates have a closed form.
struct GaussianWorld: Sendable {
  /// The mean of the data in each coordinate.
  let means: [Double]
  /// The standard deviation of the data in each coordinate.
  let deviations: [Double]
  /// The gradient of the reward at the mean of the reference's final state.
  let slopes: [Double]
  /// The curvatures q of the reward g x - q x^2/2; zeros for a linear one.
  let curvatures: [Double]
  /// The constant of the reward.
  let offset: Double
  /// The times at which the velocity is evaluated; nil for those of the grid.
  let toldTimes: [Double]?
  /// Which state of a leaf the reward sees.
  let scored: ScoredState

  var dimension: Int { deviations.count }
  var isCurved: Bool { curvatures.contains { $0 != 0 } }

  /// Reads model and rewards of a recipe.
  init(_ recipe: Recipe) throws(RecipeExpectation.NoClosedForm) {
    let model = recipe.model
    guard model.kind == "affineGaussian", model.name("learns") == "biases" else {
      throw .init(path: "model", reason: "only biases of an affine field have one")
    }
    guard model.name("conditioning") == "none", recipe.pretraining == nil else {
      throw .init(path: "model.conditioning", reason: "prompts share their biases")
    }
    means = model.numbers("mean")
    deviations = model.numbers("deviation")
    scored = recipe.lastStep == .cleanPrediction ? .cleanPrediction : .finalState
    let times = recipe.grid.timeGrid
    let told = times.steps.map { TruncatedTimeField<GaussianField>.truncated(times.times[$0]) }
    toldTimes = recipe.timeConditioning == .thousandths ? told : nil
    var slopes = [Double](repeating: 0, count: deviations.count)
    var curvatures = slopes
    var offset = 0.0
    for (index, term) in recipe.rewards.terms.enumerated() {
      let path = "rewards.terms[\(index)]"
      guard term.reward.kind == "linear" || term.reward.kind == "quadratic" else {
        throw .init(path: path, reason: "only rewards of the second degree have one")
      }
      offset += term.weight * term.reward.number("offset")
      let gradients = term.reward.numbers("gradients")
      guard gradients.count == slopes.count else {
        throw .init(path: path + ".gradients", reason: "prompts have different rewards")
      }
      for coordinate in slopes.indices { slopes[coordinate] += term.weight * gradients[coordinate] }
      guard term.reward.kind == "quadratic" else { continue }
      let bends = term.reward.numbers("curvatures")
      for coordinate in slopes.indices { curvatures[coordinate] += term.weight * bends[coordinate] }
    }
    if recipe.rewards.combination == .advantages && recipe.rewards.terms.count > 1 {
      throw .init(path: "rewards.combination", reason: "advantages of several rewards are summed")
    }
    self.curvatures = curvatures
    self.offset = offset
    guard curvatures.contains(where: { $0 != 0 }) else {
      self.slopes = slopes
      return
    }
    guard !recipe.advantage.convention.divides else {
      throw .init(
        path: "advantage.convention", reason: "the spread of a curved reward moves with the policy")
    }
    guard case .chains(_, .all) = recipe.rollout else {
      throw .init(path: "rollout", reason: "a curved reward needs one sampler")
    }
    let plan = recipe.samplingPlan(at: 0, key: RandomKey(seed: recipe.seed))
    let chains = Self.chains(
      plan: plan, means: means, deviations: deviations, scored: scored, toldTimes: toldTimes)
    for coordinate in slopes.indices {
      slopes[coordinate] -= curvatures[coordinate] * chains[coordinate].terminalLaw.mean
    }
    self.slopes = slopes
  }

  /// Returns the chain of each coordinate, ending in what the reward sees.
  func chains(plan: SamplingPlan) -> [GaussianChain] {
    Self.chains(
      plan: plan, means: means, deviations: deviations, scored: scored, toldTimes: toldTimes)
  }

  private static func chains(
    plan: SamplingPlan, means: [Double], deviations: [Double], scored: ScoredState,
    toldTimes: [Double]?
  ) -> [GaussianChain] {
    let seen = scored == .cleanPrediction ? plan.endingInCleanPrediction : plan
    return means.indices.map {
      GaussianChain(
        plan: seen, mean: means[$0], deviation: deviations[$0], toldTimes: toldTimes)
    }
  }

  /// Returns the credit of whole chains.
  func credit(plan: SamplingPlan) -> LinearCredit {
    LinearCredit(
      plan: plan, deviations: deviations, gradient: slopes, scored: scored, toldTimes: toldTimes)
  }
}
