extension Ledger {
  /// The claims of BranchGRPO, arXiv 2509.06040, that need no training.
  public static let branchGRPO = Ledger(claims: [
    .oneStepMarginal,
    .siblingCovariance,
    .leafMarginal,
    .leafJointLaw,
    .treeCost,
    .uniformFusion,
    .fusionVariance,
    .pathWeighting,
    .selfNormalisedWeights,
    .siblingBaseline,
    .depthBaseline,
    .concentration,
    .depthSpread,
    .firstUpdate,
    .pruningForward,
    .pruningBias,
    .mixedTrees,
    .diversity,
    .tableOneUnits,
    .tableOneGain,
    .plannedSplits,
  ])
}
