import RivuletKernels
public import RivuletFlow

/// An affine field with its own parameters at every step: the model in which training has a closed form.
///
///     v_k(x) = slope_k x + offset_k + b_k + M_k x
///
/// The slopes and offsets are fixed, those of Gaussian data as a rule. The biases b_k, one for each step
/// and coordinate, are the parameters, and so are the matrices M_k if they are free. The parameters are
/// the biases step by step, then the matrices step by step and row by row.
public struct StepwiseAffineField: TrainableField, Hashable {
  /// The dimension of the states.
  public let dimension: Int
  /// The number of steps.
  public let steps: Int
  /// Whether there is a free matrix at each step.
  public let hasMatrices: Bool
  private let slopes: [Float]
  private let offsets: [Float]

  /// Makes a field.
  ///
  /// - Parameters:
  ///   - slopes: For each step the fixed slope of each coordinate.
  ///   - offsets: For each step the fixed offset of each coordinate.
  ///   - hasMatrices: Whether there is a free matrix at each step.
  public init(slopes: [[Double]], offsets: [[Double]], hasMatrices: Bool = false) {
    precondition(
      slopes.count == offsets.count && !slopes.isEmpty && !slopes[0].isEmpty,
      "a field needs slopes and offsets for one or more steps, got \(slopes.count) and "
        + "\(offsets.count)")
    steps = slopes.count
    dimension = slopes[0].count
    for step in slopes.indices {
      precondition(
        slopes[step].count == dimension && offsets[step].count == dimension,
        "step \(step) has \(slopes[step].count) slopes and \(offsets[step].count) offsets for "
          + "\(dimension) dimensions")
    }
    self.hasMatrices = hasMatrices
    self.slopes = slopes.flatMap { $0.map { Float($0) } }
    self.offsets = offsets.flatMap { $0.map { Float($0) } }
  }

  /// Makes the field of Gaussian data with independent coordinates, with free biases.
  ///
  /// The fixed part is the exact velocity at the times at which the plan's steps start.
  ///
  /// - Parameters:
  ///   - field: Data whose coordinates along the axes are independent.
  ///   - plan: The sampler.
  ///   - hasMatrices: Whether there is a free matrix at each step.
  public init(_ field: GaussianField, plan: SamplingPlan, hasMatrices: Bool = false) {
    let zeros = [Double](repeating: 0, count: field.dimension)
    let ones = [Double](repeating: 1, count: field.dimension)
    var slopes: [[Double]] = []
    var offsets: [[Double]] = []
    for kernel in plan.kernels {
      // The field is affine and diagonal, so two evaluations are all of it.
      let atZero = field.velocity(at: zeros, time: kernel.time)
      let atOne = field.velocity(at: ones, time: kernel.time)
      offsets.append(atZero)
      slopes.append(zip(atOne, atZero).map { $0 - $1 })
    }
    self.init(slopes: slopes, offsets: offsets, hasMatrices: hasMatrices)
  }

  /// The number of parameters: the biases, and the matrices if they are free.
  public var parameterCount: Int { steps * dimension * (hasMatrices ? dimension + 1 : 1) }

  /// Returns the number of floats of the prepared parameters.
  ///
  /// - Parameter steps: The number of steps, that of the field.
  /// - Returns: For each step offsets, slopes or two copies of a matrix.
  public func preparedCount(steps: Int) -> Int {
    precondition(steps == self.steps, "the field has \(self.steps) steps, the sampler \(steps)")
    return steps * stepCount
  }

  private var stepCount: Int { hasMatrices ? dimension * (2 * dimension + 1) : 2 * dimension }

  /// Prepares the parameters for the steps of a sampler.
  ///
  /// - Parameters:
  ///   - parameters: The parameters.
  ///   - times: Not read; a step is known by its number.
  ///   - stepCount: The number of steps.
  ///   - prepared: Room for ``preparedCount(steps:)`` floats.
  public func prepare(
    _ parameters: UnsafePointer<Float>, times: UnsafePointer<Float>, stepCount: Int,
    into prepared: UnsafeMutablePointer<Float>
  ) {
    let matrices = parameters + steps * dimension
    let square = dimension * dimension
    for step in 0..<steps {
      let target = prepared + step * self.stepCount
      for row in 0..<dimension {
        target[row] = offsets[step * dimension + row] + parameters[step * dimension + row]
      }
      guard hasMatrices else {
        for row in 0..<dimension { target[dimension + row] = slopes[step * dimension + row] }
        continue
      }
      withUnsafeTemporaryAllocation(of: Float.self, capacity: square) { room in
        guard let whole = room.baseAddress else { return }
        for place in 0..<square { whole[place] = matrices[step * square + place] }
        for row in 0..<dimension { whole[row * (dimension + 1)] += slopes[step * dimension + row] }
        packPanels(
          whole, rows: dimension, columns: dimension, rowStride: dimension, columnStride: 1,
          into: target + dimension)
        packPanels(
          whole, rows: dimension, columns: dimension, rowStride: 1, columnStride: dimension,
          into: target + dimension + square)
      }
    }
  }

  /// Returns zero: the gradient needs the state alone.
  ///
  /// - Parameter lanes: The number of lanes.
  /// - Returns: 0.
  public func activationCount(lanes: Int) -> Int { 0 }

  /// Returns zero: the gradient needs no intermediate results.
  ///
  /// - Parameter lanes: The number of lanes.
  /// - Returns: 0.
  public func scratchCount(lanes: Int) -> Int { 0 }

  /// Writes the velocity at a tile of states.
  ///
  /// - Parameters:
  ///   - call: The prepared parameters, the step and the lanes.
  ///   - state: The rows of the state.
  ///   - activations: Not used.
  ///   - velocity: Room for ``dimension`` rows.
  public func velocity(
    _ call: FieldCall, state: UnsafePointer<Float>, activations: UnsafeMutablePointer<Float>,
    into velocity: UnsafeMutablePointer<Float>
  ) {
    let prepared = call.prepared + call.step * stepCount
    if hasMatrices {
      layerProduct(
        panels: prepared + dimension, rows: dimension, inner: dimension, input: state,
        lanes: call.lanes, bias: prepared, output: velocity)
    } else {
      affineRows(
        state, rows: dimension, lanes: call.lanes, slopes: prepared + dimension, offsets: prepared,
        into: velocity)
    }
  }

  /// Adds the product of a covector with the Jacobian of the velocity.
  ///
  /// - Parameters:
  ///   - call: The prepared parameters, the step and the lanes.
  ///   - state: The rows that the velocity was evaluated at.
  ///   - activations: Not used.
  ///   - delta: The derivative of a loss with respect to each number of the velocity.
  ///   - gradient: The derivative with respect to the parameters; added to.
  ///   - stateDelta: Room for the derivative with respect to the state, or nil.
  ///   - scratch: Not used.
  public func addGradient(
    _ call: FieldCall, state: UnsafePointer<Float>, activations: UnsafePointer<Float>,
    delta: UnsafePointer<Float>, into gradient: UnsafeMutablePointer<Float>,
    stateDelta: UnsafeMutablePointer<Float>?, scratch: UnsafeMutablePointer<Float>
  ) {
    let prepared = call.prepared + call.step * stepCount
    let square = dimension * dimension
    addLaneSums(
      delta: delta, rows: dimension, lanes: call.lanes, bias: gradient + call.step * dimension,
      column: nil, stride: 1, time: call.time)
    if hasMatrices {
      let matrix = gradient + steps * dimension + call.step * square
      for column in 0..<dimension {
        addLaneProducts(
          delta: delta, rows: dimension, lanes: call.lanes, input: state + column * call.lanes,
          gradient: matrix + column, stride: dimension)
      }
    }
    guard let stateDelta else { return }
    if hasMatrices {
      layerProduct(
        panels: prepared + dimension + square, rows: dimension, inner: dimension, input: delta,
        lanes: call.lanes, bias: nil, output: stateDelta)
    } else {
      affineRows(
        delta, rows: dimension, lanes: call.lanes, slopes: prepared + dimension, offsets: nil,
        into: stateDelta)
    }
  }
}
