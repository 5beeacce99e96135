extension Ledger {
  /// The claims of TempFlow-GRPO that need no training.
  ///
  /// Source: arXiv 2508.04324 and the code released with it.
  public static let tempFlow = Ledger(claims: [
    .creditLocalisation, .parameterAttribution, .processReward, .rewardSpread, .noiseLevelProxy,
    .noiseDecreases, .scoreIdentity, .lateDominance, .weightedCoefficient, .scoreAdvantage,
    .branchedGradient, .seedGroups, .weightNormalisation, .cost, .otherNoise,
    .marginalPreservation,
  ])
}
