import RivuletClosedForm
import RivuletFlow
import RivuletTestSupport
import Testing

@Suite struct BranchingLawTests {
  func deviations(
    _ schedule: (grid: TimeGrid, noise: NoiseSchedule), _ scale: Double, steps: Range<Int>
  ) throws -> [Double] {
    BranchingLaw(plan: try Published.plan(schedule), deviation: scale)
      .rewardDeviations(trainedSteps: steps)
  }

  @Test func `reward deviations on the uniform grid are those printed`() throws {
    // Independent script; last of ten steps untrained.
    for (scale, printed) in [
      (1.0, ".684 .719 .525 .431 .359 .293 .231 .173 .121 .074"),
      (0.5, ".335 .356 .268 .234 .214 .199 .180 .153 .117 .074"),
      (0.1, ".048 .051 .039 .035 .033 .034 .036 .042 .055 .074"),
    ] {
      expectPrinted(try deviations(Published.uniform, scale, steps: 0..<10), printed)
    }
    let unit = try deviations(Published.uniform, 1, steps: 0..<9)
    expectPrinted(unit[8] / unit[1], "0.17")
  }

  @Test func `reward deviations on published grids are those printed`() throws {
    expectPrinted(
      try deviations(Published.sd35, 0.5, steps: 0..<9),
      ".262 .292 .224 .201 .196 .202 .221 .248 .227")
    expectPrinted(
      try deviations(Published.flux, 0.5, steps: 0..<9),
      ".340 .375 .284 .252 .240 .240 .252 .277 .308")
  }

  @Test func `the peak is early for wide data and late for concentrated data`() throws {
    for scale in [0.5, 1, 2] {
      let values = try deviations(Published.uniform, scale, steps: 0..<10)
      #expect([0, 1].contains(values.indices.max { values[$0] < values[$1] }))
    }
    let values = try deviations(Published.uniform, 0.1, steps: 0..<10)
    #expect(values.indices.max { values[$0] < values[$1] } == 9)
  }

  @Test func `correlations with the noise level are those printed`() throws {
    for (schedule, scale, nine, ten) in [
      (Published.uniform, 1.0, "0.985", "0.985"), (Published.uniform, 0.5, "0.981", "0.968"),
      (Published.uniform, 0.1, "0.304", "-0.137"), (Published.sd35, 1, "0.970", ""),
      (Published.sd35, 0.5, "0.631", ""), (Published.sd35, 0.1, "-0.447", ""),
    ] {
      let law = BranchingLaw(plan: try Published.plan(schedule), deviation: scale)
      expectPrinted(law.noiseLevelCorrelation(trainedSteps: 0..<9), nine)
      if !ten.isEmpty { expectPrinted(law.noiseLevelCorrelation(trainedSteps: 0..<10), ten) }
    }
  }

  @Test func `scales at which the claims turn agree with the independent script to 1e-10`() throws {
    let schedules = [
      "uniform": Published.uniform, "sd35": Published.sd35, "flux": Published.flux,
      "qwen": Published.qwen,
    ]
    let table = try ReferenceTable("turning-scales")
    #expect(table.rows.count == 8)
    for row in table.rows {
      let schedule = try #require(schedules[table.text(row, "schedule")])
      let turn: BranchingLaw.Turn =
        try table.text(row, "turn") == "spread" ? .spread : .halfCorrelation
      let scales = try BranchingLaw.turningScales(
        of: turn, grid: schedule.grid, noise: schedule.noise, trainedSteps: Array(0..<9))
      #expect(scales.count == 1)
      expectRelative(
        try #require(scales.last), try table.number(row, "scale"), within: 1e-10)
      #expect(
        try BranchingLaw.turningScale(
          of: turn, grid: schedule.grid, noise: schedule.noise, trainedSteps: Array(0..<9))
          == scales.last)
    }
  }

  @Test func `a level that is never reached has no turning scale`() throws {
    #expect(
      try BranchingLaw.turningScale(
        of: .correlation(-0.99), grid: Published.uniform.grid, noise: Published.uniform.noise,
        trainedSteps: Array(0..<9)) == nil)
  }

  @Test func `noise of one level has no correlation, and a silent step no turn`() throws {
    let grid = TimeGrid.uniform(steps: 10)
    let flat = try SamplingPlan.fullSDE(grid: grid, noise: .constant(0.3))
    let law = BranchingLaw(plan: flat, deviation: 1)
    #expect(law.noiseLevelCorrelation(trainedSteps: 0..<9).isNaN)
    for turn in [BranchingLaw.Turn.spread, .halfCorrelation] {
      let silent = NoiseSchedule.coefficients([Double](repeating: 0, count: 10))
      #expect(
        try BranchingLaw.turningScales(
          of: turn, grid: grid, noise: silent, trainedSteps: Array(0..<9)) == [])
    }
  }

  @Test func `the mean of the branches is the ODE point moved along the score`() throws {
    let plan = try Published.plan(Published.uniform)
    let law = BranchingLaw(plan: plan, mean: 0.3, deviation: 0.6)
    let field = try GaussianField(means: [0.3], deviations: [0.6])
    for step in 0..<10 {
      let kernel = plan.kernels[step]
      guard case .sde(let s) = kernel.rule else { continue }
      let x = law.backboneState(at: step, noise: 0.8)
      let v = field.velocity(at: [x], time: kernel.time)[0]
      let score = -(x + (1 - kernel.time) * v) / kernel.time
      let shift = 2 * law.suffixSlope(from: step + 1) * (s * s * kernel.stepSize / 2) * score
      expectClose(law.meanShift(step: step, backboneState: x, gradient: 2), shift, within: 1e-13)
      let branch = law.branchLaw(step: step, backboneState: x, gradient: 2)
      let backbone = law.backboneReward(step: step, backboneState: x, gradient: 2)
      expectClose(branch.mean - backbone, shift, within: 1e-13)
      #expect(abs(shift) > 1e-3)
    }
  }

  @Test func `seeds and branches together have the variance of the chain with one noisy step`()
    throws
  {
    for scale in [0.1, 0.6, 3] {
      let law = BranchingLaw(
        plan: try Published.plan(Published.sd35), mean: 0.3, deviation: scale)
      for step in 0..<10 {
        let plan = try SamplingPlan(
          grid: Published.sd35.grid, noise: Published.sd35.noise, stochasticSteps: [step])
        let chain = GaussianChain(plan: plan, mean: 0.3, deviation: scale)
        let seed = law.seedDeviation(step: step, gradient: 2)
        let branch = law.rewardDeviation(step: step, gradient: 2)
        expectRelative(
          seed * seed + branch * branch, chain.rewardVariance(gradient: 2), within: 1e-13)
        // Averaged over backbones the branches' mean is the chain's.
        let mean = law.branchLaw(step: step, backboneState: law.backboneLaw(at: step).mean).mean
        expectClose(mean, chain.terminalLaw.mean, within: 1e-13)
      }
    }
  }

  @Test func `low frequencies are decided early and high ones late`() throws {
    // Spectrum of four scales on the uniform grid: the rows are those of scalar data.
    let spectrum = [1, 0.5, 0.1, 0.03]
    let rows = BranchingLaw.rewardDeviations(
      plan: try Published.plan(Published.uniform), spectrum: spectrum,
      gradient: [1, 1, 1, -2], trainedSteps: Array(0..<10))
    for (index, scale) in spectrum.enumerated() {
      let scalar = try deviations(Published.uniform, scale, steps: 0..<10)
      expectClose(rows[index], scalar.map { $0 * (index == 3 ? 2 : 1) }, within: 1e-16)
    }
    #expect(rows[0][1] > rows[0][9] && rows[3][9] > rows[3][1])
  }
}
