import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// B17: trees whose steps are stochastic at forks and in a window only.
  static let mixedTrees = Claim(
    id: "branchgrpo/B17",
    title: "Mix keeps forks stochastic and trains stochastic edges",
    statement: """
      Steps outside a sliding window follow the ODE, forks stay stochastic wherever the window stands, \
      and the stochastic edges are those that are trained.
      """,
    source: "arXiv 2509.06040, BranchGRPO-Mix; its code at 19fbb9f, lines 410-421 and 1233-1252",
    scope: "the default tree, D = 2, the published pattern and windows of four steps",
    recorded: .holds,
    checks: [
      odeEdges(), forks(), trainedEdges(), publishedCount(), fullWindow(), slides(),
    ])
}

private let setting = TreeSetting {
  $0.means = [0.5, -0.2]
  $0.scales = [0.5, 1]
  $0.gradient = [1, -0.5]
}

/// The grid and the noise of the setting.
private func grid() -> TimeGrid { .shifted(steps: setting.stepCount, shift: setting.shift) }

/// The plan with noise at the forks and in a window.
private func mixed(_ window: Range<Int>) throws -> SamplingPlan {
  try .mix(
    grid: grid(), noise: .constant(setting.eta), splits: setting.splits, window: window)
}

/// A tree of a plan.
private func rollout(
  _ plan: SamplingPlan, _ run: CheckRun
) throws -> TreeRollout {
  try TreeSampler(
    plan: plan, field: setting.field(), reward: setting.reward, shape: setting.shape(),
    forkNoise: setting.forkNoise, scored: setting.scored
  ).rollout(root: 0, key: run.key)
}

/// The numbers of deterministic steps that are not x - h v to the last bit.
private func odeEdges() -> Check {
  let different = { @Sendable (run: CheckRun, withScore: Bool) throws -> Double in
    let plan = try mixed(4..<8)
    let field = try setting.field()
    let tree = try rollout(plan, run)
    var count = 0
    for step in 0..<setting.stepCount where !plan.kernels[step].isStochastic {
      let time = plan.grid.times[step]
      let h = time - plan.grid.times[step + 1]
      for node in tree.shape.nodes(atDepth: step + 1) {
        let state = tree.states[tree.shape.parents[node]]
        let velocity = field.velocity(at: state, time: time)
        for index in state.indices {
          var next = state[index] - h * velocity[index]
          if withScore {
            let score = -(state[index] + (1 - time) * velocity[index]) / time
            next += setting.eta * setting.eta / 2 * h * score
          }
          if next.bitPattern != tree.states[node][index].bitPattern { count += 1 }
        }
      }
    }
    return Double(count)
  }
  return .exact(
    "ode-edges", subject: "numbers of ODE steps that differ from x - h v in a bit, window 4-7",
    expected: 0,
    defects: [
      ExactVariant("sde-mean", "the mean of the stochastic step taken for the ODE step") {
        try different($0, true)
      }
    ]
  ) { try different($0, false) }
}

/// Fork steps without noise, over all windows of four steps.
private func forks() -> Check {
  let missing = { @Sendable (keepsForks: Bool) throws -> Double in
    var count = 0
    for start in 0...(setting.stepCount - 4) {
      let window = start..<(start + 4)
      let plan =
        keepsForks
        ? try mixed(window)
        : try .window(grid: grid(), noise: .constant(setting.eta), start: start, size: 4)
      count += setting.splits.steps.count { !plan.kernels[$0].isStochastic }
    }
    return Double(count)
  }
  return .exact(
    "forks", subject: "fork steps without noise over the 17 windows of four steps", expected: 0,
    defects: [
      ExactVariant("window-only", "noise in the window alone, forks or not") { _ in
        try missing(false)
      }
    ]
  ) { _ in try missing(true) }
}

/// Edges whose being trained, stochastic and scored do not agree, over all windows of four steps.
private func trainedEdges() -> Check {
  let disagreements = { @Sendable (run: CheckRun, onlyWindow: Bool) throws -> Double in
    var count = 0
    for start in 0...(setting.stepCount - 4) {
      let plan = try mixed(start..<(start + 4))
      let tree = try rollout(plan, run)
      let steps = onlyWindow ? Array(start..<(start + 4)) : plan.stochasticSteps
      let mask = EdgeMask(steps: steps, shape: tree.shape)
      for node in 1..<tree.shape.nodeCount {
        let isNoisy = tree.noises[node] != [0, 0]
        let isScored = tree.logProbabilities[node] != 0
        if mask[node] != isNoisy || mask[node] != isScored { count += 1 }
      }
      if mask.count != tree.cost.gradientEvaluations { count += 1 }
    }
    return Double(count)
  }
  return .exact(
    "trained-edges", subject: "edges not at once trained, stochastic and scored, over 17 windows",
    expected: 0,
    defects: [
      ExactVariant("window-only", "the window's edges trained, not those of forks outside it") {
        try disagreements($0, true)
      }
    ]
  ) { try disagreements($0, false) }
}

/// The trained edges of a tree under the published script: 2 + 2 + 2 + 4 + 8 + 16.
private func publishedCount() -> Check {
  let count = { @Sendable (run: CheckRun, pattern: MixPattern) throws -> Double in
    let plan = try SamplingPlan.mix(
      grid: grid(), noise: .constant(setting.eta), pattern: pattern)
    let tree = try rollout(plan, run)
    return Double((1..<tree.shape.nodeCount).count { tree.logProbabilities[$0] != 0 })
  }
  return .exact(
    "published-count", subject: "scored edges of a tree, q = 30, w = 4", expected: 34,
    defects: [
      ExactVariant("stride-1", "the parser's default stride q = 1: every step is stochastic") {
        try count($0, MixPattern(splits: .dense, interval: 1, size: 4))
      }
    ]
  ) { try count($0, .script) }
}

/// Numbers of a tree that differ from plain BranchGRPO's when the window covers every step.
private func fullWindow() -> Check {
  let different = { @Sendable (run: CheckRun, window: Range<Int>) throws -> Double in
    let numbers = { (tree: TreeRollout) in
      tree.states.flatMap { $0 } + tree.noises.flatMap { $0 } + tree.logProbabilities + tree.rewards
    }
    let plain = numbers(try rollout(setting.plan(), run))
    let mix = numbers(try rollout(mixed(window), run))
    var count = 0
    for (first, second) in zip(plain, mix) where first.bitPattern != second.bitPattern {
      count += 1
    }
    return Double(count)
  }
  return .exact(
    "full-window", subject: "numbers that differ from plain BranchGRPO's, window of all 20 steps",
    expected: 0,
    defects: [
      ExactVariant("one-short", "the last step left out of the window") {
        try different($0, 0..<19)
      }
    ]
  ) { try different($0, 0..<20) }
}

/// The different sets of stochastic steps over 510 iterations of a window that lasts 30 at each start.
private func slides() -> Check {
  let sets = { @Sendable (run: CheckRun, moves: Bool) throws -> Double in
    let window = MovingWindow(.progressive(iterations: 30), bound: 20, size: 4, stride: 1)
    var sets: [[Int]] = []
    for iteration in 0..<510 {
      let steps =
        moves
        ? try mixed(window.steps(at: iteration, key: run.key)).stochasticSteps
        : MixPattern.script.stochasticSteps(stepCount: 20)
      if !sets.contains(steps) { sets.append(steps) }
    }
    return Double(sets.count)
  }
  return .exact(
    "slides", subject: "different sets of stochastic steps over 17 starts", expected: 17,
    defects: [
      ExactVariant("static", "the published pattern, which does not move during training") {
        try sets($0, false)
      }
    ]
  ) { try sets($0, true) }
}
