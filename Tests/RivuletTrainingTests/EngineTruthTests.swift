import Rivulet
import Testing

@Suite struct `Rollouts and gradients of the engine` {
  @Test(
    arguments: [
      ForkNoise.independent, .correlated(branchParameter: 2), .scaled(0.5),
      .correlated(branchParameter: 2, sharing: .step),
    ], [ScoredState.finalState, .cleanPrediction])
  func `trees are those of the sampler in double precision`(
    forkNoise: ForkNoise, scored: ScoredState
  ) throws {
    let setting = try Small.setting(
      trees: 20, forks: [0, 2], forkNoise: forkNoise, scored: scored)
    let engine = Small.engine(setting)
    let key = RandomKey(seed: 4)
    try engine.rollOut(noise: KeyedTileNoise(key: key), firstRoot: 3)
    var logProbabilities = [Double](repeating: 1, count: engine.advantages.count)
    engine.writeLogProbabilities(into: &logProbabilities)
    let sampler = try TreeSampler(
      plan: setting.plan, field: Small.doubleField(engine.parameters), reward: Small.reward,
      shape: setting.shape, forkNoise: forkNoise, scored: scored)
    for tree in [0, 7, 16, 19] {
      let truth = try sampler.rollout(root: UInt32(3 + tree), key: key)
      for node in 0..<setting.shape.nodeCount {
        let state = engine.state(node: node, tree: tree)
        for row in 0..<2 { #expect(abs(Double(state[row]) - truth.states[node][row]) < 2e-5) }
        #expect(
          abs(logProbabilities[node * 20 + tree] - truth.logProbabilities[node]) < 1e-3)
      }
      for leaf in 0..<setting.shape.leafCount {
        #expect(abs(engine.rewards[leaf * 20 + tree] - truth.rewards[leaf]) < 2e-4)
      }
    }
  }

  /// The loss of the engine's present states, edge by edge in double precision.
  private func loss(
    _ engine: Small.Engine, parameters: [Double], old: [Float], surrogate: ClippedSurrogate,
    divergenceFactors: [Double]
  ) -> Double {
    let shape = engine.setting.shape
    let reference = ReferencePerceptron(Small.field)
    var loss = 0.0
    for tree in 0..<engine.setting.trees {
      for node in 1..<shape.nodeCount {
        let parent = shape.parents[node]
        let step = shape.depth(of: parent)
        let kernel = engine.setting.plan.kernels[step]
        let place = node * engine.setting.trees + tree
        let weight = engine.weights[place]
        guard kernel.isStochastic, weight != 0 else { continue }
        let state = engine.state(node: parent, tree: tree).map { Double($0) }
        let next = engine.state(node: node, tree: tree).map { Double($0) }
        let v = reference.velocity(parameters, state + [kernel.time])
        let before = reference.velocity(old.map { Double($0) }, state + [kernel.time])
        let change =
          surrogate.densityScale
          * (kernel.logProbability(of: next, state: state, velocity: v, reduction: .sum)
            - kernel.logProbability(of: next, state: state, velocity: before, reduction: .sum))
        let ratio = Elementary.exp(change)
        let bounded = min(surrogate.highest, max(surrogate.lowest, ratio))
        let advantage = engine.advantages[place]
        loss -= weight * min(ratio * advantage, bounded * advantage)
        loss += weight * surrogate.ratioPenalty * change * change / 2
        let distance = zip(v, before).map { $0 - $1 }
        loss +=
          weight * divergenceFactors[step]
          * (distance[0] * distance[0] + distance[1] * distance[1])
      }
    }
    return loss
  }

  @Test(arguments: [
    ClippedSurrogate(), ClippedSurrogate(densityScale: 0.5),
    ClippedSurrogate(lowest: 0, highest: .infinity), ClippedSurrogate(ratioPenalty: 0.7),
  ])
  func `the gradient is that of the loss in double precision`(surrogate: ClippedSurrogate) throws {
    let engine = Small.engine(try Small.setting(trees: 11, forks: [0, 2], reference: true))
    let old = engine.parameters
    try engine.rollOut(noise: KeyedTileNoise(key: RandomKey(seed: 8)))
    Small.assignCredit(engine)
    // Step weights and a mask: every edge its own weight, a third of them none, one depth none at all.
    for place in engine.weights.indices where engine.weights[place] != 0 {
      engine.weights[place] *= Double(place % 3)
    }
    for node in engine.setting.shape.nodes(atDepth: 4) {
      for tree in 0..<11 { engine.weights[node * 11 + tree] = 0 }
    }
    let factors = engine.setting.plan.kernels.map {
      $0.isStochastic
        ? 0.3 * $0.velocityFactor * $0.velocityFactor / (2 * $0.deviation * $0.deviation) : 0
    }
    engine.setDivergenceFactors(factors)
    engine.setSurrogate(surrogate)
    // Away from the rollout's parameters, so that ratios, clipping and the divergence matter.
    let moved = zip(old, wave(old.count, 3, scale: 0.03)).map { $0 + $1 }
    engine.setParameters(moved)
    let summary = try engine.computeGradient()
    let exact = moved.map { Double($0) }
    func lossAt(_ parameters: [Double]) -> Double {
      loss(
        engine, parameters: parameters, old: old, surrogate: surrogate, divergenceFactors: factors)
    }
    #expect(abs(summary.loss - lossAt(exact)) < 2e-5)
    if surrogate == ClippedSurrogate() { #expect(summary.clippedShare > 0.02) }
    #expect(summary.penalty > 0.0005)
    // Central differences, h = 1e-4; a ratio at the very edge of the clip range would show, and none is.
    for index in stride(from: 0, to: exact.count, by: 9) {
      var up = exact
      var down = exact
      up[index] += 1e-4
      down[index] -= 1e-4
      let slope = (lossAt(up) - lossAt(down)) / 2e-4
      #expect(abs(Double(engine.gradient[index]) - slope) < 2e-5, "parameter \(index)")
    }
    var squares = 0.0
    for number in engine.gradient { squares += Double(number) * Double(number) }
    #expect(abs(summary.norm - squares.squareRoot()) < 1e-6 * summary.norm)
  }

  @Test func `Adam follows its formula`() throws {
    // The recursion of Kingma and Ba in double precision, beside the engine's, for three updates.
    let engine = Small.engine(try Small.setting(trees: 16))
    let rule = AdamRule(learningRate: 0.02, weightDecay: 0.1, largestNorm: 0.05)
    var x = engine.parameters.map { Double($0) }
    var m = [Double](repeating: 0, count: x.count)
    var v = m
    for update in 1...3 {
      try engine.rollOut(noise: KeyedTileNoise(key: RandomKey(seed: UInt64(update))))
      Small.assignCredit(engine)
      let summary = try engine.computeGradient()
      let scale = min(1, 0.05 / summary.norm)
      #expect(scale < 1)
      var firstPower = 1.0
      var secondPower = 1.0
      for _ in 0..<update {
        firstPower *= 0.9
        secondPower *= 0.999
      }
      for (index, number) in engine.gradient.enumerated() {
        let g = scale * Double(number)
        m[index] = 0.9 * m[index] + 0.1 * g
        v[index] = 0.999 * v[index] + 0.001 * g * g
        x[index] *= 1 - 0.02 * 0.1
        x[index] -=
          0.02 * (m[index] / (1 - firstPower))
          / ((v[index] / (1 - secondPower)).squareRoot() + 1e-8)
      }
      engine.update(rule, norm: summary.norm)
      for (index, number) in engine.parameters.enumerated() {
        #expect(abs(Double(number) - x[index]) < 2e-5)
      }
    }
  }

  @Test func `numbers that are not finite stop with their place`() throws {
    let engine = Small.engine(try Small.setting(trees: 20))
    var parameters = engine.parameters
    parameters[parameters.count - 1] = .infinity
    engine.setParameters(parameters)
    #expect(throws: TrainingDivergence.state(root: 7, step: 0, node: 1, dimension: 1)) {
      try engine.rollOut(noise: KeyedTileNoise(key: RandomKey(seed: 1)), firstRoot: 7)
    }
    engine.setParameters(wave(parameters.count, 1, scale: 0.4))
    try engine.rollOut(noise: KeyedTileNoise(key: RandomKey(seed: 1)))
    engine.advantages[3 * 20 + 2] = .nan
    // The velocity is finite; the dimension is the one in which it is larger.
    let v = { () -> [Double] in
      let state = engine.state(node: 2, tree: 2).map { Double($0) }
      return Small.doubleField(engine.parameters).velocity(
        at: state, time: engine.setting.times[2])
    }()
    let larger = abs(v[1]) > abs(v[0]) ? 1 : 0
    #expect(
      throws: TrainingDivergence.loss(root: 2, step: 2, node: 3, dimension: larger)
    ) { try engine.computeGradient() }
    // A distance from the reference whose square is beyond single precision.
    let held = Small.engine(try Small.setting(trees: 20, reference: true))
    held.setDivergenceFactors(held.setting.plan.kernels.map { _ in 1 })
    try held.rollOut(noise: KeyedTileNoise(key: RandomKey(seed: 1)))
    var far = held.parameters
    far[far.count - 2] = 1e30
    held.setParameters(far)
    #expect(throws: TrainingDivergence.loss(root: 0, step: 0, node: 1, dimension: 0)) {
      try held.computeGradient()
    }
  }
}
