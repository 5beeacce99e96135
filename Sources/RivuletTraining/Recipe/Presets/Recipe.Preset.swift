import RivuletCredit
import RivuletFlow

extension Recipe {
  /// A recipe that follows a paper or its code.
  public struct Preset: Sendable, Hashable {
    /// The name, such as `tempflow-v2/code`.
    public let id: String
    /// The recipe.
    public let recipe: Recipe
    /// What the source leaves open, and what is taken here.
    public let assumptions: [String]

    /// Makes a preset whose recipe has its name.
    init(
      _ id: String, source: String, assumptions: [String] = [], _ change: (inout Recipe) -> Void
    ) {
      var recipe = Recipe.foundation
      change(&recipe)
      recipe.name = id
      recipe.source = source
      self.id = id
      self.recipe = recipe
      self.assumptions = assumptions
    }
  }

  /// All presets, in the order of tables.
  public static let presets: [Preset] =
    [.exact] + Preset.flowGRPO + Preset.danceGRPO + Preset.mixGRPO + Preset.tempFlow
    + Preset.branchGRPO

  /// Finds a preset by its name.
  ///
  /// - Parameter id: One of the names in ``presets``.
  /// - Returns: The preset; nil where none has the name.
  public static func preset(_ id: String) -> Preset? { presets.first { $0.id == id } }

  /// What every preset changes: the exact recipe on a plane of Gaussian data with a linear reward.
  static let foundation = Recipe(
    name: "foundation", source: "theory", seed: 1, iterations: 300,
    prompts: Prompts(count: 4, perIteration: 4),
    model: Component(
      "affineGaussian",
      [
        Component.Parameter("dimension", .count(2)),
        Component.Parameter("mean", .numbers([0, 0])),
        Component.Parameter("deviation", .numbers([1, 1])),
        Component.Parameter("learns", .name("biases")),
        Component.Parameter("conditioning", .name("none")),
      ]),
    pretraining: nil,
    rewards: Rewards(
      terms: [
        RewardTerm(
          reward: Component(
            "linear",
            [
              Component.Parameter("gradients", .numbers([1, 0])),
              Component.Parameter("offset", .number(0)),
            ]))
      ]),
    grid: .uniform(steps: 10),
    noise: Noise(family: .flow(scale: 0.7), firstStep: .nextTime),
    lastStep: .noisy, timeConditioning: .exact,
    rollout: .chains(members: 24, noisySteps: .all), sharedNoise: .none,
    advantage: Advantage(convention: .leaveOneOut, scope: .promptGroup, epsilon: 0), tree: nil,
    logProbability: LogProbability(reduction: .sum), stepWeights: .unit, clip: nil,
    kl: KullbackLeibler(form: .exact, reduction: .sum, coefficient: 1),
    trainedSteps: .all,
    updates: Updates(
      epochs: 1, schedule: .batches(1), microBatches: 1, shuffles: false, zeroAdvantageRows: .kept),
    optimiser: Optimiser(
      rule: .adam, learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0,
      gradientNorm: nil, average: nil))
}

extension Recipe.Preset {
  /// The recipe that converges to the exact optimum where one exists.
  ///
  /// Full SDE, summed log-probability, leave-one-out advantages, exact divergence, no clip, one
  /// update for each rollout.
  public static let exact = Recipe.Preset(
    "exact",
    source: "the policy gradient without approximation: RLOO, arXiv 2402.14740, with the exact KL"
  ) { _ in }
}
