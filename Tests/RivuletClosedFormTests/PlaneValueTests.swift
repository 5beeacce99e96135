import RivuletClosedForm
import RivuletFlow
import RivuletNumerics
import RivuletTestSupport
import Testing

@Suite struct PlaneValueTests {
  private func plan() throws -> SamplingPlan {
    try .fullSDE(grid: .uniform(steps: 4), noise: .flow(scale: 0.9))
  }

  @Test func `Gaussian data has the closed form of its chains`() throws {
    let plan = try plan()
    let field = try GaussianField(means: [0.5, -0.25], deviations: [1, 0.75])
    let chains = [
      GaussianChain(plan: plan, mean: 0.5, deviation: 1),
      GaussianChain(plan: plan, mean: -0.25, deviation: 0.75),
    ]
    let bump = StateValue.Bump(centre: [0.5, 0.25], widths: [1, 1])
    // Interpolation of degree seven: half the spacing leaves 2^-8 of the error.
    let (value, error) = PlaneValue.withError(
      field: field, plan: plan, reward: GaussianBump(center: [0.5, 0.25], width: 1))
    let exact = StateValue.bump(of: chains.map(\.terminalLaw), bump)
    #expect(error < 1e-8, "the error is \(error)")
    expectClose(value.expectation, exact, within: error / 64)
    for step in 0...4 {
      let state = [0.3, -0.8]
      expectClose(
        value.value(at: step, state: state),
        StateValue.bump(of: StateValue.laws(of: chains, at: step, state: state), bump),
        within: 1e-9)
    }
  }

  // Components that differ in the first dimension alone make the second one Gaussian and independent,
  // so that the bump's expectation is a product: the value on the line times a closed form.
  @Test func `a mixture along one axis is the product of line and chain`() throws {
    let plan = try plan()
    let field = try MixtureField(
      weights: [0.75, 0.25], means: [[1, 0.25], [-1.5, 0.25]],
      diagonals: [[0.5, 1], [0.75, 1]])
    let line = try MixtureField(
      weights: [0.75, 0.25], means: [[1], [-1.5]], deviations: [0.5, 0.75])
    let across = MixtureValue(
      field: line, plan: plan, reward: GaussianBump(center: [0.5], width: 1))
    let down = StateValue.bump(
      of: [GaussianChain(plan: plan, mean: 0.25, deviation: 1).terminalLaw],
      StateValue.Bump(centre: [-0.5], widths: [1]))
    let (value, error) = PlaneValue.withError(
      field: field, plan: plan, reward: GaussianBump(center: [0.5, -0.5], width: 1),
      pointsPerSide: 97)
    #expect(error < 1e-5, "the error is \(error)")
    expectClose(value.expectation, across.expectation * down, within: max(1e-7, error / 16))
    let (rough, larger) = PlaneValue.withError(
      field: field, plan: plan, reward: GaussianBump(center: [0.5, -0.5], width: 1),
      pointsPerSide: 49)
    #expect(abs(rough.expectation - across.expectation * down) < larger)
  }

  // A hundred steps of noise 0.09 sqrt(t / (1 - t)) or less at first, on a grid with the spacing 0.5.
  @Test func `noise that the grid cannot see stops`() async {
    await #expect(processExitsWith: .failure) {
      let plan = try SamplingPlan.fullSDE(grid: .uniform(steps: 100), noise: .flow(scale: 0.9))
      _ = PlaneValue(
        field: MixtureField.ring(count: 3), plan: plan, reward: LinearReward(gradient: [1, 0]),
        pointsPerSide: 33)
    }
  }
}
