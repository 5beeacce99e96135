import Rivulet
import RivuletTestSupport
import Testing

@Suite struct PixelGridFieldTests {
  // By hand: |f| is 0, 1, 1, sqrt(2) on a grid of two by two, and s^2 = 4 / (1 + |f|)^2.
  @Test func `the spectrum is the one that was asked for`() throws {
    let field = try PixelGridField(side: 2, exponent: 2, scale: 2)
    expectClose(
      field.deviations, [2, 1, 1, 2 / (1 + 2.0.squareRoot())], within: 1e-15)
    #expect(field.dimension == 4)
  }

  // The covariance from the basis vectors, by the form with a full matrix.
  @Test func `the field is the Gaussian field with its covariance`() throws {
    let field = try PixelGridField(side: 3, exponent: 1.5)
    let affine = try AffineField.gaussianData(
      mean: [Double](repeating: 0, count: 9), covariance: field.gaussian.covariance)
    let state = irregularNumbers(9, salt: 4)
    for time in [1, 0.5, 0.1] {
      expectClose(
        field.velocity(at: state, time: time), affine.velocity(at: state, time: time), within: 1e-12
      )
    }
  }

  @Test(arguments: [1, 4, 16])
  func `a tile of images has the velocities of its images to the bit`(side: Int) throws {
    let field = try PixelGridField(side: side, exponent: 2)
    let tile = irregularTile(dimension: side * side, salt: 13)
    var output = StateTile(dimension: side * side)
    field.velocity(of: tile, time: 0.3, into: &output)
    for lane in [0, 31, 63] {
      expectSameBits(output.state(lane), field.velocity(at: tile.state(lane), time: 0.3))
    }
  }

  @Test(arguments: [1, 3, 8])
  func `the basis of cosines is the one of its matrix`(side: Int) throws {
    let fast = OrthonormalBasis.cosines(side: side)
    let size = side * side
    var elements = [Double](repeating: 0, count: size * size)
    for column in 0..<size {
      for (row, value) in fast.vector(column).enumerated() {
        elements[row * size + column] = value
      }
    }
    // Refused unless the columns are orthonormal.
    let slow = try OrthonormalBasis(columns: SquareMatrix(size: size, elements: elements))
    let state = irregularNumbers(size, salt: 8)
    expectClose(fast.coordinates(of: state), slow.coordinates(of: state), within: 1e-13)
    expectClose(fast.state(of: state), slow.state(of: state), within: 1e-13)
  }

  @Test func `broken parameters name the value`() {
    #expect(throws: PixelGridField.Invalid.invalidSide(0)) {
      try PixelGridField(side: 0, exponent: 1)
    }
    #expect(throws: PixelGridField.Invalid.invalidScale(-1)) {
      try PixelGridField(side: 2, exponent: 1, scale: -1)
    }
    #expect(throws: PixelGridField.Invalid.invalidDeviation(frequency: 1, value: 0)) {
      try PixelGridField(side: 2, exponent: 1e4)
    }
  }
}
