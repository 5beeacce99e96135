import RivuletKernels

// The activations of a tile are the values of the hidden layers, and after them, where the slope is no
// function of the value, their slopes.

extension MultilayerPerceptron {
  /// The number of rows of the hidden layers.
  private var hiddenRows: Int { layers[layers.count - 1].valueRow }

  /// The number of rows of the widest layer, the input included.
  private var widest: Int {
    var widest = 0
    for layer in layers { widest = max(widest, layer.inputs, layer.outputs) }
    return widest
  }

  /// Returns the number of floats that a gradient needs of an evaluation.
  ///
  /// - Parameter lanes: The number of lanes.
  /// - Returns: The hidden values, and for SiLU their slopes.
  public func activationCount(lanes: Int) -> Int {
    (activation == .silu ? 2 : 1) * hiddenRows * lanes
  }

  /// Returns the number of floats that a gradient needs for itself.
  ///
  /// - Parameter lanes: The number of lanes.
  /// - Returns: A transposed tile and two tiles of derivatives.
  public func scratchCount(lanes: Int) -> Int { 3 * widest * lanes }

  /// Writes the velocity at a tile of states, and the activations.
  ///
  /// - Parameters:
  ///   - call: The prepared parameters, the step and the lanes.
  ///   - state: The rows of the state and of the context.
  ///   - activations: Room for ``activationCount(lanes:)`` floats.
  ///   - velocity: Room for ``dimension`` rows.
  public func velocity(
    _ call: FieldCall, state: UnsafePointer<Float>, activations: UnsafeMutablePointer<Float>,
    into velocity: UnsafeMutablePointer<Float>
  ) {
    let lanes = call.lanes
    let panels = call.prepared + panelStart(steps: call.stepCount)
    var input = state
    for layer in layers {
      let isLast = layer.valueRow == hiddenRows
      let output = isLast ? velocity : activations + layer.valueRow * lanes
      layerProduct(
        panels: panels + layer.panels, rows: layer.outputs, inner: layer.inputs,
        input: input, lanes: lanes,
        bias: call.prepared + biasPlace(layer, step: call.step, steps: call.stepCount),
        output: output)
      if isLast { return }
      let count = layer.outputs * lanes
      switch activation {
      case .tanh: formTanh(output, count: count)
      case .silu:
        formSiLU(output, slopes: output + hiddenRows * lanes, count: count)
      }
      input = UnsafePointer(output)
    }
  }

  /// Adds the product of a covector with the Jacobian of the velocity.
  ///
  /// - Parameters:
  ///   - call: The prepared parameters, the step and the lanes.
  ///   - state: The rows that the velocity was evaluated at.
  ///   - activations: What the evaluation left.
  ///   - delta: The derivative of a loss with respect to each number of the velocity.
  ///   - gradient: The derivative with respect to the parameters; added to.
  ///   - stateDelta: Room for the derivative with respect to the state and the context, or nil.
  ///   - scratch: Room for ``scratchCount(lanes:)`` floats.
  public func addGradient(
    _ call: FieldCall, state: UnsafePointer<Float>, activations: UnsafePointer<Float>,
    delta: UnsafePointer<Float>, into gradient: UnsafeMutablePointer<Float>,
    stateDelta: UnsafeMutablePointer<Float>?, scratch: UnsafeMutablePointer<Float>
  ) {
    let lanes = call.lanes
    let panels = call.prepared + panelStart(steps: call.stepCount)
    let tile = widest * lanes
    var outer = delta
    // Derivatives of neighbouring layers take turns in two tiles.
    var room = scratch + tile
    var other = room + tile
    for layer in layers.reversed() {
      let input =
        layer.isFirst ? state : activations + (layer.valueRow - layer.inputs) * lanes
      addWeights(layer, input: input, delta: outer, lanes: lanes, into: gradient, scratch: scratch)
      addLaneSums(
        delta: outer, rows: layer.outputs, lanes: lanes, bias: gradient + layer.biases,
        columns: layer.isFirst ? gradient + layer.weights + layer.inputs : nil,
        stride: layer.stride, factors: call.prepared + call.step * timeInputs,
        factorCount: timeInputs)
      guard let inner = layer.isFirst ? stateDelta : room else { return }
      layerProduct(
        panels: panels + layer.transposed, rows: layer.inputs, inner: layer.outputs,
        input: outer, lanes: lanes, bias: nil, output: inner)
      if layer.isFirst { return }
      let count = layer.inputs * lanes
      switch activation {
      case .tanh: multiplyByTanhSlope(inner, values: input, count: count)
      case .silu: multiplyNumbers(inner, by: input + hiddenRows * lanes, count: count)
      }
      outer = UnsafePointer(inner)
      swap(&room, &other)
    }
  }

  /// Adds the derivative with respect to a layer's weights.
  private func addWeights(
    _ layer: Layer, input: UnsafePointer<Float>, delta: UnsafePointer<Float>, lanes: Int,
    into gradient: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) {
    let target = gradient + layer.weights
    // Few outputs: the rows of the input take the part of the derivatives, and nothing is transposed.
    if layer.outputs < 4 {
      for output in 0..<layer.outputs {
        addLaneProducts(
          delta: input, rows: layer.inputs, lanes: lanes, input: delta + output * lanes,
          gradient: target + output * layer.stride, stride: 1)
      }
      return
    }
    let whole = layer.inputs & ~7
    if whole > 0 {
      transposeTile(input, rows: layer.inputs, lanes: lanes, into: scratch, width: whole)
      addOuterProducts(
        delta: delta, rows: layer.outputs, lanes: lanes, inputs: scratch, width: whole,
        columns: layer.inputs, gradient: target, stride: layer.stride)
    }
    for column in whole..<layer.inputs {
      addLaneProducts(
        delta: delta, rows: layer.outputs, lanes: lanes, input: input + column * lanes,
        gradient: target + column, stride: layer.stride)
    }
  }
}
