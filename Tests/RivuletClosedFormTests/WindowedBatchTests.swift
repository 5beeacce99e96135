import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletTestSupport
import Testing

@Suite struct WindowedBatchTests {
  @Test func `factors of members with windows of their own are sums over all draws`() throws {
    // Fixtures/origin/optimum.py: two prompts of three members, 32 draws of the others for each.
    let table = try ReferenceTable("windows", in: "optimum")
    let equal = WindowedBatch(
      promptCount: 2, groupSize: 3,
      windows: [
        .init(probability: 0.25, mean: 0, deviation: 0.8),
        .init(probability: 0.75, mean: 0, deviation: 1.5),
      ])
    let offsets = WindowedBatch(
      promptCount: 2, groupSize: 3,
      windows: [
        .init(probability: 0.3, mean: 0.9, deviation: 0.6),
        .init(probability: 0.7, mean: -0.4, deviation: 1.1),
      ])
    for row in table.rows {
      let words = try table.text(row, "case").split(separator: " ").map(String.init)
      let batch = words[0] == "equal" ? equal : offsets
      let convention = try #require(
        AdvantageRule.Convention(rawValue: table.text(row, "convention")))
      let window = try #require(Int(words[1]))
      expectRelative(
        batch.factor(window: window, convention: convention), try table.number(row, "factor"),
        within: 1e-11)
    }
  }

  @Test func `one window is the batch of equal prompts, also for a thousand members`() {
    let windows = WindowedBatch(
      promptCount: 48, groupSize: 24,
      windows: [.init(probability: 1, mean: 0.7, deviation: 0.6)])
    let batch = PromptBatch(
      groupSize: 24, prompts: (0..<48).map { _ in .init(mean: 0.7, deviation: 0.6) })
    for convention in AdvantageRule.Convention.allCases where convention.divides {
      expectRelative(
        windows.factor(window: 0, convention: convention) * 0.6,
        batch.factor(prompt: 0, convention: convention), within: 1e-10)
    }
  }

  @Test func `a chain that is told another time has the slopes of that time`() throws {
    let grid = TimeGrid.shifted(steps: 16, shift: 3)
    let plan = try SamplingPlan.fullSDE(
      grid: grid, noise: .constant(0.3), lastStepIsStochastic: true)
    let told = grid.steps.map { TruncatedTimeField<GaussianField>.truncated(grid.times[$0]) }
    let field = TruncatedTimeField(try GaussianField(means: [0.4], deviations: [0.7]))
    let chain = GaussianChain(plan: plan, mean: 0.4, deviation: 0.7, toldTimes: told)
    let exact = GaussianChain(plan: plan, mean: 0.4, deviation: 0.7)
    for (step, kernel) in plan.kernels.enumerated() {
      // The step's mean at two states, by the field that truncates.
      let atZero = kernel.mean(state: [0], velocity: field.velocity(at: [0], time: kernel.time))
      let atOne = kernel.mean(state: [1], velocity: field.velocity(at: [1], time: kernel.time))
      expectClose(chain.offsets[step], atZero[0], within: 1e-14)
      expectClose(chain.slopes[step], atOne[0] - atZero[0], within: 1e-14)
    }
    #expect(chain.slopes[1] != exact.slopes[1])
    let credit = LinearCredit(
      plan: plan, deviations: [0.7], gradient: [1], scored: .finalState, toldTimes: told)
    #expect(credit.influences[3][0] == chain.influence(of: 3))
  }
}
