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
      Forks have the width that is asked for, Mix trains its window and moves it, and each prompt has \
      an initial noise of its own.
      """,
    source: "BranchGRPO 19fbb9f, train_branchgrpo_flux.py:395, 405, 410-421, 806-828, 1236-1246",
    scope: "20 steps, splits 0, 3, 6, 9; 300 iterations",
    recorded: .holds,
    checks: [leavesOfWidth(), mixEdges(), windowMoves(), rootsOfPrompts()])
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
private func mixEdges() -> Check {
  let trained = { @Sendable (interval: Int) -> Double in
    let pattern = MixPattern(splits: .dense, interval: interval, size: 4)
    return Double(
      TreeCounts(splits: .dense, stepCount: 20).edges(
        madeBySteps: pattern.stochasticSteps(stepCount: 20)))
  }
  return .exact(
    "mix-edges", subject: "trained edges of a Mix tree with a window of four steps", expected: 34,
    defects: [
      ExactVariant(
        "default-stride",
        "the stride is the interval of depth pruning, 1 by default: every step is trained"
      ) { _ in trained(1) }
    ]
  ) { _ in trained(30) }
}

/// The steps that are in the window at some time of training.
private func windowMoves() -> Check {
  let window = MovingWindow.Recipe.mixGRPO.window()
  let covered = { @Sendable (run: CheckRun, moves: Bool) -> Double in
    let coverage = window.coverage(
      iterations: moves ? 300 : 1, stepCount: MovingWindow.Recipe.mixGRPO.stepCount, key: run.key)
    return Double(coverage.count { $0 > 0 })
  }
  // By hand: 300 iterations of 25 each make starts 0 to 11, and the last window ends at step 14.
  return .exact(
    "mix-moves", subject: "steps that a window of four has covered after 300 iterations",
    expected: 15,
    defects: [
      ExactVariant("static", "a pattern in the denoising step that does not move in training") {
        covered($0, false)
      }
    ]
  ) { covered($0, true) }
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
