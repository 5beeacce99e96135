import Rivulet
import Testing

/// Which edges the updates of trees train, when, and how much each counts.
@Suite struct `Edges that a trainer prunes` {
  /// Two trees with forks at steps 0, 3, 6 and 9 of 20: 2, 2, 2, 4, 4, 4, 8, 8, 8 and eleven times 16 edges.
  private func recipe(_ id: String, _ change: (inout Recipe) -> Void) throws -> Recipe {
    var recipe = try #require(Recipe.preset(id)).recipe
    recipe.prompts = Recipe.Prompts(count: 2, perIteration: 2)
    recipe.updates.schedule = .batches(1)
    recipe.iterations = 4
    change(&recipe)
    return recipe
  }

  /// The depths that have no weight in any tree, for each iteration.
  private func dropped(_ recipe: Recipe) throws -> [[Int]] {
    let trainer = try Trainer(recipe)
    let shape = trainer.setting.shape
    return try (0..<recipe.iterations).map { _ in
      try trainer.iterate()
      return (1...shape.stepCount).filter { depth in
        shape.nodes(atDepth: depth).allSatisfy { node in
          (0..<2).allSatisfy { trainer.weights[node * 2 + $0] == 0 }
        }
      }
    }
  }

  @Test func `the published window counts its iterations from one`()
    throws
  {
    // By hand from the code, which counts iterations from one: shift = min(step // 2, 12 - 11).
    let recipe = try recipe("branch-grpo-depth/code") {
      $0.tree?.depthPruning = Recipe.DepthPruning(
        depths: [12, 14], direction: .towardsRoot, interval: 2, stop: 11)
    }
    #expect(try dropped(recipe) == [[12, 14], [11, 13], [11, 13], [11, 13]])
  }

  @Test func `the paper's window moves after every so many iterations`() throws {
    let recipe = try recipe("branch-grpo-depth/paper") {
      $0.tree?.depthPruning = Recipe.DepthPruning(
        depths: [9, 10], direction: .towardsLeaves, interval: 2, stop: 20)
    }
    #expect(try dropped(recipe) == [[9, 10], [9, 10], [10, 11], [10, 11]])
  }

  @Test(arguments: [(0.0, 0), (0.25, 1), (0.5, 2), (1, 4)])
  func `pruning ends with its part of training`(part: Double, count: Int) throws {
    // The code prunes where step <= int(4 part), with steps 1, 2, 3 and 4.
    let recipe = try recipe("branch-grpo-depth/paper") { $0.tree?.pruningPeriod = part }
    #expect(try dropped(recipe).map { !$0.isEmpty } == (0..<4).map { $0 < count })
  }

  @Test func `each edge of a batch of trees has its part of the mean over edges and trees`() throws
  {
    // 138 of 218 edges stay after the four best and four worst leaves are chosen, in each of two trees.
    let trainer = try Trainer(recipe("branch-grpo-extreme/paper") { _ in })
    try trainer.iterate()
    let kept = trainer.weights.filter { $0 != 0 }
    #expect(kept.count == 2 * 138)
    #expect(kept.allSatisfy { abs($0 - 1 / Double(2 * 138)) < 1e-12 })
    // The best leaf of a tree and the worst one are among them, by its reward.
    let shape = trainer.setting.shape
    for tree in 0..<2 {
      let rewards = (0..<16).map { trainer.rewards[$0 * 2 + tree] }
      let sorted = rewards.indices.sorted { rewards[$0] > rewards[$1] }
      for (place, leaf) in sorted.enumerated() {
        let weight = trainer.weights[(shape.leaves.lowerBound + leaf) * 2 + tree]
        #expect((weight != 0) == (place < 4 || place >= 12))
      }
    }
  }

  @Test func `edges of the published loss count one over a whole update of one tree`() throws {
    // Two trees of 218 edges, twelve an update: 36 updates and one of four edges, whose weight is the same.
    let recipe = try #require(Recipe.preset("branch-grpo/code")).recipe.changed(
      by: [
        #"prompts={"count": 2, "perIteration": 2, "order": "cycle"}"#, "iterations=1",
        #"updates.schedule={"kind": "edges", "count": 12, "loss": "timesTree", "clipsLeftOver": false}"#,
      ].map { try Recipe.Change(parsing: $0) })
    let trainer = try Trainer(recipe)
    #expect(try trainer.iterate().updates == 37)
    let last = trainer.weights.filter { $0 != 0 }
    #expect(last.count == 4)
    #expect(last.allSatisfy { abs($0 - 1 / Double(12 * 218)) < 1e-12 })
  }

  @Test func `a left-over update of edges is not shortened, unless it is the only one`() throws {
    // The mean square of Adam after one update is (1 - 0.999) g²: from it the gradient that was used.
    func used(_ count: Int) throws -> (length: Double, before: Double) {
      let recipe = try recipe("branch-grpo/code") {
        $0.updates.schedule = .edges(count, loss: .mean, clipsLeftOver: false)
        $0.optimiser.beta2 = 0
        $0.optimiser.gradientNorm = 1e-3
      }
      let trainer = try Trainer(recipe)
      try trainer.iterate()
      let squares = try trainer.checkpoint().floats("secondMoments")
      var (length, before) = (0.0, 0.0)
      for (square, gradient) in zip(squares, trainer.gradient) {
        length += Double(square)
        before += Double(gradient) * Double(gradient)
      }
      return (length.squareRoot(), before.squareRoot())
    }
    // 436 edges: 300 and a rest of 136; one of 218 after another; all of them in an update of 500.
    let rest = try used(300)
    #expect(rest.before > 2e-3 && abs(rest.length / rest.before - 1) < 1e-4)
    let whole = try used(218)
    #expect(whole.before > 2e-3 && abs(whole.length / 1e-3 - 1) < 2e-3)
    let only = try used(500)
    #expect(only.before > 2e-3 && abs(only.length / 1e-3 - 1) < 2e-3)
  }

  @Test func `of the two children of a last fork the better one is trained`() throws {
    let trainer = try Trainer(recipe("branch-grpo-width/paper") { _ in })
    try trainer.iterate()
    let first = trainer.setting.shape.leaves.lowerBound
    for tree in 0..<2 {
      for fork in 0..<8 {
        let leaves = [2 * fork, 2 * fork + 1]
        let rewards = leaves.map { trainer.rewards[$0 * 2 + tree] }
        let isTrained = leaves.map { trainer.weights[(first + $0) * 2 + tree] != 0 }
        #expect(isTrained == [rewards[0] > rewards[1], rewards[1] > rewards[0]])
      }
    }
  }

  @Test func `likely leaves count more in a fusion by log-probabilities`() throws {
    // Forks at both of the first two of three steps: two nodes at depth 1, each with two paths of two edges.
    let recipe = try recipe("branch-grpo/paper") {
      $0.grid = .uniform(steps: 3)
      $0.rollout = .tree(
        Recipe.Tree(
          trees: 1, splits: [0, 1], widths: [2, 2], forkNoise: .independent, noisySteps: .all))
      $0.tree?.fusion = .pathSoftmax(beta: 0.7)
      $0.advantage.convention = .none
      $0.advantage.epsilon = 0
      $0.sharedNoise = .none
    }
    let trainer = try Trainer(recipe)
    try trainer.iterate()
    let shape = trainer.setting.shape
    let key = RandomKey(seed: recipe.seed).child("rollout").child(0).child("transition")
    for tree in 0..<2 {
      // log p of an edge is -|xi|²/2 and a constant of its step.
      func exponent(_ node: Int) -> Double {
        let noise = key.standardNormals(
          count: 2,
          at: NoiseAddress(
            root: UInt32(tree), step: UInt32(shape.depth(of: node) - 1),
            node: shape.noiseNumbers[node]))
        return -(noise[0] * noise[0] + noise[1] * noise[1]) / 2
      }
      // Nodes 1 and 2 stand at depth 1, 3 to 6 at depth 2, the leaves 7 to 10 behind them.
      let values = [0, 1].map { half -> Double in
        let leaves = [2 * half, 2 * half + 1]
        let paths = leaves.map { exponent(3 + $0) + exponent(7 + $0) }
        // The share of the first leaf is 1 / (1 + exp(0.7 (s_1 - s_0))).
        let share = 1 / (1 + Elementary.exp(0.7 * (paths[1] - paths[0])))
        return share * trainer.rewards[leaves[0] * 2 + tree]
          + (1 - share) * trainer.rewards[leaves[1] * 2 + tree]
      }
      let mean = (values[0] + values[1]) / 2
      for half in 0..<2 {
        expectNear(
          trainer.advantages[(1 + half) * 2 + tree], values[half] - mean, within: 1e-4)
      }
    }
  }
}
