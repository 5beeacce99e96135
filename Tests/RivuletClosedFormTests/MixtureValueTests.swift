import RivuletClosedForm
import RivuletFlow
import RivuletNumerics
import RivuletTestSupport
import Testing

@Suite struct MixtureValueTests {
  private func field(_ world: String) throws -> MixtureField {
    world == "soft"
      ? try MixtureField(weights: [0.75, 0.25], means: [[1], [-1.5]], deviations: [0.5, 0.75])
      : try MixtureField(weights: [1, 1], means: [[2], [-2]], deviations: [0.25, 0.25])
  }

  private func plan(_ name: String) throws -> SamplingPlan {
    let grid = TimeGrid.uniform(steps: 6)
    let noise = NoiseSchedule.flow(scale: 0.7)
    return switch name {
    case "full": try .fullSDE(grid: grid, noise: noise)
    case "last": try .fullSDE(grid: grid, noise: noise, lastStepIsStochastic: true)
    case "window": try .window(grid: grid, noise: noise, start: 2, size: 2)
    default: .ode(grid: grid)
    }
  }

  private func reward(_ name: String, field: MixtureField) -> any DifferentiableReward {
    switch name {
    case "linear": LinearReward(gradient: [0.5], offset: -0.25)
    case "quadratic": QuadraticReward(curvature: 0.75, gradient: [1])
    case "bump": GaussianBump(center: [0.5], width: 0.75)
    default: ModeChoice(mixture: field, component: 0)
    }
  }

  // The density of the states, carried forward on a fixed grid by the independent script.
  @Test(arguments: ["soft", "steep"])
  func `expected rewards agree with the independent script`(world: String) throws {
    let table = try ReferenceTable("chains", in: "worlds")
    #expect(table.rows.count == 27)
    let field = try field(world)
    for row in table.rows where try table.text(row, "world") == world {
      let name = try table.text(row, "reward")
      let value = MixtureValue(
        field: field, plan: try plan(table.text(row, "plan")), reward: reward(name, field: field))
      let expected = try table.number(row, "value")
      expectClose(value.expectation, expected, within: 1e-10 * max(1, abs(expected)))
    }
  }

  // Central differences of the script's values, with one extrapolation.
  @Test func `gradients of trained steps agree with the independent script`() throws {
    let table = try ReferenceTable("gradients", in: "worlds")
    #expect(table.rows.count == 16)
    let field = try field("soft")
    for row in table.rows {
      let plan = try plan(table.text(row, "plan"))
      let steps = plan.stochasticSteps.isEmpty ? Array(plan.grid.steps) : plan.stochasticSteps
      let value = MixtureValue(
        field: field, plan: plan, reward: reward(try table.text(row, "reward"), field: field),
        trainedSteps: steps)
      for (index, slope) in value.gradient.enumerated() {
        let expected = try table.number(row, "g\(index)")
        expectClose(slope, expected, within: 1e-7 * max(1, abs(expected)))
      }
    }
  }

  @Test func `a mixture of one has the closed forms of the Gaussian chain`() throws {
    let field = try MixtureField(weights: [1], means: [[0.5]], deviations: [0.75])
    let plan = try plan("last")
    let chain = GaussianChain(plan: plan, mean: 0.5, deviation: 0.75)
    let bump = StateValue.Bump(centre: [0.5], widths: [0.75])
    let quadratic = MixtureValue(
      field: field, plan: plan, reward: QuadraticReward(curvature: 0.75, gradient: [1]))
    let peak = MixtureValue(
      field: field, plan: plan, reward: GaussianBump(center: [0.5], width: 0.75))
    for step in 0...6 {
      for state in [-2.0, 0, 1.25] {
        let law = [chain.valueLaw(at: step, state: state)]
        expectClose(
          quadratic.value(at: step, state: state),
          StateValue.quadratic(of: law, curvatures: [0.75], gradient: [1]), within: 1e-11)
        expectClose(
          quadratic.slope(at: step, state: state),
          chain.suffixSlope(from: step) * (1 - 0.75 * law[0].mean), within: 1e-11)
        expectClose(
          peak.value(at: step, state: state), StateValue.bump(of: law, bump), within: 1e-11)
      }
    }
    expectClose(
      peak.expectation, StateValue.bump(of: [chain.terminalLaw], bump), within: 1e-11)
  }

  // A shift of both log-weights is none; a shift of both means is that of a whole other mixture.
  @Test func `the gradient knows the symmetries of the mixture`() throws {
    let field = try field("soft")
    let value = MixtureValue(
      field: field, plan: try plan("full"), reward: LinearReward(gradient: [1]), trainedSteps: 0..<6
    )
    expectClose(value.gradient[0] + value.gradient[1], 0, within: 1e-11)
    // All steps see the moved means here, the last one without noise too.
    let step = 1e-4
    let shifted = [step, -step].map { shift in
      MixtureValue(
        field: field.with(
          parameters: zip(field.parameters, [0, 0, shift, shift, 0, 0]).map { $0 + $1 }),
        plan: value.plan, reward: LinearReward(gradient: [1])
      ).expectation
    }
    expectClose(
      value.gradient[2] + value.gradient[3], (shifted[0] - shifted[1]) / (2 * step), within: 1e-8)
  }

  @Test func `doubling the nodes states the error`() throws {
    let field = try field("steep")
    let plan = try plan("full")
    let reward = GaussianBump(center: [0.5], width: 0.75)
    let (value, error) = MixtureValue.withError(
      field: field, plan: plan, reward: reward, trainedSteps: plan.stochasticSteps)
    #expect(error < 1e-10, "the error is \(error)")
    // Two nodes in a deviation and four terms on panels that are never halved are too few.
    let (rough, larger) = MixtureValue.withError(
      field: field, plan: plan, reward: reward,
      resolution: MixtureResolution(nodesPerDeviation: 2, terms: 4, tolerance: 1, widestPanel: 2))
    #expect(larger > 1e-6 && abs(rough.expectation - value.expectation) < larger)
  }

  @Test func `sampled chains have the expected reward`() throws {
    let field = try field("soft")
    let plan = try plan("full")
    let reward = GaussianBump(center: [0.5], width: 0.75)
    let value = MixtureValue(field: field, plan: plan, reward: reward)
    let sampler = ChainSampler(plan: plan, field: field, reward: reward)
    var moments = Moments()
    for index in 0..<200 {
      for sample in try sampler.tile(index, key: RandomKey(seed: 11)).rewards {
        moments.add(sample)
      }
    }
    // Rewards lie in [0, 1], so a mean of 12800 has a deviation of at most 0.0045; five of them.
    expectClose(moments.mean, value.expectation, within: 0.0225)
  }
}
