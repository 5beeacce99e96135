import RivuletCredit
import RivuletFlow
public import RivuletNumerics

/// The fast part of every training method: rollouts, gradients of the clipped surrogate, updates.
///
/// An iteration is
///
///     engine.rollOut(noise: KeyedTileNoise(key: key))     states, rewards
///     engine.advantages, engine.weights                   credit, one number for each edge of each tree
///     engine.computeGradient(surrogate)                   once or several times, each followed by
///     engine.update(rule)                                 Adam
///
/// Everything of single precision happens in tiles of lanes, one lane a tree; chunks of lanes are spread
/// over threads, and their partial gradients are added in double precision in the order of the chunks.
/// So the bits depend on ``EngineSetting/chunkLanes`` but not on threads, processor or optimisation.
/// After it is made the engine takes no memory, apart from what the system needs to start threads.
///
/// An engine is used by one thread at a time.
public final class IterationEngine<Field: TrainableField, Score: TileReward> {
  /// What an iteration rolls out.
  public let setting: EngineSetting
  /// The field whose parameters are trained.
  public let field: Field
  /// The threads of a pass.
  public var workers: Workers

  /// The reward of each leaf, `[leaf][tree]`, from the last rollout.
  public internal(set) var rewards: [Double]
  /// The advantage of each edge at the number of its child, `[node][tree]`.
  public var advantages: [Double]
  /// The weight of each edge in the objective, `[node][tree]`.
  ///
  /// Step weight, averaging and mask in one number. An edge of weight 0 is not trained, and a node
  /// without a trained edge costs nothing.
  public var weights: [Double]
  /// For each step what the squared distance |v - v_reference|² of an edge is multiplied by.
  ///
  /// The weight of the edge is another factor. Empty for no divergence; the exact divergence has
  /// beta q² / (2 tau²).
  public var divergenceFactors: [Double] = []

  let work: ChunkWork<Field, Score>
  let parameterMemory: FloatMemory
  let gradientMemory: FloatMemory
  let timeMemory: FloatMemory
  var partialSquares: [Double]
  /// The logarithm of the density of each step at its mean; 0 without noise.
  let normalizers: [Double]
  /// Adam's state.
  public let adam: AdamState
  /// The powers of Adam's decays.
  public var adamPowers = AdamState.Powers()
  /// Whether the prepared parameters are those of the last rollout.
  var isFresh = false
  var firstRoot: UInt32 = 0

  /// The parameters of one block of the sum over chunks.
  static var block: Int { 8192 }

  /// Makes an engine with all the memory that it will ever use.
  ///
  /// - Parameters:
  ///   - setting: What an iteration rolls out.
  ///   - field: The field whose parameters are trained.
  ///   - reward: The reward of leaves, of the field's dimension.
  ///   - parameters: The parameters to start from.
  ///   - workers: The threads of a pass.
  public init(
    setting: EngineSetting, field: Field, reward: Score, parameters: [Float],
    workers: Workers = Workers(threads: 1)
  ) {
    precondition(
      field.dimension == reward.dimension,
      "the field has \(field.dimension) dimensions and the reward \(reward.dimension)")
    self.setting = setting
    self.field = field
    self.workers = workers
    let layout = ChunkLayout(setting, field: field)
    let steps = setting.plan.stepCount
    let stride = FloatMemory.padded(field.parameterCount)
    work = ChunkWork(
      field: field, score: reward, setting: setting, layout: layout,
      chunks: (0..<setting.chunks).map { _ in FloatMemory(count: layout.count) },
      scratches: (0..<workers.threads).map { _ in FloatMemory(count: layout.scratchCount) },
      prepared: FloatMemory(count: field.preparedCount(steps: steps)),
      reference: setting.hasReference
        ? FloatMemory(count: field.preparedCount(steps: steps)) : nil,
      partials: FloatMemory(count: stride * setting.chunks), partialStride: stride)
    parameterMemory = FloatMemory(count: field.parameterCount)
    gradientMemory = FloatMemory(count: field.parameterCount)
    timeMemory = FloatMemory(count: steps)
    let zeros = [Double](repeating: 0, count: field.dimension)
    normalizers = setting.plan.kernels.map {
      $0.isStochastic ? $0.logProbability(ofNoise: zeros, reduction: .sum) : 0
    }
    partialSquares = [Double](repeating: 0, count: (stride + Self.block - 1) / Self.block)
    adam = AdamState(parameterCount: field.parameterCount)
    rewards = [Double](repeating: 0, count: setting.shape.leafCount * setting.trees)
    advantages = [Double](repeating: 0, count: setting.shape.nodeCount * setting.trees)
    weights = advantages
    for step in 0..<steps { timeMemory.start[step] = layout.steps[step].time }
    setParameters(parameters)
    setReference(parameters)
    setEqualWeights()
  }

  /// The parameters.
  public var parameters: [Float] {
    Array(UnsafeBufferPointer(start: parameterMemory.start, count: field.parameterCount))
  }

  /// The gradient of the loss from the last gradient pass.
  public var gradient: [Float] {
    Array(UnsafeBufferPointer(start: gradientMemory.start, count: field.parameterCount))
  }

  /// Replaces the parameters.
  ///
  /// - Parameter parameters: ``TrainableField/parameterCount`` numbers.
  public func setParameters(_ parameters: [Float]) {
    requireCount(parameters)
    for place in parameters.indices { parameterMemory.start[place] = parameters[place] }
    prepare()
  }

  /// Replaces the parameters of the reference, if the setting has one.
  ///
  /// - Parameter parameters: ``TrainableField/parameterCount`` numbers.
  public func setReference(_ parameters: [Float]) {
    requireCount(parameters)
    guard let reference = work.reference else { return }
    parameters.withUnsafeBufferPointer { numbers in
      guard let numbers = numbers.baseAddress else { return }
      field.prepare(
        numbers, times: timeMemory.start, stepCount: setting.plan.stepCount, into: reference.start)
    }
    isFresh = false
  }

  /// Replaces the context of every tree.
  ///
  /// - Parameter context: `[row][tree]`, ``TrainableField/contextCount`` rows.
  public func setContext(_ context: [Float]) {
    precondition(
      context.count == field.contextCount * setting.trees,
      "\(field.contextCount) rows of context for \(setting.trees) trees are "
        + "\(field.contextCount * setting.trees) numbers, got \(context.count)")
    let layout = work.layout
    for tree in 0..<setting.trees {
      let states = work.chunks[tree / layout.lanes].start + layout.states + tree % layout.lanes
      for node in 0..<layout.leafStart {
        for row in 0..<field.contextCount {
          states[node * layout.stateCount + (layout.rows + row) * layout.lanes] =
            context[row * setting.trees + tree]
        }
      }
    }
    isFresh = false
  }

  /// Gives every edge of a stochastic step the weight 1 / (number of those edges of all trees).
  public func setEqualWeights() {
    let layout = work.layout
    var count = 0
    for node in 1..<layout.edgeNodes where isStochastic(node) { count += setting.trees }
    for node in 1..<layout.edgeNodes where isStochastic(node) {
      for tree in 0..<setting.trees { weights[node * setting.trees + tree] = 1 / Double(count) }
    }
  }

  private func isStochastic(_ node: Int) -> Bool {
    work.layout.steps[work.layout.nodes[node].depth - 1].isStochastic
  }

  /// Gives every edge of a tree the same advantage, as methods without branches do.
  ///
  /// - Parameter advantages: One number for each tree.
  public func setAdvantages(perTree advantages: [Double]) {
    precondition(
      advantages.count == setting.trees,
      "\(setting.trees) trees have as many advantages, got \(advantages.count)")
    advantages.withUnsafeBufferPointer { numbers in
      self.advantages.withUnsafeMutableBufferPointer { output in
        guard let from = numbers.baseAddress, let into = output.baseAddress else { return }
        for node in 1..<setting.shape.nodeCount {
          (into + node * setting.trees).update(from: from, count: setting.trees)
        }
      }
    }
  }

  /// Returns the state of one node of one tree from the last rollout.
  ///
  /// - Parameters:
  ///   - node: A node of the shape.
  ///   - tree: A tree.
  /// - Returns: One number for each dimension.
  public func state(node: Int, tree: Int) -> [Float] {
    precondition(
      (0..<setting.shape.nodeCount).contains(node) && (0..<setting.trees).contains(tree),
      "there is no node \(node) of tree \(tree)")
    let layout = work.layout
    let start =
      work.chunks[tree / layout.lanes].start + layout.states + node * layout.stateCount
      + tree % layout.lanes
    return (0..<layout.rows).map { start[$0 * layout.lanes] }
  }

  /// Brings the parameters into the order of the kernels.
  func prepare() {
    field.prepare(
      parameterMemory.start, times: timeMemory.start, stepCount: setting.plan.stepCount,
      into: work.prepared.start)
    isFresh = false
  }

  /// Threads cost more than they give where an iteration takes less than a few hundred microseconds.
  var passWorkers: Workers {
    let products = field.parameterCount * setting.shape.expandedCount * setting.trees
    return products < 2_000_000 ? Workers(threads: 1) : workers
  }

  private func requireCount(_ parameters: [Float]) {
    precondition(
      parameters.count == field.parameterCount,
      "the field has \(field.parameterCount) parameters, got \(parameters.count)")
  }
}
