import RivuletCredit
import RivuletNumerics

/// How the rewards of one rollout become an advantage for every edge.
///
///     rewards [reward][leaf][tree] -> weighted sum -> fusion -> advantages -> clamp -> step weight
///
/// All lists are made once.
struct CreditAssignment: Sendable {
  private let recipe: Recipe
  private let form: RolloutForm
  private let layout: GroupLayout
  /// The reward of each leaf, `[leaf][tree]`.
  private var rewards: [Double]
  /// Rewards and advantages of one step in the order of the groups.
  private var group: [Double]
  private var groupAdvantages: [Double]
  /// What nodes of a tree are worth, and its log-probabilities, `[node][tree]`.
  private var values: [Double]
  private var logProbabilities: [Double]
  /// The advantages of one reward where those of several are summed, `[node][tree]`.
  private var own: [Double]

  /// Makes the lists of a run.
  init(_ recipe: Recipe, form: RolloutForm) {
    self.recipe = recipe
    self.form = form
    layout = GroupLayout(
      prompts: form.trees / form.treesPerPrompt,
      seeds: form.branching == nil ? 1 : form.treesPerPrompt,
      branches: form.branching?.branches ?? form.treesPerPrompt)
    let edges = form.shape.nodeCount * form.trees
    rewards = [Double](repeating: 0, count: form.shape.leafCount * form.trees)
    group = [Double](repeating: 0, count: form.rows)
    groupAdvantages = group
    values = [Double](repeating: 0, count: recipe.tree == nil ? 0 : edges)
    own = [Double](repeating: 0, count: recipe.rewards.combination == .advantages ? edges : 0)
    let fuses = recipe.tree.map { $0.fusion != .uniform } ?? false
    logProbabilities = [Double](repeating: 0, count: fuses ? edges : 0)
  }

  /// Writes the advantage of every edge, with its clamp and the weight of its step.
  ///
  /// - Parameters:
  ///   - engine: Whose last rollout it is.
  ///   - stepWeights: One number for each step.
  /// - Throws: ``TrainingDivergence/reward(root:leaf:)`` where a weighted sum is too large to be added up.
  mutating func assign<Field, Score>(
    to engine: IterationEngine<Field, Score>, stepWeights: [Double]
  ) throws(TrainingDivergence) {
    if !logProbabilities.isEmpty { engine.writeLogProbabilities(into: &logProbabilities) }
    switch recipe.rewards.combination {
    case .rewards:
      for place in rewards.indices { rewards[place] = 0 }
      for (index, term) in recipe.rewards.terms.enumerated() {
        let start = index * rewards.count
        for place in rewards.indices {
          rewards[place] += term.weight * engine.rewards[start + place]
        }
      }
      // Sums over leaves need room above.
      if let place = rewards.firstIndex(where: { !($0.magnitude < 1e300) }) {
        throw .reward(
          root: engine.firstRoot &+ UInt32(truncatingIfNeeded: place % form.trees),
          leaf: place / form.trees)
      }
      write(into: &engine.advantages)
    case .advantages:
      for place in engine.advantages.indices { engine.advantages[place] = 0 }
      // Taken out of the structure, because the structure is being changed meanwhile.
      var own: [Double] = []
      swap(&own, &self.own)
      defer { swap(&own, &self.own) }
      for (index, term) in recipe.rewards.terms.enumerated() {
        let start = index * rewards.count
        for place in rewards.indices { rewards[place] = engine.rewards[start + place] }
        write(into: &own)
        for place in own.indices { engine.advantages[place] += term.weight * own[place] }
      }
    }
    finish(&engine.advantages, stepWeights: stepWeights)
  }

  /// The mean of the weighted rewards of the last rollout, over the leaves that count.
  func meanReward(_ rewards: [Double], index: Int) -> Double {
    let start = index * self.rewards.count
    var sum = 0.0
    for leaf in form.scoredLeaves {
      for tree in 0..<form.trees { sum += rewards[start + leaf * form.trees + tree] }
    }
    return sum / Double(form.scoredLeaves.count * form.trees)
  }

  private mutating func write(into advantages: inout [Double]) {
    if let tree = recipe.tree, let rule = recipe.advantage.treeRule {
      tree.fusion.write(
        rewards, logProbabilities: logProbabilities.isEmpty ? nil : logProbabilities,
        shape: form.shape, lanes: form.trees, into: &values)
      rule.write(values, shape: form.shape, lanes: form.trees, into: &advantages)
    } else if let branching = form.branching {
      for index in branching.steps.indices { writeStep(index, branching, into: &advantages) }
    } else if let rule = recipe.advantage.flatRule {
      rule.write(rewards, layout: layout, into: &groupAdvantages)
      for node in 1..<form.shape.nodeCount {
        for tree in 0..<form.trees { advantages[node * form.trees + tree] = groupAdvantages[tree] }
      }
    }
  }

  /// The branches of one step are compared with each other alone.
  private mutating func writeStep(
    _ index: Int, _ branching: BranchShape, into advantages: inout [Double]
  ) {
    let count = branching.branches
    for branch in 0..<count {
      let row = branching.leaf(step: index, branch: branch) * form.trees
      for tree in 0..<form.trees { group[tree * count + branch] = rewards[row + tree] }
    }
    recipe.advantage.flatRule?.write(group, layout: layout, into: &groupAdvantages)
    for branch in 0..<count {
      let row = branching.node(step: index, branch: branch) * form.trees
      for tree in 0..<form.trees {
        advantages[row + tree] = groupAdvantages[tree * count + branch]
      }
    }
  }

  /// A positive factor of an advantage is one of both terms of the clipped objective.
  private func finish(_ advantages: inout [Double], stepWeights: [Double]) {
    for node in 1..<form.shape.nodeCount {
      let weight = stepWeights[form.shape.depth(of: node) - 1]
      for place in (node * form.trees)..<((node + 1) * form.trees) {
        if let bound = recipe.advantage.clamp {
          // What is no number stays none, so that it is found.
          if advantages[place] > bound { advantages[place] = bound }
          if advantages[place] < -bound { advantages[place] = -bound }
        }
        advantages[place] *= weight
      }
    }
  }

  /// What width pruning compares: values for the paper's modes, advantages for the published ones.
  func pruningScores(advantages: [Double]) -> [Double] {
    switch recipe.tree?.widthPruning {
    case .publishedMode1, .publishedMode2: advantages
    default: values
    }
  }
}
