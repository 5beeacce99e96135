import RivuletClaims
import RivuletNumerics
import Testing

/// The ledger of TempFlow-GRPO: what does not depend on the run of everything.
@Suite struct TempFlowLedgerTests {
  @Test func `the digest does not depend on the number of threads`() throws {
    let patterns = ["tempflow/T1/sd35*", "tempflow/T7", "tempflow/T8", "tempflow/T10"]
    let digests = try [1, 2, 7, 2].map { threads in
      try LedgerRun(ledger: .tempFlow, workers: Workers(threads: threads))
        .report(patterns: patterns).digest
    }
    #expect(Set(digests).count == 1)
  }

  @Test func `another seed draws other numbers and decides the same`() throws {
    let patterns = ["tempflow/T10"]
    let pinned = try LedgerRun(ledger: .tempFlow).report(patterns: patterns)
    for seed in [1, 2] as [UInt64] {
      let report = try LedgerRun(ledger: .tempFlow, seed: seed).report(patterns: patterns)
      #expect(report.digest != pinned.digest)
      #expect(report.claims.allSatisfy { $0.outcome == .passed })
      for (row, other) in zip(report.rows, pinned.rows) where row.p != nil {
        #expect(row.observed != other.observed, "\(row.id)")
      }
    }
  }

  @Test func `a filter changes no number of a row`() throws {
    let whole = try LedgerRun(ledger: .tempFlow).report(patterns: ["tempflow/T10"])
    let one = try LedgerRun(ledger: .tempFlow).report(patterns: ["tempflow/T10/k1*"])
    let row = try #require(one.rows.first)
    let same = try #require(whole.rows.first { $0.id == row.id })
    #expect(row.observed == same.observed)
    #expect(row.interval == same.interval)
    #expect(row.detectableEffect == same.detectableEffect)
  }

  @Test func `the ledger holds the claims that need no training`() {
    #expect(
      Ledger.tempFlow.claims.map(\.id)
        == (Array(1...13) + [18, 21, 22]).map { "tempflow/T\($0)" })
  }
}
