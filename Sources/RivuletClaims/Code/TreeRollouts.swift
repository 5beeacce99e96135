import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// Trees have the forks, the stochastic steps and the roots that were asked for.
  static let codeTreeRollouts = Claim(
    id: "code/tree-rollouts",
    title: "trees are drawn as asked for",
    statement: """
      Children of a fork have the law that they are scored by, forks the width that is asked for; Mix trains its window and moves it, and each prompt has \
      an initial noise of its own.
      """,
    source:
      "BranchGRPO 19fbb9f, train_branchgrpo_flux.py:271-279, 395, 405, 410-421, 806-828, 1236-1246",
    scope: "20 steps, splits 0, 3, 6, 9; 300 iterations",
    recorded: .holds,
    checks: [
      forkLaw(), leavesOfWidth(),
      mixEdges("mix-edges", splits: .dense, expected: 34),
      mixEdges("mix-sparse", splits: .sparse, expected: 36), windowMoves(), rootsOfPrompts(),
    ])
}

/// The variance of the score of a fork's steps, in units of the scored step's: 1 if they have its law.
///
/// The score of a step is its noise over its deviation, so this is the mean square of the noise.
private func forkLaw() -> Check {
  let count = SampleSize.mean(sigma: 2.0.squareRoot(), effect: 0.02)
  let square = { @Sendable (run: CheckRun, noise: ForkNoise) throws -> (Tally, CostLedger) in
    // A fork at the first step alone, two children: their noises correlate, so one value for a tree.
    let sampler = try TreeSetting {
      $0.stepCount = 2
      $0.splits = SplitPoints(publishedRounds: 1, stepCount: 2)
      $0.forkNoise = noise
    }.sampler()
    let batches = try run.map(count: run.tiles(for: count)) { index in
      let tile = try sampler.tile(index, key: run.key)
      var batch = Batch()
      for lane in 0..<StateTile.lanes {
        let xi = tile.noises[1].values[lane]
        batch.tallies[0].add(xi * xi)
      }
      batch.cost = tile.cost
      return batch
    }
    let total = Batch.merged(batches)
    return (total.tallies[0], total.cost)
  }
  let sigma = 2.0.squareRoot()
  return Check(
    id: "fork-law",
    subject: "variance of the score at a fork, over that of the step it is scored as",
    controls: [
      Control(id: "scaled", defect: "c N(0, I) with c = 4 and no shared part") { run in
        try square(run, .scaled(4)).0.mean(expected: 1, sigma: sigma)
      },
      Control(id: "scaled-default", defect: "the parser's default, c = 0.3") { run in
        try square(run, .scaled(0.3)).0.mean(expected: 1, sigma: sigma)
      },
    ]
  ) { run in
    let (tally, cost) = try square(run, .published)
    return Finding(stating: tally.mean(expected: 1, sigma: sigma), cost: cost)
  }
}

/// The leaves of a tree of width three.
private func leavesOfWidth() -> Check {
  let leaves = { @Sendable (width: Int) throws -> Double in
    Double(try TreeShape(splits: .dense, width: width, stepCount: 20).leafCount)
  }
  return .exact(
    "width", subject: "leaves of four forks of width 3", expected: 81,
    defects: [
      ExactVariant("two", "two children are written into the code") { _ in try leaves(2) }
    ]
  ) { _ in try leaves(3) }
}

/// The trained edges of a Mix tree.
///
/// By hand, one node count for each trained step: 2 + 2 + 2 + 4 + 8 + 16 of steps 0 to 3, 6 and 9 with the
/// dense splits; 2 + 2 + 2 + 2 + 4 + 8 + 16 of steps 0 to 3, 5, 10 and 15 with the sparse ones.
private func mixEdges(_ id: String, splits: SplitPoints, expected: Double) -> Check {
  let trained = { @Sendable (interval: Int) -> Double in
    let pattern = MixPattern(splits: splits, interval: interval, size: 4)
    return Double(
      TreeCounts(splits: splits, stepCount: 20).edges(
        madeBySteps: pattern.stochasticSteps(stepCount: 20)))
  }
  return .exact(
    id,
    subject: "trained edges of a Mix tree with a window of four steps, splits "
      + splits.steps.map(String.init).joined(separator: ", "), expected: expected,
    defects: [
      ExactVariant(
        "default-stride",
        "the stride is the interval of depth pruning, 1 by default: every step is trained"
      ) { _ in trained(1) }
    ]
  ) { _ in trained(30) }
}

/// The steps of 25 that are stochastic at some time of training.
///
/// By hand: 300 iterations of 25 each make starts 0 to 11, and the last window ends at step 14. The pattern
/// with one period for the whole grid has the same four steps in every iteration.
private func windowMoves() -> Check {
  let recipe = MovingWindow.Recipe.mixGRPO
  let covered = { @Sendable (run: CheckRun) -> Double in
    let coverage = recipe.window().coverage(
      iterations: recipe.declaredIterations, stepCount: recipe.stepCount, key: run.key)
    return Double(coverage.count { $0 > 0 })
  }
  return .exact(
    "mix-moves", subject: "steps of 25 that a window of four has covered after 300 iterations",
    expected: 15,
    defects: [
      ExactVariant("static", "a pattern in the denoising step that does not move in training") {
        _ in
        let none = try SplitPoints([], stepCount: recipe.stepCount)
        let pattern = MixPattern(splits: none, interval: 30, size: 4)
        return Double(pattern.stochasticSteps(stepCount: recipe.stepCount).count)
      }
    ]
  ) { covered($0) }
}

/// The product of the initial noises of two prompts.
private func rootsOfPrompts() -> Check {
  let count = SampleSize.mean(sigma: 1, effect: 0.05)
  let product = { @Sendable (run: CheckRun, isShared: Bool) -> Measurement in
    let key = run.key.child("initial")
    let first = key.standardNormals(count: run.effort * count, at: NoiseAddress(root: 0))
    let second = key.standardNormals(
      count: run.effort * count, at: NoiseAddress(root: isShared ? 0 : 1))
    var tally = Tally()
    for index in first.indices { tally.add(first[index] * second[index]) }
    return tally.mean(expected: 0, sigma: 1)
  }
  return Check(
    id: "roots", subject: "mean product of the initial noises of two prompts",
    requirement: .absolute(0.05, because: "the expected product is zero"),
    controls: [
      Control(id: "init-same-noise", defect: "one initial noise for all prompts of a batch") {
        run in product(run, true)
      }
    ]
  ) { run in
    let measured = product(run, false)
    return Finding(measured, statementHolds: abs(measured.observed) < 0.05)
  }
}
