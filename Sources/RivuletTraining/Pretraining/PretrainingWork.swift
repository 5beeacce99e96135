import RivuletFlow
import RivuletKernels
import RivuletNumerics

/// The work on one part of the pairs of an update: what several threads do at the same time.
struct PretrainingWork<Field: TrainableField>: Sendable {
  /// The pairs of a chunk, which share a time.
  static var lanes: Int { 32 }
  /// Chunks whose gradients are summed in single precision make a part; there are at most so many.
  static var mostParts: Int { 16 }

  let field: Field
  let data: TrainingData
  let batch: Int
  let chunks: Int
  let parts: Int
  /// The steps for which the parameters are prepared: those of the field, or one for each chunk.
  let stepCount: Int
  /// The steps that the field has parameters for; nil for a field of any time.
  let grid: Grid?
  let prepared: FloatMemory
  let partials: FloatMemory
  let partialStride: Int
  /// Memory for the tiles of each part.
  let tiles: [FloatMemory]

  /// The steps of a sampler: when they start, and the time that the field is told.
  struct Grid: Sendable {
    let times: [Float]
    let told: [Float]

    init(_ recipe: Recipe) {
      times = recipe.fullPlan.kernels.map { Float($0.time) }
      told = TrainingWorld.times(of: recipe).map { Float($0) }
    }
  }

  /// What an update draws beside noise and data.
  struct Draws: Sendable {
    let key: RandomKey
    /// The time of each step for which the parameters are prepared, and what the field is told.
    let times: [Float]
    let told: [Float]
    /// The step of each chunk.
    let steps: [Int]
  }

  /// The sums over the pairs of a part.
  struct Sums: Sendable {
    var loss: Double
    var error: Double
  }

  init(field: Field, data: TrainingData, batch: Int, grid: Grid?) {
    self.field = field
    self.data = data
    self.batch = batch
    self.grid = grid
    let chunks = (batch + Self.lanes - 1) / Self.lanes
    self.chunks = chunks
    parts = min(chunks, Self.mostParts)
    stepCount = field.boundSteps ?? chunks
    prepared = FloatMemory(count: field.preparedCount(steps: stepCount))
    let stride = FloatMemory.padded(field.parameterCount)
    partialStride = stride
    partials = FloatMemory(count: stride * parts)
    let tile = FloatMemory.padded((field.dimension + field.contextCount) * Self.lanes)
    let count =
      6 * tile + FloatMemory.padded(field.activationCount(lanes: Self.lanes))
      + FloatMemory.padded(field.scratchCount(lanes: Self.lanes)) + 16
    tiles = (0..<parts).map { _ in FloatMemory(count: count) }
  }

  /// Draws the time of each chunk.
  func draws(key: RandomKey) -> Draws {
    let shifts = key.child("time").uniforms(count: chunks)
    let places = shifts.indices.map { (Double($0) + shifts[$0]) / Double(chunks) }
    guard let grid else {
      let times = places.map { Float($0) }
      return Draws(key: key, times: times, told: times, steps: Array(0..<chunks))
    }
    let count = grid.times.count
    return Draws(
      key: key, times: grid.times, told: grid.told,
      steps: places.map { min(count - 1, Int($0 * Double(count))) })
  }

  /// Computes the gradient of the chunks of a part into its partial.
  func part(_ part: Int, draws: Draws) -> Sums {
    let partial = partials.start + part * partialStride
    partial.update(repeating: 0, count: partialStride)
    let noise = KeyedTileNoise(key: draws.key)
    let samples = draws.key.child("data")
    let tile = FloatMemory.padded((field.dimension + field.contextCount) * Self.lanes)
    let state = tiles[part].start
    let velocity = state + tile
    let target = velocity + tile
    let delta = target + tile
    let values = delta + tile
    let normals = values + tile
    let squares = normals + tile
    let activations = squares + 16
    let scratch = activations + FloatMemory.padded(field.activationCount(lanes: Self.lanes))
    let count = field.dimension * Self.lanes
    var truth = Truth(data.field, dimension: field.dimension)
    var sums = Sums(loss: 0, error: 0)
    for chunk in (chunks * part / parts)..<(chunks * (part + 1) / parts) {
      let first = chunk * Self.lanes
      let pairs = min(Self.lanes, batch - first)
      let step = draws.steps[chunk]
      let time = draws.times[step]
      noise.fillInitial(
        firstRoot: UInt32(first), rows: field.dimension, lanes: Self.lanes, into: normals)
      values.update(repeating: 0, count: count)
      for pair in 0..<pairs {
        let sample = data.data.sample(UInt32(first + pair), key: samples)
        for row in 0..<field.dimension { values[row * Self.lanes + pair] = Float(sample[row]) }
      }
      formPathPoints(
        data: values, noise: normals, time: time, count: count, points: state, velocities: target)
      setContext(state, first: first)
      let call = FieldCall(
        prepared: prepared.start, step: step, stepCount: stepCount, time: draws.told[step],
        lanes: Self.lanes)
      field.velocity(call, state: state, activations: activations, into: velocity)
      sums.error += truth.squaredError(
        of: velocity, at: state, lanes: Self.lanes, pairs: pairs, time: time)
      // Lanes without a pair have no error.
      for row in 0..<field.dimension {
        for lane in pairs..<Self.lanes {
          target[row * Self.lanes + lane] = velocity[row * Self.lanes + lane]
        }
      }
      squares.update(repeating: 0, count: 8)
      formMatchingDelta(
        velocity: velocity, target: target, count: count, scale: Float(1 / Double(batch)),
        delta: delta, squares: squares)
      for lane in 0..<8 { sums.loss += Double(squares[lane]) }
      field.addGradient(
        call, state: state, activations: activations, delta: delta, into: partial,
        stateDelta: nil, scratch: scratch)
    }
    return sums
  }

  /// Gives pair r the prompt r modulo the number of prompts.
  private func setContext(_ state: UnsafeMutablePointer<Float>, first: Int) {
    guard field.contextCount > 0 else { return }
    let context = state + field.dimension * Self.lanes
    context.update(repeating: 0, count: field.contextCount * Self.lanes)
    for lane in 0..<Self.lanes {
      context[(first + lane) % field.contextCount * Self.lanes + lane] = 1
    }
  }
}

/// The exact velocity of the data at the states of a chunk, in double precision.
private struct Truth {
  private let field: (any VelocityField)?
  private var states: StateTile
  private var velocities: StateTile

  init(_ field: (any VelocityField)?, dimension: Int) {
    self.field = field
    states = StateTile(dimension: dimension)
    velocities = states
  }

  /// Returns the sum over pairs of |v - v*|², 0 where v* is unknown.
  mutating func squaredError(
    of velocity: UnsafePointer<Float>, at state: UnsafePointer<Float>, lanes: Int, pairs: Int,
    time: Float
  ) -> Double {
    guard let field else { return 0 }
    for row in 0..<states.dimension {
      for lane in 0..<lanes {
        states.values[row * StateTile.lanes + lane] = Double(state[row * lanes + lane])
      }
    }
    field.velocity(of: states, time: Double(time), into: &velocities)
    var sum = 0.0
    for row in 0..<states.dimension {
      for lane in 0..<pairs {
        let exact = velocities.values[row * StateTile.lanes + lane]
        let difference = Double(velocity[row * lanes + lane]) - exact
        sum += difference * difference
      }
    }
    return sum
  }
}
