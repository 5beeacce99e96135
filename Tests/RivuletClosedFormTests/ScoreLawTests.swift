import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletTestSupport
import Testing

@Suite struct ScoreLawTests {
  @Test func `weights times coefficients leave the step's length times its factor`() throws {
    let plan = try Published.plan(Published.uniform)
    let weights = StepWeights.noiseAware(deviations: Array(plan.deviations.prefix(9)))
    let mean = plan.deviations.prefix(9).reduce(0, +) / 9
    let weighted = ScoreLaw.weightedCoefficients(
      plan: plan, trainedSteps: 0..<9, weights: weights)
    // h f / mean(tau): h = 0.1, f = 1 at t = 1 and 1 + 0.7^2 / 2 elsewhere.
    expectClose(weighted[0], 0.1 / mean, within: 1e-14)
    for step in 1..<9 { expectClose(weighted[step], 0.1 * 1.245 / mean, within: 1e-14) }
    expectClose(weighted[0] / weighted[1], 1 / 1.245, within: 1e-14)
  }

  @Test func `Guard's coefficient is the factor of the velocity alone, on any grid`() throws {
    for schedule in [Published.uniform, Published.sd35] {
      let plan = try Published.plan(schedule)
      expectClose(ScoreLaw.guardCoefficient(kernel: plan.kernels[0]), 1, within: 1e-14)
      for kernel in plan.kernels.dropFirst() {
        expectClose(ScoreLaw.guardCoefficient(kernel: kernel), 1.245, within: 1e-12)
      }
      // The same from weights: Guard's weight leaves f up to the constant of its normalisation.
      let guarded = ScoreLaw.weightedCoefficients(
        plan: plan, trainedSteps: 0..<9,
        weights: StepWeights.guarded(
          deviations: Array(plan.deviations.prefix(9)),
          stepSizes: (0..<9).map { schedule.grid.stepSize($0) }))
      for step in 1..<9 { expectClose(guarded[step] / guarded[0], 1.245, within: 1e-12) }
    }
  }

  @Test func `balanced weights leave the step's length for noise of any course`() throws {
    // s_k = 0.9^k: no factor is constant.
    var coefficients = [1.0]
    for _ in 1..<10 { coefficients.append(coefficients[coefficients.count - 1] * 0.9) }
    let grid = TimeGrid.stableDiffusion3(steps: 10)
    let plan = try SamplingPlan.fullSDE(
      grid: grid, noise: .coefficients(coefficients), lastStepIsStochastic: true)
    let factors = (0..<9).map {
      StepWeights.velocityFactor(coefficient: coefficients[$0], time: grid.times[$0])
    }
    let weighted = ScoreLaw.weightedCoefficients(
      plan: plan, trainedSteps: 0..<9,
      weights: StepWeights.balanced(
        deviations: Array(plan.deviations.prefix(9)), factors: factors))
    for step in 0..<9 {
      expectRelative(
        weighted[step] / weighted[0], grid.stepSize(step) / grid.stepSize(0), within: 1e-13)
    }
  }

  @Test func `the score is the slope of the log-probability in the velocity`() throws {
    // Central difference of -(x' - p x - q v)^2 / (2 tau^2), exact for a quadratic.
    for kernel in try Published.plan(Published.sd35).kernels {
      let (x, v, noise) = (0.4, -0.9, 1.7)
      let next = kernel.next(state: [x], velocity: [v], noise: [noise])[0]
      func logDensity(_ v: Double) -> Double {
        let residual = next - kernel.mean(state: [x], velocity: [v])[0]
        return -residual * residual / (2 * kernel.deviation * kernel.deviation)
      }
      let slope = (logDensity(v + 0.01) - logDensity(v - 0.01)) / 0.02
      expectRelative(slope, -kernel.scoreCoefficient * noise, within: 1e-9)
    }
  }

  @Test func `the exact divergence is that of two Gaussian laws with one variance`() throws {
    let plan = try Published.plan(Published.sd35)
    for (step, kernel) in plan.kernels.enumerated() {
      let means = [0.3, 0.8].map { kernel.mean(state: [1], velocity: [$0])[0] }
      let distance = (means[1] - means[0]) * (means[1] - means[0])
      let variance = kernel.deviation * kernel.deviation
      let exact = ScoreLaw.divergence(kernel: kernel, squaredVelocityDifference: 0.25)
      expectRelative(exact, distance / (2 * variance), within: 1e-12)
      // Published closed form for k >= 1: h (1 - t)(1 + a^2/2)^2 / (2 a^2 t) |dv|^2.
      if step > 0 {
        let t = kernel.time
        expectRelative(
          exact, kernel.stepSize * (1 - t) * 1.245 * 1.245 / (2 * 0.49 * t) * 0.25, within: 1e-12)
      }
      expectRelative(
        ScoreLaw.divergence(
          kernel: kernel, squaredVelocityDifference: 0.25, form: .withoutStepSize),
        exact * kernel.stepSize, within: 1e-15)
    }
  }
}
