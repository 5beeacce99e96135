public import RivuletCredit
public import RivuletFlow

/// What an iteration rolls out: how many trees of which shape, by which law.
///
/// A chain is a tree without forks.
public struct EngineSetting: Sendable {
  /// The grid and the law of each step.
  public var plan: SamplingPlan
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

  /// Makes a setting.
  ///
  /// - Parameters:
  ///   - plan: The grid and the law of each step.
  ///   - shape: Who descends from whom; nil for chains.
  ///   - trees: The number of trees, at least one.
  ///   - forkNoise: The noise of the children of a fork.
  ///   - scored: Which state of a leaf the reward sees.
  ///   - chunkLanes: The number of trees that are computed together, a multiple of eight. With 48 a row
  ///     spans three cache lines, which keeps columns of a tile from falling into the same cache sets.
  ///   - keepsActivations: Whether the first update uses the activations of the rollout.
  ///   - hasReference: Whether velocities of a reference are computed.
  /// - Throws: `TreeSamplerInvalid` where plan and shape do not fit.
  public init(
    plan: SamplingPlan, shape: TreeShape? = nil, trees: Int,
    forkNoise: ForkNoise = .independent, scored: ScoredState = .finalState, chunkLanes: Int = 48,
    keepsActivations: Bool = true, hasReference: Bool = false
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
    self.plan = plan
    self.shape = shape
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
