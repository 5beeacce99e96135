extension Ledger {
  /// Every claim: those of TempFlow-GRPO, of BranchGRPO, and of published code.
  public static let all = Ledger(
    claims: Ledger.tempFlow.claims + Ledger.branchGRPO.claims + Ledger.code.claims)
}
