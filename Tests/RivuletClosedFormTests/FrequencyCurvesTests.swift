import RivuletClosedForm
import RivuletFlow
import RivuletNumerics
import RivuletTestSupport
import Testing

@Suite struct FrequencyCurvesTests {
  @Test func `every frequency is its own scalar chain`() throws {
    let field = try PixelGridField(side: 3, exponent: 2)
    let plan = try SamplingPlan.fullSDE(grid: .uniform(steps: 8), noise: .flow(scale: 0.7))
    let curves = FrequencyCurves(field: field, plan: plan)
    // By hand: |f|^2 is 0, 1, 2, 4, 5, 8 on a grid of three by three.
    expectClose(
      curves.magnitudes, [0, 1, 2, 4, 5, 8].map { Double($0).squareRoot() }, within: 1e-15)
    #expect(curves.counts == [1, 2, 1, 2, 2, 1])
    // One image without noise through the ODE: each coefficient by its own slope.
    let ode = SamplingPlan.ode(grid: .uniform(steps: 8))
    let sampler = ChainSampler(
      plan: ode, field: field, reward: LinearReward(gradient: [Double](repeating: 0, count: 9)))
    let rollout = try sampler.rollout(root: 5, key: RandomKey(seed: 3))
    let flow = FrequencyCurves(field: field, plan: ode)
    let first = field.basis.coordinates(of: rollout.states[0])
    let last = field.basis.coordinates(of: rollout.states[8])
    for index in 0..<9 {
      expectClose(
        last[index], flow.chain(ofFrequency: index).suffixSlope(from: 0) * first[index],
        within: 1e-13)
    }
    let chain = GaussianChain(plan: plan, deviation: field.deviations[8])
    #expect(curves.influence(of: 3)[5] == abs(chain.influence(of: 3)))
  }

  // Theory: early steps decide low frequencies and late steps high ones; the regime map of one
  // coordinate has its peak in the first two steps for s >= 0.5 and in the last one for s = 0.1.
  @Test func `late steps decide high frequencies`() throws {
    let field = try PixelGridField(side: 8, exponent: 2)
    let plan = try SamplingPlan.fullSDE(
      grid: .uniform(steps: 10), noise: .flow(scale: 0.7), lastStepIsStochastic: true)
    let curves = FrequencyCurves(field: field, plan: plan)
    let steps = curves.decisiveSteps()
    for (index, step) in steps.enumerated() where index > 0 { #expect(step >= steps[index - 1]) }
    #expect(steps[0] <= 1)
    #expect(steps[steps.count - 1] == 9)
  }
}
