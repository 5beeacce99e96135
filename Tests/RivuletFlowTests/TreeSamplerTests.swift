import Rivulet
import RivuletTestSupport
import Testing

@Suite struct TreeSamplerTests {
  private let key = RandomKey(seed: 33)

  /// The published setting in few steps: constant eta 0.3 on a shifted grid, every step stochastic.
  private func plan(steps: Int = 8) throws -> SamplingPlan {
    try .fullSDE(
      grid: .shifted(steps: steps, shift: 3), noise: .constant(0.3), lastStepIsStochastic: true)
  }

  /// An uneven tree of three steps: forks of 3, then 1, 2 and 1 children, then 2, 1, 1 and 3.
  private func uneven() throws -> TreeShape {
    try TreeShape(childCounts: [[3], [1, 2, 1], [2, 1, 1, 3]])
  }

  @Test(arguments: [1, 2, 5])
  func `a tree has the bits of its lane in a tile`(dimension: Int) throws {
    let noises: [ForkNoise] = [
      .independent, .published, .correlated(branchParameter: 0.5, sharing: .step), .scaled(4),
    ]
    for noise in noises {
      for scored in ScoredState.allCases {
        let sampler = try TreeSampler(
          plan: plan(steps: 3), field: gaussianData(dimension: dimension),
          reward: LinearReward(gradient: irregularNumbers(dimension)), shape: uneven(),
          forkNoise: noise, scored: scored)
        let tile = try sampler.tile(2, key: key)
        for kept in TreeTile.Kept.allCases {
          var again = sampler.emptyTile(keeping: kept)
          try sampler.fill(&again, index: 9, key: key)
          try sampler.fill(&again, index: 2, key: key)
          #expect(again.rewards == tile.rewards)
          #expect(again.logProbabilities == (kept == .rewards ? [] : tile.logProbabilities))
          #expect(again.states == (kept == .states ? tile.states : []))
        }
        for lane in [0, 17, 63] {
          let one = try sampler.rollout(root: UInt32(128 + lane), key: key)
          for node in 0..<sampler.shape.nodeCount {
            expectSameBits(tile.states[node].state(lane), one.states[node])
            expectSameBits(tile.noises[node].state(lane), one.noises[node])
            expectSameBits(
              [tile.logProbabilities[node * StateTile.lanes + lane]], [one.logProbabilities[node]])
          }
          for leaf in 0..<sampler.shape.leafCount {
            expectSameBits(tile.scoredStates[leaf].state(lane), one.scoredStates[leaf])
            expectSameBits([tile.rewards[leaf * StateTile.lanes + lane]], [one.rewards[leaf]])
          }
        }
      }
    }
  }

  @Test func `a tree without forks is a chain to the last bit`() throws {
    let plan = try plan()
    let field = try gaussianData(dimension: 2, rotated: true)
    let reward = LogMixture(weights: [1, 2], centers: [[0, 1], [1, -1]], width: 0.8)
    let chain = try ChainSampler(plan: plan, field: field, reward: reward).rollout(
      root: 6, key: key)
    for noise in [ForkNoise.independent, .published, .scaled(4)] {
      let tree = try TreeSampler(
        plan: plan, field: field, reward: reward,
        shape: TreeShape(widths: [Int](repeating: 1, count: 8)), forkNoise: noise,
        scored: .finalState
      ).rollout(root: 6, key: key)
      #expect(tree.states == chain.states)
      #expect(Array(tree.noises.dropFirst()) == chain.noises)
      expectSameBits(tree.rewards, [chain.reward])
      expectClose(Array(tree.logProbabilities.dropFirst()), chain.logProbabilities, within: 1e-12)
      #expect(tree.cost == chain.cost)
    }
  }

  @Test func `computing every leaf from the root changes no bit and costs steps times leaves`()
    throws
  {
    let shape = try TreeShape(splits: .dense, stepCount: 20)
    let plan = try plan(steps: 20)
    let field = CountingField(try gaussianData(dimension: 2))
    let reward = LinearReward(gradient: [1, -1])
    let shared = try TreeSampler(
      plan: plan, field: field, reward: reward, shape: shape, forkNoise: .published)
    let fresh = try TreeSampler(
      plan: plan, field: field, reward: reward, shape: shape, forkNoise: .published,
      sharesPrefixes: false)
    let first = try shared.rollout(root: 3, key: key)
    let calls = field.calls
    let second = try fresh.rollout(root: 3, key: key)
    #expect(first.states == second.states)
    expectSameBits(first.rewards, second.rewards)
    expectSameBits(first.logProbabilities, second.logProbabilities)
    // Spec 1.6: F = 203 calls for the published default; 20 steps times 16 leaves without sharing.
    #expect(calls == 203 && first.cost.modelCalls == 203)
    #expect(field.calls - calls == 320 && second.cost.modelCalls == 320)
    #expect(first.cost.gradientEvaluations == 218 && first.cost.rewardCalls == 16)
    let tile = try shared.tile(0, key: key)
    let freshTile = try fresh.tile(0, key: key)
    #expect(tile.rewards == freshTile.rewards)
    #expect(tile.states == freshTile.states)
    #expect(tile.cost.modelCalls == 203 * 64 && freshTile.cost.modelCalls == 320 * 64)
    #expect(field.calls - calls - 320 == (203 + 320) * 64)
  }

  @Test func `leaving out a branch changes no other branch`() throws {
    let field = try gaussianData(dimension: 2)
    let reward = LinearReward(gradient: [1, 0.5])
    let whole = try TreeSampler(
      plan: plan(steps: 3), field: field, reward: reward,
      shape: TreeShape(widths: [2, 2, 2]), forkNoise: .published, scored: .finalState
    ).rollout(root: 1, key: key)
    // The second child of the root keeps one child only, and that one its two.
    let pruned = try TreeSampler(
      plan: plan(steps: 3), field: field, reward: reward,
      shape: TreeShape(childCounts: [[2], [2, 1], [2, 2, 2]]), forkNoise: .published,
      scored: .finalState
    ).rollout(root: 1, key: key)
    expectSameBits(Array(pruned.rewards[0..<4]), Array(whole.rewards[0..<4]))
    // A single child is no fork and draws plain noise: its private part has the same address.
    let plain = key.child("transition").standardNormals(
      count: 2, at: NoiseAddress(root: 1, step: 1, node: 2))
    #expect(pruned.noises[5] == plain)
  }

  @Test func `siblings share what the law says and nothing else`() throws {
    let field = try gaussianData(dimension: 2)
    let reward = LinearReward(gradient: [1, 0.5])
    let shape = try TreeShape(widths: [2, 1, 2])
    func noises(_ law: ForkNoise) throws -> [[Double]] {
      try TreeSampler(
        plan: plan(steps: 3), field: field, reward: reward, shape: shape, forkNoise: law
      ).rollout(root: 4, key: key).noises
    }
    func shared(step: UInt32, node: UInt32) -> [Double] {
      key.child("fork").standardNormals(
        count: 2, at: NoiseAddress(root: 4, step: step, node: node))
    }
    let own = try noises(.independent)
    // s = 0: only the shared part, divided by 1.
    let equal = try noises(.correlated(branchParameter: 0))
    expectSameBits(equal[1], shared(step: 0, node: 0))
    expectSameBits(equal[2], equal[1])
    // Nodes 5 and 6 descend from node 3, nodes 7 and 8 from node 4, number 1.
    expectSameBits(equal[5], equal[6])
    expectSameBits(equal[7], shared(step: 2, node: 1))
    #expect(equal[5] != equal[7])
    let perStep = try noises(.correlated(branchParameter: 0, sharing: .step))
    expectSameBits(perStep[5], perStep[7])
    // By hand from the formula (xi_0 + s eta) / sqrt(1 + s^2).
    let mixed = try noises(.correlated(branchParameter: 2))
    let common = shared(step: 2, node: 0)
    let scaled = try noises(.scaled(4))
    for axis in 0..<2 {
      let sum: Double = common[axis] + 2 * own[6][axis]
      expectClose(mixed[6][axis], sum / 5.0.squareRoot(), within: 1e-15)
      #expect(scaled[6][axis] == 4 * own[6][axis])
    }
    // A chain step draws plain noise under every law.
    expectSameBits(mixed[3], own[3])
  }

  @Test func `steps of the plan without noise follow the Euler ODE to the last bit`() throws {
    let grid = TimeGrid.shifted(steps: 6, shift: 3)
    let plan = try SamplingPlan(grid: grid, noise: .constant(0.3), stochasticSteps: [0, 1, 3])
    let field = try gaussianData(dimension: 2)
    let sampler = try TreeSampler(
      plan: plan, field: field, reward: LinearReward(gradient: [1, 0]),
      shape: TreeShape(splits: SplitPoints([0, 3], stepCount: 6), stepCount: 6))
    let tree = try sampler.rollout(root: 2, key: key)
    for node in 1..<tree.shape.nodeCount {
      let step = tree.shape.depth(of: node) - 1
      guard ![0, 1, 3].contains(step) else { continue }
      let x = tree.states[tree.shape.parents[node]]
      let v = field.velocity(at: x, time: grid.times[step])
      expectSameBits(tree.states[node], x.indices.map { x[$0] + -grid.stepSize(step) * v[$0] })
      #expect(tree.logProbabilities[node] == 0)
      #expect(tree.noises[node] == [0, 0])
    }
    // Edges of steps 0, 1 and 3: 2 + 2 + 4.
    #expect(tree.cost.gradientEvaluations == 8)
  }

  @Test func `the clean prediction is x - t v, and siblings of the last step score the same`()
    throws
  {
    let field = try gaussianData(dimension: 2)
    let sampler = try TreeSampler(
      plan: plan(steps: 3), field: field, reward: LinearReward(gradient: [1, -2]),
      shape: TreeShape(widths: [2, 1, 2]))
    let tree = try sampler.rollout(root: 2, key: key)
    let time = sampler.plan.grid.times[2]
    for leaf in 0..<4 {
      let x = tree.states[tree.shape.parents[tree.shape.leaves.lowerBound + leaf]]
      let v = field.velocity(at: x, time: time)
      expectSameBits(tree.scoredStates[leaf], [x[0] - time * v[0], x[1] - time * v[1]])
    }
    #expect(tree.rewards[0] == tree.rewards[1] && tree.rewards[2] == tree.rewards[3])
    #expect(tree.rewards[0] != tree.rewards[2])
  }

  @Test func `what does not fit is refused with the value`() throws {
    let field = try gaussianData(dimension: 2)
    let reward = LinearReward(gradient: [1, 0])
    let ode = SamplingPlan.ode(grid: .uniform(steps: 2))
    let pair = try TreeShape(widths: [1, 2])
    #expect(throws: TreeSamplerInvalid.deterministicFork(step: 1)) {
      try TreeSampler(plan: ode, field: field, reward: reward, shape: pair)
    }
    #expect(throws: TreeSamplerInvalid.differentStepCounts(plan: 3, shape: 2)) {
      try TreeSampler(plan: plan(steps: 3), field: field, reward: reward, shape: pair)
    }
    #expect(throws: TreeSamplerInvalid.differentDimensions(field: 2, reward: 1)) {
      try TreeSampler(
        plan: plan(steps: 2), field: field, reward: LinearReward(gradient: [1]), shape: pair)
    }
    for noise in [ForkNoise.scaled(0), .correlated(branchParameter: -1), .scaled(.infinity)] {
      #expect(throws: TreeSamplerInvalid.self) {
        try TreeSampler(
          plan: plan(steps: 2), field: field, reward: reward, shape: pair, forkNoise: noise)
      }
    }
  }

  @Test func `a reward that is not finite stops with root and leaf`() throws {
    let sampler = try TreeSampler(
      plan: plan(steps: 2), field: GaussianField(means: [0], deviations: [1]),
      reward: BrokenReward(brokenCall: 2), shape: TreeShape(widths: [2, 2]))
    let error = #expect(throws: RewardError.self) { try sampler.rollout(root: 5, key: key) }
    #expect(
      error?.description
        == "the reward of leaf 2 of the tree from root 5 is nan; a reward must be finite")
  }
}
