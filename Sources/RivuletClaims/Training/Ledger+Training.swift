extension Ledger {
  /// The claims that are decided by training, and by the gradients of the trainer.
  public static let training = Ledger(claims: [
    .updateLength,
    .updateDirection,
    .stationaryPoint,
    .exactOptimum,
    .mixtures,
    .microBatches,
    .zeroAdvantageRows,
    .edgeUpdates,
    .nonFiniteEdges,
  ])
}
