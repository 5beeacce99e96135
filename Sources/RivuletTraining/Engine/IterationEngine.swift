import RivuletCredit
import RivuletFlow
public import RivuletNumerics

/// The fast part of every training method: rollouts, gradients of the clipped surrogate, updates.
///
/// An iteration is
///
///     engine.rollOut(noise: KeyedTileNoise(key: key))     states, rewards
///     engine.advantages, engine.weights                   credit, one number for each edge of each tree
///     engine.computeGradient()                            once or several times, each followed by
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
  public let workers: Workers

  /// The rewards of each leaf, `[reward][leaf][tree]`, from the last rollout.
  public internal(set) var rewards: [Double]
  /// The advantage of each edge at the number of its child, `[node][tree]`.
  public var advantages: [Double]
  /// The weight of each edge in the objective, `[node][tree]`.
  ///
  /// Step weight, averaging and mask in one number. An edge of weight 0 is not trained, and a node
  /// without a trained edge costs nothing.
  public var weights: [Double]
  let work: ChunkWork<Field, Score>
  let parameterMemory: FloatMemory
  let gradientMemory: FloatMemory
  let timeMemory: FloatMemory
  var objective: EdgeObjective
  var partialSquares: [Double]
  /// The gradient summed over the micro-batches so far; without them none.
  let partialSums: UnsafeMutablePointer<Double>
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
    let layout = ChunkLayout(setting, field: field, rewardCount: reward.rewardCount)
    let parts = min(setting.microBatches, setting.chunks)
    let steps = setting.plan.stepCount
    let stride = FloatMemory.padded(field.parameterCount)
    work = ChunkWork(
      field: field, score: reward, setting: setting, layout: layout,
      chunks: (0..<setting.chunks).map { _ in FloatMemory(count: layout.count) },
      scratches: (0..<workers.threads).map { _ in FloatMemory(count: layout.scratchCount) },
      prepared: FloatMemory(count: field.preparedCount(steps: steps)),
      reference: setting.hasReference
        ? FloatMemory(count: field.preparedCount(steps: steps)) : nil,
      prompts: PromptRows(chunks: setting.chunks, lanes: setting.chunkLanes),
      noise: EdgeNoise(
        nodes: setting.shape.nodeCount, chunks: setting.chunks, lanes: setting.chunkLanes),
      partials: FloatMemory(count: stride * ((setting.chunks + parts - 1) / parts)),
      partialStride: stride)
    work.noise.set(edges: setting.noisyEdges)
    partialSums = .allocate(capacity: parts > 1 ? stride : 1)
    objective = EdgeObjective(setting)
    parameterMemory = FloatMemory(count: field.parameterCount)
    gradientMemory = FloatMemory(count: field.parameterCount)
    timeMemory = FloatMemory(count: steps)
    let zeros = [Double](repeating: 0, count: field.dimension)
    normalizers = setting.plan.kernels.map {
      $0.isStochastic ? $0.logProbability(ofNoise: zeros, reduction: .sum) : 0
    }
    partialSquares = [Double](repeating: 0, count: (stride + Self.block - 1) / Self.block)
    adam = AdamState(parameterCount: field.parameterCount)
    rewards = [Double](
      repeating: 0, count: reward.rewardCount * setting.shape.leafCount * setting.trees)
    advantages = [Double](repeating: 0, count: setting.shape.nodeCount * setting.trees)
    weights = advantages
    for step in 0..<steps { timeMemory.start[step] = layout.steps[step].time }
    setParameters(parameters)
    setReference(parameters)
    setEqualWeights()
  }

  deinit { partialSums.deallocate() }

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
    return products < 100_000 ? Workers(threads: 1) : workers
  }

  private func requireCount(_ parameters: [Float]) {
    precondition(
      parameters.count == field.parameterCount,
      "the field has \(field.parameterCount) parameters, got \(parameters.count)")
  }
}
