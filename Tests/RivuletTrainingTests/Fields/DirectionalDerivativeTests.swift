import Rivulet
import Testing

@Suite struct `Derivatives along directions` {
  @Test(arguments: `Gradients of fields`.perceptrons)
  func `the reverse mode of a perceptron agrees with dual numbers`(field: MultilayerPerceptron) {
    let lanes = 16
    let rows = field.dimension + field.contextCount
    let parameters = wave(field.parameterCount, 1, scale: 0.5)
    let state = wave(rows * lanes, 2)
    let delta = wave(field.dimension * lanes, 3)
    let run = TileRun(field: field, times: [0.75], lanes: lanes).run(
      parameters: parameters, step: 0, state: state, delta: delta)
    let reference = ReferencePerceptron(field)
    let time = reference.timeInputs(0.75).map { DualNumber($0) }
    for direction in 0..<4 {
      let along = wave(field.parameterCount, 10 + Double(direction))
      let sideways = wave(rows * lanes, 20 + Double(direction))
      let moved = zip(parameters, along).map { DualNumber(Double($0), Double($1)) }
      var forward = 0.0
      for lane in 0..<lanes {
        let input = (0..<rows).map { row in
          let place = row * lanes + lane
          return DualNumber(Double(state[place]), Double(sideways[place]))
        }
        let velocity = reference.velocity(moved, input + time)
        for row in 0..<field.dimension {
          forward += Double(delta[row * lanes + lane]) * velocity[row].slope
        }
      }
      var backward = 0.0
      var size = 0.0
      for (slope, step) in zip(run.gradient + run.stateDelta, along + sideways) {
        backward += Double(slope) * Double(step)
        size += abs(Double(slope) * Double(step))
      }
      // Both are the same number; the rounding of single precision grows with what is added.
      #expect(abs(forward - backward) < 4e-6 * size, "\(forward) and \(backward)")
      // One wrong sign of what is added would be seen.
      #expect(abs(forward) > 1e-4 * size)
    }
  }
}
