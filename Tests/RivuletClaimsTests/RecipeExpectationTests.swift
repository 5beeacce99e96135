import RivuletClaims
import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletTestSupport
import RivuletTraining
import Testing

@Suite struct RecipeExpectationTests {
  @Test func `the largest part of every preset has a closed form, and what is left out is named`()
    throws
  {
    var whole: [String] = []
    for preset in Recipe.presets {
      for iteration in [0, 40, 280] {
        let reduction = try RecipeReduction(of: preset.recipe, at: iteration)
        try reduction.recipe.validate()
        let update = reduction.expectation
        #expect(!update.trainedSteps.isEmpty || iteration == 280)
        for row in update.policyPart {
          // The second coordinate has no reward.
          #expect(row[0].isFinite && row[1] == 0)
        }
        #expect((update.stationaryBiases != nil) == (preset.recipe.kl != nil))
        // A positive bias lowers the final state of a Gaussian flow with s = 1.
        for step in update.trainedSteps { #expect(update.policyPart[step][0] <= 0) }
        let paths = reduction.removed.map(\.path)
        #expect(paths.allSatisfy { $0 == "updates" || $0 == "tree.widthPruning" })
        if paths.isEmpty && iteration == 0 { whole.append(preset.id) }
        #expect(paths.contains("tree.widthPruning") == preset.id.contains("extreme"))
      }
    }
    // One update of a rollout, without pruning that needs an integral over all leaves.
    #expect(
      whole == [
        "exact", "branch-grpo/paper", "branch-grpo-width/paper", "branch-grpo-depth/paper",
        "branch-grpo-mix/paper",
      ])
  }

  @Test func `the exact recipe ends at the optimum of its objective`() throws {
    let recipe = try #require(Recipe.preset("exact")).recipe
    let update = try RecipeExpectation(of: recipe)
    let chains = (0..<2).map { _ in GaussianChain(plan: recipe.fullPlan, deviation: 1) }
    let optimum = try BiasOptimum(chains: chains, gradient: [1, 0], penalty: 1)
    let stationary = try #require(update.stationaryBiases)
    for step in 0..<10 {
      expectRelative(stationary[step][0], optimum.biases[step][0], within: 1e-12)
    }
    expectRelative(update.rewardRise(of: stationary), optimum.rewardRise, within: 1e-12)
    expectRelative(update.divergence(of: stationary), optimum.divergence, within: 1e-12)
    for row in update.update(at: stationary) { expectClose(row[0], 0, within: 1e-14) }
    // The mean over ten trained steps: a tenth of the gradient of E[R].
    expectRelative(
      update.policyPart[3][0],
      chains[0].suffixSlope(from: 4) * recipe.fullPlan.kernels[3].velocityFactor / 10,
      within: 1e-12)
    // Plain ascents get there.
    let end = update.expectedBiases(afterAscents: 400, rate: 5)
    expectRelative(end[9][0], stationary[9][0], within: 1e-3)
  }

  @Test func `a quadratic reward ends at the best biases, and needs an undivided advantage`() throws
  {
    var recipe = try #require(Recipe.preset("exact")).recipe
    recipe.rewards.terms = [
      Recipe.RewardTerm(
        reward: Component(
          "quadratic",
          [
            Component.Parameter("curvatures", .numbers([0.8, 0.3])),
            Component.Parameter("gradients", .numbers([1, -0.5])),
            Component.Parameter("offset", .number(0)),
          ]))
    ]
    recipe.model = Component(
      "affineGaussian",
      recipe.model.parameters.map {
        $0.name == "mean" ? Component.Parameter("mean", .numbers([0.5, -0.2])) : $0
      })
    try recipe.validate()
    let update = try RecipeExpectation(of: recipe)
    let chains = [0.5, -0.2].map { GaussianChain(plan: recipe.fullPlan, mean: $0, deviation: 1) }
    let optimum = try BiasOptimum(
      chains: chains, gradient: [1, -0.5], curvatures: [0.8, 0.3], penalty: 1)
    let stationary = try #require(update.stationaryBiases)
    for step in 0..<10 {
      for coordinate in 0..<2 {
        expectRelative(
          stationary[step][coordinate], optimum.biases[step][coordinate], within: 1e-12)
      }
    }
    expectRelative(update.rewardRise(of: stationary), optimum.rewardRise, within: 1e-12)
    for row in update.update(at: stationary) {
      for number in row { expectClose(number, 0, within: 1e-14) }
    }
    recipe.advantage = Recipe.Advantage(
      convention: .population, scope: .promptGroup, epsilon: 1e-4)
    #expect(throws: RecipeExpectation.NoClosedForm.self) { try RecipeExpectation(of: recipe) }
  }

  @Test func `published choices have the effective penalties that theory gives`() throws {
    // Flow-GRPO's code: KL without h, means over D cancel, the spread of 48 prompts x 24 members.
    let code = try RecipeReduction(of: #require(Recipe.preset("flow-grpo/code")).recipe)
    let plan = code.recipe.fullPlan
    let chain = GaussianChain(plan: plan, deviation: 1)
    let sigma = chain.terminalLaw.variance.squareRoot()
    let stationary = try #require(code.expectation.stationaryBiases)
    #expect(code.expectation.trainedSteps == Array(0..<9))
    for step in 0..<9 {
      // ((G - 1)/G) sqrt(n/(n - 1)) c4(n), n = 1152; c4 = 1 - 1/(4 n) - 7/(32 n^2) to 1e-9.
      let n = 1152.0
      let b = 23.0 / 24 * (n / (n - 1)).squareRoot() * (1 - 1 / (4 * n) - 7 / (32 * n * n))
      let penalty = 0.04 * plan.grid.stepSize(step) * sigma / b
      let kernel = plan.kernels[step]
      let shift = kernel.deviation * kernel.deviation * chain.suffixSlope(from: step + 1) / penalty
      expectRelative(stationary[step][0], shift / kernel.velocityFactor, within: 1e-6)
    }
    // Flow-GRPO-Fast, paper: one of five steps, the spread of 24 members that share all but its noise.
    let fast = try RecipeReduction(of: #require(Recipe.preset("flow-grpo-fast/paper")).recipe)
    #expect(fast.expectation.trainedSteps == Array(0..<5))
    let single = try SamplingPlan.singleStep(grid: plan.grid, noise: .flow(scale: 0.7), step: 2)
    let branch = GaussianChain(plan: single, deviation: 1)
    let factor =
      AdvantageFactor.standardisationFactor(
        groupSize: 24, convention: .population, epsilon: 1e-4,
        rewardDeviation: abs(branch.influence(of: 2)))
    // e_k = 1/5, direction -kappa sign(w), length b.
    expectRelative(
      fast.expectation.policyPart[2][0], -plan.kernels[2].scoreCoefficient * factor / 5,
      within: 1e-12)
  }

  @Test func `the better child of two keeps the expected gradient of a linear reward`() throws {
    // Drawn trees in double precision with the credit of the library: E[A xi] over kept edges.
    let shape = try TreeShape(splits: SplitPoints([0, 2], stepCount: 4), width: 2, stepCount: 4)
    let plan = try SamplingPlan.fullSDE(
      grid: .shifted(steps: 4, shift: 3), noise: .constant(0.6), lastStepIsStochastic: true)
    let sampler = try TreeSampler(
      plan: plan, field: GaussianField(means: [0.3], deviations: [1]),
      reward: LinearReward(gradient: [1]), shape: shape, forkNoise: .published,
      scored: .finalState)
    let credit = LinearCredit(
      plan: plan, deviations: [1], gradient: [1], scored: .finalState)
    let factors = UpdateConvention(
      rollouts: .tree(nodeCounts: [2, 2, 4, 4], forkNoise: .published, baseline: .depth),
      convention: .sample, trainedSteps: [0, 1, 2, 3]
    ).advantageFactors(on: credit)
    let key = RandomKey(seed: 7_301).child("top1")
    var sums = [Double](repeating: 0, count: 4)
    var squares = sums
    let count = 12_000
    for root in 0..<count {
      let tree = try sampler.rollout(root: UInt32(root), key: key)
      let values = RewardFusion.uniform.values(of: tree.rewards, shape: shape)
      let advantages = TreeAdvantageRule.published.advantages(of: values, shape: shape)
      let mask = WidthPruning.parentTop1().mask(of: advantages, shape: shape)
      for step in 0..<4 {
        var sum = 0.0
        var kept = 0.0
        for node in shape.nodes(atDepth: step + 1) where mask[node] {
          sum += advantages[node] * tree.noises[node][0]
          kept += 1
        }
        sums[step] += sum / kept
        squares[step] += sum / kept * (sum / kept)
      }
    }
    for step in 0..<4 {
      let mean = sums[step] / Double(count)
      let error = ((squares[step] / Double(count) - mean * mean) / Double(count)).squareRoot()
      // Four comparisons at five standard errors: a false alarm in 4e5 runs. The last step is pruned.
      expectClose(mean, factors[step] * credit.influences[step][0], within: 5 * error)
      if step == 3 { #expect(error < 0.02 * mean) }
    }
  }
}

private func expectRelative(_ value: Double, _ expected: Double, within tolerance: Double) {
  expectClose(value, expected, within: tolerance * abs(expected))
}
