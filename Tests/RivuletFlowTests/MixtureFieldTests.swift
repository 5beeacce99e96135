import Rivulet
import RivuletTestSupport
import Testing

@Suite struct MixtureFieldTests {
  private static let weights = [0.5, 0.125, 0.75]
  private static let means = [[1.0, 0], [-1, 0.5], [0.25, -2]]

  private func field(_ kind: String) throws -> MixtureField {
    kind == "round"
      ? try MixtureField(weights: Self.weights, means: Self.means, deviations: [0.25, 1, 0.5])
      : try MixtureField(
        weights: Self.weights, means: Self.means,
        diagonals: [[0.25, 0.5], [1, 0.75], [0.125, 1.5]])
  }

  // Posterior means in 50 digits; derivatives by numerical differentiation there.
  @Test func `velocity and its derivatives agree with the independent script`() throws {
    let rows = try FlowTable("mixtures", in: "worlds").rows
    #expect(rows.count == 32)
    for row in rows {
      let kind = try row.text("kind")
      let field = try field(kind)
      let state = try row.numbers("x0", "x1")
      let time = try row.number("time")
      let place = "\(kind) at \(state), \(time)"
      for (axis, value) in field.velocity(at: state, time: time).enumerated() {
        expectNear(value, try row.number("v\(axis)"), within: 1e-13, place)
      }
      let pullback = field.pullback([0.75, -1.25], at: state, time: time)
      #expect(pullback.parameters.count == (kind == "round" ? 12 : 15))
      #expect(pullback.parameters.count == field.parameters.count)
      for (axis, value) in pullback.state.enumerated() {
        expectNear(value, try row.number("dx\(axis)"), within: 1e-11, place)
      }
      for (index, value) in pullback.parameters.enumerated() {
        expectNear(value, try row.number("p\(index)"), within: 1e-11, "p\(index) \(place)")
      }
    }
  }

  @Test func `a mixture of one is Gaussian data`() throws {
    let means = irregularNumbers(3, salt: 2)
    let spreads = [0.25, 1.5, 0.75]
    let mixture = try MixtureField(weights: [3], means: [means], diagonals: [spreads])
    let gaussian = try GaussianField(means: means, deviations: spreads)
    let state = irregularNumbers(3, salt: 3)
    for time in [1, 0.75, 0.3, 0] {
      expectClose(
        mixture.velocity(at: state, time: time), gaussian.velocity(at: state, time: time),
        within: 1e-14)
    }
    // d v / d mu = -c alpha - 1, d v / dx = alpha, in each coordinate by itself.
    let pullback = mixture.pullback([0, 1, 0], at: state, time: 0.3)
    let alpha = GaussianField.slope(time: 0.3, deviation: 1.5)
    expectClose(pullback.state, [0, alpha, 0], within: 1e-14)
    expectClose(Array(pullback.parameters[0..<4]), [0, 0, -0.7 * alpha - 1, 0], within: 1e-14)
  }

  // With all noise gone the state is data: E[noise] is 0 and v = -x. With all data gone, v = x - mean.
  @Test func `the ends of time are plain`() throws {
    let field = try field("diagonal")
    expectClose(field.velocity(at: [0.7, -0.3], time: 0), [-0.7, 0.3], within: 1e-14)
    let total = 1.375
    let mean = [
      (0.5 * 1 - 0.125 * 1 + 0.75 * 0.25) / total, (0.125 * 0.5 - 0.75 * 2) / total,
    ]
    expectClose(
      field.velocity(at: [0.7, -0.3], time: 1), [0.7 - mean[0], -0.3 - mean[1]], within: 1e-14)
    expectClose(
      field.posterior(at: [9, 9], time: 1), [0.5 / total, 0.125 / total, 0.75 / total],
      within: 1e-15)
  }

  @Test func `the density falls along its score and integrates to one`() throws {
    let field = try MixtureField(
      weights: [1, 3], means: [[-1.5], [1]], deviations: [0.5, 0.25])
    for time in [0, 0.5, 1] {
      var mass = 0.0
      for index in -1200...1200 {
        mass += 0.01 * Elementary.exp(field.logDensity(at: [Double(index) * 0.01], time: time))
      }
      expectNear(mass, 1, within: 1e-12)
    }
    // The score is -(x + (1 - t) v) / t.
    let (x, time, step) = (0.3, 0.4, 1e-5)
    let slope =
      (field.logDensity(at: [x + step], time: time) - field.logDensity(at: [x - step], time: time))
      / (2 * step)
    expectNear(slope, -(x + 0.6 * field.velocity(at: [x], time: time)[0]) / time, within: 1e-8)
  }

  @Test(arguments: [1, 2, 16])
  func `a tile has the same velocities as its states to the bit`(dimension: Int) throws {
    let field = try MixtureField(
      weights: [0.25, 0.5, 2],
      means: (0..<3).map { irregularNumbers(dimension, salt: UInt64($0 + 20)) },
      diagonals: (0..<3).map { component in
        (0..<dimension).map { 0.25 + Double((component + $0) % 5) / 4 }
      })
    let tile = irregularTile(dimension: dimension, salt: 13)
    var output = irregularTile(dimension: dimension, salt: 14)
    for time in [1, 0.7, 0.1, 0] {
      field.velocity(of: tile, time: time, into: &output)
      for lane in [0, 1, 9, 32, 63] {
        expectSameBits(
          output.state(lane), field.velocity(at: tile.state(lane), time: time),
          "lane \(lane) at time \(time)")
      }
    }
  }

  @Test func `parameters lead back to the field`() throws {
    for kind in ["round", "diagonal"] {
      let field = try field(kind)
      let again = field.with(parameters: field.parameters)
      #expect(again.parameters == field.parameters)
      expectClose(
        again.velocity(at: [0.3, 0.4], time: 0.6), field.velocity(at: [0.3, 0.4], time: 0.6),
        within: 1e-14)
    }
  }

  @Test func `far states stay finite`() throws {
    let field = MixtureField.ring(count: 8)
    for state in [[1e8, -1e8], [0, 1e150]] {
      for time in [1, 0.5, 1e-9, 0] {
        let velocity = field.velocity(at: state, time: time)
        let isFinite = velocity.allSatisfy { $0.isFinite }
        #expect(isFinite, "\(state) at \(time): \(velocity)")
      }
    }
  }

  // By hand: the corners of a square, and three by three places with the spacing 2.
  @Test func `rings and grids have their components where they should`() {
    let ring = MixtureField.ring(count: 4, radius: 3, deviation: 0.5)
    for (mean, place) in zip(ring.means, [[3.0, 0], [0, 3], [-3, 0], [0, -3]]) {
      expectClose(mean, place, within: 1e-15)
    }
    let grid = MixtureField.grid(side: 3, spacing: 2)
    #expect(grid.means[0] == [-2, -2] && grid.means[5] == [2, 0] && grid.means.count == 9)
    expectClose(grid.weights, [Double](repeating: 1 / 9.0, count: 9), within: 1e-16)
  }

  @Test func `broken data names the place and the value`() {
    typealias Invalid = MixtureField.Invalid
    #expect(throws: Invalid.differentCounts(weights: 0, means: 0, deviations: 0)) {
      try MixtureField(weights: [], means: [], deviations: [])
    }
    #expect(throws: Invalid.invalidWeight(component: 1, value: 0)) {
      try MixtureField(weights: [1, 0], means: [[0], [1]], deviations: [1, 1])
    }
    #expect(throws: Invalid.meanDimension(component: 1, expected: 1, got: 2)) {
      try MixtureField(weights: [1, 1], means: [[0], [1, 1]], deviations: [1, 1])
    }
    #expect(throws: Invalid.deviationCount(component: 0, expected: 3, got: 2)) {
      try MixtureField(weights: [1], means: [[0, 0, 0]], diagonals: [[1, 1]])
    }
    #expect(throws: Invalid.invalidDeviation(component: 0, axis: 1, value: -1)) {
      try MixtureField(weights: [1], means: [[0, 0]], diagonals: [[1, -1]])
    }
    #expect(throws: Invalid.invalidMean(component: 0, axis: 0, value: .infinity)) {
      try MixtureField(weights: [1], means: [[.infinity]], deviations: [1])
    }
  }
}
