import Rivulet

/// Small engines for tests.
enum Small {
  typealias Engine = IterationEngine<MultilayerPerceptron, LogMixtureTileReward>

  static let field = MultilayerPerceptron(dimension: 2, hidden: [9, 8])

  static let reward = LogMixture(
    weights: [0.4, 0.6], centers: [[1, 0.5], [-1, 0]], width: 0.7)

  /// The double-precision perceptron as a field of RivuletFlow.
  struct DoubleField: VelocityField {
    let reference: ReferencePerceptron
    let parameters: [Double]
    var dimension: Int { 2 }

    func velocity(at state: [Double], time: Double) -> [Double] {
      reference.velocity(parameters, state + [time])
    }
  }

  static func doubleField(_ parameters: [Float]) -> DoubleField {
    DoubleField(
      reference: ReferencePerceptron(field), parameters: parameters.map { Double($0) })
  }

  static func plan(steps: Int, stochastic: some Sequence<Int>) throws -> SamplingPlan {
    try SamplingPlan(
      grid: .shifted(steps: steps, shift: 1.5), noise: .constant(0.6), stochasticSteps: stochastic)
  }

  /// Trees of six steps with forks at steps 0 and 2, or chains.
  static func setting(
    trees: Int, forks: [Int] = [], lanes: Int = 16, keeps: Bool = true, reference: Bool = false,
    forkNoise: ForkNoise = .independent, scored: ScoredState = .finalState
  ) throws -> EngineSetting {
    let shape = try TreeShape(splits: SplitPoints(forks, stepCount: 6), stepCount: 6)
    return try EngineSetting(
      plan: plan(steps: 6, stochastic: 0..<5), shape: shape, trees: trees, forkNoise: forkNoise,
      scored: scored, chunkLanes: lanes, keepsActivations: keeps, hasReference: reference)
  }

  static func engine(_ setting: EngineSetting, threads: Int = 1) -> Engine {
    Engine(
      setting: setting, field: field, reward: LogMixtureTileReward(reward),
      parameters: wave(field.parameterCount, 1, scale: 0.4), workers: Workers(threads: threads))
  }

  /// Credit of trees: uniform fusion, the depth as baseline.
  static func assignCredit(_ engine: Engine) {
    let shape = engine.setting.shape
    let trees = engine.setting.trees
    let rule = TreeAdvantageRule(baseline: .depth, convention: .population, epsilon: 1e-4)
    let values =
      shape.leafCount > 1
      ? RewardFusion.uniform.values(
        of: engine.rewards, logProbabilities: nil, shape: shape, lanes: trees) : []
    if shape.leafCount > 1 {
      engine.advantages = rule.advantages(of: values, shape: shape, lanes: trees)
    } else {
      let flat = AdvantageRule(convention: .population, scope: .promptGroup, epsilon: 1e-4)
      engine.setAdvantages(
        perTree: flat.advantages(of: engine.rewards, layout: GroupLayout(branches: trees)))
    }
  }

  /// Three iterations of two updates each; the bits of everything that they leave.
  static func train(_ engine: Engine) throws -> [UInt64] {
    var bits: [UInt64] = []
    for iteration in 0..<3 {
      try engine.rollOut(
        noise: KeyedTileNoise(key: RandomKey(seed: 9).child(UInt64(iteration))), firstRoot: 5)
      bits += engine.rewards.map(\.bitPattern)
      assignCredit(engine)
      for _ in 0..<2 {
        let summary = try engine.computeGradient()
        bits += [summary.surrogate, summary.norm, summary.divergence, summary.meanRatio]
          .map(\.bitPattern)
        engine.update(AdamRule(learningRate: 0.01, largestNorm: 0.5), norm: summary.norm)
      }
    }
    return bits + engine.parameters.map { UInt64($0.bitPattern) }
  }
}
