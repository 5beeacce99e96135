import RivuletFlow
import RivuletNumerics
import RivuletStatistics
import RivuletTraining

extension Claim {
  /// One loss for a tree, one update of a rollout.
  static let edgeUpdates = Claim(
    id: "training/edge-updates",
    title: "a rollout makes one update, of the mean over all its edges",
    statement: """
      The objective is averaged over the edges of the trees, and an iteration makes one update of it, at the \
      policy that drew the trees, with a gradient of bounded length.
      """,
    source:
      "arXiv 2509.06040, equation 5 and its algorithm; train_branchgrpo_flux.py at 19fbb9f, 1501-1608",
    scope: """
      two default trees, D = 2, reward x; updates of twelve shuffled edges are the published code's
      """,
    recorded: .holds,
    checks: [updates(), ratios(), movement(), leftOver()])
}

/// The preset of the paper with two trees, and the schedule of the code if asked for.
private func recipe(
  publishedEdges count: Int?, loss: Recipe.Updates.EdgeLoss = .timesTree,
  clipsLeftOver: Bool = false,
  trees: Int = 2, run: CheckRun
) -> Recipe {
  guard var recipe = Recipe.preset("branch-grpo/paper")?.recipe else {
    preconditionFailure("there is a preset of the name branch-grpo/paper")
  }
  recipe.seed = run.key.word
  recipe.prompts.count = trees
  recipe.prompts.perIteration = trees
  recipe.optimiser.average = nil
  if let count {
    recipe.updates.schedule = .edges(count, loss: loss, clipsLeftOver: clipsLeftOver)
    recipe.updates.shuffles = true
  }
  return recipe
}

private func updates() -> Check {
  let count = { @Sendable (edges: Int?, run: CheckRun) throws -> Double in
    Double(try Trainer(recipe(publishedEdges: edges, run: run)).iterate().updates)
  }
  return .exact(
    "updates", subject: "optimiser steps of an iteration with two trees of 218 edges", expected: 1,
    defects: [
      ExactVariant("twelve-edges", "a step after every 12 edges: 36 and a left-over one") {
        try count(12, $0)
      },
      ExactVariant("twelve-samples", "the reference trainer, a step after every 12 of 24 samples") {
        run in
        guard var recipe = Recipe.preset("dance-grpo/code")?.recipe else {
          preconditionFailure("there is a preset of the name dance-grpo/code")
        }
        recipe.seed = run.key.word
        recipe.prompts.count = 2
        recipe.prompts.perIteration = 2
        recipe.updates.schedule = .batches(2)
        return Double(try Trainer(recipe).iterate().updates)
      },
    ]
  ) { try count(nil, $0) }
}

private func ratios() -> Check {
  let distance = { @Sendable (edges: Int?, run: CheckRun) throws -> Double in
    var recipe = recipe(publishedEdges: edges, run: run)
    recipe.clip = nil
    // The first iteration; the published learning rate is 1e-5.
    let ratio = try Trainer(recipe).iterate().meanRatio ?? .nan
    return abs(ratio - 1)
  }
  return .exact(
    "ratios", subject: "distance from one of the mean ratio of an iteration's edges", expected: 0,
    defects: [
      ExactVariant("twelve-edges", "36 of 37 updates leave the policy that drew the trees") {
        try distance(12, $0)
      }
    ]
  ) { try distance(nil, $0) }
}

/// How far plain ascents of an iteration go along the mean gradient, over its length.
private func movement() -> Check {
  let share = { @Sendable (edges: Int?, run: CheckRun) throws -> Double in
    let rate = 1e-6
    let whole = try Trainer(
      recipe(publishedEdges: nil, run: run).withPlainAscents(rate: rate))
    try whole.iterate()
    let moving = try Trainer(
      recipe(publishedEdges: edges, run: run).withPlainAscents(rate: rate))
    try moving.iterate()
    var product = 0.0
    var square = 0.0
    for (number, parameter) in zip(whole.gradient, moving.parameters) {
      product -= Double(number) * Double(parameter)
      square += Double(number) * Double(number)
    }
    return product / (rate * square)
  }
  return .exact(
    "movement", subject: "movement of an iteration over the rate times its mean gradient",
    expected: 1, tolerance: 1e-3,
    defects: [
      ExactVariant(
        "twelve-edges", "each edge over 12 times 218, a step after every 12: a sixth"
      ) { try share(12, $0) }
    ]
  ) { try share(nil, $0) }
}

/// The length of an iteration's movement without what its last update may have, over the bound.
///
/// Two updates, of 200 and of 18 edges, both far longer than the bound: with the last one cut to the bound, the
/// rest of the movement has the length of the bound.
private func leftOver() -> Check {
  let length = { @Sendable (clips: Bool, run: CheckRun) throws -> Double in
    let (rate, bound) = (1e-3, 1e-3)
    var recipe = recipe(
      publishedEdges: 200, loss: .mean, clipsLeftOver: clips, trees: 1, run: run
    ).withPlainAscents(rate: rate)
    recipe.optimiser.gradientNorm = bound
    let trainer = try Trainer(recipe)
    try trainer.iterate()
    let last = trainer.gradient
    var square = 0.0
    for number in last { square += Double(number) * Double(number) }
    let scale = bound / square.squareRoot()
    var rest = 0.0
    for (number, parameter) in zip(last, trainer.parameters) {
      let other = -Double(parameter) / rate - scale * Double(number)
      rest += other * other
    }
    return rest.squareRoot() / bound
  }
  return .exact(
    "left-over", subject: "movement but for the bounded left-over update, over the bound",
    expected: 1,
    tolerance: 1e-3,
    defects: [
      ExactVariant("unbounded", "the left-over update is not bounded") { try length(false, $0) }
    ]
  ) { try length(true, $0) }
}
