/// Where and how often a field is evaluated: one tile at one step.
public struct FieldCall {
  /// The prepared form of the parameters.
  public let prepared: UnsafePointer<Float>
  /// The step, 0 for the noisiest.
  public let step: Int
  /// The number of steps for which the parameters were prepared.
  public let stepCount: Int
  /// The time at which the step starts.
  public let time: Float
  /// The number of lanes, a multiple of eight.
  public let lanes: Int

  /// Makes a call.
  ///
  /// - Parameters:
  ///   - prepared: The prepared form of the parameters.
  ///   - step: The step.
  ///   - stepCount: The number of steps for which the parameters were prepared.
  ///   - time: The time at which the step starts.
  ///   - lanes: The number of lanes, a multiple of eight.
  public init(
    prepared: UnsafePointer<Float>, step: Int, stepCount: Int, time: Float, lanes: Int
  ) {
    precondition(
      lanes > 0 && lanes.isMultiple(of: 8), "lanes come in multiples of eight, got \(lanes)")
    precondition(
      (0..<stepCount).contains(step), "the steps are 0 to \(stepCount - 1), got \(step)")
    self.prepared = prepared
    self.step = step
    self.stepCount = stepCount
    self.time = time
    self.lanes = lanes
  }
}

/// A velocity field with parameters, in single precision, evaluated at tiles of states.
///
/// A field is its architecture; the parameters are one flat list of numbers outside it, so that a
/// reference, an average and a checkpoint are lists too. A tile is `[row][lane]`: the ``dimension`` rows
/// of the state, then the ``contextCount`` rows of what the velocity is conditioned on.
///
/// Before a rollout and after each update the parameters are *prepared*: brought into the order in which
/// the kernels read them, with everything folded in that depends on the step alone. All memory is the
/// caller's; no call allocates. The sums over lanes, inputs and layers have a fixed order, so the bits
/// depend on the tile alone.
public protocol TrainableField: Sendable {
  /// The dimension of the states.
  var dimension: Int { get }

  /// The number of rows after the state on which the velocity is conditioned, such as one for each
  /// prompt; most fields have none.
  var contextCount: Int { get }

  /// The number of parameters.
  var parameterCount: Int { get }

  /// The number of steps of the one sampler that the field has parameters for, or nil for a field of
  /// any time.
  var boundSteps: Int? { get }

  /// Returns the number of floats of the prepared parameters.
  ///
  /// - Parameter steps: The number of steps.
  /// - Returns: The room that ``prepare(_:times:stepCount:into:)`` needs.
  func preparedCount(steps: Int) -> Int

  /// Prepares the parameters for the steps of a sampler.
  ///
  /// - Parameters:
  ///   - parameters: The parameters.
  ///   - times: The time at which each step starts.
  ///   - stepCount: The number of steps.
  ///   - prepared: Room for ``preparedCount(steps:)`` floats.
  func prepare(
    _ parameters: UnsafePointer<Float>, times: UnsafePointer<Float>, stepCount: Int,
    into prepared: UnsafeMutablePointer<Float>)

  /// Returns the number of floats that a gradient needs of an evaluation.
  ///
  /// - Parameter lanes: The number of lanes.
  /// - Returns: The room for the activations of one tile.
  func activationCount(lanes: Int) -> Int

  /// Returns the number of floats that a gradient needs for itself.
  ///
  /// - Parameter lanes: The number of lanes.
  /// - Returns: The room for intermediate results.
  func scratchCount(lanes: Int) -> Int

  /// Writes the velocity at a tile of states, and the activations.
  ///
  /// - Parameters:
  ///   - call: The prepared parameters, the step and the lanes.
  ///   - state: The rows of the state and of the context.
  ///   - activations: Room for ``activationCount(lanes:)`` floats.
  ///   - velocity: Room for ``dimension`` rows.
  func velocity(
    _ call: FieldCall, state: UnsafePointer<Float>, activations: UnsafeMutablePointer<Float>,
    into velocity: UnsafeMutablePointer<Float>)

  /// Adds the product of a covector with the Jacobian of the velocity.
  ///
  /// - Parameters:
  ///   - call: The prepared parameters, the step and the lanes.
  ///   - state: The rows that the velocity was evaluated at.
  ///   - activations: What the evaluation left.
  ///   - delta: The derivative of a loss with respect to each number of the velocity.
  ///   - gradient: The derivative with respect to the parameters, summed over lanes; added to.
  ///   - stateDelta: Room for the derivative with respect to each number of the state and the context,
  ///     or nil if nobody needs it.
  ///   - scratch: Room for ``scratchCount(lanes:)`` floats.
  func addGradient(
    _ call: FieldCall, state: UnsafePointer<Float>, activations: UnsafePointer<Float>,
    delta: UnsafePointer<Float>, into gradient: UnsafeMutablePointer<Float>,
    stateDelta: UnsafeMutablePointer<Float>?, scratch: UnsafeMutablePointer<Float>)
}

extension TrainableField {
  /// No context.
  public var contextCount: Int { 0 }

  /// Any number of steps at any times.
  public var boundSteps: Int? { nil }
}
