import Rivulet
import RivuletTestSupport
import Testing

@Suite struct BranchSamplerTests {
  private let key = RandomKey(seed: 21)
  private let plan = PublishedSchedule.sd35.plan()

  @Test(arguments: [1, 2, 16, 256])
  func `branches have the bits of their lane in a tile`(dimension: Int) throws {
    let sampler = try BranchSampler(
      plan: plan, field: try gaussianData(dimension: dimension),
      reward: LinearReward(gradient: irregularNumbers(dimension)), branches: 3,
      steps: dimension <= 16 ? [0, 4, 8] : [6], completesBackbone: dimension == 2)
    let tile = try sampler.tile(2, key: key)
    #expect(tile.steps == sampler.steps)
    for lane in [0, 17, 63] {
      let one = try sampler.rollout(root: UInt32(128 + lane), key: key)
      #expect(one.backbone.count == tile.backbone.count)
      for (step, state) in one.backbone.enumerated() {
        expectSameBits(tile.backbone[step].state(lane), state)
      }
      for index in one.steps.indices {
        for branch in 0..<3 {
          expectSameBits(tile.noises[index][branch].state(lane), one.noises[index][branch])
          expectSameBits(tile.successors[index][branch].state(lane), one.successors[index][branch])
          expectSameBits([tile.rewards[index][branch][lane]], [one.rewards[index][branch]])
        }
      }
    }
  }

  @Test func `every branch is one SDE step off the backbone and the ODE from there`() throws {
    let field = try gaussianData(dimension: 2, rotated: true)
    let reward = LogMixture(weights: [1, 2], centers: [[0, 1], [1, -1]], width: 0.8)
    let rollout = try BranchSampler(
      plan: plan, field: field, reward: reward, branches: 6, steps: 0...8
    ).rollout(root: 9, key: key)
    let ode = SamplingPlan.ode(grid: plan.grid)
    expectSameBits(
      rollout.backbone,
      try ChainSampler(plan: ode, field: field, reward: reward).rollout(root: 9, key: key).states
        .dropLast())
    for (index, step) in rollout.steps.enumerated() {
      let x = rollout.backbone[step]
      let kernel = plan.kernels[step]
      let v = field.velocity(at: x, time: kernel.time)
      for branch in 0..<6 {
        let xi = rollout.noises[index][branch]
        expectSameBits(
          xi,
          key.child("transition").standardNormals(
            count: 2,
            at: NoiseAddress(root: 9, step: UInt32(step), node: UInt32(branch))))
        var state = rollout.successors[index][branch]
        expectSameBits(state, kernel.next(state: x, velocity: v, noise: xi))
        expectSameBits(
          [rollout.logProbabilities[index][branch]],
          [kernel.logProbability(of: state, state: x, velocity: v, reduction: .sum)])
        for later in (step + 1)..<10 {
          state = ode.kernels[later].next(
            state: state, velocity: field.velocity(at: state, time: plan.grid.times[later]),
            noise: [0, 0])
        }
        expectSameBits([rollout.rewards[index][branch]], [reward.reward(of: state)])
      }
    }
  }

  private func expectSameBits(_ observed: [[Double]], _ expected: [[Double]]) {
    #expect(observed.map { $0.map(\.bitPattern) } == expected.map { $0.map(\.bitPattern) })
  }

  private func expectSameBits(_ observed: [Double], _ expected: [Double]) {
    #expect(observed.map(\.bitPattern) == expected.map(\.bitPattern))
  }

  // Fixed seed and step: the branch's noise is all that is random, so its draw does not depend on what
  // else is drawn.
  @Test func `a branch does not depend on the other branches and steps`() throws {
    let field = try gaussianData(dimension: 2)
    let reward = LinearReward(gradient: [1, -1])
    let all = try BranchSampler(
      plan: plan, field: field, reward: reward, branches: 5, steps: 0...8
    ).rollout(root: 3, key: key)
    let few = try BranchSampler(
      plan: plan, field: field, reward: reward, branches: 2, steps: [7, 2]
    ).rollout(root: 3, key: key)
    #expect(few.steps == [2, 7])
    for (index, step) in few.steps.enumerated() {
      for branch in 0..<2 {
        #expect(few.successors[index][branch] == all.successors[step][branch])
        #expect(few.rewards[index][branch] == all.rewards[step][branch])
      }
    }
  }

  @Test func `a wrong draw takes the noise of another step`() throws {
    let wrong = try BranchSampler(
      plan: plan, field: try gaussianData(dimension: 2), reward: LinearReward(gradient: [1, -1]),
      branches: 2, steps: 0...3, noiseStep: { _ in 5 })
    let rollout = try wrong.rollout(root: 64, key: key)
    let tile = try wrong.tile(1, key: key)
    for index in 0...3 {
      for branch in 0..<2 {
        let expected = key.child("transition").standardNormals(
          count: 2, at: NoiseAddress(root: 64, step: 5, node: UInt32(branch)))
        expectSameBits(rollout.noises[index][branch], expected)
        expectSameBits(tile.noises[index][branch].state(0), expected)
      }
    }
  }

  // Published counts for N = 10 steps and K branches at steps 0 to 8: (9 + 45 K) calls a seed where the
  // backbone stops behind step 8, (10 + 45 K) where it runs on; with 4 seeds of 6 branches 1116, 1120.
  @Test(arguments: [(false, 1116), (true, 1120)])
  func `the cost is that of the published pipelines`(completes: Bool, calls: Int) throws {
    let field = CountingField(try gaussianData(dimension: 1))
    let reward = BrokenReward()
    let sampler = try BranchSampler(
      plan: plan, field: field, reward: reward, branches: 6, steps: 0...8,
      completesBackbone: completes)
    var cost = CostLedger()
    for root in 0..<4 { cost += try sampler.rollout(root: UInt32(root), key: key).cost }
    #expect(cost.modelCalls == calls && field.calls == calls)
    #expect(cost.rewardCalls == 4 * 6 * 9 && reward.calls == 4 * 6 * 9)
    #expect(cost.gradientEvaluations == 24 * 9)
    #expect(try sampler.rollout(root: 0, key: key).backbone.count == (completes ? 11 : 10))
    let before = (field.calls, reward.calls)
    let tile = try sampler.tile(0, key: key)
    #expect(tile.cost.modelCalls == field.calls - before.0)
    #expect(tile.cost.modelCalls == 64 * calls / 4)
    #expect(tile.cost.rewardCalls == reward.calls - before.1)
    #expect(tile.backbone.count == (completes ? 11 : 10))
  }

  @Test func `branching also at the last step costs no model call behind it`() throws {
    let last = PublishedSchedule.flux.plan(lastStepIsStochastic: true)
    let sampler = try BranchSampler(
      plan: last, field: try gaussianData(dimension: 1), reward: LinearReward(gradient: [1]),
      branches: 6, steps: 0...9)
    #expect(sampler.costOfRoot.modelCalls == 10 + 45 * 6)
    #expect(sampler.costOfRoot.rewardCalls == 60)
  }

  @Test func `broken samplers name the value`() throws {
    let field = try gaussianData(dimension: 1)
    let reward = LinearReward(gradient: [1])
    func sampler(_ branches: Int, _ steps: [Int]) throws -> Int {
      try BranchSampler(plan: plan, field: field, reward: reward, branches: branches, steps: steps)
        .branches
    }
    #expect(throws: BranchingInvalid.noBranches(0)) { try sampler(0, [1]) }
    #expect(throws: BranchingInvalid.noSteps) { try sampler(2, []) }
    #expect(throws: BranchingInvalid.stepOutsideGrid(step: 10, stepCount: 10)) {
      try sampler(2, [1, 10])
    }
    #expect(throws: BranchingInvalid.repeatedStep(3)) { try sampler(2, [3, 1, 3]) }
    #expect(throws: BranchingInvalid.deterministicStep(9)) { try sampler(2, [8, 9]) }
    #expect(throws: BranchingInvalid.differentDimensions(field: 1, reward: 2)) {
      try BranchSampler(
        plan: plan, field: field, reward: LinearReward(gradient: [1, 1]), branches: 1, steps: [0])
    }
  }

  @Test func `a reward that is not finite stops with root, step and branch`() throws {
    let field = try GaussianField(means: [0], deviations: [1])
    // 6 branches at steps 2 and 5: call 7 is branch 1 of the second step.
    let error = #expect(throws: RewardError.self) {
      try BranchSampler(
        plan: plan, field: field, reward: BrokenReward(brokenCall: 7), branches: 6, steps: [2, 5]
      ).rollout(root: 4, key: key)
    }
    #expect(
      error?.description
        == "the reward of branch 1 at step 5 from root 4 is nan; a reward must be finite")
    #expect(
      throws: RewardError.notFinite(at: .branch(root: 71, step: 2, branch: 0), value: .infinity)
    ) {
      try BranchSampler(
        plan: plan, field: field, reward: BrokenReward(brokenLane: 7), branches: 6, steps: [2, 5]
      ).tile(1, key: key)
    }
  }
}
