import RivuletFlow
import RivuletKernels

/// The work on one chunk of trees: everything that several threads do at the same time.
///
/// A piece reads what all share, and writes the memory of its chunk and of its worker alone.
struct ChunkWork<Field: TrainableField, Score: TileReward>: Sendable {
  let field: Field
  let score: Score
  let setting: EngineSetting
  let layout: ChunkLayout
  let chunks: [FloatMemory]
  let scratches: [FloatMemory]
  let prepared: FloatMemory
  let reference: FloatMemory?
  /// The prompt of each lane of each chunk.
  let prompts: PromptRows
  let noise: EdgeNoise
  /// One partial gradient for each chunk of a micro-batch.
  let partials: FloatMemory
  let partialStride: Int

  private func call(_ prepared: FloatMemory, _ step: Int) -> FieldCall {
    FieldCall(
      prepared: prepared.start, step: step, stepCount: layout.steps.count,
      time: layout.steps[step].time, lanes: layout.lanes)
  }

  /// Draws the trees of a chunk and scores their leaves.
  func rollOut(chunk: Int, worker: Int, firstRoot: UInt32, noise: some TileNoise) {
    let memory = chunks[chunk].start
    let scratch = scratches[worker].start
    let lanes = layout.lanes
    let root = firstRoot &+ UInt32(truncatingIfNeeded: chunk * lanes)
    let states = memory + layout.states
    noise.fillInitial(firstRoot: root, rows: layout.rows, lanes: lanes, into: states)
    for node in 0..<layout.leafStart {
      let step = layout.nodes[node].depth
      let state = states + node * layout.stateCount
      let velocity = memory + layout.velocities + node * layout.velocityCount
      let activations =
        layout.nodes[node].activations.map { memory + $0 } ?? scratch + layout.scratchActivations
      field.velocity(
        call(prepared, step), state: state, activations: activations, into: velocity)
      if let reference, let place = layout.nodes[node].reference {
        field.velocity(
          call(reference, step), state: state, activations: scratch + layout.scratchActivations,
          into: memory + place)
      }
      expand(
        node, chunk: chunk, state: state, velocity: velocity, root: root, noise, memory, scratch)
    }
    memory[layout.flag] = 0
    for leaf in layout.leafStart..<layout.edgeNodes {
      let last = states + leaf * layout.stateCount
      if !areFiniteSingles(last, count: layout.velocityCount) { memory[layout.flag] = 1 }
      var scored = UnsafePointer(last)
      if setting.scored == .cleanPrediction {
        scored = cleanPrediction(of: layout.nodes[leaf].parent, memory, scratch)
      }
      score.rewards(
        of: scored, prompts: prompts.row(of: chunk), lanes: lanes,
        into: memory + layout.rewards + (leaf - layout.leafStart) * layout.rewardCount * lanes)
    }
  }

  /// Draws the children of a node.
  private func expand(
    _ node: Int, chunk: Int, state: UnsafePointer<Float>, velocity: UnsafePointer<Float>,
    root: UInt32, _ noise: some TileNoise, _ memory: UnsafeMutablePointer<Float>,
    _ scratch: UnsafeMutablePointer<Float>
  ) {
    let place = layout.nodes[node]
    let step = layout.steps[place.depth]
    let isFork = place.children.count > 1
    let shared = scratch + layout.scratchDelta
    if isFork, case .correlated(_, let sharing) = setting.forkNoise {
      noise.fillShared(
        firstRoot: root, step: place.depth, node: sharing == .fork ? place.noiseNumber : 0,
        rows: layout.rows, lanes: layout.lanes, into: shared)
    }
    for child in place.children {
      let next = memory + layout.states + child * layout.stateCount
      let exponents = memory + layout.exponents + child * layout.lanes
      let pattern = self.noise.pattern(chunk: chunk, node: child)
      if pattern == .none {
        advanceSingle(
          state: state, velocity: velocity, rows: layout.rows, lanes: layout.lanes, step: step.ode,
          next: next, exponents: exponents)
        continue
      }
      noise.fillTransition(
        firstRoot: root, step: place.depth, node: layout.nodes[child].noiseNumber,
        rows: layout.rows, lanes: layout.lanes, into: next)
      if isFork { fork(next, shared) }
      advanceSingle(
        state: state, velocity: velocity, rows: layout.rows, lanes: layout.lanes, step: step.law,
        next: next, exponents: exponents)
      guard let mask = self.noise.mask(chunk: chunk, node: child), pattern == .some else {
        continue
      }
      let quiet = scratch + layout.scratchVelocity
      advanceSingle(
        state: state, velocity: velocity, rows: layout.rows, lanes: layout.lanes, step: step.ode,
        next: quiet, exponents: exponents)
      keepLanes(next, where: mask, else: quiet, rows: layout.rows, lanes: layout.lanes)
    }
  }

  private func fork(_ noise: UnsafeMutablePointer<Float>, _ shared: UnsafePointer<Float>) {
    switch setting.forkNoise {
    case .independent: return
    case .scaled(let c):
      mixSingleNoise(
        noise, with: nil, count: layout.velocityCount, factor: Float(c), dividedBy: 1)
    case .correlated(let s, _):
      mixSingleNoise(
        noise, with: shared, count: layout.velocityCount, factor: Float(s),
        dividedBy: Float((1 + s * s).squareRoot()))
    }
  }

  /// x - t v at the last evaluation before a leaf.
  private func cleanPrediction(
    of node: Int, _ memory: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutablePointer<Float>
  ) -> UnsafePointer<Float> {
    let clean = scratch + layout.scratchDelta
    let time = setting.plan.kernels[layout.nodes[node].depth].time
    advanceSingle(
      state: memory + layout.states + node * layout.stateCount,
      velocity: memory + layout.velocities + node * layout.velocityCount, rows: layout.rows,
      lanes: layout.lanes, step: SingleStep(state: 1, velocity: -time, deviation: 0),
      next: clean, exponents: clean)
    return UnsafePointer(clean)
  }

  /// Computes the velocity of a node into the first worker's scratch memory.
  func computeVelocity(chunk: Int, node: Int) {
    let scratch = scratches[0].start
    field.velocity(
      call(prepared, layout.nodes[node].depth),
      state: chunks[chunk].start + layout.states + node * layout.stateCount,
      activations: scratch + layout.scratchActivations, into: scratch + layout.scratchVelocity)
  }

  /// Rounds the rows of a chunk out of a list for all trees; lanes without a tree get zeros.
  func load(
    _ numbers: UnsafePointer<Double>, chunk: Int, into target: UnsafeMutablePointer<Float>
  ) {
    let first = chunk * layout.lanes
    let count = min(layout.lanes, setting.trees - first)
    for node in 0..<layout.edgeNodes {
      let row = target + node * layout.lanes
      narrowNumbers(numbers + node * setting.trees + first, count: count, into: row)
      if count < layout.lanes { (row + count).update(repeating: 0, count: layout.lanes - count) }
    }
  }

  /// Computes the gradient of a chunk into its partial.
  ///
  /// - Parameters:
  ///   - chunk: The chunk.
  ///   - slot: The number of the chunk in its micro-batch, which has a partial for each.
  ///   - worker: Whose scratch memory is used.
  ///   - objective: The terms of each step.
  ///   - usesRollout: Whether velocities and activations are those of the rollout.
  func addGradient(
    chunk: Int, slot: Int, worker: Int, objective: EdgeObjective, usesRollout: Bool
  ) {
    let memory = chunks[chunk].start
    let scratch = scratches[worker].start
    let partial = partials.start + slot * partialStride
    let delta = scratch + layout.scratchDelta
    let sums = memory + layout.sums
    partial.update(repeating: 0, count: partialStride)
    sums.update(repeating: 0, count: 8 * SurrogateSum.count)
    for node in 0..<layout.leafStart {
      let place = layout.nodes[node]
      let step = layout.steps[place.depth]
      // Children are neighbours, and so are their rows of weights.
      let weights = memory + layout.weights + place.children.lowerBound * layout.lanes
      if !hasNonzero(weights, count: place.children.count * layout.lanes) { continue }
      let state = memory + layout.states + node * layout.stateCount
      var velocity = memory + layout.velocities + node * layout.velocityCount
      var activations = scratch + layout.scratchActivations
      if usesRollout, let kept = place.activations {
        activations = memory + kept
      } else {
        velocity = scratch + layout.scratchVelocity
        field.velocity(
          call(prepared, place.depth), state: state, activations: activations, into: velocity)
      }
      delta.update(repeating: 0, count: layout.velocityCount)
      for child in place.children where noise.pattern(chunk: chunk, node: child) != .none {
        let row = child * layout.lanes
        addSurrogate(
          state: state, velocity: velocity,
          next: memory + layout.states + child * layout.stateCount,
          rows: layout.rows, lanes: layout.lanes, step: step.law,
          surrogate: objective.surrogates[place.depth],
          old: memory + layout.exponents + row, advantages: memory + layout.advantages + row,
          weights: memory + layout.weights + row, delta: delta, sums: sums)
        if let reference = place.reference {
          addDivergence(
            velocity: velocity, reference: memory + reference,
            rows: layout.rows, lanes: layout.lanes,
            factor: objective.divergenceFactors[place.depth],
            exactFactor: objective.exactFactors[place.depth],
            weights: memory + layout.weights + row, delta: delta, sums: sums)
        }
      }
      field.addGradient(
        call(prepared, place.depth), state: state, activations: activations, delta: delta,
        into: partial, stateDelta: nil, scratch: scratch + layout.scratchField)
    }
  }
}
