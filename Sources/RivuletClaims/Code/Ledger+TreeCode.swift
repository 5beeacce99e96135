extension Ledger {
  /// What the published code of BranchGRPO does beside its paper, as far as it can be seen without training.
  ///
  /// Each claim says what a right implementation does; each wrong variant is what the code does instead.
  public static let treeCode = Ledger(claims: [
    .codeTreeCredit, .codeTreePruning, .codeTreeRollouts, .codeTreeScoring,
  ])
}
