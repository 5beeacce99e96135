import RivuletClaims
import RivuletNumerics
import RivuletStatistics
import RivuletTestSupport
import Testing

struct LedgerRunTests {
  private typealias Samples = LedgerSamples

  // MARK: Counts and exit codes

  @Test func `checks and verdicts are counted as line items`() throws {
    // Nine checks: made/A1 to A3 pass (6 and 3 verdicts); other/B1 falls with the right verdict; of other/B2
    // both checks fail and the verdict is undecided.
    let report = try Samples.report(Samples.assorted)
    #expect(report.summary.description == "10 passed, 4 failed, 0 skipped")
    #expect(report.summary.inconclusive == 0)
    #expect(report.exitCode == 1)
  }

  @Test func `the verdict of a claim that a filter cuts is skipped`() throws {
    let report = try Samples.report(Samples.assorted, patterns: ["made/A1/one"])
    #expect(report.summary.description == "1 passed, 0 failed, 1 skipped")
    #expect(report.exitCode == 0)
  }

  @Test func `an under-powered check counts as failed and exits with 2`() throws {
    let weak = Samples.meanCheck(requirement: .absolute(0.01, because: "it is small"))
    let report = try Samples.report([Samples.claim("made/weak", checks: [weak])])
    #expect(report.summary.description == "1 passed, 1 failed, 0 skipped")
    #expect(report.exitCode == 2)
    let both = try Samples.report([
      Samples.claim("made/weak", checks: [weak]),
      Samples.claim("made/far", checks: [Samples.meanCheck(shift: 1)]),
    ])
    #expect(both.exitCode == 1)
  }

  @Test func `a run of nothing exits with 5`() throws {
    let report = try Samples.report([])
    #expect(report.summary.description == "0 passed, 0 failed, 0 skipped")
    #expect(report.exitCode == 5)
  }

  // MARK: Budget

  @Test func `the budget is split over the whole ledger, so a filter changes no row`() throws {
    let whole = try Samples.report(Samples.assorted)
    let part = try Samples.report(Samples.assorted, patterns: ["made/A1/mean"])
    var row = try #require(part.rows.first)
    var same = try #require(whole.rows.first { $0.id == row.id })
    row.seconds = 0
    same.seconds = 0
    #expect(row == same)
    expectClose(part.budget.share, 1e-6 / 9, within: 1e-20)
    #expect(part.budget.assertions == 9)
    #expect(part.budget.sampled == 1)
    #expect(part.budget.spent == part.budget.share)
    #expect(part.budget.smallestP == row.p)
    // other/B1 is 1 away at n = 2000: z is about 45.
    #expect(whole.budget.sampled == 2)
    #expect(try #require(whole.budget.smallestP) < 1e-300)
  }

  // MARK: Keys

  @Test func `each check has a seed of its own that only its name and the run decide`() throws {
    let ledger = Ledger(claims: Samples.assorted)
    let seeds = ledger.claims.flatMap { claim in
      claim.checks.map { LedgerRun(ledger: ledger, seed: 7).rowSeed(of: claim.path(of: $0)) }
    }
    #expect(Set(seeds).count == 9)
    #expect(LedgerRun(ledger: Ledger(claims: []), seed: 7).rowSeed(of: "made/A1/mean") == seeds[0])
  }

  @Test func `row seeds are the first bits of a SHA-256`() {
    // printf 'salt rivulet-0.1\nmade/A1/mean\n' | sha256sum, and with 'seed 7' in the first line.
    let empty = Ledger(claims: [])
    #expect(LedgerRun(ledger: empty).rowSeed(of: "made/A1/mean") == 0xb785_24f6_ca08_a8df)
    #expect(
      LedgerRun(ledger: empty, seed: 7).rowSeed(of: "made/A1/mean") == 0xf608_c4e4_cf05_c7c1)
  }

  @Test func `a seed replaces the salt of the release`() throws {
    let pinned = try Samples.report(Samples.assorted, seed: nil)
    #expect(pinned.mode == .pinned)
    #expect(pinned.salt == LedgerRun.releaseSalt)
    #expect(pinned.seed == nil)
    #expect(pinned.rows[0].replay == "rivulet verify made/A1/mean")
    let seeded = try Samples.report(Samples.assorted, seed: 7)
    #expect(seeded.mode == .seeded)
    #expect(seeded.salt == nil)
    #expect(seeded.seed == "0x0000000000000007")
    #expect(seeded.rows[0].replay == "rivulet verify made/A1/mean --seed 7")
    #expect(pinned.rows[0].seed != seeded.rows[0].seed)
    #expect(pinned.rows[0].observed != seeded.rows[0].observed)
  }

  @Test func `the full level draws 16 times as many samples`() throws {
    let claims = [Samples.claim("made/A1", checks: [Samples.meanCheck()])]
    let quick = try Samples.report(claims)
    let full = try Samples.report(claims, level: .full)
    #expect(quick.rows[0].sampleSize == 2000)
    #expect(full.rows[0].sampleSize == 32_000)
    #expect(full.rows[0].replay == "rivulet verify made/A1/mean --seed 7 --level full")
    let effects = try [quick, full].map { try #require($0.rows[0].detectableEffect) }
    expectClose(effects[1] / effects[0], 0.25, within: 1e-14)
  }

  // MARK: Digest

  @Test func `the digest does not depend on threads or on the time`() throws {
    let reports = try [1, 2, 7, 2].map { try Samples.report(Samples.assorted, threads: $0) }
    #expect(Set(reports.map(\.digest)).count == 1)
    #expect(reports[0].digest.count == 64)
    #expect(reports.allSatisfy { $0.digest == $0.computedDigest() })
  }

  @Test func `the digest depends on the seed, the level, the filter and every number`() throws {
    func digest(_ expected: Double, subject: String = "one", region: String? = nil) throws
      -> String
    {
      let check = Check(id: "one", subject: subject) { _ in
        Finding(
          .identity(observed: expected, expected: expected, tolerance: 1), statementHolds: true,
          region: region)
      }
      return try Samples.report([Samples.claim("made/A1", checks: [check])]).digest
    }
    let digests = try [
      Samples.report(Samples.assorted).digest,
      Samples.report(Samples.assorted, seed: 8).digest,
      Samples.report(Samples.assorted, seed: nil).digest,
      Samples.report(Samples.assorted, level: .full).digest,
      Samples.report(Samples.assorted, patterns: ["made/*"]).digest,
      digest(1), digest(Double(1).nextUp), digest(0), digest(-0.0), digest(.nan),
      digest(1, subject: "two"), digest(1, region: "s < 1"),
    ]
    #expect(Set(digests).count == digests.count)
  }

  // MARK: Progress

  @Test func `progress names each check before it runs and then the end`() throws {
    var steps: [LedgerProgress] = []
    _ = try LedgerRun(ledger: Ledger(claims: Samples.assorted), seed: 7)
      .report(patterns: ["made/A2"]) { steps.append($0) }
    #expect(steps.map(\.check) == ["made/A2/first", "made/A2/second", nil])
    #expect(steps.map(\.finished) == [0, 1, 2])
    #expect(steps.allSatisfy { $0.total == 2 })
  }

  @Test func `a pattern without a match stops before anything runs`() {
    var steps = 0
    #expect(throws: Ledger.UnmatchedPattern.self) {
      _ = try LedgerRun(ledger: Ledger(claims: Samples.assorted))
        .report(patterns: ["nothing"]) { _ in steps += 1 }
    }
    #expect(steps == 0)
  }
}
