import RivuletCredit
import RivuletFlow
import RivuletKernels

/// Where the numbers of a chunk stand in its memory, and what is known of nodes and steps.
///
/// Lists of nodes have one tile or one row of lanes for each; that of an edge stands at its child.
struct ChunkLayout: Sendable {
  let lanes: Int
  /// The dimension of the states.
  let rows: Int
  /// The floats of a state with its context, of a velocity, and of one node's activations.
  let stateCount: Int
  let velocityCount: Int
  let activationCount: Int

  let states: Int
  let velocities: Int
  /// The exponents at which the edges were drawn.
  let exponents: Int
  let advantages: Int
  let weights: Int
  /// `[leaf][reward][lane]`.
  let rewards: Int
  let rewardCount: Int
  let sums: Int
  /// One float: 0, or 1 where a final state is not finite.
  let flag: Int
  /// The floats of a chunk.
  let count: Int

  /// Scratch memory of a worker: derivatives, another velocity, its activations, and the field's own.
  let scratchDelta: Int
  let scratchVelocity: Int
  let scratchActivations: Int
  let scratchField: Int
  let scratchCount: Int

  let steps: [Step]
  let nodes: [Node]
  let leafStart: Int
  let edgeNodes: Int

  /// A step in single precision.
  struct Step: Sendable {
    /// Where it adds noise.
    let law: SingleStep
    /// Where it adds none.
    let ode: SingleStep
    /// The time that the field is told.
    let time: Float
  }

  /// A node's place in the tree.
  struct Node: Sendable {
    let depth: Int
    let parent: Int
    let children: Range<Int>
    let noiseNumber: UInt32
    /// Where activations and the reference's velocity stand; nil where none of its edges can be
    /// trained, or none are kept.
    let activations: Int?
    let reference: Int?
  }

  init(_ setting: EngineSetting, field: some TrainableField, rewardCount: Int) {
    let shape = setting.shape
    let lanes = setting.chunkLanes
    self.lanes = lanes
    rows = field.dimension
    stateCount = (field.dimension + field.contextCount) * lanes
    velocityCount = field.dimension * lanes
    activationCount = FloatMemory.padded(field.activationCount(lanes: lanes))
    var place = 0
    func take(_ count: Int) -> Int {
      let start = place
      place += FloatMemory.padded(count)
      return start
    }
    states = take(shape.nodeCount * stateCount)
    velocities = take(shape.expandedCount * velocityCount)
    exponents = take(shape.nodeCount * lanes)
    advantages = take(shape.nodeCount * lanes)
    weights = take(shape.nodeCount * lanes)
    self.rewardCount = rewardCount
    rewards = take(shape.leafCount * rewardCount * lanes)
    var kept = [Int?](repeating: nil, count: shape.nodeCount)
    var references = kept
    for node in 0..<shape.expandedCount
    where shape.children(of: node).contains(where: { setting.noisyEdges[$0] }) {
      if setting.keepsActivations { kept[node] = take(activationCount) }
      if setting.hasReference { references[node] = take(velocityCount) }
    }
    sums = take(8 * SurrogateSum.count)
    flag = take(1)
    count = place
    place = 0
    scratchDelta = take(velocityCount)
    scratchVelocity = take(velocityCount)
    scratchActivations = take(activationCount)
    scratchField = take(field.scratchCount(lanes: lanes))
    scratchCount = place
    steps = setting.plan.kernels.indices.map { step in
      let kernel = setting.plan.kernels[step]
      return Step(
        law: SingleStep(
          state: kernel.stateFactor, velocity: kernel.velocityFactor, deviation: kernel.deviation),
        ode: SingleStep(state: 1, velocity: kernel.nextTime - kernel.time, deviation: 0),
        time: Float(setting.times[step]))
    }
    nodes = (0..<shape.nodeCount).map {
      Node(
        depth: shape.depth(of: $0), parent: shape.parents[$0], children: shape.children(of: $0),
        noiseNumber: shape.noiseNumbers[$0], activations: kept[$0], reference: references[$0])
    }
    leafStart = shape.expandedCount
    edgeNodes = shape.nodeCount
  }
}
