import Rivulet
import RivuletTestSupport
import Testing

@Suite struct FieldTests {
  // E[x_noise - x_data | x_t = x] by the trapezoidal rule over the data, from the joint law alone:
  // weight N(y; mu, s^2) N((x - (1 - t) y) / t; 0, 1), value (x - (1 - t) y) / t - y.
  @Test(arguments: [0.1, 1, 2.5])
  func `the velocity of Gaussian data is the conditional expectation`(deviation: Double) throws {
    let mean = 0.75
    let field = try GaussianField(means: [mean], deviations: [deviation])
    for time in [0.9, 0.5, 0.2] {
      for x in [-1.5, 0, 2] {
        var (weights, values) = (0.0, 0.0)
        for index in -2000...2000 {
          let z = Double(index) * 0.005
          let y = mean + deviation * z
          let noise = (x - (1 - time) * y) / time
          let weight = Elementary.exp(-(z * z + noise * noise) / 2)
          weights += weight
          values += weight * (noise - y)
        }
        expectNear(field.velocity(at: [x], time: time)[0], values / weights, within: 1e-11)
      }
    }
  }

  // At t = 1 the state is noise and says nothing of the data: v = x - mu. At t = 0 it is the data: v = -x.
  @Test func `the ends of time are plain`() throws {
    let field = try gaussianData(dimension: 5)
    let x = irregularNumbers(5)
    expectClose(
      field.velocity(at: x, time: 1), x.indices.map { x[$0] - field.means[$0] }, within: 1e-15)
    expectClose(field.velocity(at: x, time: 0), x.map { -$0 }, within: 1e-15)
  }

  @Test func `correlated data agrees with the independent script`() throws {
    let field = try AffineField.gaussianData(
      mean: [0.5, -1.25, 2],
      covariance: SquareMatrix(
        size: 3, elements: [2, 0.5, -0.25, 0.5, 1, 0.375, -0.25, 0.375, 0.5]))
    let rows = try FlowTable("correlated").rows
    #expect(rows.count == 15)
    for row in rows {
      expectClose(
        field.velocity(at: try row.numbers("x0", "x1", "x2"), time: try row.number("time")),
        try row.numbers("v0", "v1", "v2"), within: 1e-13)
    }
  }

  @Test(arguments: [1, 2, 3, 16])
  func `Gaussian data is one field in its eigenbasis and with its full matrix`(dimension: Int)
    throws
  {
    let field = try gaussianData(dimension: dimension, rotated: true)
    let affine = try AffineField.gaussianData(
      mean: field.meanState, covariance: field.covariance)
    for time in [1, 0.6, 0.1] {
      let x = irregularNumbers(dimension, salt: 11)
      expectClose(
        affine.velocity(at: x, time: time), field.velocity(at: x, time: time), within: 1e-11)
    }
  }

  @Test func `a field in the basis of the axes is the field without a basis`() throws {
    let plain = try GaussianField(means: [0.5, -1], deviations: [0.3, 2])
    let identity = try OrthonormalBasis(columns: SquareMatrix(size: 2, elements: [1, 0, 0, 1]))
    let explicit = try GaussianField(means: [0.5, -1], deviations: [0.3, 2], basis: identity)
    #expect(plain.basis.isAxes)
    #expect(
      plain.velocity(at: [1, 2], time: 0.4) == explicit.velocity(at: [1, 2], time: 0.4))
    #expect(plain.covariance.elements == [0.3 * 0.3, 0, 0, 4])
  }

  @Test(arguments: [1, 2, 16, 256])
  func `coordinates in a basis lead back to the state`(dimension: Int) throws {
    let basis = try reflection(dimension: dimension)
    let state = irregularNumbers(dimension)
    let coordinates = basis.coordinates(of: state)
    expectClose(basis.state(of: coordinates), state, within: 1e-12)
    var (length, other) = (0.0, 0.0)
    for index in 0..<dimension {
      length += state[index] * state[index]
      other += coordinates[index] * coordinates[index]
    }
    expectNear(other, length, within: 1e-12)
    var unit = [Double](repeating: 0, count: dimension)
    unit[dimension - 1] = 1
    #expect(basis.vector(dimension - 1) == basis.state(of: unit))
    let axes = OrthonormalBasis.axes(dimension: dimension)
    #expect(axes.vector(dimension - 1) == unit)
    #expect(axes.state(of: state) == state && axes.coordinates(of: state) == state)
  }

  private func expectTileEqualsStates(_ field: some VelocityField, time: Double) {
    let tile = irregularTile(dimension: field.dimension, salt: 13)
    var output = irregularTile(dimension: field.dimension, salt: 14)
    field.velocity(of: tile, time: time, into: &output)
    for lane in [0, 1, 9, 32, 63] {
      expectSameBits(
        output.state(lane), field.velocity(at: tile.state(lane), time: time),
        "lane \(lane) at time \(time)")
    }
  }

  @Test(arguments: [1, 2, 16, 256])
  func `a tile has the same velocities as its states to the bit`(dimension: Int) throws {
    for time in [1, 0.7, 0.3, 0] {
      let plain = try gaussianData(dimension: dimension)
      expectTileEqualsStates(plain, time: time)
      let rotated = try gaussianData(dimension: dimension, rotated: true)
      expectTileEqualsStates(rotated, time: time)
      expectTileEqualsStates(
        ShiftedField(plain, shift: irregularNumbers(dimension, salt: 17), onlyAt: [0.7]),
        time: time)
      guard dimension <= 16 else { continue }
      let affine = try AffineField.gaussianData(
        mean: rotated.meanState, covariance: rotated.covariance)
      expectTileEqualsStates(affine, time: time)
    }
  }

  @Test func `a field of one's own needs only the form for one state`() {
    struct Rotation: VelocityField {
      let dimension = 2
      func velocity(at state: [Double], time: Double) -> [Double] {
        [-time * state[1], time * state[0]]
      }
    }
    expectTileEqualsStates(Rotation(), time: 0.3)
    expectTileEqualsStates(
      AffineField(dimension: 2) { time in
        (SquareMatrix(size: 2, elements: [0, -time, time, 0]), [0, 0])
      }, time: 0.3)
  }

  @Test func `a shift is added at its times only`() throws {
    let base = try GaussianField(means: [0, 1], deviations: [1, 0.5])
    let grid = TimeGrid.shifted(steps: 7, shift: 3)
    let everywhere = ShiftedField(base, shift: [0.25, -0.5])
    let once = ShiftedField(base, shift: [0.25, -0.5], steps: [2], of: grid)
    let x = [0.3, -0.7]
    for step in grid.steps {
      let time = grid.times[step]
      let v = base.velocity(at: x, time: time)
      let shifted = [v[0] + 0.25, v[1] - 0.5]
      #expect(everywhere.velocity(at: x, time: time) == shifted)
      #expect(once.velocity(at: x, time: time) == (step == 2 ? shifted : v))
    }
  }

  @Test func `broken data names the place and the value`() throws {
    #expect(throws: GaussianField.Invalid.differentDimensions(means: 1, deviations: 2)) {
      try GaussianField(means: [0], deviations: [1, 1])
    }
    #expect(throws: GaussianField.Invalid.differentDimensions(means: 0, deviations: 0)) {
      try GaussianField(means: [], deviations: [])
    }
    #expect(throws: GaussianField.Invalid.invalidDeviation(index: 1, value: 0)) {
      try GaussianField(means: [0, 0], deviations: [1, 0])
    }
    #expect(throws: GaussianField.Invalid.invalidMean(index: 0, value: .infinity)) {
      try GaussianField(means: [.infinity], deviations: [1])
    }
    #expect(throws: GaussianField.Invalid.basisDimension(expected: 1, got: 2)) {
      try GaussianField(means: [0], deviations: [1], basis: .axes(dimension: 2))
    }
    #expect(throws: OrthonormalBasis.Invalid.notOrthonormal(first: 0, second: 1, product: 0.5)) {
      try OrthonormalBasis(columns: SquareMatrix(size: 2, elements: [1, 0.5, 0, 1]))
    }
    #expect(throws: AffineField.Invalid.differentDimensions(mean: 1, covariance: 2)) {
      try AffineField.gaussianData(
        mean: [0], covariance: SquareMatrix(size: 2, elements: [1, 0, 0, 1]))
    }
    #expect(
      throws: AffineField.Invalid.notSymmetric(row: 0, column: 1, value: 0.5, transposed: 0.25)
    ) {
      try AffineField.gaussianData(
        mean: [0, 0], covariance: SquareMatrix(size: 2, elements: [1, 0.5, 0.25, 1]))
    }
    // Elimination leaves 1 - 2 * 2 in the second row.
    #expect(throws: AffineField.Invalid.notPositiveDefinite(row: 1, pivot: -3)) {
      try AffineField.gaussianData(
        mean: [0, 0], covariance: SquareMatrix(size: 2, elements: [1, 2, 2, 1]))
    }
  }

  @Test func `a state of another dimension stops`() async {
    await #expect(processExitsWith: .failure) {
      _ = try GaussianField(means: [0], deviations: [1]).velocity(at: [0, 0], time: 1)
    }
    await #expect(processExitsWith: .failure) {
      _ = ShiftedField(try GaussianField(means: [0], deviations: [1]), shift: [0, 0])
    }
  }
}
