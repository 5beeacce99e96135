import Rivulet
import RivuletTestSupport
import Testing

@Suite struct ScheduleSuffixTests {
  @Test func `compressed schedules agree with the independent script`() throws {
    for row in try windowTable("suffixes") {
      let numbers = try row[1...].map { try #require(Double($0)) }
      let form = try #require(ScheduleSuffix.Form(rawValue: row[0]))
      let suffix = ScheduleSuffix(
        stepCount: 25, shift: 3, start: Int(numbers[1]), ratio: numbers[0], form: form)
      let times = suffix.times
      #expect(suffix.suffixSteps == Int(numbers[2]), "\(row)")
      #expect(times.count == suffix.start + 1 + suffix.suffixSteps)
      let behind = suffix.suffixSteps == 0 ? 0 : suffix.suffixSteps / 2 + 1
      expectClose(times[suffix.start + behind], numbers[3], within: 1e-15)
      expectClose(times[times.count - 1], numbers[4], within: 1e-15)
      for index in times.indices.dropFirst() { #expect(times[index] < times[index - 1]) }
    }
  }

  // By hand: with the last window step 21 or 22 of 25 the suffix begins at u = 3/25 or 2/25, hence
  // 0.36/1.24 = 0.2903 and 0.24/1.16 = 0.2069; (25 - 21) x 0.4 = 1.6 points are one.
  @Test(arguments: [
    (21, 0.4, 0.2903), (22, 0.4, 0.2069), (16, 0.2, 0.5854), (19, 0.2, 0.4286), (22, 0.2, 0.2069),
  ])
  func `the published suffix ends above 0 where one point is left`(
    last: Int, ratio: Double, time: Double
  ) throws {
    let published = ScheduleSuffix(
      stepCount: 25, shift: 3, start: last + 1, ratio: ratio, form: .points)
    let end = try #require(published.times.last)
    expectClose(end, time, within: 0.5e-4)
    #expect(throws: TimeGrid.Invalid.doesNotEndAtZero(value: end)) { try published.grid() }
    let correct = ScheduleSuffix(stepCount: 25, shift: 3, start: last + 1, ratio: ratio)
    #expect(try correct.grid().times.last == 0)
  }

  // (25 - 3) x 0.4 = 8.8: 8 points are 7 steps, while 21 x 0.4 = 8.4 are 8 steps.
  @Test func `points are one more than steps`() throws {
    let published = ScheduleSuffix(stepCount: 25, shift: 3, start: 4, ratio: 0.4, form: .points)
    #expect(try published.grid().stepCount == 4 + 7)
    let correct = ScheduleSuffix(stepCount: 25, shift: 3, start: 4, ratio: 0.4)
    #expect(try correct.grid().stepCount == 4 + 8)
  }

  @Test func `a suffix that keeps every step is the grid itself`() throws {
    for start in 0...25 {
      let grid = try ScheduleSuffix(stepCount: 25, shift: 3, start: start, ratio: 1).grid()
      let whole = TimeGrid.shifted(steps: 25, shift: 3)
      expectClose(grid.times, whole.times, within: 4e-16)
    }
  }

  @Test func `a ratio that keeps nothing stops`() async {
    await #expect(processExitsWith: .failure) {
      _ = ScheduleSuffix(stepCount: 25, shift: 3, start: 4, ratio: 0)
    }
  }
}

@Suite struct TruncatedTimeTests {
  @Test func `a time is cut to thousandths by as much as the script says`() throws {
    let rows = try windowTable("truncated")
    for steps in [10, 16, 20, 25] {
      let grid = TimeGrid.shifted(steps: steps, shift: 3)
      let errors = TruncatedTimeField<GaussianField>.timeErrors(on: grid)
      for row in rows where row[0] == "\(steps)" {
        let step = try #require(Int(row[1]))
        let cut = TruncatedTimeField<GaussianField>.truncated(grid.times[step])
        let error = try #require(Double(row[3]))
        // A whole number of thousandths may have been rounded to just below it.
        let lost = error == 0 && errors[step] > 0.0005 ? 1.0 : 0
        expectClose(cut * 1000 + lost, try #require(Double(row[2])), within: 1e-12)
        expectClose(errors[step] - lost / 1000, error, within: 1e-15)
      }
    }
  }

  // v of N(mu, s^2) depends on time: at mu = 0, s = 1 the slope is (2t - 1) / (1 - 2t + 2t^2), so the
  // velocity at t = 12/13 is that at 0.923. By hand: 0.846 / 0.857858.
  @Test func `the velocity belongs to the truncated time, for a state and for a tile`() throws {
    let base = try GaussianField(means: [0], deviations: [1])
    let field = TruncatedTimeField(base)
    let time = 12.0 / 13
    expectClose(field.velocity(at: [1], time: time), [0.846 / 0.857858], within: 1e-15)
    #expect(field.velocity(at: [1], time: time) != base.velocity(at: [1], time: time))
    let tile = irregularTile(dimension: 1)
    var output = StateTile(dimension: 1)
    field.velocity(of: tile, time: time, into: &output)
    for lane in 0..<64 {
      expectSameBits(output.state(lane), field.velocity(at: tile.state(lane), time: time))
    }
    #expect(field.velocity(at: [1], time: 0) == base.velocity(at: [1], time: 0))
    #expect(field.velocity(at: [1], time: 1) == base.velocity(at: [1], time: 1))
  }
}
