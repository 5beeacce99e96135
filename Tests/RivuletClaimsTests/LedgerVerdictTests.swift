import RivuletClaims
import RivuletStatistics
import RivuletTestSupport
import Testing

struct LedgerVerdictTests {
  private typealias Samples = LedgerSamples

  private func result(
    _ recorded: Verdict, _ checks: [Check], patterns: [String] = []
  ) throws -> LedgerReport.ClaimResult {
    let report = try Samples.report(
      [Samples.claim("made/C", recorded: recorded, checks: checks)], patterns: patterns)
    return try #require(report.claims.first)
  }

  // MARK: Verdicts

  @Test func `a true claim passes`() throws {
    let result = try result(.holds, [Samples.meanCheck(), Samples.identityCheck("one")])
    #expect(result.rows.map(\.outcome) == [.passed, .passed])
    #expect(result.measured == .holds)
    #expect(result.outcome == .passed)
  }

  @Test func `a false claim passes by failing as predicted`() throws {
    let result = try result(.fails, [Samples.meanCheck(holds: false)])
    #expect(result.measured == .fails)
    #expect(result.outcome == .passed)
  }

  @Test func `a claim whose verdict is not the recorded one fails though every row passes`() throws
  {
    let result = try result(.holds, [Samples.meanCheck(holds: false)])
    #expect(result.rows.map(\.outcome) == [.passed])
    #expect(result.verdict == .differs)
    #expect(result.outcome == .failed)
  }

  @Test func `mixed readings give the joined regions`() throws {
    let checks = [
      Samples.identityCheck("a", holds: true, region: "s < 1"),
      Samples.identityCheck("b", holds: nil, region: "d >= 2"),
      Samples.identityCheck("c", holds: false),
    ]
    #expect(try result(.holdsWhere("s < 1; d >= 2"), checks).outcome == .passed)
    #expect(try result(.holdsWhere("s < 1"), checks).verdict == .differs)
  }

  @Test func `a claim that no check reads off is undecided and fails`() throws {
    let result = try result(.holds, [Samples.meanCheck(holds: nil)])
    #expect(result.measured == nil)
    #expect(result.verdict == .undecided)
    #expect(result.outcome == .failed)
  }

  @Test func `a filter that leaves out checks leaves the verdict uncompared`() throws {
    let checks = [
      Samples.identityCheck("a", holds: true), Samples.identityCheck("b", holds: false),
    ]
    let result = try result(.fails, checks, patterns: ["made/C/b"])
    #expect(result.rows.map(\.id) == ["made/C/b"])
    #expect(result.measured == nil)
    #expect(result.verdict == .notCompared)
    #expect(result.outcome == .partial)
  }

  // MARK: Rows

  @Test func `a wrong number falls`() throws {
    let result = try result(.holds, [Samples.meanCheck(shift: 0.5)])
    #expect(result.rows[0].outcome == .fell)
    #expect(result.verdict == .agrees)
    #expect(result.outcome == .failed)
  }

  @Test func `NaN never passes`() throws {
    let check = Samples.identityCheck("nan", observed: .nan, control: nil)
    #expect(try result(.holds, [check]).rows[0].outcome == .fell)
  }

  @Test func `a number that hits its expectation exactly is too good`() throws {
    let check = Check(id: "exact", subject: "zero", requirement: .absolute(1, because: "zero")) {
      _ in
      Finding(.mean(observed: 0, expected: 0, sigma: 1, count: 1000, sigmaIsKnown: true))
    }
    #expect(try result(.holds, [check]).rows[0].outcome == .tooGood)
  }

  @Test func `a check that cannot see the required effect is under-powered`() throws {
    let check = Samples.meanCheck(requirement: .absolute(0.01, because: "it is small"))
    let row = try result(.holds, [check]).rows[0]
    #expect(row.outcome == .underPowered)
    #expect(row.requiredEffect == 0.01)
    #expect(row.requirementReason == "it is small")
  }

  @Test func `a check that throws fails with its message and its claim is undecided`() throws {
    let result = try result(.holds, [Samples.identityCheck("one"), Samples.throwingCheck()])
    #expect(result.rows[1].outcome == .error)
    #expect(result.rows[1].message == "no such grid")
    #expect(result.verdict == .undecided)
    #expect(result.outcome == .failed)
  }

  // MARK: Controls

  @Test func `a control that is not rejected fails its row`() throws {
    let row = try result(.holds, [Samples.meanCheck(controlShift: 0.001)]).rows[0]
    #expect(row.outcome == .controlNotRejected)
    #expect(row.controls.map(\.isRejected) == [false])
  }

  @Test func `a control of an identity is rejected with p zero outside the tolerance`() throws {
    let control = try result(.holds, [Samples.identityCheck("one")]).rows[0].controls[0]
    #expect(control.isRejected)
    #expect(control.p == 0)
  }

  @Test func `a control inside the tolerance is not rejected`() throws {
    let row = try result(.holds, [Samples.identityCheck("one", control: 1 + 1e-13)]).rows[0]
    #expect(row.controls[0].p == 1)
    #expect(row.outcome == .controlNotRejected)
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func `a control that is no number is not rejected`(value: Double) throws {
    let row = try result(.holds, [Samples.identityCheck("one", control: value)]).rows[0]
    #expect(row.controls[0].isRejected == false)
    #expect(row.outcome == .controlNotRejected)
    let sampled = Check(
      id: "sampled", subject: "mean", requirement: .absolute(1, because: "zero"),
      controls: [
        Control(id: "wrong", defect: "not a number") { _ in
          .mean(observed: value, expected: 0, sigma: 1, count: 2000, sigmaIsKnown: true)
        }
      ]
    ) { run in Finding(Samples.mean(run)) }
    #expect(try result(.holds, [sampled]).rows[0].outcome == .controlNotRejected)
  }

  @Test func `a control that throws is not rejected`() throws {
    let check = Check(
      id: "one", subject: "one",
      controls: [
        Control(id: "stops", defect: "an error") { _ in
          throw LedgerSamples.Trouble(description: "stopped")
        }
      ]
    ) { _ in Finding(.identity(observed: 1, expected: 1, tolerance: 0), statementHolds: true) }
    let row = try result(.holds, [check]).rows[0]
    #expect(row.outcome == .controlNotRejected)
    #expect(row.controls[0].message == "stopped")
  }

  @Test func `a control with another statistic or sample size is not rejected`() throws {
    let check = Check(
      id: "mean", subject: "mean", requirement: .absolute(1, because: "zero"),
      controls: [
        Control(id: "larger", defect: "more samples") { run in
          Samples.mean(run, count: 4000, shift: 1)
        },
        Control(id: "other", defect: "an identity") { _ in
          .identity(observed: 1, expected: 0, tolerance: 0)
        },
      ]
    ) { run in Finding(Samples.mean(run), statementHolds: true) }
    let row = try result(.holds, [check]).rows[0]
    #expect(row.controls.map(\.isRejected) == [false, false])
    #expect(row.controls[0].message == "the control has n = 4000, the check n = 2000")
    #expect(row.controls[1].message == "the control is tested as identity, the check as mean")
  }

  @Test func `a control gets the key of its check`() throws {
    let row = try result(.holds, [Samples.meanCheck(controlShift: 1)]).rows[0]
    let observed = try #require(row.observed)
    let shifted = try #require(row.controls[0].observed)
    expectClose(shifted - observed, 1, within: 1e-15)
  }

  @Test func `claims without a control are named`() {
    let ledger = Ledger(claims: [
      Samples.claim("made/with", checks: [Samples.meanCheck()]),
      Samples.claim("made/without", checks: [Samples.meanCheck(controlShift: nil)]),
    ])
    #expect(ledger.claimsWithoutControls == ["made/without"])
  }
}
