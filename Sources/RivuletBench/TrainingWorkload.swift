import Rivulet

/// One of the workloads that train a perceptron: rollout, advantages, full gradient, Adam.
///
/// Flow-GRPO steps with a = 0.7 on the uniform grid t_k = 1 - k/T, where t_0 is read as t_1 in 1 - t. The
/// reward is the logarithm of a mixture of four bumps. Chains are compared within groups of 24
/// neighbours; in a tree an edge is compared with all edges of its depth. Every edge has the same weight.
///
/// All of it is a recipe, and what is measured is the trainer that any recipe runs on.
struct TrainingWorkload {
  let name: String
  let dimension: Int
  let hidden: [Int]
  let steps: Int
  /// Groups of chains and the chains of each, or one prompt and its trees.
  let groups: Int
  let members: Int
  var splits: [Int] = []

  static let all = [
    TrainingWorkload(
      name: "tiny", dimension: 2, hidden: [16, 16], steps: 10, groups: 4, members: 24),
    TrainingWorkload(
      name: "toy", dimension: 2, hidden: [64, 64], steps: 10, groups: 32, members: 24),
    TrainingWorkload(
      name: "toy20", dimension: 2, hidden: [64, 64], steps: 20, groups: 32, members: 24),
    TrainingWorkload(
      name: "pixel", dimension: 256, hidden: [128], steps: 10, groups: 32, members: 24),
    TrainingWorkload(
      name: "tree", dimension: 2, hidden: [64, 64], steps: 16, groups: 1, members: 48,
      splits: [0, 3, 6, 9]),
  ]

  var isTree: Bool { !splits.isEmpty }

  /// The number of chains, or of leaves, that a rate counts.
  var trajectories: Int { groups * members << splits.count }

  /// The workload as a recipe.
  ///
  /// - Parameter epochs: The number of updates of one rollout.
  /// - Returns: The recipe, whose fields are all set.
  func recipe(epochs: Int = 1) -> Recipe {
    var recipe = Recipe.Preset.exact.recipe
    recipe.name = name
    recipe.source = "a workload of the benchmark"
    recipe.iterations = 1_000_000_000
    recipe.prompts = Recipe.Prompts(count: groups, perIteration: groups)
    recipe.model = Component(
      "perceptron",
      [
        Component.Parameter("dimension", .count(dimension)),
        Component.Parameter("hidden", .counts(hidden)),
        Component.Parameter("activation", .name("tanh")),
        Component.Parameter("timeFeatures", .count(0)),
        Component.Parameter("conditioning", .name("none")),
      ])
    recipe.rewards = Recipe.Rewards(terms: [Recipe.RewardTerm(reward: reward)])
    recipe.grid = .uniform(steps: steps)
    recipe.noise = Recipe.Noise(family: .flow(scale: 0.7), firstStep: .nextTime)
    recipe.lastStep = .noisy
    recipe.rollout = .chains(members: members, noisySteps: .all)
    recipe.advantage = Recipe.Advantage(
      convention: .population, scope: .promptGroup, epsilon: 1e-4)
    if isTree {
      recipe.rollout = .tree(
        Recipe.Tree(
          trees: members, splits: splits, widths: splits.map { _ in 2 }, forkNoise: .independent,
          noisySteps: .all))
      recipe.advantage.scope = .depth
      recipe.tree = Recipe.TreeCredit(fusion: .uniform)
    }
    recipe.logProbability = Recipe.LogProbability(reduction: .sum)
    recipe.clip = .ratio(0.2)
    recipe.kl = nil
    recipe.updates.epochs = epochs
    recipe.optimiser.learningRate = 1e-3
    return recipe
  }

  private var reward: Component {
    let corners = [1.5, 1.5, -1.5, 1.5, -1.5, -1.5, 1.5, -1.5]
    let waves = (0..<4).flatMap { mode -> [Double] in
      let frequency = 0.37 * Double(mode + 1)
      return (0..<dimension).map { Elementary.sin(frequency * Double($0) + Double(mode)) }
    }
    return Component(
      "logMixture",
      [
        Component.Parameter("weights", .numbers([0.1, 0.2, 0.3, 0.4])),
        Component.Parameter("means", .numbers(dimension == 2 ? corners : waves)),
        Component.Parameter("deviation", .number(dimension == 2 ? 0.6 : 8)),
      ])
  }

  /// The parameters that every implementation starts from.
  var parameters: [Float] {
    var numbers: [Float] = []
    var sizes = [dimension + 1]
    sizes += hidden
    sizes.append(dimension)
    for layer in 0..<(sizes.count - 1) {
      let inputs = sizes[layer]
      let outputs = sizes[layer + 1]
      let gain = 1.2 / Double(inputs).squareRoot()
      for index in 0..<(inputs * outputs) {
        numbers.append(Float(gain * Elementary.sin(Double(1 + layer) + 1.7 * Double(index))))
      }
      for index in 0..<outputs {
        numbers.append(Float(0.1 * Elementary.sin(Double(2 + layer) + 0.9 * Double(index))))
      }
    }
    return numbers
  }

  /// Makes the trainer of the workload.
  func trainer(threads: Int, epochs: Int = 1) throws(RecipeError) -> Trainer {
    try Trainer(
      recipe(epochs: epochs), parameters: parameters, workers: Workers(threads: threads))
  }
}
