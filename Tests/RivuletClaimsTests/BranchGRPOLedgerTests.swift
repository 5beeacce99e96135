import RivuletClaims
import RivuletNumerics
import Testing

/// The ledger of BranchGRPO: what does not depend on the run of everything.
@Suite struct BranchGRPOLedgerTests {
  /// Rows that keep of their trees everything, and rewards alone; values of nodes, and of edges.
  @Test func `the digest does not depend on the number of threads`() throws {
    let patterns = ["branchgrpo/B3/mean", "branchgrpo/B7/k*", "branchgrpo/B12", "branchgrpo/B16"]
    let digests = try [1, 2, 7].map { threads in
      try LedgerRun(ledger: .branchGRPO, workers: Workers(threads: threads))
        .report(patterns: patterns).digest
    }
    #expect(Set(digests).count == 1)
  }

  @Test func `another seed draws other numbers and decides the same`() throws {
    let patterns = ["branchgrpo/B7/k*", "branchgrpo/B12", "branchgrpo/B16"]
    let pinned = try LedgerRun(ledger: .branchGRPO).report(patterns: patterns)
    for seed in [1, 2] as [UInt64] {
      let report = try LedgerRun(ledger: .branchGRPO, seed: seed).report(patterns: patterns)
      #expect(report.digest != pinned.digest)
      for (row, other) in zip(report.rows, pinned.rows) {
        #expect(row.outcome == .passed, "\(row.id), seed \(seed)")
        #expect(row.statementHolds == other.statementHolds, "\(row.id), seed \(seed)")
        if row.p != nil { #expect(row.observed != other.observed, "\(row.id)") }
      }
    }
  }
}
