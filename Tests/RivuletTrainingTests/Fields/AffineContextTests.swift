import Rivulet
import Testing

@Suite struct `Affine fields with prompts` {
  @Test(arguments: [false, true])
  func `a field with a context has the derivatives of its formula`(hasMatrices: Bool) {
    let lanes = 16
    let (dimension, contexts) = (3, 2)
    let slopes = [[0.5, -1, 2], [0.25, 1, 0.125]]
    let offsets = [[1.0, 2, 3], [-1, 0.5, 0]]
    let field = StepwiseAffineField(
      slopes: slopes, offsets: offsets, hasMatrices: hasMatrices, contextCount: contexts)
    // Two steps of two rows of three biases, and two matrices of nine.
    #expect(field.parameterCount == 12 + (hasMatrices ? 18 : 0))
    let parameters = wave(field.parameterCount, 4, scale: 0.5)
    let state = wave((dimension + contexts) * lanes, 5)
    let delta = wave(dimension * lanes, 6)
    let run = TileRun(field: field, times: [1, 0.5], lanes: lanes).run(
      parameters: parameters, step: 1, state: state, delta: delta)
    func bias(_ context: Int, _ row: Int) -> Double { Double(parameters[6 + 3 * context + row]) }
    func matrix(_ row: Int, _ column: Int) -> Double {
      hasMatrices ? Double(parameters[12 + 9 + 3 * row + column]) : 0
    }
    var gradient = [Double](repeating: 0, count: field.parameterCount)
    for lane in 0..<lanes {
      let x = (0..<dimension).map { Double(state[$0 * lanes + lane]) }
      let c = (0..<contexts).map { Double(state[(dimension + $0) * lanes + lane]) }
      let a = (0..<dimension).map { Double(delta[$0 * lanes + lane]) }
      for row in 0..<dimension {
        // v_r = slope_r x_r + offset_r + sum_p B_pr c_p + sum_c M_rc x_c.
        var velocity = slopes[1][row] * x[row] + offsets[1][row]
        var pulled = slopes[1][row] * a[row]
        for context in 0..<contexts {
          velocity += bias(context, row) * c[context]
          gradient[6 + 3 * context + row] += a[row] * c[context]
        }
        for column in 0..<dimension {
          velocity += matrix(row, column) * x[column]
          pulled += matrix(column, row) * a[column]
          if hasMatrices { gradient[21 + 3 * row + column] += a[row] * x[column] }
        }
        expectNear(Double(run.velocity[row * lanes + lane]), velocity, within: 1e-5)
        expectNear(Double(run.stateDelta[row * lanes + lane]), pulled, within: 1e-5)
      }
      for context in 0..<contexts {
        var pulled = 0.0
        for row in 0..<dimension { pulled += bias(context, row) * a[row] }
        expectNear(
          Double(run.stateDelta[(dimension + context) * lanes + lane]), pulled, within: 1e-5)
      }
    }
    for index in gradient.indices {
      expectNear(Double(run.gradient[index]), gradient[index], within: 2e-5, "parameter \(index)")
    }
  }

  @Test func `with one prompt a field is the one without prompts`() throws {
    let data = try GaussianField(means: [0.5, -1], deviations: [0.75, 1.5])
    let times = [1, 0.625]
    let plain = StepwiseAffineField(data, times: times)
    let prompted = StepwiseAffineField(data, times: times, contextCount: 1)
    #expect(plain.parameterCount == prompted.parameterCount)
    let parameters = wave(plain.parameterCount, 2)
    let state = wave(2 * 8, 3)
    let delta = wave(2 * 8, 4)
    let (floats, lanes) = (times.map { Float($0) }, 8)
    let one = TileRun(field: plain, times: floats, lanes: lanes).run(
      parameters: parameters, step: 1, state: state, delta: delta)
    let other = TileRun(field: prompted, times: floats, lanes: lanes).run(
      parameters: parameters, step: 1, state: state + [Float](repeating: 1, count: lanes),
      delta: delta)
    for index in one.velocity.indices {
      expectNear(Double(one.velocity[index]), Double(other.velocity[index]), within: 1e-6)
    }
    for index in one.gradient.indices {
      expectNear(Double(one.gradient[index]), Double(other.gradient[index]), within: 1e-6)
    }
  }
}
