import Rivulet
import RivuletTestSupport
import Testing

@Suite struct MixPatternTests {
  // By hand: i mod 30 < 4 gives 0, 1, 2, 3; with the splits 0, 3, 6, 9 the steps 0 to 3, 6 and 9. Their
  // depths 1, 2, 3, 4, 7 and 10 have 2, 2, 2, 4, 8 and 16 nodes.
  @Test func `the published script trains 34 edges of a tree`() throws {
    let steps = MixPattern.script.stochasticSteps(stepCount: 20)
    #expect(steps == [0, 1, 2, 3, 6, 9])
    let shape = try TreeShape(splits: .dense, width: 2, stepCount: 20)
    #expect(steps.map { shape.edgeCount(ofSteps: [$0]) } == [2, 2, 2, 4, 8, 16])
    #expect(shape.edgeCount(ofSteps: steps) == 34)
    #expect(shape.edgeCount(ofSteps: 0..<20) == 218)
    #expect(shape.edgeCount(ofSteps: [-1, 20]) == 0)
  }

  // i mod q < w holds for every i once q <= w; the code's default q is 1.
  @Test func `an interval no longer than the window makes every step stochastic`() {
    for (interval, size) in [(1, 1), (1, 4), (4, 4), (3, 9), (0, 0), (-5, 2)] {
      let pattern = MixPattern(splits: .late, interval: interval, size: size)
      #expect(pattern.isFullSDE)
      #expect(pattern.stochasticSteps(stepCount: 20) == Array(0..<20))
    }
    #expect(!MixPattern.script.isFullSDE)
  }

  // By hand: 0, 1, 8, 9, 16, 17 are 0 or 1 modulo 8, and 9, 12, 15, 18 are the splits.
  @Test func `windows repeat and are cut behind the last step`() {
    let pattern = MixPattern(splits: .late, interval: 8, size: 2)
    #expect(pattern.stochasticSteps(stepCount: 20) == [0, 1, 8, 9, 12, 15, 16, 17, 18])
    #expect(pattern.stochasticSteps(stepCount: 17) == [0, 1, 8, 9, 12, 15, 16])
    // A size below one becomes one: 0, 8 and 16.
    let raised = MixPattern(splits: .late, interval: 8, size: 0)
    #expect(raised.stochasticSteps(stepCount: 20) == [0, 8, 9, 12, 15, 16, 18])
  }

  @Test func `outside the window the forks alone are stochastic`() throws {
    let grid = TimeGrid.shifted(steps: 20, shift: 3)
    let noise = NoiseSchedule.constant(0.3)
    let full = try SamplingPlan.fullSDE(grid: grid, noise: noise, lastStepIsStochastic: true)
    let ode = SamplingPlan.ode(grid: grid)
    for start in 0...20 {
      let plan = try SamplingPlan.mix(
        grid: grid, noise: noise, splits: .dense, window: start..<(start + 4))
      for step in 0..<20 {
        let stochastic = [0, 3, 6, 9].contains(step) || (step >= start && step < start + 4)
        #expect(plan.kernels[step] == (stochastic ? full : ode).kernels[step])
      }
    }
    #expect(
      try SamplingPlan.mix(grid: grid, noise: noise, splits: .dense, window: 0..<20) == full)
    #expect(
      try SamplingPlan.mix(grid: grid, noise: noise, splits: .dense, window: 5..<5)
        .stochasticSteps == [0, 3, 6, 9])
    #expect(
      try SamplingPlan.mix(grid: grid, noise: noise, pattern: .script).stochasticSteps
        == [0, 1, 2, 3, 6, 9])
  }

  @Test func `split points outside the grid stop`() async {
    await #expect(processExitsWith: .failure) {
      _ = try SamplingPlan.mix(
        grid: .uniform(steps: 9), noise: .constant(0.3), splits: .dense, window: 0..<2)
    }
    await #expect(processExitsWith: .failure) {
      _ = try SamplingPlan.mix(grid: .uniform(steps: 9), noise: .constant(0.3), pattern: .script)
    }
  }
}
