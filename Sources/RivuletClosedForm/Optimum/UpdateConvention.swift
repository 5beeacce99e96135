public import RivuletCredit
public import RivuletFlow

/// The choices of a published trainer that decide the expected update on a linear-Gaussian problem.
///
/// The objective, at the policy that the samples come from, is the mean over the trained steps' terms
///
///     L = sum_k e_k [ omega_k (1/n_k) sum_i A_{k,i} log pi_k,i  -  lambda KL_k ],
///
/// n_k the samples of step k: members of a group, branches of a seed or edges of a depth. The ratio has the
/// gradient of log pi there, and no clip acts. Values only, no training is run.
public struct UpdateConvention: Sendable, Hashable {
  /// How samples come about, and which of them share a mean and a spread.
  public enum Rollouts: Sendable, Hashable {
    /// G whole chains of one prompt, in groups of their own.
    ///
    /// Members share their initial noise or have private ones. Chains with a window of stochastic steps are
    /// of this kind too, the plan says which.
    case chains(groupSize: Int, sharesInitialNoise: Bool)
    /// G whole chains of one prompt, centred on the prompt and divided by the spread of the batch.
    case batch(PromptBatch, prompt: Int)
    /// G whole chains of one prompt, each with a window of its own, divided by the spread of the batch.
    ///
    /// The plan is that of one window, and the factors are those of the members that drew it.
    case windows(WindowedBatch, window: Int)
    /// K branches at one step from one seed, each seed a group. TempFlow-GRPO from its second version.
    case seedBranches(siblings: Int, siblingCorrelation: Double)
    /// N seeds with K branches each at one step, all of them one group. TempFlow-GRPO's first version.
    case promptBranches(seeds: Int, siblings: Int)
    /// A balanced tree with n_k nodes drawn by step k and uniform fusion. BranchGRPO.
    ///
    /// Children of one fork may share noise, those of different forks may not. Scaled fork noise, which the
    /// published code scores as if it were not scaled, multiplies the gradient of a fork by the scale squared
    /// before anything else.
    case tree(nodeCounts: [Int], forkNoise: ForkNoise, baseline: TreeAdvantageRule.Baseline)
  }

  /// A penalty on the divergence from the reference.
  ///
  /// A penalty towards the *behaviour* policy, as MixGRPO's option has it, is no such one: its gradient at
  /// that policy is zero, and the update is the one without a penalty.
  public struct Penalty: Sendable, Hashable {
    /// lambda, positive.
    public let coefficient: Double
    /// The divergence, or the published form without the step's length.
    public let form: DivergenceForm
    /// Sum or mean over coordinates.
    public let reduction: LogProbabilityReduction

    /// Makes a penalty.
    ///
    /// - Parameters:
    ///   - coefficient: lambda, positive.
    ///   - form: The divergence, or the published form without the step's length.
    ///   - reduction: Sum or mean over coordinates.
    public init(
      coefficient: Double, form: DivergenceForm = .exact, reduction: LogProbabilityReduction = .sum
    ) {
      requirePenalty(coefficient)
      self.coefficient = coefficient
      self.form = form
      self.reduction = reduction
    }
  }

  /// How samples come about.
  public var rollouts: Rollouts
  /// What a centred reward is divided by.
  public var convention: AdvantageRule.Convention
  /// The number added to the spread of a flat group; trees and batches are taken without it.
  public var epsilon: Double
  /// Sum or mean of log pi over coordinates.
  public var reduction: LogProbabilityReduction
  /// omega_k of each trained step, in ascending order of `trainedSteps`.
  ///
  /// They multiply the policy term alone. See `StepWeights`.
  public var stepWeights: [Double]
  /// The steps whose edges the objective holds, ascending, each of them stochastic.
  public var trainedSteps: [Int]
  /// e_k, what the terms of each trained step count in the mean over steps or edges; nil for 1 each.
  ///
  /// 1/T for the mean over trained steps, n_k/E for that over the edges of a tree. They multiply both terms,
  /// so they set the pace of a step and not where it ends.
  public var shares: [Double]?
  /// The penalty on the divergence; nil for none.
  public var penalty: Penalty?

  /// Makes a convention.
  ///
  /// - Parameters:
  ///   - rollouts: How samples come about.
  ///   - convention: What a centred reward is divided by.
  ///   - epsilon: The number added to the spread; not negative.
  ///   - reduction: Sum or mean of log pi over coordinates.
  ///   - trainedSteps: The trained steps, ascending.
  ///   - stepWeights: omega_k, one for each trained step; nil for 1 each.
  ///   - shares: e_k, one for each trained step; nil for 1 each.
  ///   - penalty: The penalty on the divergence; nil for none.
  public init(
    rollouts: Rollouts, convention: AdvantageRule.Convention, epsilon: Double = 0,
    reduction: LogProbabilityReduction = .sum, trainedSteps: [Int], stepWeights: [Double]? = nil,
    shares: [Double]? = nil, penalty: Penalty? = nil
  ) {
    precondition(
      epsilon >= 0 && epsilon.isFinite, "epsilon must not be negative, got \(epsilon)")
    precondition(
      zip(trainedSteps, trainedSteps.dropFirst()).allSatisfy { $0 < $1 },
      "trained steps must ascend, got \(trainedSteps)")
    self.rollouts = rollouts
    self.convention = convention
    self.epsilon = epsilon
    self.reduction = reduction
    self.trainedSteps = trainedSteps
    self.stepWeights = stepWeights ?? trainedSteps.map { _ in 1 }
    self.shares = shares
    self.penalty = penalty
    precondition(
      self.stepWeights.count == trainedSteps.count
        && (shares?.count ?? trainedSteps.count) == trainedSteps.count,
      "there are \(self.stepWeights.count) weights and \(shares?.count ?? trainedSteps.count) shares "
        + "for \(trainedSteps.count) trained steps")
  }

  /// Returns the convention whose expected update is the exact gradient of E[R] - beta KL.
  ///
  /// Leave-one-out advantages of whole chains with private initial noises, summed log-probabilities, the
  /// exact divergence, unit weights.
  ///
  /// - Parameters:
  ///   - groupSize: G, two or more.
  ///   - penalty: beta > 0.
  ///   - trainedSteps: The trained steps, ascending.
  /// - Returns: The convention.
  public static func exact(
    groupSize: Int, penalty: Double, trainedSteps: [Int]
  ) -> UpdateConvention {
    UpdateConvention(
      rollouts: .chains(groupSize: groupSize, sharesInitialNoise: false),
      convention: .leaveOneOut, trainedSteps: trainedSteps,
      penalty: Penalty(coefficient: penalty))
  }
}
