import Rivulet

/// One of the workloads that train a perceptron: rollout, advantages, full gradient, Adam.
///
/// Flow-GRPO steps with a = 0.7 on the uniform grid t_k = 1 - k/T, where t_0 is read as t_1 in 1 - t. The
/// reward is the logarithm of a mixture of four bumps. Chains are compared within groups of 24
/// neighbours; in a tree an edge is compared with all edges of its depth. Every edge has the same weight.
struct TrainingWorkload {
  typealias Engine = IterationEngine<MultilayerPerceptron, LogMixtureTileReward>

  let name: String
  let dimension: Int
  let hidden: [Int]
  let steps: Int
  /// Groups of chains and the chains of each, or trees.
  let groups: Int
  let members: Int
  let splits: [Int]
  let chunkLanes: Int

  static let all = [
    TrainingWorkload(
      name: "tiny", dimension: 2, hidden: [16, 16], steps: 10, groups: 4, members: 24, splits: [],
      chunkLanes: 48),
    TrainingWorkload(
      name: "toy", dimension: 2, hidden: [64, 64], steps: 10, groups: 32, members: 24, splits: [],
      chunkLanes: 48),
    TrainingWorkload(
      name: "toy20", dimension: 2, hidden: [64, 64], steps: 20, groups: 32, members: 24, splits: [],
      chunkLanes: 48),
    TrainingWorkload(
      name: "pixel", dimension: 256, hidden: [128], steps: 10, groups: 32, members: 24, splits: [],
      chunkLanes: 48),
    TrainingWorkload(
      name: "tree", dimension: 2, hidden: [64, 64], steps: 16, groups: 48, members: 1,
      splits: [0, 3, 6, 9], chunkLanes: 24),
  ]

  var isTree: Bool { !splits.isEmpty }

  /// The number of chains, or of leaves, that a rate counts.
  var trajectories: Int { isTree ? 16 * groups : groups * members }

  /// The steps of the sampler.
  func plan() throws -> SamplingPlan {
    var times = (0..<steps).map { 1 - Double($0) / Double(steps) }
    times.append(0)
    let grid = try TimeGrid(times: times)
    let coefficients = (0..<steps).map { step -> Double in
      let t = times[step]
      let guarded = step == 0 ? times[1] : t
      return 0.7 * (t / (1 - guarded)).squareRoot()
    }
    return try SamplingPlan.fullSDE(
      grid: grid, noise: .coefficients(coefficients), lastStepIsStochastic: true)
  }

  /// The reward's mixture.
  var reward: LogMixture {
    let corners: [[Double]] = [[1.5, 1.5], [-1.5, 1.5], [-1.5, -1.5], [1.5, -1.5]]
    let waves = (0..<4).map { mode -> [Double] in
      let frequency = 0.37 * Double(mode + 1)
      return (0..<dimension).map { Elementary.sin(frequency * Double($0) + Double(mode)) }
    }
    return LogMixture(
      weights: [0.1, 0.2, 0.3, 0.4], centers: dimension == 2 ? corners : waves,
      width: dimension == 2 ? 0.6 : 8)
  }

  var field: MultilayerPerceptron { MultilayerPerceptron(dimension: dimension, hidden: hidden) }

  /// The parameters that every implementation starts from.
  var parameters: [Float] {
    var numbers: [Float] = []
    var sizes = [dimension + 1]
    sizes += hidden
    sizes.append(dimension)
    for layer in 0..<(sizes.count - 1) {
      let inputs = sizes[layer]
      let outputs = sizes[layer + 1]
      let gain = 1.2 / Double(inputs).squareRoot()
      for index in 0..<(inputs * outputs) {
        numbers.append(Float(gain * Elementary.sin(Double(1 + layer) + 1.7 * Double(index))))
      }
      for index in 0..<outputs {
        numbers.append(Float(0.1 * Elementary.sin(Double(2 + layer) + 0.9 * Double(index))))
      }
    }
    return numbers
  }

  func engine(threads: Int) throws -> Engine {
    let plan = try plan()
    let shape = try TreeShape(splits: SplitPoints(splits, stepCount: steps), stepCount: steps)
    return Engine(
      setting: try EngineSetting(
        plan: plan, shape: shape, trees: groups * members, chunkLanes: chunkLanes),
      field: field, reward: LogMixtureTileReward(reward), parameters: parameters,
      workers: Workers(threads: threads))
  }
}

/// The iteration of a training workload, as a trainer would write it.
struct TrainingLoop {
  let workload: TrainingWorkload
  let engine: TrainingWorkload.Engine
  let rule = AdamRule(learningRate: 1e-3)
  let chainRule = AdvantageRule(convention: .population, scope: .promptGroup, epsilon: 1e-4)
  let treeRule = TreeAdvantageRule(baseline: .depth, convention: .population, epsilon: 1e-4)
  var values: [Double]

  init(_ workload: TrainingWorkload, threads: Int) throws {
    self.workload = workload
    engine = try workload.engine(threads: threads)
    let count = workload.isTree ? engine.advantages.count : engine.rewards.count
    values = [Double](repeating: 0, count: count)
  }

  /// Gives every edge its advantage.
  mutating func assignCredit() {
    let trees = engine.setting.trees
    if workload.isTree {
      let shape = engine.setting.shape
      RewardFusion.uniform.write(engine.rewards, shape: shape, lanes: trees, into: &values)
      treeRule.write(values, shape: shape, lanes: trees, into: &engine.advantages)
    } else {
      chainRule.write(
        engine.rewards, layout: GroupLayout(prompts: workload.groups, branches: workload.members),
        into: &values)
      engine.setAdvantages(perTree: values)
    }
  }

  /// Runs one iteration and returns its gradient's sums.
  @discardableResult
  mutating func iterate(_ noise: some TileNoise) throws -> GradientSummary {
    try engine.rollOut(noise: noise)
    assignCredit()
    let summary = try engine.computeGradient()
    engine.update(rule, norm: summary.norm)
    return summary
  }

  /// The mean reward of all leaves.
  var meanReward: Double { Sums.mean(engine.rewards) }
}
