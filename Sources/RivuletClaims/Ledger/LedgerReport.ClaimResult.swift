extension LedgerReport {
  /// What was found about one claim.
  public struct ClaimResult: Sendable, Hashable, Codable {
    /// The identity of the claim.
    public let id: String
    /// A few words for lists.
    public let title: String
    /// What is claimed.
    public let statement: String
    /// Where it is claimed.
    public let source: String
    /// What it is decided on.
    public let scope: String
    /// The verdict that theory predicts.
    public let recorded: Verdict
    /// The verdict that follows from the rows; nil if they do not decide it.
    public let measured: Verdict?
    /// How the two verdicts compare.
    public let verdict: VerdictComparison
    /// Whether the claim passed as a whole.
    public let outcome: Outcome
    /// The checks that ran, in the order of the claim.
    public internal(set) var rows: [Row]

    /// How the measured verdict compares with the recorded one.
    public enum VerdictComparison: String, Sendable, Hashable, Codable {
      /// They are equal.
      case agrees
      /// They are not.
      case differs
      /// Every check ran, but one stopped with an error or none reads the statement off.
      case undecided
      /// Some checks were left out, so the verdict is not known.
      case notCompared
    }

    /// Whether a claim passed.
    public enum Outcome: String, Sendable, Hashable, Codable {
      /// All rows passed and the verdict is the recorded one.
      case passed
      /// A row failed, or the verdict is another one.
      case failed
      /// The rows that ran passed, but some were left out.
      case partial
    }

    /// Decides a claim from its rows.
    ///
    /// - Parameters:
    ///   - claim: The claim with all its checks.
    ///   - rows: What the selected checks found.
    ///   - isComplete: Whether every check of the claim was selected.
    init(claim: RivuletClaims.Claim, rows: [Row], isComplete: Bool) {
      id = claim.id
      title = claim.title
      statement = claim.statement
      source = claim.source
      scope = claim.scope
      recorded = claim.recorded
      self.rows = rows
      measured = isComplete ? ClaimResult.verdict(of: rows) : nil
      verdict =
        if !isComplete {
          .notCompared
        } else if let measured {
          measured == recorded ? .agrees : .differs
        } else {
          .undecided
        }
      let rowsPassed = rows.allSatisfy { $0.outcome == .passed }
      outcome =
        switch verdict {
        case .agrees: rowsPassed ? .passed : .failed
        case .differs, .undecided: .failed
        case .notCompared: rowsPassed ? .partial : .failed
        }
    }

    /// The verdict that rows measure.
    ///
    /// *Holds* if the statement is true in every row that reads it off, *fails* if in none, else *holds
    /// where* with the clauses of the regions, in the order of the rows, joined by a semicolon. A mixed
    /// reading without a region decides nothing.
    private static func verdict(of rows: [Row]) -> Verdict? {
      let readings = rows.compactMap(\.statementHolds)
      if readings.isEmpty || rows.contains(where: { $0.outcome == .error }) { return nil }
      if readings.allSatisfy({ $0 }) { return .holds }
      if !readings.contains(true) { return .fails }
      let regions = rows.compactMap(\.region)
      return regions.isEmpty ? nil : .holdsWhere(regions.joined(separator: "; "))
    }
  }
}
