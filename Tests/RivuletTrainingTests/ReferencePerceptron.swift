import Rivulet

/// A perceptron in double precision by its definition, one state at a time, for comparison.
struct ReferencePerceptron {
  let sizes: [Int]
  let activation: MultilayerPerceptron.Activation
  let frequencies: Int

  init(_ field: MultilayerPerceptron) {
    frequencies = field.timeFrequencies
    sizes =
      [field.dimension + field.contextCount + max(1, 2 * frequencies)] + field.hidden
      + [field.dimension]
    activation = field.activation
  }

  /// What the perceptron is told of the time: the time, or sines and cosines of its multiples.
  func timeInputs(_ time: Double) -> [Double] {
    if frequencies == 0 { return [time] }
    return (1...frequencies).flatMap { frequency in
      let angle = Double(frequency) * Double.pi * time
      return [Elementary.sin(angle), Elementary.cos(angle)]
    }
  }

  /// The velocity; the input is the state, the context and what it is told of the time.
  func velocity(_ parameters: [Double], _ input: [Double]) -> [Double] {
    var values = input
    var place = 0
    for layer in 1..<sizes.count {
      let inputs = sizes[layer - 1]
      let outputs = sizes[layer]
      var next: [Double] = []
      for output in 0..<outputs {
        var sum = parameters[place + inputs * outputs + output]
        for index in 0..<inputs {
          sum += parameters[place + output * inputs + index] * values[index]
        }
        if layer < sizes.count - 1 {
          sum =
            activation == .tanh ? Elementary.tanh(sum) : sum / (1 + Elementary.exp(-sum))
        }
        next.append(sum)
      }
      values = next
      place += (inputs + 1) * outputs
    }
    return values
  }
}

/// One evaluation and one gradient of a field at a tile, as arrays.
struct TileRun<Field: TrainableField> {
  let field: Field
  let times: [Float]
  let lanes: Int

  /// The velocity of a tile at a step, the gradient of delta times velocity, and that for the state.
  func run(
    parameters: [Float], step: Int, state: [Float], delta: [Float]
  ) -> (velocity: [Float], gradient: [Float], stateDelta: [Float]) {
    var prepared = [Float](repeating: 0, count: field.preparedCount(steps: times.count))
    var activations = [Float](repeating: 0, count: max(1, field.activationCount(lanes: lanes)))
    var scratch = [Float](repeating: 0, count: max(1, field.scratchCount(lanes: lanes)))
    var velocity = [Float](repeating: 0, count: field.dimension * lanes)
    var gradient = [Float](repeating: 0, count: field.parameterCount)
    var stateDelta = [Float](repeating: 0, count: state.count)
    prepared.withUnsafeMutableBufferPointer { prepared in
      guard let prepared = prepared.baseAddress else { return }
      field.prepare(parameters, times: times, stepCount: times.count, into: prepared)
      let call = FieldCall(
        prepared: prepared, step: step, stepCount: times.count, time: times[step], lanes: lanes)
      field.velocity(call, state: state, activations: &activations, into: &velocity)
      stateDelta.withUnsafeMutableBufferPointer { stateDelta in
        field.addGradient(
          call, state: state, activations: activations, delta: delta, into: &gradient,
          stateDelta: stateDelta.baseAddress, scratch: &scratch)
      }
    }
    return (velocity, gradient, stateDelta)
  }
}

/// Deterministic numbers of about unit variance.
func wave(_ count: Int, _ phase: Double, scale: Double = 1) -> [Float] {
  (0..<count).map { index in
    let x = Double(index)
    return Float(scale * 2.0.squareRoot() * Elementary.sin(0.9 * x + phase + 0.013 * x * x))
  }
}
