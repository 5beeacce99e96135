import RivuletStatistics

public import RivuletNumerics

/// One run over a ledger: where its keys come from, how many samples, how many threads.
///
/// In the *pinned* mode the key of a check is a hash of its identity and the salt of the release. Nobody
/// chooses it, so nobody can hunt for a seed under which a claim passes, and a run can be repeated to the
/// last bit. A seed replaces the salt; with another seed, every number is drawn anew. The order of the
/// checks, the filter and the number of threads change no number.
public struct LedgerRun: Sendable {
  /// The salt of the pinned mode; it changes with a release and with the stream version only.
  public static let releaseSalt = "rivulet-0.1"

  /// How many samples a run draws.
  public enum Level: String, Sendable, Hashable, Codable, CaseIterable {
    /// The sizes that the checks state.
    case quick
    /// 16 times as many: a quarter of each detectable effect.
    case full

    /// The factor on all sample sizes.
    public var effort: Int {
      switch self {
      case .quick: 1
      case .full: 16
      }
    }
  }

  /// The claims.
  public let ledger: Ledger
  /// What replaces the salt of the release; nil in the pinned mode.
  public let seed: UInt64?
  /// The threads that each check may use; the checks run one after the other.
  public let workers: Workers
  /// How many samples are drawn.
  public let level: Level

  /// Makes a run.
  ///
  /// - Parameters:
  ///   - ledger: The claims.
  ///   - seed: What replaces the salt of the release; nil for the pinned mode.
  ///   - workers: The threads that each check may use.
  ///   - level: How many samples are drawn.
  public init(
    ledger: Ledger, seed: UInt64? = nil, workers: Workers = Workers(threads: 1),
    level: Level = .quick
  ) {
    self.ledger = ledger
    self.seed = seed
    self.workers = workers
    self.level = level
  }

  /// Runs the selected checks and decides their claims.
  ///
  /// - Parameters:
  ///   - patterns: Which claims and checks, as in ``Ledger/matching(_:)``; none for all.
  ///   - progress: Is told of each check before it runs, and of the end.
  /// - Returns: What was found.
  /// - Throws: ``Ledger/UnmatchedPattern`` before anything runs.
  public func report(
    patterns: [String] = [], progress: (LedgerProgress) -> Void = { _ in }
  ) throws(Ledger.UnmatchedPattern) -> LedgerReport {
    let selections = try ledger.selection(patterns)
    let total = selections.reduce(0) { $0 + $1.checks.count }
    var finished = 0
    var claims: [LedgerReport.ClaimResult] = []
    let duration = ContinuousClock().measure {
      for selection in selections {
        var rows: [LedgerReport.Row] = []
        for check in selection.checks {
          let path = selection.claim.path(of: check)
          progress(LedgerProgress(finished: finished, total: total, check: path))
          rows.append(row(of: check, in: selection.claim))
          finished += 1
        }
        claims.append(
          LedgerReport.ClaimResult(
            claim: selection.claim, rows: rows, isComplete: selection.isComplete))
      }
    }
    progress(LedgerProgress(finished: finished, total: total, check: nil))
    var report = LedgerReport(
      schemaVersion: LedgerReport.schemaVersion, streamVersion: RandomKey.streamVersion,
      mode: seed == nil ? .pinned : .seeded, salt: seed == nil ? LedgerRun.releaseSalt : nil,
      seed: seed.map(LedgerRun.hexadecimal), level: level, claims: claims,
      budget: ledger.budget.use(
        pValues: claims.flatMap(\.rows).filter { $0.outcome != .error }.map(\.p)),
      summary: LedgerReport.Summary(of: claims),
      execution: LedgerReport.Execution(
        host: LedgerRun.host, threads: workers.threads, seconds: duration.seconds),
      digest: "")
    report.digest = report.computedDigest()
    return report
  }
}

/// How far a run of the ledger is.
public struct LedgerProgress: Sendable, Hashable {
  /// The number of checks that are done.
  public let finished: Int
  /// The number of checks that were selected.
  public let total: Int
  /// The check that runs now; nil at the end.
  public let check: String?
}
