public import RivuletStatistics

/// What a run of the ledger found, as plain values.
///
/// Line items are counted in one way everywhere: each check that ran is one item, and the verdict of
/// each claim is one more. A verdict is skipped when a filter leaves out some checks of its claim, for it
/// follows from all of them.
public struct LedgerReport: Sendable, Hashable, Codable {
  /// The version of this layout; it grows when a field changes its meaning or goes.
  public static let schemaVersion = 1

  /// The version of the layout of the report.
  public let schemaVersion: Int
  /// The version of the random streams.
  public let streamVersion: Int
  /// Where the keys came from.
  public let mode: Mode
  /// The salt of the release that fixes the keys in the pinned mode; nil otherwise.
  public let salt: String?
  /// The seed of the run, 16 hexadecimal digits after `0x`; nil in the pinned mode.
  public let seed: String?
  /// How many samples were drawn.
  public let level: LedgerRun.Level
  /// What was found, claim by claim in the order of the ledger.
  public let claims: [ClaimResult]
  /// What the run used of its false-alarm rate.
  public let budget: ErrorBudget.Use
  /// The number of line items by outcome.
  public let summary: Summary
  /// On what and how long it ran; not part of the digest.
  public internal(set) var execution: Execution
  /// SHA-256 over the canonical JSON of everything but times, threads and host.
  public internal(set) var digest: String

  /// Where the keys of a run come from.
  public enum Mode: String, Sendable, Hashable, Codable {
    /// From the identity of each check and the salt of the release.
    case pinned
    /// From the identity of each check and a seed.
    case seeded
  }

  /// The number of line items by outcome.
  public struct Summary: Sendable, Hashable, Codable, CustomStringConvertible {
    /// Checks and verdicts that came out as predicted.
    public let passed: Int
    /// Checks and verdicts that did not, the inconclusive ones among them.
    public let failed: Int
    /// Verdicts that could not be compared because a filter left out checks of the claim.
    public let skipped: Int
    /// Checks that are under-powered; they are contained in `failed`.
    public let inconclusive: Int

    /// The last line of a report.
    public var description: String { "\(passed) passed, \(failed) failed, \(skipped) skipped" }
  }

  /// On what and how long a report ran.
  public struct Execution: Sendable, Hashable, Codable {
    /// The operating system and the processor.
    public let host: String
    /// The number of threads.
    public let threads: Int
    /// The wall-clock time of all checks.
    public let seconds: Double
  }

  /// All rows, in the order of the report.
  public var rows: [Row] { claims.flatMap(\.rows) }

  /// The exit code of a command that wrote this report.
  ///
  /// 0: all as expected; 1: something fell; 2: nothing fell, but something is inconclusive; 5: nothing ran.
  public var exitCode: Int32 {
    if rows.isEmpty { return 5 }
    if summary.failed > summary.inconclusive { return 1 }
    return summary.inconclusive > 0 ? 2 : 0
  }
}

extension LedgerReport.Summary {
  /// Counts the line items of claims.
  init(of claims: [LedgerReport.ClaimResult]) {
    var passed = 0
    var failed = 0
    var skipped = 0
    var inconclusive = 0
    for claim in claims {
      for row in claim.rows {
        if row.outcome == .passed { passed += 1 } else { failed += 1 }
        if row.outcome.isInconclusive { inconclusive += 1 }
      }
      switch claim.verdict {
      case .agrees: passed += 1
      case .differs, .undecided: failed += 1
      case .notCompared: skipped += 1
      }
    }
    self.init(passed: passed, failed: failed, skipped: skipped, inconclusive: inconclusive)
  }
}
