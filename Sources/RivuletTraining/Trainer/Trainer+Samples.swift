import RivuletCredit
import RivuletFlow
public import RivuletNumerics

/// Final states with their rewards.
public struct TrainingSamples: Sendable, Hashable {
  /// The final states, `[sample][dimension]`.
  public let states: [[Float]]
  /// Each reward, first the trained terms, then the gold ones, `[reward][sample]`.
  public let rewards: [[Double]]
  /// The mean divergence of a whole path from the reference, in nats; nil for the ODE.
  public let divergence: Double?
}

/// The way from noise to data that samples take.
public enum TrainingSampler: String, Sendable, Hashable, Codable, CaseIterable {
  /// The ODE, as samples are drawn when training is over.
  case ode
  /// All stochastic steps of the recipe with their noise, as rollouts are.
  case sde
}

/// What is asked of an evaluation.
struct EvaluationRequest: Sendable {
  let count: Int
  let prompt: Int
  let sampler: TrainingSampler
  let key: RandomKey
  let parameters: [Float]
}

extension Trainer {
  /// Draws chains with given parameters and scores their ends.
  ///
  /// - Parameters:
  ///   - count: The number of chains, one or more.
  ///   - prompt: The prompt of all of them.
  ///   - sampler: The ODE, or all stochastic steps with their noise.
  ///   - key: The key of the draw; chain i has root i.
  ///   - parameters: The parameters; nil for the present ones.
  /// - Returns: The final states and their rewards.
  /// - Throws: `TrainingDivergence` with the place of a number that is not finite.
  public func samples(
    count: Int, prompt: Int = 0, sampler: TrainingSampler = .ode, key: RandomKey,
    parameters: [Float]? = nil
  ) throws(TrainingDivergence) -> TrainingSamples {
    precondition(count >= 1, "a draw has one or more samples, got \(count)")
    precondition(
      (0..<recipe.prompts.count).contains(prompt),
      "the prompts are 0 to \(recipe.prompts.count - 1), got \(prompt)")
    return try method.evaluate(
      EvaluationRequest(
        count: count, prompt: prompt, sampler: sampler, key: key,
        parameters: parameters ?? self.parameters))
  }
}

extension TrainingLoop {
  func evaluate(_ request: EvaluationRequest) throws(TrainingDivergence) -> TrainingSamples {
    let chains = RolloutForm(chains: min(request.count, 960), of: recipe)
    let isStochastic = request.sampler == .sde && chains.noisyEdges.contains(true)
    let setting = Self.setting(recipe, form: chains, times: times, hasReference: isStochastic)
    let engine = IterationEngine(
      setting: setting, field: self.engine.field, reward: self.engine.work.score,
      parameters: reference, workers: self.engine.workers)
    engine.setParameters(request.parameters)
    engine.setPrompts([Int](repeating: request.prompt, count: chains.trees))
    if !isStochastic {
      engine.setNoise(edges: [Bool](repeating: false, count: chains.shape.nodeCount))
    }
    let noise = KeyedTileNoise(key: request.key)
    var states: [[Float]] = []
    var rewards = [[Double]](repeating: [], count: self.engine.work.layout.rewardCount)
    var divergence = 0.0
    var parts = 0
    for first in stride(from: 0, to: request.count, by: chains.trees) {
      try engine.rollOut(noise: noise, firstRoot: UInt32(truncatingIfNeeded: first))
      let count = min(chains.trees, request.count - first)
      for tree in 0..<count {
        states.append(engine.state(node: chains.shape.stepCount, tree: tree))
      }
      for row in rewards.indices {
        rewards[row] += engine.rewards[(row * chains.trees)...].prefix(count)
      }
      if isStochastic {
        divergence += try engine.computeGradient().divergence
        parts += 1
      }
    }
    let steps = Double(chains.noisyEdges.count { $0 })
    return TrainingSamples(
      states: states, rewards: rewards,
      divergence: isStochastic ? divergence / Double(parts) * steps : nil)
  }
}
