/// How rewards become advantages, with every choice that published implementations make differently.
public struct AdvantageRule: Sendable, Hashable, Codable {
  /// What a centred reward is divided by, or what it is centred on.
  public enum Convention: String, Sendable, Hashable, Codable, CaseIterable {
    /// A = r - mean(group). Dr. GRPO.
    case none
    /// A = (r - mean) / (std + epsilon), std dividing by n. Flow-GRPO, TempFlow-GRPO.
    case population
    /// A = (r - mean) / (std + epsilon), std dividing by n - 1. DanceGRPO, MixGRPO, BranchGRPO.
    case sample
    /// A = r - mean of the other members. RLOO; the only unbiased one.
    case leaveOneOut
  }

  /// Which rewards share a mean and a spread.
  public enum Scope: String, Sendable, Hashable, Codable, CaseIterable {
    /// The branches of one initial noise of one prompt. TempFlow-GRPO from its second version.
    case seedGroup
    /// All rewards of one prompt. TempFlow-GRPO's first version, Flow-GRPO (Prompt).
    case promptGroup
    /// The mean of the prompt, the spread of the whole batch. Flow-GRPO's default, `global_std`.
    case batch
  }

  /// What a centred reward is divided by.
  public var convention: Convention
  /// Which rewards share a mean and a spread.
  public var scope: Scope
  /// The number added to the spread; not negative.
  public var epsilon: Double

  /// Makes a rule.
  ///
  /// - Parameters:
  ///   - convention: What a centred reward is divided by.
  ///   - scope: Which rewards share a mean and a spread.
  ///   - epsilon: The number added to the spread.
  public init(convention: Convention, scope: Scope, epsilon: Double) {
    precondition(epsilon.isFinite && epsilon >= 0, "epsilon must not be negative, got \(epsilon)")
    self.convention = convention
    self.scope = scope
    self.epsilon = epsilon
  }
}

/// How a flat list of rewards is laid out: prompts, seeds of a prompt, branches of a seed.
///
/// Reward (p, s, j) stands at index (p * seeds + s) * branches + j.
public struct GroupLayout: Sendable, Hashable, Codable {
  /// The number of prompts.
  public let prompts: Int
  /// The number of initial noises of a prompt.
  public let seeds: Int
  /// The number of branches of an initial noise.
  public let branches: Int

  /// Makes a layout; all three numbers are at least one.
  ///
  /// - Parameters:
  ///   - prompts: The number of prompts.
  ///   - seeds: The number of initial noises of a prompt.
  ///   - branches: The number of branches of an initial noise.
  public init(prompts: Int = 1, seeds: Int = 1, branches: Int) {
    precondition(
      prompts >= 1 && seeds >= 1 && branches >= 1,
      "a layout needs positive numbers, got \(prompts) x \(seeds) x \(branches)")
    self.prompts = prompts
    self.seeds = seeds
    self.branches = branches
  }

  /// The number of rewards.
  public var count: Int { prompts * seeds * branches }
}
