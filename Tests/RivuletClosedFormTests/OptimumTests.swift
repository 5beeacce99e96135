import RivuletClosedForm
import RivuletFlow
import RivuletTestSupport
import Testing

/// The three-step chains of `Fixtures/origin/optimum.py`.
enum ThreeSteps {
  static func plan(lastStepIsStochastic: Bool) throws -> SamplingPlan {
    try .fullSDE(
      grid: TimeGrid(times: [1, 0.7, 0.3, 0]), noise: .coefficients([0.8, 0.6, 0.5]),
      lastStepIsStochastic: lastStepIsStochastic)
  }

  static func numbers(_ text: String) throws -> [Double] {
    try text.split(separator: " ").map { try #require(Double($0)) }
  }
}

@Suite struct OptimumTests {
  @Test func `transforms reach what a search over all affine steps finds`() throws {
    // Newton's method on the exact moments in 60 digits: Fixtures/origin/optimum.py.
    let table = try ReferenceTable("transforms", in: "optimum")
    for row in table.rows {
      let plan = try ThreeSteps.plan(
        lastStepIsStochastic: table.text(row, "noise") == "noisy")
      let chain = GaussianChain(
        plan: plan, mean: try table.number(row, "mean"),
        deviation: try table.number(row, "deviation"))
      let transform = try DoobTransform(
        chain: chain, penalty: table.number(row, "penalty"),
        curvature: table.number(row, "curvature"), gradient: table.number(row, "gradient"),
        offset: table.number(row, "offset"))
      let noise = try #require(DoobTransform.Noise(rawValue: table.text(row, "kind")))
      let outcome = transform.optimum(noise: noise)
      expectClose(outcome.expectedReward, try table.number(row, "reward"), within: 1e-13)
      expectClose(outcome.divergence, try table.number(row, "divergence"), within: 1e-13)
      expectClose(outcome.objective, try table.number(row, "objective"), within: 1e-13)
      for step in 0..<3 {
        let best = transform.optimalStep(step, noise: noise)
        expectClose(best.slope, try table.number(row, "slope\(step)"), within: 1e-13)
        expectClose(best.offset, try table.number(row, "offset\(step)"), within: 1e-13)
        expectClose(best.deviation, try table.number(row, "deviation\(step)"), within: 1e-13)
      }
    }
  }

  @Test func `the objective of an optimum is the mean of the logarithm of its first factor`() throws
  {
    // beta E[-A_0 x^2/2 + B_0 x + C_0], x ~ N(0.3, 0.8^2), on twenty steps of FLUX's noise.
    let plan = try SamplingPlan.fullSDE(
      grid: .shifted(steps: 20, shift: 3), noise: .constant(0.3), lastStepIsStochastic: true)
    let chain = GaussianChain(
      plan: plan, mean: 0.4, deviation: 0.7, initialMean: 0.3, initialDeviation: 0.8)
    for (curvature, gradient) in [(0.0, 1.0), (1.5, -0.4), (-0.2, 0.6)] {
      let transform = try DoobTransform(
        chain: chain, penalty: 0.7, curvature: curvature, gradient: gradient, offset: 0.25)
      for noise in DoobTransform.Noise.allCases {
        let outcome = transform.optimum(noise: noise)
        let centre = transform.logFactor(at: 0, state: 0.3, noise: noise)
        let mean = centre - transform.precisions[0] * 0.64 / 2
        expectClose(outcome.objective, 0.7 * mean, within: 1e-13)
        var sum = 0.0
        for part in outcome.stepDivergences { sum += part }
        expectClose(outcome.divergence, sum, within: 1e-14)
      }
      expectClose(
        transform.optimum(noise: .free).objective - transform.optimum(noise: .held).objective,
        transform.heldNoiseLoss, within: 1e-13)
      #expect(curvature == 0 ? transform.heldNoiseLoss == 0 : transform.heldNoiseLoss > 1e-7)
      // The velocity that the shift gives has the optimal mean.
      for (step, kernel) in plan.kernels.enumerated() {
        let shift = transform.velocityShift(step)
        let best = transform.optimalStep(step, noise: .held)
        for x in [-1.0, 2.0] {
          let moved =
            chain.slopes[step] * x + chain.offsets[step]
            + kernel.velocityFactor * (shift.slope * x + shift.offset)
          expectClose(moved, best.slope * x + best.offset, within: 1e-13)
        }
      }
    }
  }

  @Test func `a reward that opens upwards has an optimum while every weight is positive`() throws {
    let plan = try SamplingPlan.singleStep(
      grid: .uniform(steps: 2), noise: .constant(1), step: 1)
    let chain = GaussianChain(plan: plan, deviation: 1)
    // w_1 = 1 + (q/beta) tau^2 with tau^2 = 1/2: positive for q/beta > -2.
    #expect(throws: Never.self) {
      try DoobTransform(chain: chain, penalty: 1, curvature: -1.99, gradient: 0)
    }
    let error = #expect(throws: DoobTransform.NoOptimum.self) {
      try DoobTransform(chain: chain, penalty: 1, curvature: -2.5, gradient: 0)
    }
    let failure = try #require(error)
    #expect(failure.step == 1)
    expectClose(failure.weight, -0.25, within: 1e-14)
    #expect("\(failure)".contains("at step 1 the weight 1 + A tau^2 is -0.2"))
    // A bias cannot change the variance; 1 + q T with T = Phi_2^2 tau^2/beta is the same number here.
    let second = #expect(throws: BiasOptimum.NoOptimum.self) {
      try BiasOptimum(chains: [chain], gradient: [0], curvatures: [-2.5], penalty: 1)
    }
    #expect(second?.coordinate == 0)
    expectClose(try #require(second).weight, -0.25, within: 1e-14)
  }

  @Test func `biases reach what a search finds, with penalties of each step's own`() throws {
    let table = try ReferenceTable("biases", in: "optimum")
    let plan = try ThreeSteps.plan(lastStepIsStochastic: true)
    let chains = [
      GaussianChain(plan: plan, mean: 0.3, deviation: 0.7),
      GaussianChain(plan: plan, mean: -0.2, deviation: 1.3),
    ]
    for row in table.rows {
      let penalties = try table.text(row, "penalties").split(separator: " ").map { Double($0) }
      let optimum = try BiasOptimum(
        chains: chains, gradient: ThreeSteps.numbers(table.text(row, "gradient")),
        curvatures: ThreeSteps.numbers(table.text(row, "curvatures")), penalties: penalties)
      expectClose(optimum.rewardRise, try table.number(row, "rise"), within: 1e-13)
      expectClose(optimum.divergence, try table.number(row, "divergence"), within: 1e-13)
      expectClose(optimum.objectiveRise, try table.number(row, "objectiveRise"), within: 1e-13)
      for step in 0..<3 {
        for index in 0..<2 {
          expectClose(
            optimum.biases[step][index], try table.number(row, "bias\(step)\(index)"),
            within: 1e-13)
        }
      }
      let shift = BiasOptimum.finalShift(of: optimum.biases, in: chains)
      for index in 0..<2 {
        expectClose(
          optimum.finalMeans[index] - chains[index].terminalLaw.mean, shift[index], within: 1e-13)
      }
    }
  }

  @Test func `penalties at sampled states stop a trainer of slopes short of the optimum`() throws {
    // The zero of the update, found by Newton's method in 60 digits.
    let table = try ReferenceTable("sampled-penalties", in: "optimum")
    let plan = try ThreeSteps.plan(lastStepIsStochastic: true)
    let chain = GaussianChain(plan: plan, mean: 0.3, deviation: 0.8)
    for row in table.rows {
      let penalties = try table.text(row, "penalties").split(separator: " ").map { Double($0) }
      let (curvature, gradient) = (
        try table.number(row, "curvature"), try table.number(row, "gradient")
      )
      let point = try SampledPenaltyPoint(
        chain: chain, penalties: penalties, curvature: curvature, gradient: gradient)
      expectClose(point.expectedReward, try table.number(row, "reward"), within: 1e-13)
      expectClose(point.divergence, try table.number(row, "divergence"), within: 1e-13)
      for step in 0..<3 {
        expectClose(point.steps[step].slope, try table.number(row, "slope\(step)"), within: 1e-13)
        expectClose(
          point.steps[step].offset, try table.number(row, "offset\(step)"), within: 1e-13)
      }
    }
    for curvature in [0, 1.3] {
      let point = try SampledPenaltyPoint(
        chain: chain, penalty: 0.4, curvature: curvature, gradient: 0.7)
      let best = try DoobTransform(
        chain: chain, penalty: 0.4, curvature: curvature, gradient: 0.7
      ).optimum(noise: .held)
      let objective = point.expectedReward - 0.4 * point.divergence
      if curvature == 0 {
        expectClose(objective, best.objective, within: 1e-14)
      } else {
        // More reward, more divergence, a lower objective.
        #expect(objective < best.objective - 1e-3)
        #expect(point.expectedReward != best.expectedReward)
      }
    }
  }

  @Test func `one bias for each step contains the optimum of a linear reward, a window a part`()
    throws
  {
    let plan = try SamplingPlan.fullSDE(
      grid: .shifted(steps: 16, shift: 5), noise: .flow(scale: 1))
    let chains = [0.1, 0.6, 1.5].map { GaussianChain(plan: plan, mean: 0.2, deviation: $0) }
    let gradient = [1.7, -0.3, 0.8]
    let shares = VarianceShares(chains: chains, gradient: gradient)
    let optimum = try BiasOptimum(chains: chains, gradient: gradient, penalty: 0.4)
    var objective = 0.0
    for (index, chain) in chains.enumerated() {
      let transform = try DoobTransform(chain: chain, penalty: 0.4, gradient: gradient[index])
      objective += transform.optimum(noise: .free).objective - transform.referenceReward
      for step in plan.stochasticSteps {
        let shift = transform.velocityShift(step)
        #expect(shift.slope == 0)
        expectClose(optimum.biases[step][index], shift.offset, within: 1e-13)
      }
    }
    expectClose(optimum.objectiveRise, objective, within: 1e-13)
    // (sum of d_k)/beta, and half of it for the objective and the divergence times beta.
    expectRelative(optimum.rewardRise, shares.stepTotal / 0.4, within: 1e-13)
    expectRelative(optimum.objectiveRise, shares.stepTotal / 0.8, within: 1e-13)
    // A window reaches the shares of its steps.
    let window = try BiasOptimum(
      chains: chains, gradient: gradient, penalty: 0.4, trainedSteps: [3, 4, 5])
    expectRelative(
      window.rewardRise, (shares.steps[3] + shares.steps[4] + shares.steps[5]) / 0.4,
      within: 1e-13)
    #expect(window.biases[2] == [0, 0, 0] && window.biases[4] == optimum.biases[4])
  }

  @Test func `the initial noise keeps its share of the tilt under a constant eta`() throws {
    func share(_ noise: NoiseSchedule, steps: Int) throws -> UntiltedShare {
      let plan = try SamplingPlan.fullSDE(grid: .uniform(steps: steps), noise: noise)
      return UntiltedShare(
        shares: VarianceShares(chains: [GaussianChain(plan: plan, deviation: 1)], gradient: [2]),
        penalty: 0.5)
    }
    // The correlation tends to .932 for eta = .3 and data of deviation one (stated limit, three digits).
    let constant = try share(.constant(0.3), steps: 4000)
    expectPrinted(constant.fraction.squareRoot(), "0.932")
    // For Flow-GRPO it falls like N^(-a^2/2): N = 500 to 8000 is 16^(-a^2/2) = 2^-1 for a^2 = 1/2.
    let scale = 0.5.squareRoot()
    let few = try share(.flow(scale: scale), steps: 500)
    let many = try share(.flow(scale: scale), steps: 8000)
    expectRelative((many.fraction / few.fraction).squareRoot(), 0.5, within: 0.01)
    // Reached and missing parts: g^2 S_N/beta in all.
    for part in [constant, few] {
      expectRelative(part.tiltedRise, part.shares.total / 0.5, within: 1e-15)
      expectRelative(part.reachedRise + part.missingRise, part.tiltedRise, within: 1e-14)
      // Two normal laws of variance Var(R) whose means differ by the missing rise.
      let distance = part.missingRise / part.shares.total.squareRoot()
      expectRelative(part.rewardDivergence, distance * distance / 2, within: 1e-13)
    }
  }
}
