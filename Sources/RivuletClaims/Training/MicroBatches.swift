import RivuletFlow
import RivuletNumerics
import RivuletStatistics
import RivuletTraining

extension Claim {
  /// Micro-batches and threads change no bit.
  static let microBatches = Claim(
    id: "training/micro-batches",
    title: "the gradient does not depend on how it is accumulated",
    statement: """
      Accumulating a gradient over micro-batches, or over threads, gives the gradient of the whole batch.
      """,
    source: "Flow-GRPO, gradient accumulation over samples and steps; yifan123/flow_grpo issue 73",
    scope: "the presets exact and branch-grpo/code, four updates with Adam, bits of all parameters",
    recorded: .holds,
    checks: [
      bits("chains", preset: "exact", count: 7),
      bits("trees", preset: "branch-grpo/code", count: 5),
      threads(),
    ])
}

/// The parameters of a preset after four iterations.
private func trained(
  _ preset: String, microBatches: Int, threads: Int = 1, rateFactor: Double = 1, run: CheckRun
) throws -> [Float] {
  guard var recipe = Recipe.preset(preset)?.recipe else {
    preconditionFailure("there is a preset of the name \(preset)")
  }
  recipe.seed = run.key.word
  recipe.updates.schedule = .batches(1)
  recipe.updates.microBatches = microBatches
  recipe.kl?.coefficient = 0.1
  // Plain ascents see the size of a gradient; Adam would hide it.
  recipe = recipe.withPlainAscents(rate: 0.1 * rateFactor)
  let trainer = try Trainer(recipe, workers: Workers(threads: threads))
  for _ in 0..<4 { try trainer.iterate() }
  return trainer.parameters
}

/// The number of parameters whose bits differ.
private func differences(_ first: [Float], _ second: [Float]) -> Double {
  Double(zip(first, second).filter { $0.bitPattern != $1.bitPattern }.count)
}

private func bits(_ id: String, preset: String, count: Int) -> Check {
  .exact(
    id, subject: "parameters of \(preset) whose bits differ between one and \(count) micro-batches",
    expected: 0,
    defects: [
      ExactVariant("sum", "gradients of micro-batches added and not divided by their number") {
        differences(
          try trained(preset, microBatches: 1, run: $0),
          try trained(preset, microBatches: count, rateFactor: Double(count), run: $0))
      }
    ]
  ) {
    differences(
      try trained(preset, microBatches: 1, run: $0),
      try trained(preset, microBatches: count, run: $0))
  }
}

private func threads() -> Check {
  .exact(
    "threads", subject: "parameters of exact whose bits differ between one and seven threads",
    expected: 0,
    defects: [
      ExactVariant("seeds", "a stream of noise for each thread") { run in
        let other = CheckRun(key: run.key.child("thread"), workers: run.workers)
        return differences(
          try trained("exact", microBatches: 1, run: run),
          try trained("exact", microBatches: 1, threads: 7, run: other))
      }
    ]
  ) {
    differences(
      try trained("exact", microBatches: 1, run: $0),
      try trained("exact", microBatches: 1, threads: 7, run: $0))
  }
}
