import RivuletKernels

/// The sum of two fields of the same states, such as an exact field and a learned residual.
///
/// The parameters are those of the first field, then those of the second.
public struct FieldSum<First: TrainableField, Second: TrainableField>: TrainableField {
  /// The first field.
  public let first: First
  /// The second field.
  public let second: Second

  /// Makes a sum.
  ///
  /// - Parameters:
  ///   - first: The first field.
  ///   - second: A field of the same states and the same context.
  public init(_ first: First, _ second: Second) {
    precondition(
      first.dimension == second.dimension && first.contextCount == second.contextCount,
      "the fields have \(first.dimension) and \(second.dimension) dimensions, and contexts of "
        + "\(first.contextCount) and \(second.contextCount) rows")
    if let steps = first.boundSteps, let others = second.boundSteps {
      precondition(steps == others, "the fields have \(steps) and \(others) steps")
    }
    self.first = first
    self.second = second
  }

  /// The dimension of the states.
  public var dimension: Int { first.dimension }

  /// The number of rows on which both fields are conditioned.
  public var contextCount: Int { first.contextCount }

  /// The number of parameters of both.
  public var parameterCount: Int { first.parameterCount + second.parameterCount }

  /// The steps of the field that has a number of them.
  public var boundSteps: Int? { first.boundSteps ?? second.boundSteps }

  /// Returns the number of floats of the prepared parameters.
  ///
  /// - Parameter steps: The number of steps.
  /// - Returns: Those of both fields.
  public func preparedCount(steps: Int) -> Int {
    secondPrepared(steps: steps) + second.preparedCount(steps: steps)
  }

  private func secondPrepared(steps: Int) -> Int {
    FloatMemory.padded(first.preparedCount(steps: steps))
  }

  /// Prepares the parameters of both fields.
  ///
  /// - Parameters:
  ///   - parameters: The parameters.
  ///   - times: The time at which each step starts.
  ///   - stepCount: The number of steps.
  ///   - prepared: Room for ``preparedCount(steps:)`` floats.
  public func prepare(
    _ parameters: UnsafePointer<Float>, times: UnsafePointer<Float>, stepCount: Int,
    into prepared: UnsafeMutablePointer<Float>
  ) {
    first.prepare(parameters, times: times, stepCount: stepCount, into: prepared)
    second.prepare(
      parameters + first.parameterCount, times: times, stepCount: stepCount,
      into: prepared + secondPrepared(steps: stepCount))
  }

  /// Returns the number of floats that a gradient needs of an evaluation.
  ///
  /// - Parameter lanes: The number of lanes.
  /// - Returns: Those of both fields, and a velocity.
  public func activationCount(lanes: Int) -> Int {
    velocityPlace(lanes: lanes) + dimension * lanes
  }

  private func secondActivations(lanes: Int) -> Int {
    FloatMemory.padded(first.activationCount(lanes: lanes))
  }

  private func velocityPlace(lanes: Int) -> Int {
    secondActivations(lanes: lanes) + FloatMemory.padded(second.activationCount(lanes: lanes))
  }

  /// Returns the number of floats that a gradient needs for itself.
  ///
  /// - Parameter lanes: The number of lanes.
  /// - Returns: Derivatives with respect to the state, and the larger need of both fields.
  public func scratchCount(lanes: Int) -> Int {
    deltaCount(lanes: lanes)
      + max(first.scratchCount(lanes: lanes), second.scratchCount(lanes: lanes))
  }

  private func deltaCount(lanes: Int) -> Int { (dimension + contextCount) * lanes }

  private func secondCall(_ call: FieldCall) -> FieldCall {
    FieldCall(
      prepared: call.prepared + secondPrepared(steps: call.stepCount), step: call.step,
      stepCount: call.stepCount, time: call.time, lanes: call.lanes)
  }

  /// Writes the sum of both velocities, and the activations.
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
    let other = activations + velocityPlace(lanes: lanes)
    first.velocity(call, state: state, activations: activations, into: velocity)
    second.velocity(
      secondCall(call), state: state,
      activations: activations + secondActivations(lanes: lanes), into: other)
    addNumbers(other, to: velocity, count: dimension * lanes)
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
    let count = deltaCount(lanes: call.lanes)
    first.addGradient(
      call, state: state, activations: activations, delta: delta, into: gradient,
      stateDelta: stateDelta, scratch: scratch + count)
    second.addGradient(
      secondCall(call), state: state,
      activations: activations + secondActivations(lanes: call.lanes), delta: delta,
      into: gradient + first.parameterCount, stateDelta: stateDelta == nil ? nil : scratch,
      scratch: scratch + count)
    if let stateDelta { addNumbers(scratch, to: stateDelta, count: count) }
  }
}
