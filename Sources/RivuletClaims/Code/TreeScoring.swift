import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// Transitions are scored by their density, from the states that are stored.
  static let codeTreeScoring = Claim(
    id: "code/tree-scoring",
    title: "transitions are scored by their density",
    statement: """
      Replayed under the same weights, the ratio of a stored transition is one; under others its mean \
      is one; and each leaf has the log-probability of its own path.
      """,
    source: "BranchGRPO 19fbb9f, train_branchgrpo_flux.py:280-306, 480-539, 935",
    scope: "the published grid; unit Gaussian data for stored states, 129600 numbers",
    recorded: .holds,
    checks: [
      meanRatio(), storedStates("first-fork", scale: 4), storedStates("first-step", scale: 1),
      pathsOfLeaves(),
    ])
}

/// The mean of the ratio under the old policy for two dimensions and a shift of the mean by one
/// deviation in each, by Gauss-Hermite quadrature in each dimension.
///
/// With x' = mu + tau xi and the new mean mu + tau a the log-ratio of a dimension is a xi - a^2 / 2.
private func meanRatio() -> Check {
  let mean = { @Sendable (reduction: LogProbabilityReduction) -> Double in
    let kernel = TransitionKernel(rule: .sde(coefficient: 0.3), time: 0.9, nextTime: 0.8)
    let rule = GaussHermite(count: 48)
    let (state, velocity) = ([0.4, -0.2], [1.0, 0.5])
    let shift = kernel.deviation / kernel.velocityFactor
    let moved = velocity.map { $0 + shift }
    var sum = 0.0
    for first in rule.nodes.indices {
      for second in rule.nodes.indices {
        let next = kernel.next(
          state: state, velocity: velocity, noise: [rule.nodes[first], rule.nodes[second]])
        let new = kernel.logProbability(
          of: next, state: state, velocity: moved, reduction: reduction)
        let old = kernel.logProbability(
          of: next, state: state, velocity: velocity, reduction: reduction)
        sum += rule.weights[first] * rule.weights[second] * Elementary.exp(new - old)
      }
    }
    return sum
  }
  return .exact(
    "mean-ratio", subject: "mean ratio under the old policy, D = 2, by quadrature", expected: 1,
    tolerance: 1e-12,
    defects: [
      ExactVariant(
        "mean-over-dimensions",
        "log-probabilities averaged over dimensions: the ratio to the power 1/D"
      ) { _ in mean(.mean) }
    ]
  ) { _ in mean(.sum) }
}

/// The log-ratio of stored transitions under the weights that drew them, averaged over 129600 numbers.
///
/// The state before the step is the data's noise, the law of the state after it N(0, S): the published
/// unit-Gaussian velocity.
private func storedStates(_ id: String, scale: Double) -> Check {
  let count = 129_600
  let step = scale == 1 ? 1 : 0
  let ratio = { @Sendable (run: CheckRun, isRounded: Bool) throws -> Double in
    let setting = TreeSetting {
      $0.means = [0]
      $0.scales = [1]
    }
    let kernel = try setting.plan().kernels[step]
    let deviation = setting.formula().variances[step].squareRoot()
    let state = run.key.child("state").standardNormals(count: count).map { deviation * $0 }
    let noise = run.key.child("noise").standardNormals(count: count).map { scale * $0 }
    let slope = GaussianField.slope(time: kernel.time, deviation: 1)
    let velocity = state.map { slope * $0 }
    let next = kernel.next(state: state, velocity: velocity, noise: noise)
    let stored = isRounded ? BrainFloat.rounded(next) : next
    return kernel.logProbability(of: stored, state: state, velocity: velocity, reduction: .mean)
      - kernel.logProbability(ofNoise: noise, reduction: .mean)
  }
  return .exact(
    id, subject: "log-ratio of stored transitions on policy at step \(step), mean over D = 129600",
    expected: 0, tolerance: 1e-9,
    defects: [
      ExactVariant(
        "bfloat16",
        "states are stored in bfloat16, the log-probability is taken before"
          + (scale == 1 ? "" : ", fork noise times \(Int(scale))")
      ) { try ratio($0, true) }
    ]
  ) { try ratio($0, false) }
}

/// The leaves that get the log-probability of their own path when two trees are drawn as two chunks.
///
/// Each number is held against the densities of the states on the path, computed anew from the field.
private func pathsOfLeaves() -> Check {
  let right = { @Sendable (run: CheckRun, lastChunkOnly: Bool) throws -> Double in
    let setting = TreeSetting()
    let sampler = try setting.sampler()
    let field = try setting.field()
    let trees = try (0..<2 as Range<UInt32>).map { try sampler.rollout(root: $0, key: run.key) }
    let lists = trees.map { tree in
      tree.shape.leaves.map { leaf in
        tree.shape.path(to: leaf).reduce(into: 0.0) { $0 += tree.logProbabilities[$1] }
      }
    }
    var count = 0
    for (index, tree) in trees.enumerated() {
      let list = lastChunkOnly ? lists[trees.count - 1] : lists[index]
      for leaf in tree.shape.leaves {
        var sum = 0.0
        for (step, node) in tree.shape.path(to: leaf).dropFirst().enumerated() {
          let state = tree.states[tree.shape.parents[node]]
          let kernel = sampler.plan.kernels[step]
          sum += kernel.logProbability(
            of: tree.states[node], state: state,
            velocity: field.velocity(at: state, time: kernel.time), reduction: .sum)
        }
        if abs(list[tree.shape.leafStarts[leaf]] - sum) < 1e-9 { count += 1 }
      }
    }
    return Double(count)
  }
  return .exact(
    "paths", subject: "leaves of two chunks that get the log-probability of their own path",
    expected: 32,
    defects: [
      ExactVariant("last-chunk", "only the last chunk's are returned") { try right($0, true) }
    ]
  ) { try right($0, false) }
}
