import RivuletClaims
import RivuletNumerics
import Testing

/// The whole ledger of BranchGRPO at the quick level.
@Suite struct BranchGRPOLedgerTests {
  /// One run of everything, which several tests read.
  private static let pinned = Result {
    try LedgerRun(ledger: .branchGRPO, workers: Workers(threads: 2)).report()
  }

  @Test func `every claim passes with the verdict that theory predicts`() throws {
    let report = try Self.pinned.get()
    for claim in report.claims {
      #expect(
        claim.outcome == .passed,
        "\(claim.id): recorded \(claim.recorded), measured \(String(describing: claim.measured))")
      for row in claim.rows {
        #expect(row.outcome == .passed, "\(row.id): \(row.outcome), p \(row.p ?? .nan)")
        for control in row.controls {
          #expect(control.isRejected, "\(row.id), wrong variant \(control.id)")
        }
      }
    }
    #expect(report.exitCode == 0)
  }

  /// Rows that keep of their trees everything, and rewards alone.
  @Test func `the digest does not depend on the number of threads`() throws {
    let patterns = ["branchgrpo/B3/mean", "branchgrpo/B7/k*"]
    let digests = try [1, 2, 7].map { threads in
      try LedgerRun(ledger: .branchGRPO, workers: Workers(threads: threads))
        .report(patterns: patterns).digest
    }
    #expect(Set(digests).count == 1)
  }

  @Test func `another seed draws other numbers and decides the same`() throws {
    let patterns = ["branchgrpo/B7/k*"]
    let pinned = try LedgerRun(ledger: .branchGRPO).report(patterns: patterns)
    for seed in [1, 2] as [UInt64] {
      let report = try LedgerRun(ledger: .branchGRPO, seed: seed).report(patterns: patterns)
      #expect(report.digest != pinned.digest)
      for (row, other) in zip(report.rows, pinned.rows) {
        #expect(row.outcome == .passed, "\(row.id), seed \(seed)")
        #expect(row.statementHolds == other.statementHolds, "\(row.id), seed \(seed)")
        #expect(row.observed != other.observed, "\(row.id)")
      }
    }
  }

  @Test func `every check has a wrong variant`() {
    #expect(Ledger.branchGRPO.claims.flatMap(\.checks).allSatisfy { !$0.controls.isEmpty })
    #expect(Ledger.branchGRPO.claimsWithoutControls.isEmpty)
  }

  @Test func `every identity is that of a claim of this paper`() {
    #expect(Ledger.branchGRPO.claims.allSatisfy { $0.id.hasPrefix("branchgrpo/") })
  }
}
