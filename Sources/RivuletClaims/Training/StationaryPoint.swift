import RivuletClosedForm
import RivuletStatistics
import RivuletTraining

extension Claim {
  /// The point at which a preset with a penalty stops.
  static let stationaryPoint = Claim(
    id: "training/stationary-point",
    title: "each method with a penalty stops where its effective penalty says",
    statement: """
      The expected gradient of every preset with a KL vanishes where theory says: at the optimum of E[R] less an \
      effective penalty on each step, made of its coefficient, the form and the reduction of the KL, the \
      reduction of the log-probability, the spread and the weight of the step.
      """,
    source: "theory, section 6; the presets name papers and code",
    scope: """
      presets with a penalty, their models and rewards, the trainer's gradient held at the predicted point, over \
      the policy part of that gradient
      """,
    recorded: .holds,
    checks: Recipe.presets.filter { $0.recipe.kl != nil }.compactMap { stationaryCheck($0) })
}

private func stationaryCheck(_ preset: Recipe.Preset) -> Check? {
  // One prompt more or less changes the noise and, by its closed form, the spread of a batch.
  let few = Convergence.withFewPrompts(preset.recipe)
  guard let reduction = try? RecipeReduction(of: few),
    let point = reduction.expectation.stationaryBiases
  else { return nil }
  let recipe = reduction.recipe
  let scale = GradientScale(reduction.expectation)
  let noise = PresetNoise(preset.id).length * scale.rowDeviation
  // Branches of a prompt's seeds are few independent numbers.
  let effect = preset.id.hasPrefix("tempflow-v1") ? 0.05 : 0.03
  let rows = SampleSize.mean(sigma: noise, effect: effect)
  let rollouts = max(100, (rows + recipe.rowsPerIteration - 1) / recipe.rowsPerIteration)
  let parameters = point.flatMap { $0.map { Float($0) } }
  let measurement = { @Sendable (recipe: Recipe, run: CheckRun) throws -> Measurement in
    try GradientProbe(recipe, parameters: parameters).tallies(count: rollouts, run: run) {
      [scale.length(of: $0)]
    }.tallies[0].studentisedMean(expected: 0)
  }
  var other = recipe
  let isExact = recipe.kl?.form == .exact
  other.kl?.form = isExact ? .withoutStepSize : .exact
  let variant = other
  return Check(
    id: String(preset.id.map { $0 == "/" ? "-" : $0 }),
    subject: "expected gradient at the predicted point over its policy part, \(preset.id)",
    requirement: .absolute(
      effect,
      because: "a part of the policy part, which the penalty must balance; its length has 2 %"),
    controls: [
      Control(
        id: isExact ? "without-step-size" : "exact-divergence",
        defect: isExact ? "the KL without the step's length" : "the exact KL"
      ) { run in try measurement(variant, run) }
    ]
  ) { run in
    let found = try measurement(recipe, run)
    return Finding(found, statementHolds: abs(found.observed) <= effect)
  }
}
