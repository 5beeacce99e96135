import RivuletKernels

extension GaussianMixtureField {
  /// Writes the velocity at a tile of states, and the posterior weights.
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
    let numbers = numbers(call)
    if contextCount > 0 {
      layerProduct(
        panels: panelStart(call.prepared), rows: componentCount, inner: contextCount,
        input: state + dimension * lanes, lanes: lanes, bias: numbers.constants,
        output: activations)
    } else {
      for component in 0..<componentCount {
        (activations + component * lanes).update(
          repeating: numbers.constants[component], count: lanes)
      }
    }
    mixtureVelocity(
      state: state, rows: dimension, lanes: lanes, frame: numbers.frame, weights: activations,
      velocity: velocity)
  }

  /// Adds the product of a covector with the Jacobian of the velocity.
  ///
  /// The derivatives are those of `MixtureField`'s pullback.
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
    let numbers = numbers(call)
    mixturePulls(
      state: state, delta: delta, rows: dimension, lanes: lanes, frame: numbers.frame,
      weights: activations, pulls: scratch, stateDelta: stateDelta)
    addMixtureMeans(
      state: state, delta: delta, rows: dimension, lanes: lanes, frame: numbers.frame,
      weights: activations, pulls: scratch, gradient: gradient + meanStart)
    if learnsAll {
      addLaneSums(
        delta: scratch, rows: componentCount, lanes: lanes, bias: gradient, columns: nil,
        stride: 1, factors: scratch, factorCount: 0)
      addMixtureScales(
        state: state, delta: delta, rows: dimension, lanes: lanes, frame: numbers.frame,
        spreads: numbers.spreads, bends: numbers.bends, weights: activations, pulls: scratch,
        gradient: gradient + deviationStart)
    }
    guard contextCount > 0 else { return }
    for context in 0..<contextCount {
      addLaneProducts(
        delta: scratch, rows: componentCount, lanes: lanes,
        input: state + (dimension + context) * lanes,
        gradient: gradient + shiftStart + context * componentCount, stride: 1)
    }
    guard let stateDelta else { return }
    layerProduct(
      panels: panelStart(call.prepared) + componentCount * contextCount, rows: contextCount,
      inner: componentCount, input: scratch, lanes: lanes, bias: nil,
      output: stateDelta + dimension * lanes)
  }
}
