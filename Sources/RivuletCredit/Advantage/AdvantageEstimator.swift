/// Turns the rewards of a batch into the advantages that weight its transitions.
///
/// This is what a new estimator conforms to. It sees numbers and how they are grouped, nothing else:
/// it cannot sample. Give it every choice as stored data, so that a run can be repeated.
public protocol AdvantageEstimator: Sendable {
  /// Returns one advantage for each reward.
  ///
  /// - Parameters:
  ///   - rewards: Finite rewards, `layout.count` of them, in the order that ``GroupLayout`` states.
  ///   - layout: Which rewards belong together.
  /// - Returns: The advantages in the order of `rewards`.
  func advantages(of rewards: [Double], layout: GroupLayout) -> [Double]
}

extension AdvantageRule: AdvantageEstimator {}

/// Limits the size of advantages, as published trainers do before the objective.
public enum AdvantageClamp {
  /// The bound 5 of Flow-GRPO, TempFlow-GRPO, DanceGRPO, MixGRPO and BranchGRPO.
  ///
  /// It cannot bind on a standardised group of 26 members or fewer, whatever the rewards, because
  /// |A| <= sqrt(n - 1) with the population form and (n - 1) / sqrt(n) with the sample form.
  public static let publishedBound = 5.0

  /// Returns the advantages with every one outside [-bound, bound] moved to the nearer end.
  ///
  /// - Parameters:
  ///   - advantages: Finite numbers.
  ///   - bound: Positive; may be infinite, which changes nothing.
  /// - Returns: The limited advantages, in the same order. They need not sum to zero any more.
  public static func clamped(
    _ advantages: [Double], to bound: Double = publishedBound
  ) -> [Double] {
    precondition(bound > 0, "the bound of a clamp must be positive, got \(bound)")
    return advantages.map { min(max($0, -bound), bound) }
  }
}
