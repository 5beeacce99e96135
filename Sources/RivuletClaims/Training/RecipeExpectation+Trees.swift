import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletTraining

extension RecipeExpectation {
  /// Finds the update of trees.
  static func drawTree(
    _ recipe: Recipe, _ world: GaussianWorld, _ tree: Recipe.Tree, at iteration: Int
  ) throws(NoClosedForm) -> Drawn {
    guard let choices = recipe.tree, let rule = recipe.advantage.treeRule else {
      preconditionFailure("a tree has its credit")
    }
    guard choices.fusion == .uniform else {
      throw NoClosedForm(
        path: "tree.fusion", reason: "weights by probabilities depend on noises non-linearly")
    }
    if case .window(let window) = tree.noisySteps, case .random = window.strategy {
      throw NoClosedForm(path: "rollout.noisySteps.strategy", reason: "random windows of trees")
    }
    let plan = recipe.samplingPlan(at: iteration, key: RandomKey(seed: recipe.seed))
    let counts = nodeCounts(tree, stepCount: plan.stepCount)
    let trained = try trainedSteps(recipe, plan: plan)
    let kept = try keptEdges(recipe, tree, counts: counts, at: iteration)
    let steps = trained.steps.filter { kept[$0] > 0 }
    let credit = world.credit(plan: plan)
    let update = UpdateExpectation(
      of: convention(
        recipe,
        rollouts: .tree(nodeCounts: counts, forkNoise: tree.forkNoise, baseline: rule.baseline),
        plan: plan, steps: steps,
        shares: shares(choices, steps: steps, kept: kept, counts: counts)), on: credit)
    return (
      [Part(share: 1, update: update)], [Sampler(share: 1, chains: world.chains(plan: plan))]
    )
  }

  /// n_k, the nodes that each step draws.
  private static func nodeCounts(_ tree: Recipe.Tree, stepCount: Int) -> [Int] {
    var nodes = 1
    return (0..<stepCount).map { step in
      if let index = tree.splits.firstIndex(of: step) { nodes *= tree.widths[index] }
      return nodes
    }
  }

  /// How many edges of each step stay in the objective.
  ///
  /// A pruning that looks at rewards keeps the expectation where both siblings of the last fork play the same
  /// part: with a linear reward all noises may change sign, which turns the better child into the worse one
  /// and leaves A xi as it is. So for K = 2 the kept edge has the mean of all.
  private static func keptEdges(
    _ recipe: Recipe, _ tree: Recipe.Tree, counts: [Int], at iteration: Int
  ) throws(NoClosedForm) -> [Int] {
    var kept = counts
    guard let choices = recipe.tree,
      choices.prunes(at: iteration, of: recipe.iterations)
    else { return kept }
    if let depths = choices.depthPruning {
      for depth in depths.dropped(at: iteration) where kept.indices.contains(depth - 1) {
        kept[depth - 1] = 0
      }
    }
    guard let width = choices.widthPruning, let fork = tree.splits.last else { return kept }
    switch width {
    case .parentTop1(let dropsForkEdges):
      guard tree.widths.last == 2 else {
        throw NoClosedForm(
          path: "tree.widthPruning", reason: "the best of three or more children is no mean child")
      }
      for step in (dropsForkEdges ? fork : fork + 1)..<max(fork + 1, kept.count) { kept[step] /= 2 }
    case .publishedMode1(let ratio):
      let chain = (fork + 1..<max(fork + 1, kept.count)).filter { kept[$0] > 0 }
      guard !chain.isEmpty else { return kept }
      for step in chain.dropFirst(max(1, Int(Double(chain.count) * ratio))) { kept[step] = 0 }
    case .extreme, .publishedMode2:
      throw NoClosedForm(
        path: "tree.widthPruning",
        reason: "the extreme leaves are an integral over all leaves of a tree")
    }
    return kept
  }

  private static func shares(
    _ choices: Recipe.TreeCredit, steps: [Int], kept: [Int], counts: [Int]
  ) -> [Double] {
    var edges = 0
    for step in choices.divisor == .keptEdges ? steps : Array(counts.indices) {
      edges += choices.divisor == .keptEdges ? kept[step] : counts[step]
    }
    let depths = choices.divisor == .keptEdges ? steps.count : counts.count
    return steps.map { step in
      switch choices.averaging {
      case .overEdges: return Double(kept[step]) / Double(edges)
      case .perDepth:
        let part = choices.divisor == .keptEdges ? 1 : Double(kept[step]) / Double(counts[step])
        return part / Double(depths)
      }
    }
  }
}
