import Rivulet
import RivuletTestSupport
import Testing

@Suite struct ScheduleTests {
  /// A schedule by its name in the fixture.
  static func plan(_ name: String) throws -> SamplingPlan {
    switch name {
    case "unseen-double":
      try .fullSDE(
        grid: .stableDiffusion3(steps: 16, shift: 5), noise: .flow(scale: 1),
        lastStepIsStochastic: true)
    case "unseen-shifted":
      try .fullSDE(
        grid: .shifted(steps: 16, shift: 5), noise: .flow(scale: 1), lastStepIsStochastic: true)
    case "unseen-flux":
      try .fullSDE(
        grid: .flux(steps: 7, mu: -1.0 / 3), noise: .flow(scale: 1), lastStepIsStochastic: true)
    case "unseen-qwen":
      try .fullSDE(
        grid: .qwen(steps: 13, mu: 0.9, terminal: 0.05), noise: .flow(scale: 1),
        lastStepIsStochastic: true)
    default:
      try #require(PublishedSchedule(id: name)).plan(lastStepIsStochastic: true)
    }
  }

  @Test(
    arguments: [
      "uniform", "sd35", "flux", "qwen", "dance16", "branch20", "unseen-double", "unseen-shifted",
      "unseen-flux", "unseen-qwen",
    ])
  func `every schedule agrees with the independent script`(name: String) throws {
    let plan = try Self.plan(name)
    let rows = try FlowTable("schedules").rows.filter { try $0.text("schedule") == name }
    #expect(rows.count == plan.stepCount)
    for (step, row) in rows.enumerated() {
      let kernel = plan.kernels[step]
      expectNear(kernel.time, try row.number("time"), within: 1e-14, "time of \(step)")
      expectNear(kernel.stepSize, try row.number("size"), within: 1e-14, "size of \(step)")
      expectNear(
        kernel.noiseCoefficient, try row.number("sigma"), within: 1e-12, "sigma of \(step)")
      expectNear(kernel.deviation, try row.number("level"), within: 1e-12, "level of \(step)")
      expectNear(kernel.scoreCoefficient, try row.number("score"), within: 1e-12, "S of \(step)")
    }
  }

  /// The printed tables: t, Delta, sigma, n and S for each step.
  static let uniformTable: [[Double]] = [
    [1.0, 0.1, 2.21359, 0.70000, 0.14286], [0.9, 0.1, 2.10000, 0.66408, 0.18748],
    [0.8, 0.1, 1.40000, 0.44272, 0.28122], [0.7, 0.1, 1.06927, 0.33813, 0.36820],
    [0.6, 0.1, 0.85732, 0.27111, 0.45923], [0.5, 0.1, 0.70000, 0.22136, 0.56243],
    [0.4, 0.1, 0.57155, 0.18074, 0.68884], [0.3, 0.1, 0.45826, 0.14491, 0.85913],
    [0.2, 0.1, 0.35000, 0.11068, 1.12487], [0.1, 0.1, 0.23333, 0.07379, 1.68730],
  ]
  static let doubleShiftTable: [[Double]] = [
    [1.00000, 0.03987, 3.50567, 0.70000, 0.05696], [0.96013, 0.04678, 3.43507, 0.74296, 0.07839],
    [0.91335, 0.05566, 2.27263, 0.53615, 0.12924], [0.85769, 0.06732, 1.71850, 0.44590, 0.18798],
    [0.79037, 0.08309, 1.35920, 0.39179, 0.26403], [0.70728, 0.10513, 1.08809, 0.35280, 0.37099],
    [0.60215, 0.13727, 0.86117, 0.31907, 0.53564], [0.46488, 0.18683, 0.65244, 0.28201, 0.82480],
    [0.27805, 0.26912, 0.43441, 0.22536, 1.48675], [0.00893, 0.00893, 0.06644, 0.00628, 1.77061],
  ]

  @Test(arguments: [("uniform", uniformTable), ("sd35", doubleShiftTable)])
  func `the printed tables are reproduced to every digit`(id: String, table: [[Double]]) throws {
    let plan = try #require(PublishedSchedule(id: id)).plan(lastStepIsStochastic: true)
    for (step, row) in table.enumerated() {
      let kernel = plan.kernels[step]
      expectClose(
        [
          kernel.time, kernel.stepSize, kernel.noiseCoefficient, kernel.deviation,
          kernel.scoreCoefficient,
        ], row, within: 0.5000001e-5)
    }
  }

  @Test(arguments: [
    (
      PublishedSchedule.flux,
      [0.9, 0.95202, 0.68707, 0.57199, 0.50397, 0.45667, 0.41888, 0.38315, 0.34064, 0.27172]
    ),
    (
      PublishedSchedule.qwen,
      [1.2, 1.208, 0.83702, 0.66448, 0.55329, 0.46786, 0.39282, 0.31781, 0.22973, 0.02424]
    ),
  ])
  func `the printed noise levels of other models are reproduced`(
    schedule: PublishedSchedule, levels: [Double]
  ) {
    expectClose(
      schedule.plan(lastStepIsStochastic: true).deviations, levels, within: 0.5000001e-5)
  }

  // One over the mean of the first 9 or of all 10 noise levels, each with half a unit of its last
  // printed digit. The constants in the published code, 2.25, 1.73 and 1.53, are those of 9 steps.
  @Test(arguments: [
    (PublishedSchedule.sd35, 9, 2.2522, 0.5e-4), (.sd35, 10, 2.4986, 0.5e-4),
    (.flux, 9, 1.7260, 0.5e-4), (.flux, 10, 1.8228, 0.5e-4), (.qwen, 9, 1.53295, 0.5e-5),
    (.qwen, 10, 1.69627, 0.5e-5), (.uniform10, 9, 2.92803830, 0.5e-8),
  ])
  func `the published weight constant is one over the mean of the trained noise levels`(
    schedule: PublishedSchedule, count: Int, expected: Double, unit: Double
  ) {
    #expect(schedule.trainedSteps == Array(0...8))
    var sum = 0.0
    for level in schedule.plan(lastStepIsStochastic: true).deviations.prefix(count) { sum += level }
    expectClose(Double(count) / sum, expected, within: unit)
  }

  @Test(arguments: PublishedSchedule.all)
  func `every schedule starts at exactly 1, falls, and ends at exactly 0`(
    schedule: PublishedSchedule
  ) {
    let times = schedule.grid.times
    #expect(times.first == 1)
    #expect(times.last == 0)
    for step in schedule.grid.steps {
      #expect(schedule.grid.stepSize(step) > 0)
      #expect(schedule.grid.stepSize(step) == times[step] - times[step + 1])
    }
    #expect(schedule.plan().stochasticSteps == schedule.trainedSteps)
    #expect(!schedule.plan().kernels[schedule.grid.stepCount - 1].isStochastic)
  }

  // A first time that is 1 only up to rounding makes the first coefficient infinite or huge.
  @Test func `grids start at exactly 1 for any shift`() {
    for index in 1...200 {
      let shift = Double(index) * 0.05
      #expect(TimeGrid.shifted(steps: 7, shift: shift).times[0] == 1)
      #expect(TimeGrid.stableDiffusion3(steps: 7, shift: shift).times[0] == 1)
      let mu = Double(index - 100) * 0.0371
      #expect(TimeGrid.flux(steps: 7, mu: mu).times[0] == 1)
      #expect(TimeGrid.qwen(steps: 7, mu: mu).times[0] == 1)
    }
  }

  // h_0 = 1 - t_1 cancels the patched root: n_0 = a sqrt(1/(1 - t_1)) sqrt(1 - t_1).
  @Test(arguments: [TimeGrid.uniform(steps: 10), .stableDiffusion3(steps: 10), .flux(steps: 33)])
  func `the first noise level is the scale itself`(grid: TimeGrid) throws {
    for scale in [0.3, 0.7, 1, 1.4] {
      let levels = try SamplingPlan.fullSDE(grid: grid, noise: .flow(scale: scale)).deviations
      expectClose(levels[0], scale, within: 4e-16 * 4)
    }
  }

  // t_1 = 1 - h on a uniform grid: n_1 = a sqrt(t_1 / h) sqrt(h).
  @Test func `the second noise level of a uniform grid is the scale times the root of its time`()
    throws
  {
    for steps in [2, 3, 10, 40, 1000] {
      let grid = TimeGrid.uniform(steps: steps)
      let levels = try SamplingPlan.fullSDE(
        grid: grid, noise: .flow(scale: 0.7), lastStepIsStochastic: true
      ).deviations
      expectClose(levels[1], 0.7 * grid.times[1].squareRoot(), within: 1e-13)
    }
  }

  // s^2 (1 - t) / (2 t) = a^2 / 2 for t < 1, and 0 at t = 1 where only the root is patched.
  @Test func `the factor of the velocity is 1 at the first step and 1 + a^2/2 later`() throws {
    let kernels = PublishedSchedule.sd35.plan().kernels
    expectClose(-kernels[0].velocityFactor / kernels[0].stepSize, 1, within: 1e-15)
    for kernel in kernels[1...8] {
      expectClose(-kernel.velocityFactor / kernel.stepSize, 1.245, within: 1e-13)
    }
  }

  @Test func `a published schedule is found by its name and no other`() {
    #expect(
      PublishedSchedule.all.map(\.id) == ["uniform", "sd35", "flux", "qwen", "dance16", "branch20"])
    for schedule in PublishedSchedule.all {
      #expect(PublishedSchedule(id: schedule.id) == schedule)
    }
    #expect(PublishedSchedule(id: "sd3") == nil)
  }

  @Test func `a window adds noise inside and follows the ODE outside`() throws {
    let grid = TimeGrid.shifted(steps: 12, shift: 3)
    let noise = NoiseSchedule.flow(scale: 0.7)
    let full = try SamplingPlan.fullSDE(grid: grid, noise: noise, lastStepIsStochastic: true)
    let window = try SamplingPlan.window(grid: grid, noise: noise, start: 3, size: 4)
    #expect(window.stochasticSteps == [3, 4, 5, 6])
    for step in grid.steps {
      #expect(
        window.kernels[step]
          == ((3...6).contains(step) ? full : SamplingPlan.ode(grid: grid)).kernels[step])
    }
    #expect(
      try SamplingPlan.singleStep(grid: grid, noise: noise, step: 11).stochasticSteps == [11])
  }

  @Test func `a window beyond the grid stops`() async {
    await #expect(processExitsWith: .failure) {
      _ = try SamplingPlan.window(
        grid: .uniform(steps: 10), noise: .constant(0.3), start: 8, size: 3)
    }
  }
}
