import Rivulet
import RivuletTestSupport
import Testing

@Suite struct SamplerMomentTests {
  /// The variance of the last state and its correlation with the first, without sampling.
  ///
  /// With Gaussian data a chain is linear in its noises, so the response to each noise is found by one
  /// step from 0 and one from 1, and the variance is the sum of squared responses.
  private func moments(of plan: SamplingPlan, deviation: Double) throws -> (Double, Double) {
    let field = try GaussianField(means: [0], deviations: [deviation])
    var (variance, slope) = (1.0, 1.0)
    for kernel in plan.kernels {
      let v = field.velocity(at: [1], time: kernel.time)
      let factor = kernel.mean(state: [1], velocity: v)[0]
      let added = kernel.next(state: [0], velocity: [0], noise: [1])[0]
      variance = factor * factor * variance + added * added
      slope *= factor
    }
    return (variance, slope / variance.squareRoot())
  }

  private func plan(_ row: FlowTable.Row) throws -> SamplingPlan {
    let steps = Int(try row.number("steps"))
    let grid: TimeGrid =
      try row.text("grid") == "uniform" ? .uniform(steps: steps) : .stableDiffusion3(steps: steps)
    return switch try row.text("rule") {
    case "ode": .ode(grid: grid)
    case "flow": try .fullSDE(grid: grid, noise: .flow(scale: 0.7))
    case "constant": try .fullSDE(grid: grid, noise: .constant(0.3))
    default: try .fullSDE(grid: grid, noise: .coefficientPreserving(0.7))
    }
  }

  @Test func `the moments of every sampler agree with the independent script`() throws {
    let rows = try FlowTable("moments").rows
    #expect(rows.count == 28)
    for row in rows {
      let (variance, correlation) = try moments(
        of: try plan(row), deviation: try row.number("deviation"))
      expectClose(variance, try row.number("variance"), within: 1e-12)
      expectClose(correlation, try row.number("correlation"), within: 1e-12)
    }
  }

  // Printed: output standard deviation over the true one for N = 10, uniform grid, data of deviation 1.
  @Test(arguments: [
    (NoiseSchedule.flow(scale: 0), 0.879), (.flow(scale: 0.7), 0.965), (.constant(0.3), 0.887),
    (.coefficientPreserving(0.7), 0.762),
  ])
  func `the printed biases of the samplers are reproduced`(
    noise: NoiseSchedule, deviation: Double
  ) throws {
    let plan = try SamplingPlan.fullSDE(grid: .uniform(steps: 10), noise: noise)
    expectClose(try moments(of: plan, deviation: 1).0.squareRoot(), deviation, within: 0.5e-3)
  }

  // The exact flow leads x_1 to mu + s x_1: at every time the state is (1 - t) mu + sqrt(V_t) x_1.
  // Euler's error halves with the step: log2 of the ratio is 1 up to O(h).
  @Test(arguments: [0.3, 1, 2])
  func `the ODE sampler converges to the exact map at first order`(deviation: Double) throws {
    let field = try GaussianField(means: [0.75], deviations: [deviation])
    func last(steps: Int, from start: Double) -> Double {
      var state = [start]
      for kernel in SamplingPlan.ode(grid: .uniform(steps: steps)).kernels {
        state = kernel.mean(
          state: state, velocity: field.velocity(at: state, time: kernel.time))
      }
      return state[0]
    }
    for start in [-1.5, 0.5] {
      let exact = 0.75 + deviation * start
      let coarse = last(steps: 400, from: start) - exact
      let fine = last(steps: 800, from: start) - exact
      expectClose(fine, 0, within: 0.02)
      expectClose(Elementary.log(coarse / fine) / Elementary.log(2), 1, within: 0.02)
      // Two terms of the error are gone after extrapolation: what is left is second order.
      expectClose(
        2 * last(steps: 800, from: start) - last(steps: 400, from: start), exact, within: 1e-4)
    }
  }

  // Every lane of a tile follows its own chain: with the same field the last states are affine in the
  // stored noises, with the factors of the linear recursion.
  @Test func `a sampled chain is the linear recursion of its noises`() throws {
    let plan = PublishedSchedule.uniform10.plan()
    let field = try GaussianField(means: [0], deviations: [0.5])
    let tile = try ChainSampler(plan: plan, field: field, reward: LinearReward(gradient: [1]))
      .tile(0, key: RandomKey(seed: 22))
    for lane in [0, 40] {
      var state = tile.states[0].state(lane)[0]
      for (step, kernel) in plan.kernels.enumerated() {
        let slope = GaussianField.slope(time: kernel.time, deviation: 0.5)
        state =
          (kernel.stateFactor + kernel.velocityFactor * slope) * state
          + kernel.deviation * tile.noises[step].state(lane)[0]
      }
      expectClose(tile.rewards[lane], state, within: 1e-13)
    }
  }
}
