import RivuletKernels
public import RivuletFlow

/// An affine field with its own parameters at every step: the model in which training has a closed form.
///
///     v_k(x, c) = slope_k x + offset_k + B_k c + M_k x
///
/// The slopes and offsets are fixed, those of Gaussian data as a rule. The biases B_k are the
/// parameters: one number for each step and coordinate, or, with a context c of P rows, such as one for
/// each prompt, one for each step, row of the context and coordinate. So are the matrices M_k if they are
/// free. The parameters are the biases, step by step and context row by context row, then the matrices
/// step by step and row by row.
public struct StepwiseAffineField: TrainableField, Hashable {
  /// The dimension of the states.
  public let dimension: Int
  /// The number of steps.
  public let steps: Int
  /// Whether there is a free matrix at each step.
  public let hasMatrices: Bool
  /// The number P of rows on which the velocity is conditioned; 0 for one bias.
  public let contextCount: Int
  private let slopes: [Float]
  private let offsets: [Float]

  /// Makes a field.
  ///
  /// - Parameters:
  ///   - slopes: For each step the fixed slope of each coordinate.
  ///   - offsets: For each step the fixed offset of each coordinate.
  ///   - hasMatrices: Whether there is a free matrix at each step.
  ///   - contextCount: The number of rows on which the velocity is conditioned; not negative.
  public init(
    slopes: [[Double]], offsets: [[Double]], hasMatrices: Bool = false, contextCount: Int = 0
  ) {
    precondition(
      slopes.count == offsets.count && !slopes.isEmpty && !slopes[0].isEmpty,
      "a field needs slopes and offsets for one or more steps, got \(slopes.count) and "
        + "\(offsets.count)")
    precondition(contextCount >= 0, "a context has no negative number of rows, got \(contextCount)")
    steps = slopes.count
    dimension = slopes[0].count
    for step in slopes.indices {
      precondition(
        slopes[step].count == dimension && offsets[step].count == dimension,
        "step \(step) has \(slopes[step].count) slopes and \(offsets[step].count) offsets for "
          + "\(dimension) dimensions")
    }
    self.hasMatrices = hasMatrices
    self.contextCount = contextCount
    self.slopes = slopes.flatMap { $0.map { Float($0) } }
    self.offsets = offsets.flatMap { $0.map { Float($0) } }
  }

  /// Makes the field of Gaussian data with independent coordinates, with free biases.
  ///
  /// The fixed part is the exact velocity at the given times.
  ///
  /// - Parameters:
  ///   - field: Data whose coordinates along the axes are independent.
  ///   - times: The time that the field is told at each step.
  ///   - hasMatrices: Whether there is a free matrix at each step.
  ///   - contextCount: The number of rows on which the velocity is conditioned.
  public init(
    _ field: GaussianField, times: [Double], hasMatrices: Bool = false, contextCount: Int = 0
  ) {
    let zeros = [Double](repeating: 0, count: field.dimension)
    let ones = [Double](repeating: 1, count: field.dimension)
    var slopes: [[Double]] = []
    var offsets: [[Double]] = []
    for time in times {
      // The field is affine and diagonal, so two evaluations are all of it.
      let atZero = field.velocity(at: zeros, time: time)
      let atOne = field.velocity(at: ones, time: time)
      offsets.append(atZero)
      slopes.append(zip(atOne, atZero).map { $0 - $1 })
    }
    self.init(
      slopes: slopes, offsets: offsets, hasMatrices: hasMatrices, contextCount: contextCount)
  }

  /// Makes the field of Gaussian data with independent coordinates for the steps of a plan.
  ///
  /// - Parameters:
  ///   - field: Data whose coordinates along the axes are independent.
  ///   - plan: The sampler; the fixed part is the exact velocity where its steps start.
  ///   - hasMatrices: Whether there is a free matrix at each step.
  public init(_ field: GaussianField, plan: SamplingPlan, hasMatrices: Bool = false) {
    self.init(field, times: plan.kernels.map(\.time), hasMatrices: hasMatrices)
  }

  /// The number of parameters: the biases, and the matrices if they are free.
  public var parameterCount: Int { steps * dimension * (biasRows + (hasMatrices ? dimension : 0)) }

  /// The number of steps, for which alone the field has parameters.
  public var boundSteps: Int? { steps }

  /// The biases of one step and coordinate.
  private var biasRows: Int { max(1, contextCount) }
  /// The rows of the input that are multiplied by a matrix: the state's if there is a free one, and the
  /// context's, which follow.
  private var matrixWidth: Int { (hasMatrices ? dimension : 0) + contextCount }
  private var firstMatrixRow: Int { hasMatrices ? 0 : dimension }
  /// The prepared numbers of one step: offsets, slopes, the panels of the matrix and of its transpose.
  private var stepCount: Int { 2 * dimension * (1 + matrixWidth) }
  private var panelCount: Int { dimension * matrixWidth }

  /// Returns the number of floats of the prepared parameters.
  ///
  /// - Parameter steps: The number of steps, that of the field.
  /// - Returns: For each step offsets, slopes and two copies of a matrix, and room for one more matrix.
  public func preparedCount(steps: Int) -> Int {
    precondition(steps == self.steps, "the field has \(self.steps) steps, the sampler \(steps)")
    return steps * stepCount + panelCount
  }

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
    let matrices = parameters + steps * biasRows * dimension
    let whole = prepared + steps * self.stepCount
    for step in 0..<steps {
      let target = prepared + step * self.stepCount
      let biases = parameters + step * biasRows * dimension
      for row in 0..<dimension {
        target[row] = offsets[step * dimension + row] + (contextCount == 0 ? biases[row] : 0)
        target[dimension + row] = slopes[step * dimension + row]
      }
      guard matrixWidth > 0 else { continue }
      for row in 0..<dimension {
        let line = whole + row * matrixWidth
        if hasMatrices {
          line.update(from: matrices + (step * dimension + row) * dimension, count: dimension)
          line[row] += slopes[step * dimension + row]
        }
        for context in 0..<contextCount {
          line[matrixWidth - contextCount + context] = biases[context * dimension + row]
        }
      }
      packPanels(
        whole, rows: dimension, columns: matrixWidth, rowStride: matrixWidth, columnStride: 1,
        into: target + 2 * dimension)
      packPanels(
        whole, rows: matrixWidth, columns: dimension, rowStride: 1, columnStride: matrixWidth,
        into: target + 2 * dimension + panelCount)
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
}

extension StepwiseAffineField {
  /// Writes the velocity at a tile of states.
  ///
  /// - Parameters:
  ///   - call: The prepared parameters, the step and the lanes.
  ///   - state: The rows of the state and of the context.
  ///   - activations: Not used.
  ///   - velocity: Room for ``dimension`` rows.
  public func velocity(
    _ call: FieldCall, state: UnsafePointer<Float>, activations: UnsafeMutablePointer<Float>,
    into velocity: UnsafeMutablePointer<Float>
  ) {
    let prepared = call.prepared + call.step * stepCount
    let slopes = prepared + dimension
    guard matrixWidth > 0 else {
      affineRows(
        state, rows: dimension, lanes: call.lanes, slopes: slopes, offsets: prepared,
        into: velocity)
      return
    }
    layerProduct(
      panels: slopes + dimension, rows: dimension, inner: matrixWidth,
      input: state + firstMatrixRow * call.lanes, lanes: call.lanes, bias: prepared,
      output: velocity)
    if !hasMatrices {
      addScaledRows(state, rows: dimension, lanes: call.lanes, slopes: slopes, to: velocity)
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
  ///   - stateDelta: Room for the derivative with respect to the state and the context, or nil.
  ///   - scratch: Not used.
  public func addGradient(
    _ call: FieldCall, state: UnsafePointer<Float>, activations: UnsafePointer<Float>,
    delta: UnsafePointer<Float>, into gradient: UnsafeMutablePointer<Float>,
    stateDelta: UnsafeMutablePointer<Float>?, scratch: UnsafeMutablePointer<Float>
  ) {
    let lanes = call.lanes
    let prepared = call.prepared + call.step * stepCount
    let biases = gradient + call.step * biasRows * dimension
    if contextCount == 0 {
      addLaneSums(
        delta: delta, rows: dimension, lanes: lanes, bias: biases, columns: nil, stride: 1,
        factors: delta, factorCount: 0)
    }
    for context in 0..<contextCount {
      addLaneProducts(
        delta: delta, rows: dimension, lanes: lanes, input: state + (dimension + context) * lanes,
        gradient: biases + context * dimension, stride: 1)
    }
    if hasMatrices {
      let matrix =
        gradient + steps * biasRows * dimension + call.step * dimension * dimension
      for column in 0..<dimension {
        addLaneProducts(
          delta: delta, rows: dimension, lanes: lanes, input: state + column * lanes,
          gradient: matrix + column, stride: dimension)
      }
    }
    guard let stateDelta else { return }
    if matrixWidth > 0 {
      layerProduct(
        panels: prepared + 2 * dimension + panelCount, rows: matrixWidth, inner: dimension,
        input: delta, lanes: lanes, bias: nil, output: stateDelta + firstMatrixRow * lanes)
    }
    if !hasMatrices {
      affineRows(
        delta, rows: dimension, lanes: lanes, slopes: prepared + dimension, offsets: nil,
        into: stateDelta)
    }
  }
}
