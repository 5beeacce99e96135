import RivuletCredit
import RivuletFlow
import RivuletKernels

// What may change from one rollout or update to the next: noise, prompts, weights, terms of the loss.

extension IterationEngine {
  /// Chooses the edges that add noise from the next rollout on, the same in every tree.
  ///
  /// - Parameter edges: An answer for each node, at most those of ``EngineSetting/noisyEdges``.
  public func setNoise(edges: [Bool]) {
    precondition(
      edges.count == setting.shape.nodeCount,
      "there are \(setting.shape.nodeCount) nodes, got \(edges.count) answers")
    for node in edges.indices where edges[node] { requireNoise(at: node) }
    work.noise.set(edges: edges)
    isFresh = false
  }

  /// Chooses the edges that add noise from the next rollout on, for each tree.
  ///
  /// - Parameter edges: `[node][tree]`, at most those of ``EngineSetting/noisyEdges``.
  public func setNoise(edgesOfTrees edges: [Bool]) {
    precondition(
      edges.count == setting.shape.nodeCount * setting.trees,
      "there are \(setting.shape.nodeCount) nodes in \(setting.trees) trees, got \(edges.count) "
        + "answers")
    for node in 0..<setting.shape.nodeCount where !setting.noisyEdges[node] {
      for tree in 0..<setting.trees where edges[node * setting.trees + tree] {
        requireNoise(at: node)
      }
    }
    work.noise.set(edgesOfTrees: edges, trees: setting.trees)
    isFresh = false
  }

  private func requireNoise(at node: Int) {
    precondition(setting.noisyEdges[node], "the edge to node \(node) adds no noise")
  }

  /// Gives every tree its prompt: what its rewards, and the context of a conditioned field, belong to.
  ///
  /// The context has a row for each prompt, 1 in the lanes of that prompt and 0 elsewhere.
  ///
  /// - Parameter prompts: One number for each tree, below ``TrainableField/contextCount`` if the field
  ///   is conditioned.
  public func setPrompts(_ prompts: [Int]) {
    precondition(
      prompts.count == setting.trees,
      "\(setting.trees) trees have as many prompts, got \(prompts.count)")
    let layout = work.layout
    for (tree, prompt) in prompts.enumerated() {
      precondition(
        prompt >= 0 && (field.contextCount == 0 || prompt < field.contextCount),
        "tree \(tree) has the prompt \(prompt); there are \(field.contextCount)")
      let chunk = tree / layout.lanes
      let lane = tree % layout.lanes
      work.prompts.row(of: chunk)[lane] = UInt32(prompt)
      let states = work.chunks[chunk].start + layout.states + lane
      for row in 0..<field.contextCount {
        for node in 0..<layout.leafStart {
          states[node * layout.stateCount + (layout.rows + row) * layout.lanes] =
            row == prompt ? 1 : 0
        }
      }
    }
    isFresh = false
  }

  /// Replaces the surrogate of every step.
  ///
  /// - Parameter surrogates: One for each step.
  public func setSurrogates(_ surrogates: [ClippedSurrogate]) {
    precondition(
      surrogates.count == setting.plan.stepCount,
      "there are \(surrogates.count) surrogates for \(setting.plan.stepCount) steps")
    objective.surrogates = surrogates.map(\.single)
  }

  /// Replaces the surrogate of all steps by one.
  ///
  /// - Parameter surrogate: The clip range and the density.
  public func setSurrogate(_ surrogate: ClippedSurrogate) {
    setSurrogates(setting.plan.kernels.map { _ in surrogate })
  }

  /// Replaces for each step what the squared distance |v - v_reference|² of an edge counts in the loss.
  ///
  /// The weight of the edge is another factor. The exact divergence with a penalty beta has
  /// beta q² / (2 tau²).
  ///
  /// - Parameter factors: One number for each step.
  public func setDivergenceFactors(_ factors: [Double]) {
    precondition(
      factors.count == setting.plan.stepCount,
      "there are \(factors.count) factors for \(setting.plan.stepCount) steps")
    precondition(setting.hasReference, "a divergence needs a setting with a reference")
    objective.divergenceFactors = factors.map { Float($0) }
  }

  /// Gives every edge that can add noise the weight 1 / (number of those edges of all trees).
  public func setEqualWeights() {
    let count = setting.noisyEdges.count { $0 } * setting.trees
    for node in 0..<setting.shape.nodeCount {
      for tree in 0..<setting.trees {
        weights[node * setting.trees + tree] = setting.noisyEdges[node] ? 1 / Double(count) : 0
      }
    }
  }
}

/// The prompt of each lane of each chunk.
final class PromptRows: @unchecked Sendable {
  private let start: UnsafeMutablePointer<UInt32>
  private let lanes: Int

  init(chunks: Int, lanes: Int) {
    self.lanes = lanes
    start = .allocate(capacity: chunks * lanes)
    start.initialize(repeating: 0, count: chunks * lanes)
  }

  deinit { start.deallocate() }

  func row(of chunk: Int) -> UnsafeMutablePointer<UInt32> { start + chunk * lanes }
}
