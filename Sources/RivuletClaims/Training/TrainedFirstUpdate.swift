import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletStatistics
import RivuletTraining

/// What may differ between the trainer's first gradient and the formula.
private enum Variant {
  case none
  case meanOverDimensions
  case sampleAverage
  case siblings
}

extension Check {
  /// B14 in the trainer: its first gradient is -(1/|E|) sum A kappa xi of trees in double precision.
  ///
  /// The trees are drawn again by the sampler of double precision under the same key, and their credit is that of
  /// the library, not the trainer's.
  static let trainedFirstUpdate = Check.exact(
    "trainer",
    subject:
      "largest |dJ/db - formula| of the trainer's first gradient over the largest, 40 biases",
    expected: 0, tolerance: 1e-4,
    defects: [
      ExactVariant("mean", "log-probabilities averaged over dimensions") {
        try distance($0, .meanOverDimensions)
      },
      ExactVariant("samples", "a mean over the 16 samples in place of the 218 edges") {
        try distance($0, .sampleAverage)
      },
      ExactVariant("siblings", "advantages among siblings, not of the whole depth") {
        try distance($0, .siblings)
      },
    ]
  ) { try distance($0, .none) }
}

private func distance(_ run: CheckRun, _ variant: Variant) throws -> Double {
  guard var recipe = Recipe.preset("branch-grpo/paper")?.recipe,
    var rule = recipe.advantage.treeRule
  else { preconditionFailure("there is a preset of trees of the name branch-grpo/paper") }
  recipe.seed = run.key.word
  recipe.prompts.count = 3
  recipe.prompts.perIteration = 3
  let trainer = try Trainer(recipe)
  try trainer.iterate()
  if variant == .siblings { rule.baseline = .siblings }
  let plan = recipe.fullPlan
  let shape = try TreeShape(splits: SplitPoints.dense, width: 2, stepCount: plan.stepCount)
  let sampler = try TreeSampler(
    plan: plan, field: GaussianField(means: [0, 0], deviations: [1, 1]),
    reward: LinearReward(gradient: [1, 0]), shape: shape, forkNoise: .published,
    scored: .finalState)
  let key = RandomKey(seed: recipe.seed).child("rollout").child(0)
  var expected = [Double](repeating: 0, count: 2 * plan.stepCount)
  for root in 0..<3 {
    let tree = try sampler.rollout(root: UInt32(root), key: key)
    let values = RewardFusion.uniform.values(of: tree.rewards, shape: shape)
    let advantages = rule.advantages(of: values, shape: shape)
    let count = Double(3 * (variant == .sampleAverage ? shape.leafCount : shape.edgeCount))
    for node in 1..<shape.nodeCount {
      let step = shape.depth(of: node) - 1
      for coordinate in 0..<2 {
        expected[2 * step + coordinate] -=
          advantages[node] * plan.kernels[step].scoreCoefficient * tree.noises[node][coordinate]
          / (count * (variant == .meanOverDimensions ? 2 : 1))
      }
    }
  }
  var largest = 0.0
  var difference = 0.0
  for (number, ascent) in zip(trainer.gradient, expected) {
    largest = larger(largest, abs(ascent))
    difference = larger(difference, abs(-Double(number) - ascent))
  }
  return difference / largest
}
