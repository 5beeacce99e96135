import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletTestSupport
import Testing

@Suite struct GaussianChainTests {
  @Test func `an unseen grid agrees with the independent script to 1e-12`() throws {
    // T = 16, shift 5, a = 1, data N(0.3, 0.6^2), g = 1.7, last step without noise, state 0.8.
    let grid = TimeGrid.shifted(steps: 16, shift: 5)
    let noise = NoiseSchedule.flow(scale: 1)
    let plan = try SamplingPlan.fullSDE(grid: grid, noise: noise)
    let noisy = try SamplingPlan.fullSDE(grid: grid, noise: noise, lastStepIsStochastic: true)
    let chain = GaussianChain(plan: plan, mean: 0.3, deviation: 0.6)
    let branching = BranchingLaw(plan: noisy, mean: 0.3, deviation: 0.6)
    let levels = Array(noisy.deviations.prefix(15))
    let noiseAware = StepWeights.noiseAware(deviations: levels)
    let balanced = StepWeights.balanced(
      deviations: levels,
      factors: (0..<15).map { -noisy.kernels[$0].velocityFactor / grid.stepSize($0) })
    let guarded = StepWeights.guarded(
      deviations: levels, stepSizes: (0..<15).map { grid.stepSize($0) })
    let table = try ReferenceTable("unseen-grid")
    #expect(table.rows.count == 17)
    for row in table.rows {
      let step = try table.integer(row, "step")
      func expect(_ column: String, _ value: Double) throws {
        // Every quantity is of the size of one; where it cancels to less the error is absolute.
        let expected = try table.number(row, column)
        expectClose(value, expected, within: 1e-12 * max(abs(expected), 0.1))
      }
      try expect("time", grid.times[step])
      try expect("suffixSlope", chain.suffixSlope(from: step))
      try expect("valueMean", chain.valueLaw(at: step, state: 0.8).mean)
      try expect("valueVariance", chain.valueLaw(at: step, state: 0.8).variance)
      try expect("mean", chain.means[step])
      try expect("variance", chain.variances[step])
      guard step < 16 else { continue }
      try expect("deviation", noisy.deviations[step])
      try expect("slope", chain.slopes[step])
      try expect("offset", chain.offsets[step])
      try expect("varianceShare", chain.varianceShare(of: step, gradient: 1.7))
      try expect("branchDeviation", branching.rewardDeviation(step: step, gradient: 1.7))
      try expect("seedDeviation", branching.seedDeviation(step: step, gradient: 1.7))
      try expect("scoreCoefficient", noisy.kernels[step].scoreCoefficient)
      guard step < 15 else { continue }
      try expect("noiseAware", noiseAware[step])
      try expect("balanced", balanced[step])
      try expect("guarded", guarded[step])
    }
  }

  @Test func `moving a state by hand gives the slope and the offset of a step`() throws {
    let plan = try SamplingPlan.fullSDE(grid: .uniform(steps: 4), noise: .constant(0.5))
    let chain = GaussianChain(plan: plan, mean: 0.4, deviation: 0.7)
    let field = try GaussianField(means: [0.4], deviations: [0.7])
    for (step, kernel) in plan.kernels.enumerated() {
      for x in [-1.0, 0, 2.5] {
        let mean = kernel.mean(state: [x], velocity: field.velocity(at: [x], time: kernel.time))
        expectClose(chain.slopes[step] * x + chain.offsets[step], mean[0], within: 1e-15)
      }
    }
  }

  @Test func `the shares of the initial noise and of all steps sum to the reward's variance`()
    throws
  {
    for noise in [NoiseSchedule.flow(scale: 0.7), .constant(0.3), .coefficientPreserving(0.8)] {
      let plan = try SamplingPlan.fullSDE(grid: .shifted(steps: 12, shift: 3), noise: noise)
      let chain = GaussianChain(plan: plan, mean: 1, deviation: 0.4, initialDeviation: 0.9)
      let shares = (0..<12).map { chain.varianceShare(of: $0, gradient: 2) }
      expectRelative(
        chain.initialVarianceShare(gradient: 2) + shares.reduce(0, +),
        chain.rewardVariance(gradient: 2), within: 1e-13)
      expectRelative(chain.rewardVariance(), chain.terminalLaw.variance, within: 1e-15)
    }
  }

  @Test func `the exact advantage is what one noise changes in the value of the state`() throws {
    let plan = try SamplingPlan.fullSDE(grid: .uniform(steps: 6), noise: .flow(scale: 0.7))
    let chain = GaussianChain(plan: plan, mean: -0.2, deviation: 0.5)
    for step in 0..<6 {
      let x = 0.7
      let noise = -1.3
      let next = chain.slopes[step] * x + chain.offsets[step] + chain.deviations[step] * noise
      let difference =
        chain.valueLaw(at: step + 1, state: next).mean - chain.valueLaw(at: step, state: x).mean
      expectClose(
        chain.exactAdvantage(of: step, noise: noise, gradient: 3), 3 * difference, within: 1e-14)
    }
  }

  @Test func `values of a state agree with integrating the reward backwards`() throws {
    let grid = try TimeGrid(times: [1, 0.7, 0.45, 0.2, 0])
    let plan = try SamplingPlan.fullSDE(
      grid: grid, noise: .constant(0.6), lastStepIsStochastic: true)
    let first = GaussianChain(plan: plan, mean: 0.2, deviation: 0.7)
    let second = GaussianChain(plan: plan, mean: -0.4, deviation: 1.2)
    let bump = StateValue.Bump(height: 2, centre: [0.5], widths: [0.8])
    let other = StateValue.Bump(height: 1.5, centre: [-0.6], widths: [1.1])
    let both = StateValue.Bump(height: 3, centre: [0.5, -0.6], widths: [0.8, 1.1])
    let table = try ReferenceTable("values")
    for row in table.rows {
      let step = try table.integer(row, "step")
      let x = try table.number(row, "x")
      let expected = try table.number(row, "value")
      let laws = StateValue.laws(of: [first], at: step, state: [x])
      let value: Double
      switch (try table.text(row, "reward"), try table.integer(row, "dimension")) {
      case ("linear", 1): value = StateValue.linear(of: laws, gradient: [1.3], offset: -0.2)
      case ("quadratic", 1):
        value = StateValue.quadratic(of: laws, curvatures: [0.9], gradient: [0.7], offset: 0.4)
      case ("bump", 1): value = StateValue.bump(of: laws, bump)
      case ("mixture", 1): value = StateValue.mixture(of: laws, [bump, other])
      case ("bump", 2):
        let y = try table.number(row, "y")
        value = StateValue.bump(
          of: StateValue.laws(of: [first, second], at: step, state: [x, y]), both)
      default:
        Issue.record("unknown row \(row)")
        continue
      }
      expectClose(value, expected, within: 1e-12)
    }
  }

  @Test func `a value at the end is the reward itself`() {
    let laws = [GaussianLaw(mean: 0.3, variance: 0), GaussianLaw(mean: -2, variance: 0)]
    // 1 + 2 * 0.3 - 3 * (-2) - (4 * 0.09 + 5 * 4) / 2
    expectClose(
      StateValue.quadratic(of: laws, curvatures: [4, 5], gradient: [2, -3], offset: 1), -2.58,
      within: 1e-14)
    let bump = StateValue.Bump(height: 7, centre: [0.3, -2], widths: [0.1, 1])
    #expect(StateValue.bump(of: laws, bump) == 7)
  }

  @Test func `seeds are remembered as published grids imply`() throws {
    // Uniform grid, T = 10, data deviation 1, last step without noise.
    for (noise, printed) in [
      (NoiseSchedule.flow(scale: 0.7), ".2918"), (.flow(scale: 0.3), ".8089"),
      (.flow(scale: 1), ".0556"), (.flow(scale: 2.0.squareRoot()), ".0019"),
    ] {
      let plan = try SamplingPlan.fullSDE(grid: .uniform(steps: 10), noise: noise)
      expectPrinted(GaussianChain(plan: plan, deviation: 1).seedCorrelation, printed)
    }
    let ode = GaussianChain(plan: .ode(grid: .uniform(steps: 10)), deviation: 0.5)
    expectClose(ode.seedCorrelation, 1, within: 1e-15)
  }
}
