import RivuletClaims
import RivuletNumerics
import RivuletTestSupport
import Testing

/// One run of the whole ledger at the quick level, which several suites read.
enum PinnedRun {
  static let report = Result {
    try LedgerRun(ledger: .all, workers: Workers(threads: 2)).report()
  }
}

@Suite struct PinnedRunTests {
  @Test func `every claim passes with the verdict that theory predicts`() throws {
    let report = try PinnedRun.report.get()
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

  /// The committed digest comes from a release build for AVX2; this test runs in any build.
  @Test func `the digest of the pinned run is the committed one`() throws {
    let committed = try Fixtures.text("ledger/quick.sha256")
    #expect(try PinnedRun.report.get().digest + "\n" == committed)
  }

  @Test func `every check has a wrong variant, and the parts make the whole`() {
    #expect(Ledger.all.claims.flatMap(\.checks).allSatisfy { !$0.controls.isEmpty })
    #expect(Ledger.all.claimsWithoutControls.isEmpty)
    let parts: [(Ledger, String)] = [
      (.tempFlow, "tempflow/"), (.branchGRPO, "branchgrpo/"), (.code, "code/"),
      (.training, "training/"),
    ]
    for (part, prefix) in parts {
      #expect(part.claims.allSatisfy { $0.id.hasPrefix(prefix) })
    }
    #expect(Ledger.all.claims.map(\.id) == parts.flatMap { $0.0.claims.map(\.id) })
  }
}
