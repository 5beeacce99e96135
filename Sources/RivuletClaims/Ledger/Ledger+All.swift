extension Ledger {
  /// Every claim: those of TempFlow-GRPO, of BranchGRPO, of published code, and of training.
  public static let all = Ledger(
    claims: Ledger.tempFlow.claims + Ledger.branchGRPO.claims + Ledger.code.claims
      + Ledger.training.claims)
}
