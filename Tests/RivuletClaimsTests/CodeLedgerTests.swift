import RivuletClaims
import RivuletNumerics
import RivuletTestSupport
import Testing

/// The ledger of published code: threads, seeds, and the size of each defect.
@Suite struct CodeLedgerTests {
  @Test func `threads change nothing, and another seed decides the same`() throws {
    let digests = try [1, 2, 7].map { threads in
      try LedgerRun(ledger: .code, workers: Workers(threads: threads)).report().digest
    }
    #expect(Set(digests).count == 1)
    let other = try LedgerRun(ledger: .code, seed: 5, workers: Workers(threads: 2)).report()
    #expect(other.digest != digests[0])
    #expect(other.claims.allSatisfy { $0.outcome == .passed })
  }

  private static func control(_ check: String, _ id: String) throws -> Double {
    let row = try #require(try PinnedRun.report.get().rows.first { $0.id == check })
    return try #require(row.controls.first { $0.id == id }?.observed)
  }

  // By hand:
  // - constants: tau sqrt(2 pi) at step 0, tau = 0.3 sqrt(h), h = 1 - 2.88/2.92 = 0.04/2.92
  // - cps: exp(-d^2 (1 - 2 tau^2)) with d = tau = t_1 sin(0.4 pi), t_1 = 0.960130 of the printed grid
  // - score: v h = 1.3 x 0.1; KL: 1/h - 1 with the shortest step, h_0 = 1 - 45/46 = 1/46
  // - Flash: u = 3/25 and 8/25 (and 2/25 is smaller), t = 3u / (1 + 2u)
  // - told time: t_6 = 3 x 0.7 / 2.4 = 7/8, which rounding puts below 875 thousandths
  // - suffix: after steps from u = 12/16 to 8/16 or 10/16 the state is at t = 3/4 or 5/6, the suffix
  //   begins at u = 11/16, t = 33/38
  // - columns: sqrt(40/39); win rates: 3 x 0.667; keys: the 1024 numbers fall on 513 even ones
  // - clamped sum: others over the best -1/11 before, -3 x 0.288675/5 after
  // - best of n: mean 1081/6 and deviation sqrt(652203.33/23) of the squares; the kept sums are
  //   1868 - 8 x mean, or with 4 best and 3 worst in the mixed batch 1859 - 7 x mean
  // - own weights: the largest |w_b - 1|, w = tau / mean tau; 1.6733 = 0.74296 x 2.2522
  // - shared step: 16 of 23 partners are in other calls, whose windows differ with probability 3/4
  @Test(
    arguments: [
      ("code/density/constants", "mixgrpo", 0.088014, 0.5e-6),
      ("code/density/cps", "flow-cps", 1.7449, 0.5e-4),
      ("code/density/score", "minimal-rl", 0.13, 1e-14),
      ("code/density/noise-names", "verl-omni-kl", 45, 1e-12),
      ("code/windows/never-empty", "mixgrpo", 0, 0), ("code/windows/never-empty", "flash", 0, 0),
      ("code/windows/coverage", "mixgrpo", 1, 0),
      ("code/schedule/ends-at-zero", "flash", 0.36 / 1.24, 1e-15),
      ("code/schedule/ends-at-zero", "flash-ratio-0.2", 0.96 / 1.64, 1e-15),
      ("code/schedule/told-time", "dancegrpo", 0.001, 1e-15),
      ("code/schedule/suffix-start", "visualgrpo-2", 33.0 / 38 - 5.0 / 6, 1e-15),
      ("code/schedule/suffix-start", "visualgrpo-4", 33.0 / 38 - 0.75, 1e-15),
      ("code/draws/shared-step", "flow-grpo-fast", 12.0 / 23, 0.05),
      ("code/advantages/repeated-columns", "verl-omni", 1.0127393670836666, 1e-14),
      ("code/advantages/clamped-sum", "visualgrpo", 0.6 * 0.2886751346 - 1.0 / 11, 1e-8),
      ("code/advantages/best-of-n", "not-recentred", 2.5337, 0.5e-4),
      ("code/advantages/best-of-n", "dancegrpo", 3.5502, 0.5e-4),
      ("code/advantages/win-rates", "pref-grpo", 2.001, 1e-14),
      ("code/bookkeeping/group-ids", "flow-factory", 513, 0),
      ("code/bookkeeping/own-weights", "tempflow", 0.6733, 0.5e-4),
    ] as [(String, String, Double, Double)])
  func `a defect has the size that follows from its rule`(
    check: String, id: String, expected: Double, tolerance: Double
  ) throws {
    expectClose(try Self.control(check, id), expected, within: tolerance)
  }
}
