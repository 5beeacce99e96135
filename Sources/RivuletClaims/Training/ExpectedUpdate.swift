import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletStatistics
import RivuletTraining

extension Claim {
  /// The length of the expected update of every preset.
  static let updateLength = Claim(
    id: "training/update-length",
    title: "each method updates with the length that its conventions predict",
    statement: """
      On a Gaussian flow with a linear reward the expected gradient of every preset's objective is its closed \
      form: mean or sum over dimensions, population or sample spread, groups of prompts, seeds, depths or the \
      batch, weights, windows and pruning change its length by the predicted factors.
      """,
    source: "theory, sections 3, 4 and 6; the presets name papers and code",
    scope: """
      every preset, its model and reward, held at the reference, the first iteration, one update of all rows; \
      Extreme-b and width mode 2 without their pruning; the mean over steps of the gradient over the predicted one
      """,
    recorded: .holds,
    checks: Recipe.presets.compactMap { lengthCheck($0) })

  /// The direction of the expected update of every preset.
  static let updateDirection = Claim(
    id: "training/update-direction",
    title: "each method updates in the direction that its conventions predict",
    statement: """
      The proportions of the steps in the expected gradient of every preset are those of its closed form.
      """,
    source: "theory, sections 3, 4 and 6; the presets name papers and code",
    scope:
      "as for training/update-length; the tilt over the steps of the gradient over the predicted one",
    recorded: .holds,
    checks: Recipe.presets.compactMap { tiltCheck($0) })
}

/// What both checks of a preset need.
private struct Prediction: Sendable {
  let id: String
  let name: String
  let recipe: Recipe
  let expectation: RecipeExpectation
  let scale: GradientScale
  let rollouts: Int

  /// Predicts the update; nil for a preset without a closed form of any part, which tests exclude.
  init?(_ preset: Recipe.Preset, effect: Double, _ number: KeyPath<PresetNoise, Double>) {
    guard let reduction = try? RecipeReduction(of: preset.recipe) else { return nil }
    id = String(preset.id.map { $0 == "/" ? "-" : $0 })
    name = preset.id
    recipe = reduction.recipe
    expectation = reduction.expectation
    scale = GradientScale(expectation)
    let deviation = PresetNoise(preset.id)[keyPath: number] * scale.rowDeviation
    let rows = SampleSize.mean(sigma: deviation, effect: effect)
    // With a hundred rollouts or more the tails of Student's t cost little.
    rollouts = max(100, (rows + recipe.rowsPerIteration - 1) / recipe.rowsPerIteration)
  }
}

private func lengthCheck(_ preset: Recipe.Preset) -> Check? {
  guard let prediction = Prediction(preset, effect: 0.02, \.length) else { return nil }
  let remembered = Remembered<Tally>()
  let tally = { @Sendable (run: CheckRun) throws -> Tally in
    let scale = prediction.scale
    return try GradientProbe(prediction.recipe).tallies(count: prediction.rollouts, run: run) {
      [scale.length(of: $0)]
    }.tallies[0]
  }
  return Check(
    id: prediction.id,
    subject: "length of the expected gradient over the predicted one, \(prediction.name)",
    controls: prediction.scalings.map { scaling in
      Control(id: scaling.id, defect: scaling.defect) { run in
        let found = try remembered.value(run) { try tally(run) }
        return .mean(
          observed: scaling.factor * found.mean, expected: 1,
          sigma: scaling.factor * found.deviation, count: found.count, sigmaIsKnown: false)
      }
    }
      + prediction.variants.map { variant in
        Control(id: variant.id, defect: variant.defect) { run in
          let scale = prediction.scale
          return try GradientProbe(variant.recipe).tallies(count: prediction.rollouts, run: run) {
            [scale.length(of: $0)]
          }.tallies[0].studentisedMean(expected: 1)
        }
      }
  ) { run in
    Finding(
      stating: try remembered.measured(run) { try tally(run) }.studentisedMean(expected: 1))
  }
}

private func tiltCheck(_ preset: Recipe.Preset) -> Check? {
  // Where each prompt has a window of its own, the tilt is mostly the luck of the draw of windows.
  let effect = preset.id == "flow-grpo-fast/paper" ? 0.15 : 0.05
  guard let prediction = Prediction(preset, effect: effect, \.tilt) else { return nil }
  let remembered = Remembered<Batch>()
  let batch = { @Sendable (run: CheckRun) throws -> Batch in
    let scale = prediction.scale
    let last = prediction.expectation.trainedSteps
    return try GradientProbe(prediction.recipe).tallies(count: prediction.rollouts, run: run) {
      var turned = $0
      for (step, other) in zip(last, last.reversed()) { turned[step] = $0[other] }
      return [scale.tilt(of: $0), scale.tilt(of: turned)]
    }
  }
  return Check(
    id: prediction.id,
    subject: "tilt of the expected gradient against the predicted one, \(prediction.name)",
    requirement: .absolute(
      effect,
      because: "a part of the length for a standard deviation of the steps; zero is expected"),
    controls: [
      Control(id: "reversed", defect: "the trained steps in the opposite order") { run in
        try remembered.value(run) { try batch(run) }.tallies[1].studentisedMean(expected: 0)
      }
    ]
  ) { run in
    let tally = try remembered.measured(run) { try batch(run) }.tallies[0]
    return Finding(
      tally.studentisedMean(expected: 0), statementHolds: abs(tally.mean) <= effect)
  }
}

extension Prediction {
  /// A wrong convention whose gradient is a multiple of the right one, sample by sample.
  struct Scaling: Sendable {
    let id: String
    let defect: String
    let factor: Double
  }

  /// A wrong convention that must be run.
  struct Variant: Sendable {
    let id: String
    let defect: String
    let recipe: Recipe
  }

  var scalings: [Scaling] {
    var list: [Scaling] = []
    let dimension = Double(recipe.dimension)
    if recipe.logProbability.reduction == .mean {
      list.append(
        Scaling(
          id: "sum", defect: "log-probabilities summed over dimensions", factor: dimension))
    } else {
      list.append(
        Scaling(
          id: "mean", defect: "log-probabilities averaged over dimensions", factor: 1 / dimension))
    }
    guard let size = spreadSize else { return list }
    let ratio = (Double(size) / Double(size - 1)).squareRoot()
    switch recipe.advantage.convention {
    case .population:
      list.append(
        Scaling(id: "sample", defect: "the sample form of the spread", factor: 1 / ratio))
    case .sample:
      list.append(
        Scaling(id: "population", defect: "the population form of the spread", factor: ratio))
    case .none, .leaveOneOut: break
    }
    return list
  }

  /// The members that a spread is taken over, where there are few enough for its form to matter.
  private var spreadSize: Int? {
    switch (recipe.rollout, recipe.advantage.scope) {
    case (.chains(let members, _), .promptGroup): members
    case (.branches(_, let branches, _), .seedGroup): branches
    case (.branches(let seeds, let branches, _), .promptGroup): seeds * branches
    default: nil
    }
  }

  var variants: [Variant] {
    var list: [Variant] = []
    if case .branches = recipe.rollout {
      var other = recipe
      let isSeed = recipe.advantage.scope == .seedGroup
      other.advantage.scope = isSeed ? .promptGroup : .seedGroup
      list.append(
        Variant(
          id: isSeed ? "prompt-group" : "seed-group",
          defect: isSeed
            ? "branches of all seeds of a prompt in one group"
            : "the branches of a seed in a group",
          recipe: other))
    }
    return list
  }
}
