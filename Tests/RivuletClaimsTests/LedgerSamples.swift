import RivuletClaims
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

/// Small made-up claims on which the ledger itself is tested.
enum LedgerSamples {
  struct Trouble: Error, CustomStringConvertible {
    let description: String
  }

  static func claim(
    _ id: String, recorded: Verdict = .holds, checks: [Check]
  ) -> Claim {
    Claim(
      id: id, title: "Title of \(id)", statement: "Statement of \(id)", source: "Nowhere, eq. 1",
      scope: "Made-up numbers", recorded: recorded, checks: checks)
  }

  /// The mean of standard normal numbers, wherever it should be.
  static func mean(
    _ run: CheckRun, count: Int = 2000, expected: Double = 0, shift: Double = 0
  ) -> Measurement {
    let size = count * run.effort
    // Chunks of fixed size: the bits may not depend on the number of threads.
    let sums = run.workers.map(count: 20) { chunk in
      Sums.sum(
        run.key.standardNormals(count: size / 20, at: NoiseAddress(root: UInt32(chunk))))
    }
    return .mean(
      observed: Sums.sum(sums) / Double(size) + shift, expected: expected, sigma: 1, count: size,
      sigmaIsKnown: true)
  }

  static func meanCheck(
    _ id: String = "mean", holds: Bool? = true, shift: Double = 0, region: String? = nil,
    requirement: Check.Requirement = .absolute(0.5, because: "the expectation is 0"),
    controlShift: Double? = 1
  ) -> Check {
    Check(
      id: id, subject: "mean of normal numbers", requirement: requirement,
      controls: controlShift.map { controlShift in
        [
          Control(id: "shifted", defect: "a constant is added") { run in
            mean(run, shift: controlShift)
          }
        ]
      } ?? []
    ) { run in
      Finding(
        mean(run, shift: shift), statementHolds: holds, region: region,
        cost: CostLedger(modelCalls: 3, rewardCalls: 2, gradientEvaluations: 1))
    }
  }

  static func identityCheck(
    _ id: String, observed: Double = 1, holds: Bool? = true, region: String? = nil,
    control: Double? = 1.5
  ) -> Check {
    Check(
      id: id, subject: "one",
      controls: control.map { control in
        [
          Control(id: "wrong", defect: "another number") { _ in
            .identity(observed: control, expected: 1, tolerance: 1e-12)
          }
        ]
      } ?? []
    ) { _ in
      Finding(
        .identity(observed: observed, expected: 1, tolerance: 1e-12), statementHolds: holds,
        region: region)
    }
  }

  static func throwingCheck(_ id: String = "throws") -> Check {
    Check(id: id, subject: "nothing") { _ in throw Trouble(description: "no such grid") }
  }

  /// A run with one thread and a fixed seed.
  static func report(
    _ claims: [Claim], patterns: [String] = [], seed: UInt64? = 7, threads: Int = 1,
    level: LedgerRun.Level = .quick
  ) throws -> LedgerReport {
    try LedgerRun(
      ledger: Ledger(claims: claims), seed: seed, workers: Workers(threads: threads), level: level
    ).report(patterns: patterns)
  }

  /// One claim of each fate.
  static let assorted: [Claim] = [
    claim("made/A1", checks: [meanCheck(), identityCheck("one")]),
    claim(
      "made/A2", recorded: .fails,
      checks: [identityCheck("first", holds: false), identityCheck("second", holds: false)]),
    claim(
      "made/A3", recorded: .holdsWhere("s < 0.5; s < 0.25"),
      checks: [
        identityCheck("small", holds: true, region: "s < 0.5"),
        identityCheck("large", holds: false, region: "s < 0.25"),
      ]),
    claim("other/B1", checks: [meanCheck("far", shift: 1, controlShift: nil)]),
    claim("other/B2", checks: [throwingCheck(), identityCheck("nan", observed: .nan)]),
  ]
}
