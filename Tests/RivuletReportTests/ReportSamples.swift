import RivuletClaims
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

/// Reports of made-up claims, one row of each fate.
enum ReportSamples {
  struct Trouble: Error, CustomStringConvertible {
    let description: String
  }

  private static func identity(
    _ id: String, observed: Double = 0.25, holds: Bool = true, region: String? = nil,
    control: Double? = 0.5
  ) -> Check {
    Check(
      id: id, subject: "a quarter | of <one> & \"more\"",
      controls: control.map { value in
        [
          Control(id: "doubled", defect: "factor 2") { _ in
            .identity(observed: value, expected: 0.25, tolerance: 1e-9)
          }
        ]
      } ?? []
    ) { _ in
      Finding(
        .identity(observed: observed, expected: 0.25, tolerance: 1e-9), statementHolds: holds,
        region: region, cost: CostLedger(modelCalls: 10, rewardCalls: 4, gradientEvaluations: 2))
    }
  }

  private static func mean(
    _ id: String, observed: Double, count: Int = 1_000_000,
    requirement: Check.Requirement = .relative(0.02)
  ) -> Check {
    Check(id: id, subject: "a mean", requirement: requirement) { _ in
      Finding(
        .mean(observed: observed, expected: 2, sigma: 1, count: count, sigmaIsKnown: true),
        statementHolds: true)
    }
  }

  private static func claim(_ id: String, recorded: Verdict = .holds, _ checks: [Check]) -> Claim {
    Claim(
      id: id, title: "Title of \(id)", statement: "Statement", source: "Paper, eq. 1",
      scope: "Scope", recorded: recorded, checks: checks)
  }

  static let passing = [
    claim("made/A1", [identity("one"), mean("mean", observed: 2.001)]),
    claim("made/A2", recorded: .fails, [identity("two", holds: false)]),
  ]

  static let failing = [
    claim("made/B1", recorded: .holdsWhere("s < 0.5"), [identity("one")]),
    claim(
      "made/B2",
      [
        identity("off", observed: 0.375), identity("nan", observed: .nan),
        identity("control", control: 0.25), mean("far", observed: 2.5),
        mean("exact", observed: 2),
        mean(
          "weak", observed: 2.001, count: 100,
          requirement: .absolute(0.001, because: "it is small")),
        Check(id: "throws", subject: "nothing\u{1}\nat all") { _ in
          throw Trouble(description: "no <grid> & no \"times\"")
        },
      ]),
  ]

  static func report(_ claims: [Claim], patterns: [String] = []) throws -> LedgerReport {
    try LedgerRun(ledger: Ledger(claims: claims), seed: 7).report(patterns: patterns)
  }
}
