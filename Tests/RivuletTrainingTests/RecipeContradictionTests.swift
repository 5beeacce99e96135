import RivuletCredit
import RivuletFlow
import RivuletTraining
import Testing

struct RecipeContradictionTests {
  private static let bars = Component(
    "shapes", [.init("side", .count(4)), .init("shape", .name("bars"))])

  private static func pixels(exponent: Double) -> Component {
    Component(
      "pixelField",
      [
        .init("side", .count(8)), .init("spectrumExponent", .number(exponent)),
        .init("deviation", .number(1)), .init("hidden", .counts([])),
        .init("activation", .name("tanh")), .init("conditioning", .name("none")),
      ])
  }

  private typealias Change = @Sendable (inout Recipe) -> Void

  private static func setTree(_ change: (inout Recipe.Tree) -> Void) -> Change {
    var tree = Recipe.Tree(
      trees: 1, splits: [0, 3, 6, 9], widths: [2, 2, 2, 2], forkNoise: .published, noisySteps: .all)
    change(&tree)
    let changed = tree
    return { $0.rollout = .tree(changed) }
  }

  private static func window(bound: Int, size: Int, _ draws: Recipe.Window.Draws? = nil)
    -> Recipe.NoisySteps
  {
    .window(
      Recipe.Window(
        strategy: draws.map { .random(for: $0) } ?? .progressive(iterations: 5), bound: bound,
        size: size))
  }

  /// A preset, what is changed in it, and the field that the message must name.
  private static let cases: [(String, String, Change)] = [
    ("exact", "prompts.perIteration", { $0.prompts.perIteration = 5 }),
    ("exact", "noise.firstStep", { $0.noise.firstStep = .unpatched }),
    ("dance-grpo/code", "noise.firstStep", { $0.noise.firstStep = .nextTime }),
    (
      "exact", "noise.family.values",
      {
        $0.noise.family = .coefficients([1]); $0.noise.firstStep = .unpatched
      }
    ),
    ("exact", "grid.times", { $0.grid = .times([1, 0.5, 0.6, 0]) }),
    ("exact", "grid.times", { $0.grid = .times([0.9, 0]) }),
    ("exact", "advantage.scope", { $0.advantage.scope = .depth }),
    ("exact", "advantage.scope", { $0.advantage.scope = .seedGroup }),
    (
      "branch-grpo/code", "advantage.scope",
      {
        $0.advantage.scope = .promptGroup; $0.advantage.gate = 0
      }
    ),
    ("exact", "advantage.epsilon", { $0.advantage.epsilon = 1e-4 }),
    ("flow-grpo/code", "advantage.gate", { $0.advantage.gate = 1e-6 }),
    ("tempflow-v2/code", "lastStep", { $0.lastStep = .noisy }),
    ("tempflow-v2/code", "sharedNoise", { $0.sharedNoise = .prompt }),
    (
      "tempflow-v2/code", "rollout.steps.steps[1]",
      { $0.rollout = .branches(seeds: 4, branches: 6, steps: .listed([0, 10])) }
    ),
    (
      "tempflow-v2/code", "rollout.steps.steps[1]",
      { $0.rollout = .branches(seeds: 4, branches: 6, steps: .listed([3, 3])) }
    ),
    ("tempflow-v2/code", "rollout.steps.steps[0]", { $0.noise.firstStep = .deterministic }),
    ("branch-grpo/code", "rollout.splits[3]", setTree { $0.splits[3] = 20 }),
    ("branch-grpo/code", "rollout.splits[2]", setTree { $0.splits[2] = 3 }),
    (
      "branch-grpo/code", "rollout.splits",
      setTree {
        $0.splits = []; $0.widths = []
      }
    ),
    ("branch-grpo/code", "rollout.widths", setTree { $0.widths = [2, 2] }),
    ("branch-grpo/code", "rollout.widths", setTree { $0.widths = [64, 64, 64, 64] }),
    ("branch-grpo-mix/paper", "rollout.splits[3]", setTree { $0.splits[3] = 19 }),
    ("branch-grpo/code", "tree", { $0.tree = nil }),
    ("exact", "tree", { $0.tree = Recipe.TreeCredit(fusion: .uniform) }),
    ("branch-grpo/code", "tree.widthPruning.count", { $0.tree?.widthPruning = .extreme(count: 9) }),
    (
      "branch-grpo-depth/code", "tree.depthPruning.depths[3]",
      { $0.tree?.depthPruning?.depths[3] = 21 }
    ),
    (
      "branch-grpo-depth/code", "tree.depthPruning.depths[1]",
      { $0.tree?.depthPruning?.depths[1] = 15 }
    ),
    ("branch-grpo-depth/code", "tree.depthPruning.stop", { $0.tree?.depthPruning?.stop = 21 }),
    ("branch-grpo/code", "tree.averaging", { $0.tree?.averaging = .perDepth }),
    (
      "branch-grpo/code", "updates.zeroAdvantageRows",
      { $0.updates.zeroAdvantageRows = .droppedThenPadded }
    ),
    (
      "branch-grpo/paper", "rollout.noisySteps.strategy.for",
      setTree { $0.noisySteps = window(bound: 19, size: 4, .member) }
    ),
    (
      "mix-grpo/code", "rollout.noisySteps.size",
      { $0.rollout = .chains(members: 12, noisySteps: window(bound: 3, size: 4)) }
    ),
    (
      "mix-grpo/code", "rollout.noisySteps.bound",
      { $0.rollout = .chains(members: 12, noisySteps: window(bound: 26, size: 4)) }
    ),
    (
      "mix-grpo/code", "rollout.noisySteps.bound",
      { $0.rollout = .chains(members: 12, noisySteps: window(bound: 25, size: 4)) }
    ),
    ("mix-grpo/code", "lastStep", { $0.lastStep = .noisy }),
    (
      "flow-grpo/code", "trainedSteps.fraction",
      { $0.trainedSteps = .fraction(0.05, of: .all, order: .first) }
    ),
    ("flow-grpo/code", "stepWeights.values", { $0.stepWeights = .values([1, 1]) }),
    ("flow-grpo/code", "clip.lower", { $0.clip = .ratio(1) }),
    (
      "exact", "kl.reduction",
      { $0.kl = Recipe.KullbackLeibler(form: .squaredLogRatio, reduction: .mean, coefficient: 1) }
    ),
    ("exact", "updates.schedule.count", { $0.updates.schedule = .batches(5) }),
    ("exact", "updates.microBatches", { $0.updates.microBatches = 97 }),
    (
      "exact", "updates.schedule.kind",
      { $0.updates.schedule = .edges(12, loss: .mean, clipsLeftOver: true) }
    ),
    ("exact", "optimiser.weightDecay", { $0.optimiser.weightDecay = 1e-4 }),
    ("exact", "rewards.terms", { $0.rewards.terms = [] }),
    (
      "exact", "rewards.terms[0].gradients",
      {
        $0.rewards.terms[0].reward = Component(
          "linear", [.init("gradients", .numbers([1, 2, 3])), .init("offset", .number(0))])
      }
    ),
    (
      "exact", "rewards.gold[0].kind",
      {
        $0.rewards.gold = [
          Recipe.RewardTerm(reward: Component("symmetry", [.init("axis", .name("vertical"))]))
        ]
      }
    ),
    (
      "exact", "rewards.terms[0].modes[1]",
      {
        $0.prompts.count = 2; $0.prompts.perIteration = 2;
        $0.rewards.terms[0].reward = Component(
          "mode",
          [
            .init("weights", .numbers([1, 1])), .init("means", .numbers([0, 0, 1, 1])),
            .init("deviation", .number(1)), .init("modes", .counts([0, 2])),
          ])
      }
    ),
    (
      "exact", "pretraining.data.kind",
      {
        $0.pretraining = Recipe.Pretraining(data: bars, iterations: 1, batch: 1, learningRate: 1)
      }
    ),
    (
      "exact", "pretraining.data.side",
      {
        $0.model = pixels(exponent: 2)
        $0.rewards.terms[0].reward = Component("texture", [.init("cutoff", .count(1))])
        $0.pretraining = Recipe.Pretraining(data: bars, iterations: 1, batch: 1, learningRate: 1)
      }
    ),
    (
      "exact", "model.spectrumExponent",
      {
        $0.model = pixels(exponent: 1e6)
        $0.rewards.terms[0].reward = Component("texture", [.init("cutoff", .count(1))])
      }
    ),
    (
      "exact", "rewards.terms[0].normals[2]",
      {
        $0.prompts.count = 2; $0.prompts.perIteration = 2;
        $0.rewards.terms[0].reward = Component(
          "halfPlane",
          [
            .init("normals", .numbers([0, 1, 0, 0])), .init("offset", .number(0)),
            .init("softness", .number(1)),
          ])
      }
    ),
  ]

  @Test func `fields that do not fit together are refused by the field to change`() throws {
    for (id, path, change) in Self.cases {
      var recipe = try #require(Recipe.preset(id)).recipe
      change(&recipe)
      do {
        try recipe.validate()
        Issue.record("\(id) with another \(path) is valid")
      } catch {
        #expect(error.path == path, "\(id): \(error)")
        guard case .contradiction = error else {
          Issue.record("\(id): \(error)")
          continue
        }
      }
    }
  }

  @Test func `a coefficient-preserving last step cannot fork`() throws {
    var recipe = try #require(Recipe.preset("tempflow-v2/paper")).recipe
    recipe.noise = Recipe.Noise(family: .coefficientPreserving(0.8), firstStep: .unpatched)
    try recipe.validate()
    recipe.rollout = .branches(seeds: 4, branches: 6, steps: .all)
    #expect(throws: RecipeError.self) { try recipe.validate() }
  }
}
