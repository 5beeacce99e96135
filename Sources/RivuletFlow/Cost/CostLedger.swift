/// What a rollout and its update cost, counted and not timed.
public struct CostLedger: Sendable, Hashable, Codable {
  /// Evaluations of the velocity field in the rollout.
  public var modelCalls: Int
  /// Evaluations of the reward.
  public var rewardCalls: Int
  /// Evaluations of the velocity field that are differentiated in the update.
  public var gradientEvaluations: Int

  /// Makes a ledger, empty by default.
  ///
  /// - Parameters:
  ///   - modelCalls: Evaluations of the velocity field.
  ///   - rewardCalls: Evaluations of the reward.
  ///   - gradientEvaluations: Differentiated evaluations.
  public init(modelCalls: Int = 0, rewardCalls: Int = 0, gradientEvaluations: Int = 0) {
    self.modelCalls = modelCalls
    self.rewardCalls = rewardCalls
    self.gradientEvaluations = gradientEvaluations
  }

  /// Adds the entries of another ledger.
  ///
  /// - Parameters:
  ///   - total: The ledger that grows.
  ///   - part: What is added.
  public static func += (total: inout CostLedger, part: CostLedger) {
    total.modelCalls += part.modelCalls
    total.rewardCalls += part.rewardCalls
    total.gradientEvaluations += part.gradientEvaluations
  }
}
