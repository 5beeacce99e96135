/// The false-alarm rate of a whole run, split evenly over its assertions.
///
/// If every expectation is right, the probability that any assertion of the run fails is at most
/// `total` (Bonferroni). Which assertions are sampled shows only when they run, so the split counts
/// every assertion of the whole ledger: a filter changes no share, and identities leave theirs unspent.
public struct ErrorBudget: Sendable, Hashable {
  /// The false-alarm rate of a run unless it says otherwise.
  public static let standardTotal = 1e-6

  /// The false-alarm rate of the run.
  public let total: Double
  /// The number of assertions over which it is split.
  public let assertions: Int

  /// Makes a budget.
  ///
  /// - Parameters:
  ///   - total: The false-alarm rate of the run, in (0, 1).
  ///   - assertions: The number of assertions, run or not.
  public init(total: Double = ErrorBudget.standardTotal, assertions: Int) {
    precondition(total > 0 && total < 1, "a budget must be in (0, 1), got \(total)")
    precondition(assertions >= 0, "a budget cannot have \(assertions) assertions")
    self.total = total
    self.assertions = assertions
  }

  /// The false-alarm rate of one assertion.
  public var share: Double { total / Double(max(1, assertions)) }

  /// What a run used of its budget.
  public struct Use: Sendable, Hashable, Codable {
    /// The budget.
    public let total: Double
    /// The number of assertions over which it is split.
    public let assertions: Int
    /// The false-alarm rate of one assertion.
    public let share: Double
    /// The number of sampled assertions that were judged.
    public let sampled: Int
    /// The sum of their shares.
    public let spent: Double
    /// The smallest p-value among them; nil if there is none.
    public let smallestP: Double?
  }

  /// Returns what judged assertions used.
  ///
  /// - Parameter pValues: The p-value of each judged assertion, nil for an identity.
  /// - Returns: The count, the sum of the shares and the smallest p-value; NaN counts but is not the
  ///   smallest of anything.
  public func use(pValues: [Double?]) -> Use {
    var sampled = 0
    var smallest: Double?
    for p in pValues {
      guard let p else { continue }
      sampled += 1
      if !p.isNaN { smallest = min(smallest ?? p, p) }
    }
    return Use(
      total: total, assertions: assertions, share: share, sampled: sampled,
      spent: share * Double(sampled), smallestP: smallest)
  }
}
