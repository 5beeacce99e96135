public import RivuletCredit
public import RivuletFlow

/// What an iteration rolls out: how many trees of which shape, by which law.
///
/// A chain is a tree without forks.
public struct EngineSetting: Sendable {
  /// The grid and the law of each step where it adds noise.
  public var plan: SamplingPlan
  /// Which edges can add noise, at the number of their child; the others follow the ODE.
  ///
  /// ``IterationEngine/setNoise(edges:)`` chooses among them.
  public var noisyEdges: [Bool]
  /// The time that the field is told at each step.
  public var times: [Double]
  /// Who descends from whom; as many steps as the plan.
  public var shape: TreeShape
  /// The noise of the children of a fork.
  public var forkNoise: ForkNoise
  /// Which state of a leaf the reward sees.
  public var scored: ScoredState
  /// The number of trees of an iteration.
  public var trees: Int
  /// The number of trees that are computed together, a multiple of eight.
  ///
  /// Gradients are summed in single precision inside a chunk and in double precision over the chunks in
  /// their order, so this number, and it alone, decides the last bits.
  public var chunkLanes: Int
  /// Whether the first update after a rollout uses its activations.
  ///
  /// The bits are the same.
  public var keepsActivations: Bool
  /// Whether velocities of a reference are computed at the states of a rollout.
  public var hasReference: Bool
  /// The number of micro-batches: parts, of whole chunks, in which a gradient is computed.
  ///
  /// More of them need less memory; the bits are the same.
  public var microBatches: Int

  /// Makes a setting.
  ///
  /// - Parameters:
  ///   - plan: The grid and the law of each step.
  ///   - shape: Who descends from whom; nil for chains.
  ///   - trees: The number of trees, at least one.
  ///   - noisyEdges: Which edges can add noise; nil for those of the plan's stochastic steps.
  ///   - times: The time that the field is told at each step; nil for the plan's.
  ///   - forkNoise: The noise of the children of a fork.
  ///   - scored: Which state of a leaf the reward sees.
  ///   - chunkLanes: The number of trees that are computed together, a multiple of eight. With 48 a row
  ///     spans three cache lines, which keeps columns of a tile from falling into the same cache sets.
  ///   - keepsActivations: Whether the first update uses the activations of the rollout.
  ///   - hasReference: Whether velocities of a reference are computed.
  ///   - microBatches: The number of parts in which a gradient is computed.
  /// - Throws: `TreeSamplerInvalid` where plan and shape do not fit.
  public init(
    plan: SamplingPlan, shape: TreeShape? = nil, trees: Int, noisyEdges: [Bool]? = nil,
    times: [Double]? = nil, forkNoise: ForkNoise = .independent,
    scored: ScoredState = .finalState, chunkLanes: Int = 48, keepsActivations: Bool = true,
    hasReference: Bool = false, microBatches: Int = 1
  ) throws {
    precondition(trees >= 1, "an iteration has one or more trees, got \(trees)")
    precondition(
      chunkLanes >= 8 && chunkLanes.isMultiple(of: 8),
      "chunks have a positive multiple of eight lanes, got \(chunkLanes)")
    let shape = try shape ?? TreeShape(widths: [Int](repeating: 1, count: plan.stepCount))
    guard shape.stepCount == plan.stepCount else {
      throw TreeSamplerInvalid.differentStepCounts(plan: plan.stepCount, shape: shape.stepCount)
    }
    for step in shape.forkSteps where !plan.kernels[step].isStochastic {
      throw TreeSamplerInvalid.deterministicFork(step: step)
    }
    let noisy =
      noisyEdges
      ?? shape.parents.indices.map {
        $0 > 0 && plan.kernels[shape.depth(of: $0) - 1].isStochastic
      }
    precondition(
      noisy.count == shape.nodeCount && !noisy[0],
      "there are \(shape.nodeCount) nodes, and the root has no edge; got \(noisy.count) answers")
    for node in noisy.indices where noisy[node] {
      let step = shape.depth(of: node) - 1
      precondition(plan.kernels[step].isStochastic, "step \(step) of the plan adds no noise")
    }
    let times = times ?? plan.kernels.map(\.time)
    precondition(
      times.count == plan.stepCount,
      "there are \(times.count) times for \(plan.stepCount) steps")
    precondition(
      microBatches >= 1, "a gradient is computed in one or more parts, got \(microBatches)")
    self.plan = plan
    self.shape = shape
    self.noisyEdges = noisy
    self.times = times
    self.microBatches = microBatches
    self.forkNoise = forkNoise
    self.scored = scored
    self.trees = trees
    self.chunkLanes = chunkLanes
    self.keepsActivations = keepsActivations
    self.hasReference = hasReference
  }

  /// The number of chunks.
  public var chunks: Int { (trees + chunkLanes - 1) / chunkLanes }
}
