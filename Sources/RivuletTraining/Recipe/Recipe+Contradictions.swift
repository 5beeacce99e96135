import RivuletCredit
import RivuletFlow

// Fields of different records that do not fit together. Each rule names the field that is to be
// changed, and says what it does not fit to.

extension Recipe {
  /// Refuses steps outside the grid, and forks and branches without noise.
  func checkSteps() throws(RecipeError) {
    let steps = grid.stepCount
    if case .coefficients(let values) = noise.family, values.count != steps {
      throw Self.contradiction(
        "noise.family.values", "a list of \(values.count)",
        "the grid has \(steps) steps; give one coefficient for each")
    }
    switch rollout {
    case .chains(_, let noisy): try checkNoisySteps(noisy, splits: [])
    case .branches(_, _, let branching):
      for (index, step) in branching.steps(stepCount: steps).enumerated() {
        try requireNoise(at: step, path: "rollout.steps.steps[\(index)]", what: "branches leave")
      }
    case .tree(let tree):
      for (index, step) in tree.splits.enumerated() {
        try requireNoise(at: step, path: "rollout.splits[\(index)]", what: "a tree forks")
        if lastStep == .ode && step == steps - 1 {
          throw Self.contradiction(
            "rollout.splits[\(index)]", step,
            "the last step follows the ODE, and a fork there gives equal children")
        }
      }
      try checkNoisySteps(tree.noisySteps, splits: tree.splits)
    }
    if case .fraction(let fraction, _, _) = trainedSteps,
      trainedSteps.count(stepCount: steps) == 0
    {
      throw Self.contradiction(
        "trainedSteps.fraction", fraction, "of \(steps) steps it leaves none to be trained")
    }
    if case .values(let values) = stepWeights, values.count != steps {
      throw Self.contradiction(
        "stepWeights.values", "a list of \(values.count)",
        "the grid has \(steps) steps; give one weight for each")
    }
  }

  private func requireNoise(at step: Int, path: String, what: String) throws(RecipeError) {
    let steps = grid.stepCount
    guard step < steps else {
      throw Self.contradiction(path, step, "the grid has the steps 0 to \(steps - 1)")
    }
    if step == 0 && noise.firstStep == .deterministic {
      throw Self.contradiction(path, step, "\(what) by noise, and the first step is deterministic")
    }
    switch noise.family {
    case .coefficients(let values) where values[step] == 0:
      throw Self.contradiction(path, step, "\(what) by noise, and that step's coefficient is 0")
    case .coefficientPreserving where step == steps - 1:
      throw Self.contradiction(
        path, step, "\(what) by noise, and a coefficient-preserving last step has none")
    default: break
    }
  }

  private func checkNoisySteps(_ noisy: NoisySteps, splits: [Int]) throws(RecipeError) {
    let last = grid.stepCount - 1
    let reachesLast: Bool
    switch noisy {
    case .all: return
    case .window(let window):
      guard window.bound <= grid.stepCount else {
        throw Self.contradiction(
          "rollout.noisySteps.bound", window.bound, "the grid has \(grid.stepCount) steps")
      }
      if case .random(for: .member) = window.strategy, case .tree = rollout {
        throw Self.contradiction(
          "rollout.noisySteps.strategy.for", "member", "a tree has no members; take prompt")
      }
      reachesLast = window.bound > last
      if reachesLast && lastStep == .ode {
        throw Self.contradiction(
          "rollout.noisySteps.bound", window.bound,
          "the last step follows the ODE; take at most \(last)")
      }
    case .pattern(let interval, let size):
      reachesLast = last % interval < size
    }
    if lastStep == .noisy && !reachesLast && !splits.contains(last) {
      throw Self.contradiction(
        "lastStep", "noisy", "the noisy steps do not reach it; take ode or cleanPrediction")
    }
  }

  /// Refuses groups that a rollout does not have.
  func checkRollout() throws(RecipeError) {
    let isTree = if case .tree = rollout { true } else { false }
    if advantage.scope.isOfTrees != isTree {
      throw Self.contradiction(
        "advantage.scope", advantage.scope.rawValue,
        isTree
          ? "a tree compares its own nodes; take depth, siblings or flat"
          : "the rollout is no tree; take seedGroup, promptGroup or batch")
    }
    switch rollout {
    case .chains:
      if advantage.scope == .seedGroup {
        throw Self.contradiction(
          "advantage.scope", "seedGroup", "chains have no branches; take promptGroup or batch")
      }
    case .branches(let seeds, _, _):
      if lastStep != .ode {
        throw Self.contradiction(
          "lastStep", lastStep.rawValue, "branches are completed by the ODE; take ode")
      }
      if sharedNoise != .none && seeds > 1 {
        throw Self.contradiction(
          "sharedNoise", sharedNoise.rawValue,
          "the \(seeds) seeds of a prompt would be equal; take none")
      }
    case .tree: break
    }
  }

  /// Refuses credit of trees without trees, trees without it, and pruning outside the tree.
  func checkTree() throws(RecipeError) {
    guard case .tree(let shape) = rollout else {
      guard tree != nil else { return }
      throw Self.contradiction("tree", "a record", "the rollout is no tree; write null")
    }
    guard let tree else {
      throw Self.contradiction("tree", "null", "the rollout is a tree and needs its credit")
    }
    var nodes = 1
    var level = 1
    for step in 0..<grid.stepCount {
      if let index = shape.splits.firstIndex(of: step) { level *= shape.widths[index] }
      nodes += level
      guard nodes <= TreeShape.largestNodeCount else {
        throw Self.contradiction(
          "rollout.widths", "\(shape.widths)",
          "the tree has more than \(TreeShape.largestNodeCount) nodes")
      }
    }
    if let depths = tree.depthPruning {
      for (index, depth) in depths.depths.enumerated() where depth > grid.stepCount {
        throw Self.contradiction(
          "tree.depthPruning.depths[\(index)]", depth, "the tree has \(grid.stepCount) depths")
      }
      guard depths.stop <= grid.stepCount else {
        throw Self.contradiction(
          "tree.depthPruning.stop", depths.stop, "the tree has \(grid.stepCount) depths")
      }
    }
    if case .extreme(let count) = tree.widthPruning, 2 * count > shape.leafCount {
      throw Self.contradiction(
        "tree.widthPruning.count", count,
        "the tree has \(shape.leafCount) leaves, fewer than \(2 * count)")
    }
  }

  /// Refuses a penalty on a log-ratio that the objective does not have.
  func checkObjective() throws(RecipeError) {
    guard let kl, kl.form == .squaredLogRatio, kl.reduction != logProbability.reduction else {
      return
    }
    throw Self.contradiction(
      "kl.reduction", kl.reduction.rawValue,
      "it squares the objective's log-ratio, whose reduction is \(logProbability.reduction.rawValue)"
    )
  }

  /// Refuses batches that are not equal, and edges without trees.
  func checkUpdates() throws(RecipeError) {
    let rows = rowsPerIteration
    switch updates.schedule {
    case .batches(let count):
      guard count <= rows && rows.isMultiple(of: count) else {
        throw Self.contradiction(
          "updates.schedule.count", count, "\(rows) rows do not make so many equal batches")
      }
      guard updates.microBatches <= rows / count else {
        throw Self.contradiction(
          "updates.microBatches", updates.microBatches, "an update has \(rows / count) rows")
      }
    case .edges:
      guard let tree else {
        throw Self.contradiction(
          "updates.schedule.kind", "edges", "the rollout is no tree; take batches")
      }
      if tree.averaging != .overEdges {
        throw Self.contradiction(
          "tree.averaging", tree.averaging.rawValue,
          "an update averages over so many edges; take overEdges")
      }
      if updates.zeroAdvantageRows == .droppedThenPadded {
        throw Self.contradiction(
          "updates.zeroAdvantageRows", "droppedThenPadded",
          "updates of edges have no batches that must be equal")
      }
    }
  }

  static func contradiction(
    _ path: String, _ value: some CustomStringConvertible, _ rule: String
  ) -> RecipeError {
    .contradiction(path: path, value: value.description, rule: rule)
  }
}
