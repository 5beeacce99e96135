import Rivulet
import Testing

@Suite struct InvalidScheduleTests {
  @Test func `broken time grids name the place and the value`() {
    #expect(throws: TimeGrid.Invalid.tooFew(count: 1)) { try TimeGrid(times: [1]) }
    #expect(throws: TimeGrid.Invalid.doesNotStartAtOne(value: 0.99)) {
      try TimeGrid(times: [0.99, 0.5, 0])
    }
    #expect(throws: TimeGrid.Invalid.doesNotEndAtZero(value: 0.1)) {
      try TimeGrid(times: [1, 0.5, 0.1])
    }
    #expect(throws: TimeGrid.Invalid.notDescending(index: 2, previous: 0.5, value: 0.5)) {
      try TimeGrid(times: [1, 0.5, 0.5, 0])
    }
    #expect(throws: TimeGrid.Invalid.notDescending(index: 2, previous: 0.4, value: 0.6)) {
      try TimeGrid(times: [1, 0.4, 0.6, 0])
    }
    let error = #expect(throws: TimeGrid.Invalid.self) { try TimeGrid(times: [1, .nan, 0]) }
    #expect(error?.description == "times[1] is nan; every time must be a finite number")
  }

  @Test func `broken noise schedules name the place and the value`() {
    let grid = TimeGrid.uniform(steps: 3)
    #expect(throws: NoiseSchedule.Invalid.negativeScale(-0.7)) {
      try SamplingPlan.fullSDE(grid: grid, noise: .flow(scale: -0.7))
    }
    #expect(throws: NoiseSchedule.Invalid.self) { try NoiseSchedule.constant(.nan).rules(on: grid) }
    #expect(throws: NoiseSchedule.Invalid.negativeScale(.infinity)) {
      try NoiseSchedule.constant(.infinity).rules(on: grid)
    }
    #expect(throws: NoiseSchedule.Invalid.wrongCount(expected: 3, got: 2)) {
      try NoiseSchedule.coefficients([1, 1]).rules(on: grid)
    }
    #expect(throws: NoiseSchedule.Invalid.invalidCoefficient(step: 1, value: -1)) {
      try NoiseSchedule.coefficients([1, -1, 1]).rules(on: grid)
    }
    #expect(throws: NoiseSchedule.Invalid.invalidLevel(1.5)) {
      try NoiseSchedule.coefficientPreserving(1.5).rules(on: grid)
    }
  }

  @Test func `a schedule of one's own is read from JSON`() throws {
    let text = """
      {"times": [1, 0.75, 0.5, 0], "noiseCoefficients": [0.9, 1.2, 0], "trainedSteps": [1],
       "dataScale": 0.5, "dimension": 2}
      """
    let schedule = try CustomSchedule(json: text)
    #expect(schedule.grid.times == [1, 0.75, 0.5, 0])
    #expect(schedule.noiseCoefficients == [0.9, 1.2, 0])
    #expect(schedule.trainedSteps == [1])
    #expect(schedule.dataScale == 0.5)
    #expect(schedule.dimension == 2)
    #expect(schedule.plan.noiseCoefficients == [0.9, 1.2, 0])
    #expect(schedule.plan.stochasticSteps == [0, 1])
    #expect(try CustomSchedule(json: schedule.json) == schedule)
  }

  @Test func `fields that may be left out get their stated values`() throws {
    let schedule = try CustomSchedule(
      json: #"{"times": [1, 0.75, 0.5, 0.25, 0], "noiseCoefficients": [1, 0, 2, 3]}"#)
    #expect(schedule.trainedSteps == [0, 2])
    #expect(schedule.dataScale == 1)
    #expect(schedule.dimension == 1)
  }

  /// Returns the message for a schedule in which one field is replaced.
  private func message(
    times: String = "[1, 0.5, 0]", noise: String = "[1, 1]", trained: String = "[0]",
    more: String = ""
  ) -> String? {
    let text =
      #"{"times": \#(times), "noiseCoefficients": \#(noise), "trainedSteps": \#(trained)\#(more)}"#
    return #expect(throws: CustomSchedule.Invalid.self) { try CustomSchedule(json: text) }?
      .description
  }

  @Test func `a broken schedule names the field, the index, the value and what would be right`() {
    #expect(
      message(times: "[1, 0.5, 0.5, 0]", noise: "[1, 1, 1]")
        == "times[2] is 0.5 after 0.5; times must fall strictly from 1 to 0")
    #expect(
      message(times: "[1, 0.5, 0.7, 0]", noise: "[1, 1, 1]")
        == "times[2] is 0.7 after 0.5; times must fall strictly from 1 to 0")
    #expect(
      message(noise: "[1, -0.5]")
        == "noiseCoefficients[1] is -0.5; it must be 0 or from 1e-12 to 1e6")
    #expect(
      message(noise: "[1]")
        == "there are 1 noiseCoefficients for 2 steps; "
        + "give one for each step, that is one less than times")
    #expect(message(trained: "[0, 2]") == "trainedSteps[1] is 2; the steps are 0 to 1")
    #expect(message(trained: "[-1]") == "trainedSteps[0] is -1; the steps are 0 to 1")
    #expect(
      message(trained: "[1, 1]")
        == "trainedSteps[1] is 1 after 1; give each trained step once, in ascending order")
    #expect(
      message(noise: "[0, 1]", trained: "[0, 1]")
        == "trainedSteps[0] is 0, but the noise coefficient of step 0 is 0; "
        + "a step without noise has no log-probability and cannot be trained")
    #expect(
      message(trained: "[]")
        == "no step is trained; trainedSteps needs one or more steps that add noise")
    #expect(
      message(more: #", "dataScale": 0"#) == "dataScale is 0.0; it must be from 1e-6 to 1e6")
    #expect(
      message(more: #", "dimension": 0"#) == "dimension is 0; it must be from 1 to 1000000000")
    #expect(
      message(more: #", "shift": 3"#)
        == "the schedule has an unknown field shift; the fields are "
        + "times, noiseCoefficients, coefficientPreservingLevel, trainedSteps, dataScale, "
        + "dimension")
  }

  @Test func `values of the wrong type name their place`() {
    #expect(message(times: #"[1, "0.5", 0]"#) == "times[1] is not a finite number")
    #expect(message(times: "[1, null, 0]") == "times[1] is not a finite number")
    #expect(message(times: "3") == "times is not a list of numbers")
    #expect(message(trained: "[0.5]") == "trainedSteps[0] is not a whole number, but 0.5")
    #expect(message(more: #", "dimension": 1.5"#) == "dimension is not a whole number, but 1.5")
    #expect(message(more: #", "dataScale": "one""#) == "dataScale is not a finite number")
    // A number that no Double holds stops the parser itself; its message has the number.
    #expect(message(noise: "[1, 1e999]")?.contains("1e999") == true)
  }

  @Test func `text that is no schedule says so`() {
    #expect(throws: CustomSchedule.Invalid.missing(field: "noiseCoefficients")) {
      try CustomSchedule(json: #"{"times": [1, 0]}"#)
    }
    for text in ["", "[1, 0]", "{", #"{"times": [1, NaN, 0], "noiseCoefficients": [1, 1]}"#] {
      let error = #expect(throws: CustomSchedule.Invalid.self) { try CustomSchedule(json: text) }
      guard case .malformed(let detail) = error else {
        Issue.record("\(text) gives \(String(describing: error))")
        continue
      }
      #expect(!detail.isEmpty)
    }
  }

  // The same numbers from code: NaN cannot come through JSON.
  @Test func `numbers from code are checked alike`() {
    let error = #expect(throws: CustomSchedule.Invalid.self) {
      try CustomSchedule(times: [1, .nan, 0], noiseCoefficients: [1, 1])
    }
    #expect(error?.description == "times[1] is nan; every time must be a finite number")
    #expect(throws: CustomSchedule.Invalid.dataScale(-1)) {
      try CustomSchedule(times: [1, 0.5, 0], noiseCoefficients: [1, 1], dataScale: -1)
    }
    #expect(throws: CustomSchedule.Invalid.noiseCoefficient(index: 0, value: .infinity)) {
      try CustomSchedule(times: [1, 0.5, 0], noiseCoefficients: [.infinity, 1])
    }
    #expect(throws: CustomSchedule.Invalid.noTrainedSteps) {
      try CustomSchedule(times: [1, 0.5, 0], noiseCoefficients: [0, 1])
    }
  }
}
