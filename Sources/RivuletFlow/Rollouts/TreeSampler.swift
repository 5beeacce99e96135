public import RivuletCredit
import RivuletNumerics

/// What can be wrong with a tree sampler.
public enum TreeSamplerInvalid: Error, Hashable, CustomStringConvertible {
  /// The shape has another number of steps than the plan.
  case differentStepCounts(plan: Int, shape: Int)
  /// The field and the reward differ in dimension.
  case differentDimensions(field: Int, reward: Int)
  /// A node forks at a step that adds no noise, so its children would be one and the same.
  case deterministicFork(step: Int)
  /// The branch parameter or the factor of the fork noise is out of range.
  case invalidForkNoise(Double)

  /// The rule that is broken, the place and the value.
  public var description: String {
    switch self {
    case .differentStepCounts(let plan, let shape):
      "the plan has \(plan) steps and the tree \(shape); give as many of both"
    case .differentDimensions(let field, let reward):
      "the field has \(field) dimensions and the reward \(reward); give as many of both"
    case .deterministicFork(let step):
      "the tree forks at step \(step), which adds no noise; make that step stochastic"
    case .invalidForkNoise(let value):
      "the parameter of the fork noise is \(value); it must be a finite number that is not negative, "
        + "and positive as a factor"
    }
  }
}

/// Which state of a leaf the reward sees.
public enum ScoredState: String, Sendable, Hashable, Codable, CaseIterable {
  /// The state at t = 0, with the noise of the last step in it.
  case finalState
  /// The data predicted at the last evaluation of the model, x - t v.
  ///
  /// The noise of the last edge never reaches it, so siblings born at the last step score the same.
  /// Source: `train_branchgrpo_flux.py` of BranchGRPO at 19fbb9f, lines 489 to 515 and 861; DanceGRPO's
  /// trainer does the same.
  case cleanPrediction
}

/// Draws rollout trees: chains that share their first steps and part at forks.
///
/// A node is a state; its children follow the law of the plan's step from the one velocity that the node
/// needs anyway. Chain steps draw one standard normal vector, forks draw what ``ForkNoise`` says. Steps of
/// the plan without noise follow the ODE, as in BranchGRPO-Mix; a fork needs a stochastic step.
///
/// The initial noise of root r is `key.child("initial")` at (root r). The noise of the edge to a node is
/// `key.child("transition")` at (root r, step k, the node's `noiseNumbers` in the shape), and the part that
/// siblings share `key.child("fork")` at (root r, step k, their parent's number, or 0 where a step
/// shares it). So a draw depends on the path alone: a tree whose forks all have one child is bit-equal to
/// a chain, leaving out a branch changes no other, and one tree and a lane of a tile have the same bits.
///
/// Cost of a tree with L leaves and n_d nodes at depth d: sum over d < T of n_d model calls, L reward
/// calls, and one gradient evaluation for each stochastic edge.
///
/// Source: BranchGRPO, arXiv 2509.06040, section 3; `train_branchgrpo_flux.py` at 19fbb9f.
public struct TreeSampler<Field: VelocityField, R: Reward>: Sendable {
  /// What can be wrong with a tree sampler.
  public typealias Invalid = TreeSamplerInvalid

  /// The grid and the law of each step.
  public let plan: SamplingPlan
  /// The velocity field.
  public let field: Field
  /// The reward of the leaves.
  public let reward: R
  /// Who descends from whom.
  public let shape: TreeShape
  /// The noise of the children of a fork.
  public let forkNoise: ForkNoise
  /// Which state of a leaf the reward sees.
  public let scored: ScoredState
  /// Whether leaves share the model calls of their common prefix.
  ///
  /// Without it every leaf is computed from the root anew, which costs T L model calls and changes no
  /// bit: a check of the tree, and the cost that it saves.
  public let sharesPrefixes: Bool
  /// The nodes in the order in which they are computed: each after its parent, subtree by subtree, or
  /// path by path where prefixes are not shared.
  let visits: [Int]
  /// The depth of each node.
  let depths: [Int]
  /// D (log tau_k + log(2 pi) / 2) of each step; 0 for a step without noise.
  let logNormalizers: [Double]

  /// Makes a sampler.
  ///
  /// - Parameters:
  ///   - plan: The grid and the law of each step; the steps at which nodes fork must be stochastic.
  ///   - field: The velocity field.
  ///   - reward: The reward of the leaves, of the field's dimension.
  ///   - shape: The tree, of as many steps as the plan.
  ///   - forkNoise: The noise of the children of a fork.
  ///   - scored: Which state of a leaf the reward sees.
  ///   - sharesPrefixes: Whether leaves share the model calls of their common prefix.
  /// - Throws: ``TreeSamplerInvalid`` with the value that breaks a rule.
  public init(
    plan: SamplingPlan, field: Field, reward: R, shape: TreeShape,
    forkNoise: ForkNoise = .published, scored: ScoredState = .cleanPrediction,
    sharesPrefixes: Bool = true
  ) throws(TreeSamplerInvalid) {
    guard plan.stepCount == shape.stepCount else {
      throw .differentStepCounts(plan: plan.stepCount, shape: shape.stepCount)
    }
    guard field.dimension == reward.dimension else {
      throw .differentDimensions(field: field.dimension, reward: reward.dimension)
    }
    for step in shape.forkSteps where !plan.kernels[step].isStochastic {
      throw .deterministicFork(step: step)
    }
    switch forkNoise {
    case .independent: break
    case .correlated(let s, _):
      guard s.isFinite && s >= 0 else { throw .invalidForkNoise(s) }
    case .scaled(let c):
      guard c.isFinite && c > 0 else { throw .invalidForkNoise(c) }
    }
    self.plan = plan
    self.field = field
    self.reward = reward
    self.shape = shape
    self.forkNoise = forkNoise
    self.scored = scored
    self.sharesPrefixes = sharesPrefixes
    var depths = [Int](repeating: 0, count: shape.nodeCount)
    for node in 1..<shape.nodeCount { depths[node] = depths[shape.parents[node]] + 1 }
    self.visits = sharesPrefixes ? shape.preorder : shape.leaves.flatMap { shape.path(to: $0) }
    self.depths = depths
    logNormalizers = plan.kernels.map {
      $0.isStochastic ? $0.logNormalizer(dimension: field.dimension) : 0
    }
  }

  /// What one tree costs.
  public var costOfTree: CostLedger {
    var trained = 0
    for step in plan.stochasticSteps { trained += shape.nodes(atDepth: step + 1).count }
    return CostLedger(
      modelCalls: sharesPrefixes ? shape.expandedCount : shape.leafCount * shape.stepCount,
      rewardCalls: shape.leafCount, gradientEvaluations: trained)
  }

  /// The step from the last model call straight to t = 0 without noise.
  var cleanStep: TransitionKernel {
    TransitionKernel(
      rule: .ode, time: plan.grid.times[plan.stepCount - 1], nextTime: 0)
  }

  /// Whether the edge to a node leads away from a fork, and so gets fork noise.
  func isForked(_ node: Int) -> Bool { shape.children(of: shape.parents[node]).count > 1 }
}
