public import RivuletFlow
public import RivuletNumerics
public import RivuletStatistics

/// One row of the ledger: a measured number against its exact expectation, with wrong variants.
public struct Check: Sendable {
  /// The name inside the claim, such as `sd35`.
  public let id: String
  /// What the number is, with its unit and setting.
  public let subject: String
  /// How small an effect the check must be able to see.
  public let requirement: Requirement
  /// Measures the number; an error that it throws fails the row.
  public let measure: @Sendable (CheckRun) throws -> Finding
  /// Wrong variants that the same statistic must reject at the same n.
  public let controls: [Control]

  /// How small an effect a check must be able to see.
  public enum Requirement: Sendable, Hashable {
    /// A fraction of the expected value, 0.02 unless the check says why not.
    case relative(Double)
    /// An effect in the unit of the number, where a fraction of the expected value makes no sense.
    case absolute(Double, because: String)

    /// Returns the effect in the unit of the number.
    ///
    /// - Parameter expected: The expected value of the number.
    /// - Returns: The size of the deviation that must be seen.
    public func effect(expected: Double) -> Double {
      switch self {
      case .relative(let fraction): fraction * abs(expected)
      case .absolute(let effect, _): effect
      }
    }
  }

  /// Makes a check.
  ///
  /// - Parameters:
  ///   - id: The name inside the claim.
  ///   - subject: What the number is.
  ///   - requirement: How small an effect it must see.
  ///   - controls: Wrong variants; the statistic is the check's own.
  ///   - measure: Measures the number.
  public init(
    id: String, subject: String, requirement: Requirement = .relative(0.02),
    controls: [Control] = [], measure: @escaping @Sendable (CheckRun) throws -> Finding
  ) {
    self.id = id
    self.subject = subject
    self.requirement = requirement
    self.controls = controls
    self.measure = measure
  }
}

/// A wrong variant of a check: a sign, a missing root, a published defect.
public struct Control: Sendable {
  /// The name inside the check.
  public let id: String
  /// What is wrong in it.
  public let defect: String
  /// Measures the number of the wrong variant with the check's statistic and sample size.
  ///
  /// An error that it throws is no rejection.
  public let measure: @Sendable (CheckRun) throws -> Measurement

  /// Makes a control.
  ///
  /// - Parameters:
  ///   - id: The name inside the check.
  ///   - defect: What is wrong in it.
  ///   - measure: Measures the number of the wrong variant.
  public init(
    id: String, defect: String, measure: @escaping @Sendable (CheckRun) throws -> Measurement
  ) {
    self.id = id
    self.defect = defect
    self.measure = measure
  }
}

/// What a check found.
public struct Finding: Sendable {
  /// The number, its expectation and the law of the difference.
  public let measurement: Measurement
  /// Whether the published statement is true here; nil when the check does not read it off.
  public let statementHolds: Bool?
  /// The clause of the region that this check contributes, in numbers.
  public let region: String?
  /// What it cost.
  public let cost: CostLedger

  /// Makes a finding.
  ///
  /// - Parameters:
  ///   - measurement: The number, its expectation and the law of the difference.
  ///   - statementHolds: Whether the published statement is true here, if the check reads it off.
  ///   - region: A clause of the region.
  ///   - cost: Model and reward calls.
  public init(
    _ measurement: Measurement, statementHolds: Bool? = nil, region: String? = nil,
    cost: CostLedger = CostLedger()
  ) {
    self.measurement = measurement
    self.statementHolds = statementHolds
    self.region = region
    self.cost = cost
  }
}

/// What a check may use while it measures.
public struct CheckRun: Sendable {
  /// The key of this check; a control gets the same one.
  public let key: RandomKey
  /// The threads.
  public let workers: Workers
  /// The factor on all sample sizes, 1 for the quick level.
  public let effort: Int

  /// Makes the surroundings of a check.
  ///
  /// - Parameters:
  ///   - key: The key of the check.
  ///   - workers: The threads.
  ///   - effort: The factor on all sample sizes.
  public init(key: RandomKey, workers: Workers, effort: Int = 1) {
    self.key = key
    self.workers = workers
    self.effort = effort
  }
}
