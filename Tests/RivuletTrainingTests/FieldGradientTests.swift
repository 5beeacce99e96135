import Rivulet
import Testing

@Suite struct `Gradients of fields` {
  /// Architectures whose widths leave every kind of rest of rows, columns and lanes.
  static let perceptrons = [
    MultilayerPerceptron(dimension: 2, hidden: [16, 16]),
    MultilayerPerceptron(dimension: 1, hidden: [5]),
    MultilayerPerceptron(dimension: 3, hidden: [9, 14, 6], activation: .silu),
    MultilayerPerceptron(dimension: 19, hidden: [23], activation: .tanh),
    MultilayerPerceptron(dimension: 2, hidden: [11, 8], activation: .silu, contextCount: 3),
    MultilayerPerceptron(
      dimension: 3, hidden: [10, 9], activation: .tanh, contextCount: 2, timeFrequencies: 3),
  ]

  @Test(arguments: perceptrons, [8, 24, 48])
  func `a perceptron and its derivatives agree with double precision`(
    field: MultilayerPerceptron, lanes: Int
  ) {
    let times: [Float] = [1, 0.75, 0.25]
    let parameters = wave(field.parameterCount, 1, scale: 0.5)
    let rows = field.dimension + field.contextCount
    let state = wave(rows * lanes, 2)
    let delta = wave(field.dimension * lanes, 3)
    let run = TileRun(field: field, times: times, lanes: lanes).run(
      parameters: parameters, step: 1, state: state, delta: delta)
    let reference = ReferencePerceptron(field)
    let exact = parameters.map { Double($0) }

    /// The inner product of delta and velocity, summed over lanes, with one number changed.
    func product(_ parameters: [Double], state changed: Int? = nil, by change: Double = 0) -> Double
    {
      var sum = 0.0
      for lane in 0..<lanes {
        var input = (0..<rows).map { Double(state[$0 * lanes + lane]) }
        if let changed, changed % lanes == lane { input[changed / lanes] += change }
        let velocity = reference.velocity(parameters, input + reference.timeInputs(0.75))
        for row in 0..<field.dimension { sum += Double(delta[row * lanes + lane]) * velocity[row] }
      }
      return sum
    }

    for lane in 0..<lanes {
      let input =
        (0..<rows).map { Double(state[$0 * lanes + lane]) } + reference.timeInputs(0.75)
      let velocity = reference.velocity(exact, input)
      for row in 0..<field.dimension {
        #expect(abs(Double(run.velocity[row * lanes + lane]) - velocity[row]) < 2e-5)
      }
    }
    // Central differences with h = 1e-4: the error is h² / 6 times a third derivative, about 1e-7, and
    // rounding of 1e-11; the rest is single precision.
    let scale = run.gradient.reduce(1) { max($0, abs($1)) }
    for index in stride(from: 0, to: field.parameterCount, by: field.parameterCount > 300 ? 7 : 1) {
      var up = exact
      var down = exact
      up[index] += 1e-4
      down[index] -= 1e-4
      let slope = (product(up) - product(down)) / 2e-4
      #expect(
        abs(Double(run.gradient[index]) - slope) < 2e-5 * Double(scale), "parameter \(index)")
    }
    for index in stride(from: 0, to: rows * lanes, by: 5) {
      let slope =
        (product(exact, state: index, by: 1e-4) - product(exact, state: index, by: -1e-4)) / 2e-4
      #expect(abs(Double(run.stateDelta[index]) - slope) < 3e-5, "state \(index)")
    }
  }

  @Test(arguments: [false, true])
  func `an affine field has the derivatives of its formula`(hasMatrices: Bool) {
    let lanes = 16
    let field = StepwiseAffineField(
      slopes: [[0.5, -1, 2], [0.25, 1, 0.125]], offsets: [[1, 2, 3], [-1, 0.5, 0]],
      hasMatrices: hasMatrices)
    #expect(field.parameterCount == (hasMatrices ? 24 : 6))
    let parameters = wave(field.parameterCount, 4, scale: 0.5)
    let state = wave(3 * lanes, 5)
    let delta = wave(3 * lanes, 6)
    let run = TileRun(field: field, times: [1, 0.5], lanes: lanes).run(
      parameters: parameters, step: 1, state: state, delta: delta)
    var gradient = [Double](repeating: 0, count: field.parameterCount)
    let slopes = [0.25, 1, 0.125]
    let offsets = [-1, 0.5, 0]
    for lane in 0..<lanes {
      for row in 0..<3 {
        // v_r = slope_r x_r + offset_r + b_r + sum_c M_rc x_c, so dv_r/db_r = 1 and dv_r/dM_rc = x_c.
        let d = Double(delta[row * lanes + lane])
        var velocity =
          slopes[row] * Double(state[row * lanes + lane]) + offsets[row]
          + Double(parameters[3 + row])
        var pulled = slopes[row] * d
        gradient[3 + row] += d
        for column in 0..<3 where hasMatrices {
          let x = Double(state[column * lanes + lane])
          velocity += Double(parameters[6 + 9 + 3 * row + column]) * x
          gradient[6 + 9 + 3 * row + column] += d * x
          pulled +=
            Double(parameters[6 + 9 + 3 * column + row]) * Double(delta[column * lanes + lane])
        }
        #expect(abs(Double(run.velocity[row * lanes + lane]) - velocity) < 1e-5)
        #expect(abs(Double(run.stateDelta[row * lanes + lane]) - pulled) < 1e-5)
      }
    }
    for index in gradient.indices {
      #expect(abs(Double(run.gradient[index]) - gradient[index]) < 2e-5, "parameter \(index)")
    }
  }
}
