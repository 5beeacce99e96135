import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletTestSupport
import Testing

/// Numbers that the published training scripts imply; each was printed by an independent script.
@Suite struct PublishedTableTests {
  func meanInverse(_ values: some Sequence<Double>) -> Double {
    let values = Array(values)
    return Double(values.count) / values.reduce(0, +)
  }

  @Test func `published weight constants are one over the mean of nine levels, not of ten`() throws
  {
    // Published 2.25, 1.73, 1.53.
    for (schedule, published, nine, ten) in [
      (Published.sd35, 2.25, "2.2522", "2.4986"), (Published.flux, 1.73, "1.7260", "1.8228"),
      (Published.qwen, 1.53, "1.53295", "1.69627"),
    ] {
      let levels = try Published.plan(schedule).deviations
      expectPrinted(meanInverse(levels.prefix(9)), nine)
      expectPrinted(meanInverse(levels), ten)
      expectClose(meanInverse(levels.prefix(9)), published, within: 5e-3)
      #expect(abs(meanInverse(levels) - published) > 0.05)
      expectRelative(
        StepWeights.noiseAware(deviations: Array(levels.prefix(9)))[0],
        levels[0] * meanInverse(levels.prefix(9)), within: 1e-15)
    }
    // Other grids give other constants.
    let shifted = try SamplingPlan.fullSDE(
      grid: .shifted(steps: 10, shift: 3), noise: .flow(scale: 0.7))
    expectPrinted(meanInverse(shifted.deviations.prefix(9)), "2.24")
    let long = try SamplingPlan.fullSDE(
      grid: .stableDiffusion3(steps: 40), noise: .flow(scale: 0.7))
    expectPrinted(meanInverse(long.deviations.prefix(39)), "4.60")
  }

  @Test func `the table of the uniform grid is reproduced to all digits`() throws {
    let table = """
      1.0 0.1 2.21359 0.70000 2.04963 0.14286 0.29280
      0.9 0.1 2.10000 0.66408 1.94445 0.18748 0.36454
      0.8 0.1 1.40000 0.44272 1.29630 0.28122 0.36454
      0.7 0.1 1.06927 0.33813 0.99006 0.36820 0.36454
      0.6 0.1 0.85732 0.27111 0.79382 0.45923 0.36454
      0.5 0.1 0.70000 0.22136 0.64815 0.56243 0.36454
      0.4 0.1 0.57155 0.18074 0.52921 0.68884 0.36454
      0.3 0.1 0.45826 0.14491 0.42431 0.85913 0.36454
      0.2 0.1 0.35000 0.11068 0.32407 1.12487 0.36454
      """
    try expectTable(table, Published.uniform, lastLevel: "0.07379", lastScore: "1.68730")
    let levels = try Published.plan(Published.uniform).deviations.prefix(9)
    expectPrinted(levels.reduce(0, +) / 9, "0.34152559")
    expectPrinted(meanInverse(levels), "2.92803830")
  }

  @Test func `the table of the SD3.5 grid is reproduced to all digits`() throws {
    let table = """
      1.00000 0.03987 3.50567 0.70000 1.57656 0.05696 0.08980
      0.96013 0.04678 3.43507 0.74296 1.67332 0.07839 0.13117
      0.91335 0.05566 2.27263 0.53615 1.20754 0.12924 0.15606
      0.85769 0.06732 1.71850 0.44590 1.00426 0.18798 0.18878
      0.79037 0.08309 1.35920 0.39179 0.88241 0.26403 0.23299
      0.70728 0.10513 1.08809 0.35280 0.79458 0.37099 0.29478
      0.60215 0.13727 0.86117 0.31907 0.71862 0.53564 0.38492
      0.46488 0.18683 0.65244 0.28201 0.63514 0.82480 0.52387
      0.27805 0.26912 0.43441 0.22536 0.50756 1.48675 0.75462
      """
    try expectTable(table, Published.sd35, lastLevel: "0.00628", lastScore: "1.77061")
    let levels = try Published.plan(Published.sd35).deviations.prefix(9)
    expectPrinted(levels.reduce(0, +) / 9, "0.44400467")
  }

  func expectTable(
    _ table: String, _ schedule: (grid: TimeGrid, noise: NoiseSchedule), lastLevel: String,
    lastScore: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let plan = try Published.plan(schedule)
    let weights = StepWeights.noiseAware(deviations: Array(plan.deviations.prefix(9)))
    let scores = ScoreLaw.coefficients(plan: plan, trainedSteps: Published.trained)
    let weighted = ScoreLaw.weightedCoefficients(
      plan: plan, trainedSteps: Published.trained, weights: weights)
    let rows = table.split(separator: "\n")
    #expect(rows.count == 9)
    for (step, row) in rows.enumerated() {
      let kernel = plan.kernels[step]
      guard case .sde(let coefficient) = kernel.rule else {
        Issue.record("step \(step) is not stochastic")
        return
      }
      expectPrinted(
        [
          kernel.time, kernel.stepSize, coefficient, kernel.deviation, weights[step], scores[step],
          weighted[step],
        ], String(row), sourceLocation: sourceLocation)
    }
    expectPrinted(plan.deviations[9], lastLevel, sourceLocation: sourceLocation)
    expectPrinted(plan.kernels[9].scoreCoefficient, lastScore, sourceLocation: sourceLocation)
  }

  @Test func `noise levels of FLUX and Qwen-Image are reproduced to all digits`() throws {
    expectPrinted(
      try Published.plan(Published.flux).deviations,
      "0.9 0.95202 0.68707 0.57199 0.50397 0.45667 0.41888 0.38315 0.34064 0.27172")
    expectPrinted(
      try Published.plan(Published.qwen).deviations,
      "1.2 1.208 0.83702 0.66448 0.55329 0.46786 0.39282 0.31781 0.22973 0.02424")
  }

  @Test func `score coefficients grow towards data, with weights less so`() throws {
    let uniform = ScoreLaw.coefficients(
      plan: try Published.plan(Published.uniform), trainedSteps: Published.trained)
    expectPrinted(uniform[8] / uniform[1], "6.0")
    expectPrinted(uniform[8] / uniform[0], "7.87")
    let sd35 = try Published.plan(Published.sd35)
    let plain = ScoreLaw.coefficients(plan: sd35, trainedSteps: Published.trained)
    expectPrinted(plain, ".057 .078 .129 .188 .264 .371 .536 .825 1.487")
    expectPrinted(plain[8] / plain[1], "19.0")
    expectPrinted(plain[8] / plain[0], "26.1")
    for (schedule, unweighted, weighted) in [
      (Published.sd35, "26", "8.4"), (Published.flux, "19.8", "7.5"),
    ] {
      let plan = try Published.plan(schedule)
      let plain = ScoreLaw.coefficients(plan: plan, trainedSteps: Published.trained)
      let balanced = ScoreLaw.weightedCoefficients(
        plan: plan, trainedSteps: Published.trained,
        weights: StepWeights.noiseAware(deviations: Array(plan.deviations.prefix(9))))
      expectPrinted(plain[8] / plain[0], unweighted)
      expectPrinted(balanced[8] / balanced[0], weighted)
    }
    let dance = try SamplingPlan.fullSDE(
      grid: .shifted(steps: 16, shift: 3), noise: .constant(0.3), lastStepIsStochastic: true)
    let scores = ScoreLaw.coefficients(plan: dance, trainedSteps: 0..<16)
    expectPrinted([scores[0], scores[14], scores[15]], ".491 1.345 1.667")
    expectPrinted(scores[14] / scores[0], "2.7")
  }
}
