extension Ledger {
  /// What published trainers compute around the method: densities, windows, schedules, draws, advantages
  /// and bookkeeping.
  ///
  /// Each claim says what a right implementation does, and each wrong variant is what one published code
  /// does instead, named with its file and revision. None of them needs training to be seen.
  public static let code = Ledger(claims: [
    .codeDensity, .codeWindows, .codeSchedule, .codeDraws, .codeAdvantages, .codeBookkeeping,
    .codeTreeRollouts, .codeTreeScoring, .codeTreeCredit, .codeTreePruning,
  ])
}
