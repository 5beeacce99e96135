public import RivuletFlow
public import RivuletStatistics

extension LedgerReport {
  /// What one check found.
  ///
  /// A check that stopped with an error has a message, and no numbers.
  public struct Row: Sendable, Hashable, Codable {
    /// The identity of the check in the whole ledger, such as `tempflow/T4/sd35`.
    public let id: String
    /// The identity of its claim.
    public let claim: String
    /// What the number is, with its unit and setting.
    public let subject: String
    /// How the check ended.
    public let outcome: Outcome
    /// The law of the number.
    public let kind: Measurement.Kind?
    /// The number that was expected.
    public let expected: Double?
    /// The number that was measured.
    public let observed: Double?
    /// The expectations that the measurement does not reject.
    public let interval: ConfidenceInterval?
    /// The number of values, degrees of freedom or trials; nil for an identity.
    public let sampleSize: Int?
    /// The two-sided p-value; nil for an identity.
    public let p: Double?
    /// The least deviation that is sure to be seen; the tolerance of an identity.
    public let detectableEffect: Double?
    /// The deviation that had to be seen.
    public let requiredEffect: Double?
    /// Why the required effect is not 2 % of the expected value, if the check says so.
    public let requirementReason: String?
    /// Whether the published statement is true here, if the check reads it off.
    public let statementHolds: Bool?
    /// The clause of the region that the check contributes.
    public let region: String?
    /// The seed of this check's key, 16 hexadecimal digits after `0x`.
    public let seed: String
    /// What the check cost, its controls not counted.
    public let cost: CostLedger?
    /// The wrong variants.
    public let controls: [ControlResult]
    /// The command that runs this check alone, to the same numbers.
    public let replay: String
    /// The error that stopped the check.
    public let message: String?
    /// The wall-clock time of the check and its controls; not part of the digest.
    public package(set) var seconds: Double

    /// The ways in which a check can end; the first that applies.
    public enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
      /// It stopped with an error.
      case error
      /// The number is too far from its expectation, or not a number.
      case fell
      /// The number is closer to its expectation than chance allows.
      case tooGood
      /// The number agrees, but a deviation of the required size could have been missed.
      case underPowered
      /// The number agrees, but so does that of a wrong variant.
      case controlNotRejected
      /// The number agrees, and every wrong variant is rejected.
      case passed

      /// Whether the check decides nothing: it neither passed nor fell.
      public var isInconclusive: Bool { self == .underPowered }
    }
  }

  /// What a wrong variant of a check gave.
  public struct ControlResult: Sendable, Hashable, Codable {
    /// The name inside the check.
    public let id: String
    /// What is wrong in it.
    public let defect: String
    /// The number that it was held against.
    public let expected: Double?
    /// Its number.
    public let observed: Double?
    /// The p-value of the check's statistic; of an identity 0 outside the tolerance and 1 inside.
    public let p: Double?
    /// Whether the check's statistic rejects it.
    public let isRejected: Bool
    /// Why it cannot be compared with the check, if so.
    public let message: String?
  }
}

extension LedgerReport.Row.Outcome {
  /// The outcome of a check from its judgement and its controls.
  init(_ outcome: Judgement.Outcome, controls: [LedgerReport.ControlResult]) {
    self =
      switch outcome {
      case .fell: .fell
      case .tooGood: .tooGood
      case .underPowered: .underPowered
      case .passed: controls.allSatisfy(\.isRejected) ? .passed : .controlNotRejected
      }
  }
}

extension LedgerReport.ControlResult {
  /// Holds a wrong variant against the statistic of its check.
  ///
  /// The variant must have the law and the sample size of the check. An identity is judged by the
  /// tolerance of the check, or the variant's own if that is larger. A p-value that is not defined rejects
  /// nothing.
  init(of control: Control, measured: Measurement, checked: Measurement) {
    id = control.id
    defect = control.defect
    expected = measured.expected
    observed = measured.observed
    let p: Double
    if case .identity(let observed, let expected, let ownTolerance) = measured,
      case .identity(_, _, let tolerance) = checked
    {
      let distance = abs(observed - expected)
      p = distance.isFinite ? (distance > max(tolerance, ownTolerance) ? 0 : 1) : .nan
    } else {
      p = measured.pValue ?? .nan
    }
    self.p = p
    message =
      if measured.kind != checked.kind {
        "the control is tested as \(measured.kind.rawValue), the check as \(checked.kind.rawValue)"
      } else if measured.sampleSize != checked.sampleSize {
        "the control has n = \(measured.sampleSize ?? 0), the check n = \(checked.sampleSize ?? 0)"
      } else {
        nil
      }
    isRejected = message == nil && p < Control.rejectionLevel
  }

  /// Notes the error that stopped a wrong variant, which is no rejection.
  init(of control: Control, stoppedBy error: any Error) {
    id = control.id
    defect = control.defect
    expected = nil
    observed = nil
    p = nil
    isRejected = false
    message = String(describing: error)
  }
}
