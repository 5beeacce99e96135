/// What the checks of a ledger found about the defects of a catalogue.
public struct DefectReport: Sendable, Hashable, Codable {
  /// One defect.
  public struct Row: Sendable, Hashable, Codable {
    /// The identity of the defect.
    public let id: String
    /// A few words.
    public let title: String
    /// The file and the lines, with the revision.
    public let place: String
    /// What follows from it.
    public let consequence: String
    /// How it ended.
    public let outcome: Outcome
    /// The check that rejects it; nil where there is none.
    public let check: String?
    /// The wrong variant of the check that is this defect.
    public let variant: String?
    /// What the number is.
    public let subject: String?
    /// The number that a right implementation gets, or must get on average.
    public let expected: Double?
    /// The number that the defect gets.
    public let observed: Double?
    /// The p-value of the check's statistic for the defect; 0 for an identity that is broken.
    public let p: Double?
  }

  /// How a defect ended.
  public enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
    /// Its check rejects it, and accepts the right form.
    case caught
    /// Its check does not reject it, or does not accept the right form.
    case missed
    /// There is nothing to compute.
    case onRecord
  }

  /// The rows, in the order of the catalogue.
  public let rows: [Row]

  /// Looks every defect up in what a run of the ledger found.
  ///
  /// - Parameters:
  ///   - defects: The catalogue.
  ///   - checks: What was found by every check that the catalogue names.
  public init(of defects: [Defect], in checks: [LedgerReport.Row]) {
    rows = defects.map { defect in
      guard case .caught(let path, let variant) = defect.status else {
        return Row(
          id: defect.id, title: defect.title, place: defect.place,
          consequence: defect.consequence,
          outcome: .onRecord, check: nil, variant: nil, subject: nil, expected: nil, observed: nil,
          p: nil)
      }
      let check = checks.first { $0.id == path }
      let control = check?.controls.first { $0.id == variant }
      let isCaught = check?.outcome == .passed && control?.isRejected == true
      return Row(
        id: defect.id, title: defect.title, place: defect.place, consequence: defect.consequence,
        outcome: isCaught ? .caught : .missed, check: path, variant: variant,
        subject: check?.subject, expected: control?.expected, observed: control?.observed,
        p: control?.p)
    }
  }

  /// How many defects ended in a way.
  ///
  /// - Parameter outcome: The way.
  /// - Returns: Their number.
  public func count(_ outcome: Outcome) -> Int { rows.count { $0.outcome == outcome } }

  /// Whether every defect that can be expressed is caught.
  public var isComplete: Bool { count(.missed) == 0 }
}

extension LedgerRun {
  /// Runs the checks that a catalogue of defects names, and looks the defects up.
  ///
  /// - Parameters:
  ///   - defects: The catalogue.
  ///   - progress: Is told of each check before it runs, and of the end.
  /// - Returns: What was found.
  /// - Throws: ``Ledger/UnmatchedPattern`` where the catalogue names a check that the ledger lacks.
  public func defectReport(
    of defects: [Defect], progress: (LedgerProgress) -> Void = { _ in }
  ) throws(Ledger.UnmatchedPattern) -> DefectReport {
    var checks: [String] = []
    for defect in defects {
      guard case .caught(let check, _) = defect.status, !checks.contains(check) else { continue }
      checks.append(check)
    }
    // No pattern would select the whole ledger.
    let rows = checks.isEmpty ? [] : try report(patterns: checks, progress: progress).rows
    return DefectReport(of: defects, in: rows)
  }
}
