/// What can be wrong with a branch sampler.
public enum BranchingInvalid: Error, Hashable, CustomStringConvertible {
  /// The number of branches is not positive.
  case noBranches(Int)
  /// There is no step at which to branch.
  case noSteps
  /// A step lies outside the grid.
  case stepOutsideGrid(step: Int, stepCount: Int)
  /// A step is given twice.
  case repeatedStep(Int)
  /// A step adds no noise, so its branches would be one and the same.
  case deterministicStep(Int)
  /// The field and the reward differ in dimension.
  case differentDimensions(field: Int, reward: Int)

  /// The rule that is broken, the place and the value.
  public var description: String {
    switch self {
    case .noBranches(let count):
      "there are \(count) branches; give one or more"
    case .noSteps:
      "there is no step at which to branch; give one or more"
    case .stepOutsideGrid(let step, let stepCount):
      "cannot branch at step \(step); the steps of this grid are 0 to \(stepCount - 1)"
    case .repeatedStep(let step):
      "step \(step) is given twice; give each branching step once"
    case .deterministicStep(let step):
      "cannot branch at step \(step), which adds no noise; choose a stochastic step"
    case .differentDimensions(let field, let reward):
      "the field has \(field) dimensions and the reward \(reward); give as many of both"
    }
  }
}

/// Branches off an ODE trajectory: K noisy successors at each chosen step, each led to data by the ODE.
///
/// For one root (one initial noise) the backbone follows the ODE. At every branching step k its state
/// x_k has K independent successors by the law of the plan's step k, all from the one velocity that
/// the backbone needs there anyway. The ODE leads every successor to t = 0, where it is scored; this
/// number is the reward of step k. The mean of the branches is *not* the backbone's next state: it lies
/// off it by (s^2 h / 2) times the score.
///
/// The initial noise of root r is `key.child("initial")` at (root r), the noise of branch j at step k
/// `key.child("transition")` at (root r, step k, node j). One rollout and a lane of a tile have the
/// same bits.
///
/// Cost of one root with K branches at steps 0 ..< N - 1: K N (N - 1) / 2 model calls behind the
/// branches and N - 1 on the backbone, N if it is led to the end; K (N - 1) reward calls and gradient
/// evaluations.
///
/// Source: TempFlow-GRPO, arXiv 2508.04324, section 4.1; `train_sd3_pr.py`, whose backbone ends after
/// the last branching step, and `train_flux_pr.py`, whose backbone runs to the end.
public struct BranchSampler<Field: VelocityField, R: Reward>: Sendable {
  /// What can be wrong with a branch sampler.
  public typealias Invalid = BranchingInvalid

  /// The grid and the law of the branching steps; its other steps are not used.
  public let plan: SamplingPlan
  /// The velocity field.
  public let field: Field
  /// The reward of the last states.
  public let reward: R
  /// The number K of branches at each step.
  public let branches: Int
  /// The branching steps, ascending.
  public let steps: [Int]
  /// Whether the backbone is led to t = 0, which costs model calls and changes no branch.
  public let completesBackbone: Bool
  let noiseStep: @Sendable (Int) -> Int
  let ode: SamplingPlan

  /// Makes a sampler.
  ///
  /// - Parameters:
  ///   - plan: The grid and the law of each branching step, which must be stochastic.
  ///   - field: The velocity field.
  ///   - reward: The reward of the last states, of the field's dimension.
  ///   - branches: K, at least one.
  ///   - steps: The branching steps, in any order.
  ///   - completesBackbone: Whether the backbone is led to t = 0.
  ///   - noiseStep: Says at which step's coordinates the noise of a branching step is drawn. The
  ///     identity is right; anything else is a wrong draw, for negative controls. Not negative.
  /// - Throws: ``BranchingInvalid`` with the value that breaks a rule.
  public init(
    plan: SamplingPlan, field: Field, reward: R, branches: Int, steps: some Sequence<Int>,
    completesBackbone: Bool = false, noiseStep: @escaping @Sendable (Int) -> Int = { $0 }
  ) throws(BranchingInvalid) {
    guard field.dimension == reward.dimension else {
      throw .differentDimensions(field: field.dimension, reward: reward.dimension)
    }
    guard branches >= 1 else { throw .noBranches(branches) }
    let steps = steps.sorted()
    guard !steps.isEmpty else { throw .noSteps }
    for (index, step) in steps.enumerated() {
      guard plan.grid.steps.contains(step) else {
        throw .stepOutsideGrid(step: step, stepCount: plan.stepCount)
      }
      guard index == 0 || steps[index - 1] != step else { throw .repeatedStep(step) }
      guard plan.kernels[step].isStochastic else { throw .deterministicStep(step) }
    }
    self.plan = plan
    self.field = field
    self.reward = reward
    self.branches = branches
    self.steps = steps
    self.completesBackbone = completesBackbone
    self.noiseStep = noiseStep
    ode = SamplingPlan.ode(grid: plan.grid)
  }

  /// The number of velocities that the backbone of one root needs.
  var backboneSteps: Int { completesBackbone ? plan.stepCount : (steps.last ?? 0) + 1 }

  /// What one root costs.
  public var costOfRoot: CostLedger {
    var suffixes = 0
    for step in steps { suffixes += plan.stepCount - (step + 1) }
    return CostLedger(
      modelCalls: backboneSteps + branches * suffixes, rewardCalls: branches * steps.count,
      gradientEvaluations: branches * steps.count)
  }
}
