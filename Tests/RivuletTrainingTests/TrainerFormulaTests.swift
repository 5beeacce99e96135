import Rivulet
import Testing

/// One iteration of a recipe against its formulas, written anew from the drawn noise and the parameters.
@Suite struct `An iteration against its formulas` {
  /// What multiplies the Gaussian log-ratio and |v - v_reference|², by preset.
  ///
  /// Sums have 1 and mean over two dimensions 1/2; without the variance 2 tau² comes to it. The divergence is
  /// beta q²/(2 tau²), times the step size h in the published form of Flow-GRPO.
  struct Factors: Sendable {
    let id: String
    let scale: @Sendable (TransitionKernel) -> Double
    let penalty: @Sendable (TransitionKernel) -> Double
  }

  static let presets = [
    Factors(id: "exact", scale: { _ in 1 }, penalty: { $0.square }),
    Factors(id: "flow-grpo/paper", scale: { _ in 1 }, penalty: { 0.004 * $0.square }),
    Factors(
      id: "flow-grpo/code", scale: { _ in 0.5 },
      penalty: { 0.04 * $0.square * $0.stepSize / 2 }),
    Factors(
      id: "flow-grpo-fast/code", scale: { $0.deviation * $0.deviation }, penalty: { _ in 0 }),
    Factors(id: "dance-grpo/code", scale: { _ in 0.5 }, penalty: { _ in 0 }),
    Factors(id: "tempflow-v2/code", scale: { _ in 0.5 }, penalty: { 0.004 * $0.square / 2 }),
    Factors(id: "tempflow-v1/paper", scale: { _ in 1 }, penalty: { 0.004 * $0.square }),
    Factors(id: "branch-grpo/paper", scale: { _ in 1 }, penalty: { _ in 0 }),
  ]

  @Test(arguments: presets.indices)
  func `gradient and divergence are those of the formula, with the noise of the keys`(
    index: Int
  ) throws {
    let factors = Self.presets[index]
    let recipe = try Recipe.preset(
      factors.id,
      [
        Recipe.four, Recipe.whole, Recipe.kept, "optimiser.learningRate=0.2", "iterations=3",
        "advantage.clamp=0.9",
      ])
    let trainer = try Trainer(recipe)
    let (shape, trees) = (trainer.setting.shape, trainer.setting.trees)
    let kernels = recipe.fullPlan.kernels
    for iteration in 0..<3 {
      let before = trainer.parameters
      let summary = try trainer.iterate()
      let key = RandomKey(seed: recipe.seed).child("rollout").child(UInt64(iteration))
        .child("transition")
      var gradient = [Double](repeating: 0, count: before.count)
      var (distance, edges) = (0.0, 0.0)
      var steps = Set<Int>()
      for node in 1..<shape.nodeCount {
        let step = shape.depth(of: node) - 1
        let kernel = kernels[step]
        for tree in 0..<trees {
          let weight = trainer.weights[node * trees + tree]
          guard weight != 0 else { continue }
          steps.insert(step)
          edges += 1
          let address = NoiseAddress(
            root: UInt32(tree), step: UInt32(step), node: shape.noiseNumbers[node])
          var noise = key.standardNormals(count: 2, at: address)
          if case .tree = recipe.rollout, [0, 3, 6, 9].contains(step) {
            // xi = (xi_0 + s eta) / sqrt(1 + s²) with s = 4, xi_0 of the fork.
            let parent = NoiseAddress(
              root: UInt32(tree), step: UInt32(step),
              node: shape.noiseNumbers[shape.parents[node]])
            let shared = RandomKey(seed: recipe.seed).child("rollout").child(UInt64(iteration))
              .child("fork").standardNormals(count: 2, at: parent)
            noise = noise.indices.map { (shared[$0] + 4 * noise[$0]) / 17.0.squareRoot() }
          }
          let advantage = trainer.advantages[node * trees + tree]
          for row in 0..<2 {
            // The biases are the only parameters, step by step, and the reference has none.
            let bias = Double(before[step * 2 + row])
            distance += kernel.square * bias * bias
            gradient[step * 2 + row] +=
              weight
              * (-advantage * factors.scale(kernel) * kernel.velocityFactor / kernel.deviation
                * noise[row] + 2 * factors.penalty(kernel) * bias)
          }
        }
      }
      let largest = gradient.reduce(0) { max($0, abs($1)) }
      for place in gradient.indices {
        #expect(
          abs(Double(trainer.gradient[place]) - gradient[place]) < 2e-4 * largest,
          "iteration \(iteration), parameter \(place): \(trainer.gradient[place]), \(gradient[place])"
        )
      }
      if let divergence = summary.divergence {
        expectNear(divergence, distance / edges * Double(steps.count), within: 1e-4)
      }
    }
  }

  @Test func `the divergence of samples is that of a whole path`() throws {
    let recipe = try Recipe.preset("exact", ["optimiser.learningRate=0.2", "iterations=2"])
    let trainer = try Trainer(recipe)
    for _ in 0..<2 { try trainer.iterate() }
    // Biases that differ from the reference's by b: sum over steps of q² |b|² / (2 tau²), in every chain.
    var expected = 0.0
    for (step, kernel) in recipe.fullPlan.kernels.enumerated() {
      for row in 0..<2 {
        let bias = Double(trainer.parameters[step * 2 + row])
        expected += kernel.square * bias * bias
      }
    }
    #expect(expected > 0.01)
    let samples = try trainer.samples(count: 30, sampler: .sde, key: RandomKey(seed: 2))
    expectNear(try #require(samples.divergence), expected, within: 1e-4 * expected)
  }

  @Test func `advantages are clamped before the weight of their step multiplies them`() throws {
    let recipe = try Recipe.preset(
      "tempflow-v2/paper", [Recipe.four, Recipe.whole, Recipe.kept, "advantage.clamp=0.5"])
    let trainer = try Trainer(recipe)
    let summary = try trainer.iterate()
    let trees = 16
    let branching = try BranchShape(steps: Array(0..<9), branches: 6, stepCount: 10)
    let deviations = recipe.fullPlan.kernels.map(\.deviation)
    let mean = deviations[..<9].reduce(0, +) / 9
    var (total, bound) = (0.0, 0)
    for step in 0..<9 {
      for tree in 0..<trees {
        let rewards = (0..<6).map {
          trainer.rewards[branching.leaf(step: step, branch: $0) * trees + tree]
        }
        total += rewards.reduce(0, +)
        let centre = rewards.reduce(0, +) / 6
        let squares = rewards.map { ($0 - centre) * ($0 - centre) }
        let spread = (squares.reduce(0, +) / 6).squareRoot()
        for branch in 0..<6 {
          let standard = (rewards[branch] - centre) / (spread + 1e-4)
          if abs(standard) > 0.5 { bound += 1 }
          expectNear(
            trainer.advantages[branching.node(step: step, branch: branch) * trees + tree],
            min(0.5, max(-0.5, standard)) * deviations[step] / mean, within: 1e-9)
        }
      }
    }
    #expect(bound > 100)
    // The end of the backbone has no part in the reward that is reported.
    expectNear(try #require(summary.reward), total / Double(9 * 6 * trees), within: 1e-9)
  }

  @Test func `rewards and advantages of several terms are added with their weights`() throws {
    let terms =
      #"rewards={"combination": "advantages", "terms": ["#
      + #"{"kind": "linear", "gradients": [1, 0], "offset": 1, "weight": 2}, "#
      + #"{"kind": "linear", "gradients": [0, 1], "offset": 0, "weight": -3}], "#
      + #""gold": [{"kind": "linear", "gradients": [1, 1], "offset": 5, "weight": 1}]}"#
    let recipe = try Recipe.preset("exact", [terms, "advantage.convention=none"])
    let trainer = try Trainer(recipe)
    let summary = try trainer.iterate()
    let means = (0..<3).map { row -> Double in
      var sum = 0.0
      for tree in 0..<96 { sum += trainer.rewards[row * 96 + tree] }
      return sum / 96
    }
    #expect(summary.rewards.count == 2 && summary.gold.count == 1)
    for (mean, reported) in zip(means, summary.rewards + summary.gold) {
      expectNear(reported, mean, within: 1e-9)
    }
    expectNear(means[2], means[0] - 1 + means[1] + 5, within: 1e-6)
    expectNear(try #require(summary.reward), 2 * means[0] - 3 * means[1], within: 1e-9)
    for prompt in 0..<4 {
      func centred(_ row: Int, _ tree: Int) -> Double {
        var sum = 0.0
        for other in (prompt * 24)..<(prompt * 24 + 24) { sum += trainer.rewards[row * 96 + other] }
        return trainer.rewards[row * 96 + tree] - sum / 24
      }
      for tree in (prompt * 24)..<(prompt * 24 + 24) {
        expectNear(
          trainer.advantages[96 * 5 + tree], 2 * centred(0, tree) - 3 * centred(1, tree),
          within: 1e-9)
      }
    }
  }

  @Test func `the two sides of a clip have widths of their own, in ratios and in nats`() throws {
    func clipped(_ clip: String) throws -> (share: Double, parameters: [Float]) {
      let recipe = try Recipe.preset(
        "flow-grpo/code",
        [
          Recipe.four, Recipe.whole, "updates.epochs=2", "optimiser.learningRate=0.01",
          "iterations=1",
          "clip=\(clip)",
        ])
      let trainer = try Trainer(recipe)
      let summary = try trainer.iterate()
      #expect(summary.updates == 2)
      return (try #require(summary.clippedShare), trainer.parameters)
    }
    // Ratios leave 1 in the second update; what is clipped below has A < 0, what is clipped above A > 0.
    let both = try clipped(#"{"unit": "ratio", "lower": 1e-6, "upper": 1e-6}"#).share
    let below = try clipped(#"{"unit": "ratio", "lower": 1e-6, "upper": 100}"#).share
    let above = try clipped(#"{"unit": "ratio", "lower": 0.999, "upper": 1e-6}"#).share
    #expect(below > 0.05 && above > 0.05)
    expectNear(below + above, both, within: 1e-12)
    // Nats are those of the sum over two dimensions, of which the ratio sees a half: exp(-0.005), exp(0.01).
    let nats = try clipped(#"{"unit": "nats", "lower": 0.01, "upper": 0.02}"#)
    let ratios = try clipped(
      #"{"unit": "ratio", "lower": 0.004987520807317687, "upper": 0.010050167084168058}"#)
    let coarse = try clipped(#"{"unit": "ratio", "lower": 0.01, "upper": 0.02}"#)
    #expect(nats.share == ratios.share && nats.parameters == ratios.parameters)
    #expect(nats.share > coarse.share)
  }

  @Test func `the penalty on squared log-ratios counts one half`() throws {
    // Two updates of the same rollout: in the second one the ratio has left 1, and a coefficient changes the
    // loss by half the mean of its square; at the first one nothing.
    func loss(_ coefficient: Double) throws -> (loss: Double, moments: [Float]) {
      let recipe = try Recipe.preset(
        "exact",
        [
          #"kl={"form": "squaredLogRatio", "reduction": "sum", "coefficient": \#(coefficient)}"#,
          "updates.epochs=2", "iterations=1", "optimiser.learningRate=0.001",
        ])
      let trainer = try Trainer(recipe)
      let loss = try trainer.iterate().loss
      return (loss, trainer.gradient)
    }
    let (none, some, twice) = (try loss(1e-9), try loss(10), try loss(20))
    let added = some.loss - none.loss
    expectNear((twice.loss - none.loss) / added, 2, within: 1e-2)
    // By hand: the log-ratio of an edge is q xi·b / tau - |q b|² / (2 tau²) with the bias b, 0.001 after
    // Adam's first update in each coordinate; the mean square over noise is q² |b|² / tau² + (...)².
    var square = 0.0
    for kernel in try Recipe.preset("exact", []).fullPlan.kernels {
      let length = kernel.square * 2 * 2e-6
      square += (length + length * length / 4) / 10
    }
    // The loss is the mean of two updates; 960 squares of normals: five standard errors of sqrt(2/960).
    expectNear(added / (10 * square / 4), 1, within: 5 * (2.0 / 960).squareRoot())
    // It pulls back: the penalty's gradient is opposite to the step, so that it shortens the gradient.
    let parts = zip(some.moments, none.moments).map { Double($0) - Double($1) }
    let first = try Trainer(
      Recipe.preset("exact", ["kl=null", "iterations=1", "optimiser.learningRate=0.001"]))
    try first.iterate()
    for (part, bias) in zip(parts, first.parameters) { #expect(part * Double(bias) > 0) }
  }

  @Test func `a reward too large to be added up stops the run with its place`() throws {
    for weight in ["1e308", "1e302"] {
      let trainer = try Trainer(
        Recipe.preset("exact", ["rewards.terms[0].weight=\(weight)", "advantage.clamp=5"]))
      #expect(throws: TrainingDivergence.self) { try trainer.iterate() }
    }
  }

  @Test func `an advantage that is no number is not clamped to one`() throws {
    // Two terms of opposite infinite advantages.
    let trainer = try Trainer(
      Recipe.preset(
        "exact",
        [
          #"rewards={"combination": "advantages", "gold": [], "terms": ["#
            + #"{"kind": "linear", "gradients": [1e6, 0], "offset": 0, "weight": 1e305}, "#
            + #"{"kind": "linear", "gradients": [1e6, 0], "offset": 0, "weight": -1e305}]}"#,
          "advantage.clamp=5",
        ]))
    #expect(throws: TrainingDivergence.self) { try trainer.iterate() }
  }
}

extension TransitionKernel {
  /// What |v - v'|² counts in the exact divergence of a step: q² / (2 tau²).
  fileprivate var square: Double { velocityFactor * velocityFactor / (2 * deviation * deviation) }
}
