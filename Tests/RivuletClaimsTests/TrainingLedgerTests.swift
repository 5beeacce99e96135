import RivuletClaims
import RivuletNumerics
import RivuletTraining
import Testing

/// The ledger of training: what does not depend on the run of everything.
@Suite struct TrainingLedgerTests {
  @Test func `the digest does not depend on the number of threads`() throws {
    let patterns = [
      "training/update-direction/tempflow-v1-code", "training/update-direction/exact",
      "training/edge-updates",
    ]
    let digests = try [1, 2, 7].map { threads in
      try LedgerRun(ledger: .training, workers: Workers(threads: threads))
        .report(patterns: patterns).digest
    }
    #expect(Set(digests).count == 1)
  }

  @Test func `another seed draws other numbers and decides the same`() throws {
    let patterns = [
      "training/update-direction/branch-grpo-mix*", "training/zero-advantage-rows",
      "training/micro-batches", "training/non-finite",
    ]
    let pinned = try LedgerRun(ledger: .training).report(patterns: patterns)
    for seed in [1, 2] as [UInt64] {
      let report = try LedgerRun(ledger: .training, seed: seed).report(patterns: patterns)
      #expect(report.digest != pinned.digest)
      for (row, other) in zip(report.rows, pinned.rows) {
        #expect(row.outcome == .passed, "\(row.id), seed \(seed)")
        #expect(row.statementHolds == other.statementHolds, "\(row.id), seed \(seed)")
      }
    }
  }

  @Test func `every preset has its checks, those with a penalty a point`() {
    func names(_ id: String) -> [String] {
      Ledger.training.claims.first { $0.id == id }?.checks.map(\.id) ?? []
    }
    func name(_ preset: Recipe.Preset) -> String { String(preset.id.map { $0 == "/" ? "-" : $0 }) }
    #expect(names("training/update-length") == Recipe.presets.map(name))
    #expect(names("training/update-direction") == Recipe.presets.map(name))
    #expect(
      names("training/stationary-point")
        == Recipe.presets.filter { $0.recipe.kl != nil }.map(name))
  }
}
