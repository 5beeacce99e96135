import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// B14: objective and gradient before the first update.
  static let firstUpdate = Claim(
    id: "branchgrpo/B14",
    title: "the first update is the policy gradient over all edges",
    statement: """
      At theta = theta_old all ratios are 1, the objective is (1/|E|) sum A = 0, and its gradient is \
      (1/|E|) sum A(e) grad log p(e).
      """,
    source: "arXiv 2509.06040, equation 5",
    scope:
      "the default tree, D = 2, linear reward, published advantages, clip 1e-3; the trainer against double precision",
    recorded: .holds,
    checks: [ratios(), objective(), gradient(), .trainedFirstUpdate])
}

/// A stored tree with its advantages and the velocities that drew it.
private struct StoredTree {
  let rollout: TreeRollout
  let plan: SamplingPlan
  let velocities: [[Double]]
  let values: [Double]
  let advantages: [Double]

  init(_ run: CheckRun) throws {
    let setting = TreeSetting {
      $0.means = [0.5, -0.2]
      $0.scales = [0.5, 1]
      $0.gradient = [1, -0.5]
    }
    let field = try setting.field()
    let rollout = try setting.sampler().rollout(root: 0, key: run.key)
    let plan = try setting.plan()
    let shape = rollout.shape
    self.rollout = rollout
    self.plan = plan
    velocities = (0..<shape.expandedCount).map { node in
      field.velocity(at: rollout.states[node], time: plan.kernels[shape.depth(of: node)].time)
    }
    values = RewardFusion.uniform.values(of: rollout.rewards, shape: shape)
    advantages = TreeAdvantageRule.published.advantages(of: values, shape: shape)
  }

  /// The kernel of the edge to a node.
  func kernel(to node: Int) -> TransitionKernel {
    plan.kernels[rollout.shape.depth(of: node) - 1]
  }

  /// Returns log p of the edge to a node if its parent had this velocity.
  func logProbability(
    to node: Int, velocity: [Double], reduction: LogProbabilityReduction = .sum
  ) -> Double {
    kernel(to: node).logProbability(
      of: rollout.states[node], state: rollout.states[rollout.shape.parents[node]],
      velocity: velocity, reduction: reduction)
  }

  /// Returns the terms of the clipped objective that depend on the velocity of one node, over |E|.
  ///
  ///     min(rho A, clip(rho, 1 - eps, 1 + eps) A)
  func objective(
    below parent: Int, velocity: [Double], old: [Double], reduction: LogProbabilityReduction
  ) -> Double {
    var sum = 0.0
    for node in rollout.shape.children(of: parent) {
      let ratio = Elementary.exp(
        logProbability(to: node, velocity: velocity, reduction: reduction)
          - logProbability(to: node, velocity: old, reduction: reduction))
      let clipped = min(max(ratio, 1 - 1e-3), 1 + 1e-3)
      sum += min(ratio * advantages[node], clipped * advantages[node])
    }
    return sum / Double(rollout.shape.edgeCount)
  }
}

/// The largest logarithm of a ratio of stored transitions, computed anew under the same velocity.
private func ratios() -> Check {
  let largest = { @Sendable (run: CheckRun, isRounded: Bool) throws -> Double in
    let tree = try StoredTree(run)
    let shape = tree.rollout.shape
    var largest = 0.0
    for node in 1..<shape.nodeCount {
      let parent = shape.parents[node]
      let state = tree.rollout.states[node]
      let logProbability = tree.kernel(to: node).logProbability(
        of: isRounded ? BrainFloat.rounded(state) : state, state: tree.rollout.states[parent],
        velocity: tree.velocities[parent], reduction: .sum)
      largest = larger(largest, abs(logProbability - tree.rollout.logProbabilities[node]))
    }
    return largest
  }
  return .exact(
    "ratios", subject: "largest |log rho| over the 218 stored edges of a tree", expected: 0,
    tolerance: 1e-11,
    defects: [
      ExactVariant("bfloat16", "states stored in bfloat16, scored before") {
        try largest($0, true)
      }
    ]
  ) { try largest($0, false) }
}

/// The objective at theta_old.
private func objective() -> Check {
  let mean = { @Sendable (run: CheckRun, isCentred: Bool) throws -> Double in
    let tree = try StoredTree(run)
    return Sums.mean(Array((isCentred ? tree.advantages : tree.values).dropFirst()))
  }
  return .exact(
    "objective", subject: "(1/|E|) sum of A over the edges of a tree", expected: 0,
    tolerance: 1e-14,
    defects: [ExactVariant("values", "values without a baseline") { try mean($0, false) }]
  ) { try mean($0, true) }
}

/// What may differ between the objective and its gradient.
private enum GradientVariant {
  case none
  case meanOverDimensions
  case oldVelocityMoved
  case sampleAverage
}

/// The largest difference of a derivative of the objective from -(1/|E|) sum A kappa xi.
///
/// Derivatives by differences of fourth order with the step h, [8 (f(h) - f(-h)) - (f(2h) - f(-2h))]/(12 h).
private func gradient() -> Check {
  let largest = { @Sendable (run: CheckRun, variant: GradientVariant) throws -> Double in
    let tree = try StoredTree(run)
    let shape = tree.rollout.shape
    let reduction: LogProbabilityReduction = variant == .meanOverDimensions ? .mean : .sum
    var largest = 0.0
    for parent in 0..<shape.expandedCount {
      let old = tree.velocities[parent]
      for index in old.indices {
        let h = 1e-5
        let moved = { (steps: Double) -> Double in
          var velocity = old
          if variant == .oldVelocityMoved { velocity[index] += 0.01 }
          velocity[index] += steps * h
          return tree.objective(below: parent, velocity: velocity, old: old, reduction: reduction)
        }
        let first = moved(1) - moved(-1)
        let derivative = (8 * first - (moved(2) - moved(-2))) / (12 * h)
        var expected = 0.0
        for node in shape.children(of: parent) {
          let kappa = tree.kernel(to: node).scoreCoefficient
          expected -= tree.advantages[node] * kappa * tree.rollout.noises[node][index]
        }
        expected /= Double(variant == .sampleAverage ? shape.leafCount : shape.edgeCount)
        largest = larger(largest, abs(derivative - expected))
      }
    }
    return largest
  }
  return .exact(
    "gradient",
    subject: "largest |dJ/dv + (1/|E|) sum A kappa xi| over 203 velocities in two coordinates",
    expected: 0, tolerance: 1e-10,
    defects: [
      ExactVariant("mean", "log-probabilities averaged over dimensions") {
        try largest($0, .meanOverDimensions)
      },
      ExactVariant(
        "off-policy", "velocities moved by 0.01 since the rollout: some edges are clipped"
      ) {
        try largest($0, .oldVelocityMoved)
      },
      ExactVariant("samples", "a mean over the 16 samples in place of the 218 edges") {
        try largest($0, .sampleAverage)
      },
    ]
  ) { try largest($0, .none) }
}
