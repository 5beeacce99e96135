import RivuletCredit
import RivuletFlow
import RivuletKernels
import RivuletNumerics

extension IterationEngine {
  /// Draws all trees with the present parameters and scores their leaves.
  ///
  /// - Parameters:
  ///   - noise: Where the noise comes from.
  ///   - firstRoot: The root of the first tree; tree i has root `firstRoot + i`.
  /// - Throws: ``TrainingDivergence`` with the place of a number that is not finite.
  public func rollOut(
    noise: some TileNoise, firstRoot: UInt32 = 0
  ) throws(TrainingDivergence) {
    let work = work
    self.firstRoot = firstRoot
    passWorkers.run(count: setting.chunks) { worker, chunk in
      work.rollOut(chunk: chunk, worker: worker, firstRoot: firstRoot, noise: noise)
    }
    isFresh = true
    let layout = work.layout
    var isFinite = true
    for chunk in work.chunks where chunk.start[layout.flag] != 0 { isFinite = false }
    let count = layout.rewardCount
    rewards.withUnsafeMutableBufferPointer { rewards in
      for reward in 0..<count {
        for leaf in 0..<setting.shape.leafCount {
          let from = layout.rewards + (leaf * count + reward) * layout.lanes
          let into = (reward * setting.shape.leafCount + leaf) * setting.trees
          for (chunk, memory) in work.chunks.enumerated() {
            let first = chunk * layout.lanes
            for lane in 0..<min(layout.lanes, setting.trees - first) {
              let value = memory.start[from + lane]
              isFinite = isFinite && value.isFinite
              rewards[into + first + lane] = Double(value)
            }
          }
        }
      }
    }
    // Lanes beyond the last tree may have diverged alone, which nobody needs to know.
    if !isFinite, let place = divergence() { throw place }
  }

  /// Writes the log-probability of every edge at which it was drawn, summed over dimensions.
  ///
  /// - Parameter output: Room for `[node][tree]`; the root and edges without noise get 0.
  public func writeLogProbabilities(into output: inout [Double]) {
    precondition(
      output.count == advantages.count,
      "there are \(advantages.count) edges and roots, got room for \(output.count)")
    let layout = work.layout
    for node in 0..<layout.edgeNodes {
      let place = layout.nodes[node]
      let normalizer = node > 0 ? normalizers[place.depth - 1] : 0
      for tree in 0..<setting.trees {
        guard work.noise.isNoisy(node: node, tree: tree) else {
          output[node * setting.trees + tree] = 0
          continue
        }
        let chunk = work.chunks[tree / layout.lanes].start
        let exponent = chunk[layout.exponents + node * layout.lanes + tree % layout.lanes]
        output[node * setting.trees + tree] = Double(exponent) + normalizer
      }
    }
  }

  /// Computes the gradient of the loss at the states of the last rollout with the present parameters.
  ///
  ///     loss = sum_e w_e (-min(rho_e A_e, clip(rho_e) A_e) + factor_k |v - v_reference|²)
  ///
  /// with the terms of ``setSurrogates(_:)`` and ``setDivergenceFactors(_:)``. Edges without noise have
  /// none. The first pass after a rollout may use its velocities and activations; the bits are those of
  /// computing them again, and those of any number of micro-batches.
  ///
  /// - Returns: The sums of the pass; the gradient stays in the engine.
  /// - Throws: ``TrainingDivergence`` where the gradient is not finite.
  @discardableResult
  public func computeGradient() throws(TrainingDivergence) -> GradientSummary {
    precondition(
      advantages.count == setting.shape.nodeCount * setting.trees
        && weights.count == advantages.count,
      "\(setting.trees) trees of \(setting.shape.nodeCount) nodes have as many advantages and "
        + "weights, got \(advantages.count) and \(weights.count)")
    let chunks = work.chunks.count
    let parts = min(setting.microBatches, chunks)
    var squares = 0.0
    if parts == 1 {
      addGradients(0..<chunks)
      squares = sumPartials()
    } else {
      partialSums.update(repeating: 0, count: work.partialStride)
      for part in 0..<parts {
        let range = part * chunks / parts..<(part + 1) * chunks / parts
        addGradients(range)
        collectPartials(
          work.partials.start, stride: work.partialStride, chunks: range.count,
          count: work.partialStride, into: partialSums)
      }
      for first in stride(from: 0, to: work.partialStride, by: Self.block) {
        squares += roundSums(
          partialSums + first, count: min(Self.block, work.partialStride - first),
          into: gradientMemory.start + first)
      }
    }
    guard squares.isFinite else { throw edgeDivergence() ?? gradientDivergence() }
    let summary = summary(norm: squares.squareRoot())
    guard summary.loss.isFinite else { throw edgeDivergence() ?? .objective }
    return summary
  }

  /// Computes the gradients of some chunks into the partials, the first into the first.
  private func addGradients(_ range: Range<Int>) {
    let work = work
    let usesRollout = isFresh && setting.keepsActivations
    let objective = objective
    let advantages = advantages
    let weights = weights
    passWorkers.run(count: range.count) { worker, slot in
      let chunk = range.lowerBound + slot
      advantages.withUnsafeBufferPointer { advantages in
        weights.withUnsafeBufferPointer { weights in
          guard let advantages = advantages.baseAddress, let weights = weights.baseAddress else {
            return
          }
          let memory = work.chunks[chunk].start
          work.load(advantages, chunk: chunk, into: memory + work.layout.advantages)
          work.load(weights, chunk: chunk, into: memory + work.layout.weights)
        }
      }
      work.addGradient(
        chunk: chunk, slot: slot, worker: worker, objective: objective, usesRollout: usesRollout)
    }
  }

  /// Adds the partials of the chunks in blocks of parameters, which threads share.
  private func sumPartials() -> Double {
    let work = work
    let gradient = gradientMemory
    let block = Self.block
    let count = partialSquares.count
    partialSquares.withUnsafeMutableBufferPointer { squares in
      guard let start = squares.baseAddress else { return }
      // Each block writes its own place.
      nonisolated(unsafe) let places = start
      let pass = count < 4 ? Workers(threads: 1) : passWorkers
      pass.run(count: count) { _, index in
        let first = index * block
        places[index] = addPartials(
          work.partials.start + first, stride: work.partialStride, chunks: work.chunks.count,
          count: min(block, work.partialStride - first), into: gradient.start + first)
      }
    }
    var total = 0.0
    for square in partialSquares { total += square }
    return total
  }

  private func summary(norm: Double) -> GradientSummary {
    // Eight lanes of each sum in every chunk, added lane by lane in the order of the chunks.
    func total(_ sum: Int) -> Double {
      var total = 0.0
      for chunk in work.chunks {
        let lanes = chunk.start + work.layout.sums + 8 * sum
        for lane in 0..<8 { total += Double(lanes[lane]) }
      }
      return total
    }
    let edges = total(SurrogateSum.edges)
    return GradientSummary(
      surrogate: total(SurrogateSum.surrogate), penalty: total(SurrogateSum.divergence),
      divergence: edges > 0 ? total(SurrogateSum.exactDivergence) / edges : 0, edges: edges,
      clippedShare: edges > 0 ? total(SurrogateSum.clipped) / edges : 0,
      meanRatio: edges > 0 ? total(SurrogateSum.ratio) / edges : 1, norm: norm)
  }

  /// Updates the parameters by the last gradient.
  ///
  /// - Parameters:
  ///   - rule: The constants of Adam.
  ///   - norm: The length of the gradient, for clipping.
  public func update(_ rule: AdamRule, norm: Double) {
    let step = rule.step(&adamPowers, gradientScale: rule.gradientScale(norm: norm))
    updateAdam(
      parameters: parameterMemory.start, gradient: gradientMemory.start,
      first: adam.first.start, second: adam.second.start, count: parameterMemory.count, step: step)
    prepare()
  }
}
