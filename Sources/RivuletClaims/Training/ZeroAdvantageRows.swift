import RivuletFlow
import RivuletNumerics
import RivuletStatistics
import RivuletTraining

extension Claim {
  /// Rows without an advantage are part of the mean.
  static let zeroAdvantageRows = Claim(
    id: "training/zero-advantage-rows",
    title: "rows of zero advantage can be dropped before the update",
    statement: """
      Rows whose advantages are zero carry no gradient, so leaving them out before the update changes nothing \
      but time.
      """,
    source:
      "Flow-GRPO ac4c86e and TempFlow-GRPO e66824e, train_sd3.py and train_sd3_pr.py; DAPO's filter",
    scope: """
      flow-grpo/paper with eight prompts, four of which have a constant reward; one update of all rows, the \
      gradient with rows dropped over that with all of them
      """,
    recorded: .fails,
    checks: [policy(), penalty()])
}

/// The first gradient of ascent, along the reward, added over the steps.
private func gradient(
  _ rows: Recipe.Updates.ZeroRows, coefficient: Double?, run: CheckRun
) throws -> Double {
  guard var recipe = Recipe.preset("flow-grpo/paper")?.recipe else {
    preconditionFailure("there is a preset of the name flow-grpo/paper")
  }
  recipe.seed = run.key.word
  recipe.prompts.count = 8
  recipe.prompts.perIteration = 8
  recipe.rewards.terms = [
    Recipe.RewardTerm(
      reward: Component(
        "linear",
        [
          Component.Parameter(
            "gradients", .numbers((0..<8).flatMap { $0 < 4 ? [1.0, 0] : [0.0, 0] })),
          Component.Parameter("offset", .number(0.5)),
        ]))
  ]
  recipe.updates.schedule = .batches(1)
  recipe.updates.zeroAdvantageRows = rows
  recipe.kl = coefficient.map {
    Recipe.KullbackLeibler(form: .exact, reduction: .sum, coefficient: $0)
  }
  recipe = recipe.withPlainAscents(rate: 1e-30)
  let trainer = try Trainer(recipe)
  // Away from the reference, so that the penalty has a gradient.
  let parameters = [Float](repeating: 0.5, count: trainer.parameters.count)
  try trainer.restore(trainer.checkpoint().with(parameters: parameters))
  try trainer.iterate()
  var sum = 0.0
  for (place, number) in trainer.gradient.enumerated() where place.isMultiple(of: 2) {
    sum -= Double(number)
  }
  return sum
}

private func policy() -> Check {
  Check(
    id: "policy",
    subject:
      "policy part of the gradient with the dead half of the rows dropped, over that with all rows",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "kept", defect: "rows of zero advantage stay in the mean") { run in
        .identity(
          observed: try gradient(.kept, coefficient: nil, run: run)
            / gradient(.kept, coefficient: nil, run: run), expected: 2, tolerance: 1e-5)
      }
    ]
  ) { run in
    let ratio =
      try gradient(.dropped, coefficient: nil, run: run)
      / gradient(.kept, coefficient: nil, run: run)
    return Finding(
      .identity(observed: ratio, expected: 2, tolerance: 1e-5),
      statementHolds: abs(ratio - 1) < 1e-5)
  }
}

/// The penalty is a mean over rows that all have it, so its share of the objective halves.
private func penalty() -> Check {
  let part = { @Sendable (rows: Recipe.Updates.ZeroRows, run: CheckRun) throws -> Double in
    try gradient(rows, coefficient: 1, run: run) - gradient(rows, coefficient: nil, run: run)
  }
  return Check(
    id: "penalty",
    subject: "effective penalty with the dead half of the rows dropped, over that with all rows",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "kept", defect: "rows of zero advantage stay in the mean") { run in
        .identity(
          observed: try part(.kept, run) / part(.kept, run), expected: 0.5, tolerance: 1e-4)
      }
    ]
  ) { run in
    let policy =
      try gradient(.dropped, coefficient: nil, run: run)
      / gradient(.kept, coefficient: nil, run: run)
    let ratio = try part(.dropped, run) / part(.kept, run) / policy
    return Finding(
      .identity(observed: ratio, expected: 0.5, tolerance: 1e-4),
      statementHolds: abs(ratio - 1) < 1e-4)
  }
}
