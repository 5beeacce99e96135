/// A published statement, and the checks that decide it.
///
/// The measured verdict follows from what the checks find: *holds* when the statement is true in
/// every check that reads it off, *fails* when in none, *holds where ...* otherwise, with the region
/// that the findings name. The claim passes when every check agrees with its exact expectation and the
/// measured verdict equals the recorded one: a published claim that is false passes by failing as
/// predicted.
public struct Claim: Sendable {
  /// The identity, a path such as `tempflow/T4`.
  public let id: String
  /// A few words for lists.
  public let title: String
  /// What is claimed, in our words.
  public let statement: String
  /// Where it is claimed: paper and section or equation, or code and commit.
  public let source: String
  /// What it is decided on: flows, rewards, schedules.
  public let scope: String
  /// The verdict that theory predicts.
  public let recorded: Verdict
  /// The checks, in the order of the report.
  public let checks: [Check]

  /// Makes a claim.
  ///
  /// - Parameters:
  ///   - id: The path of the claim.
  ///   - title: A few words for lists.
  ///   - statement: What is claimed.
  ///   - source: Where it is claimed.
  ///   - scope: What it is decided on.
  ///   - recorded: The predicted verdict.
  ///   - checks: At least one, with distinct names.
  public init(
    id: String, title: String, statement: String, source: String, scope: String, recorded: Verdict,
    checks: [Check]
  ) {
    precondition(!checks.isEmpty, "claim \(id) has no check")
    precondition(Set(checks.map(\.id)).count == checks.count, "claim \(id) names a check twice")
    self.id = id
    self.title = title
    self.statement = statement
    self.source = source
    self.scope = scope
    self.recorded = recorded
    self.checks = checks
  }
}
