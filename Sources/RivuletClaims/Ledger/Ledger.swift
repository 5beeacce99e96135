import RivuletNumerics
public import RivuletStatistics

/// A list of claims with distinct identities.
public struct Ledger: Sendable {
  /// A pattern that selects nothing.
  public struct UnmatchedPattern: Error, Hashable, CustomStringConvertible {
    /// The pattern as it was written.
    public let pattern: String
    /// The nearest identities, the nearest first.
    public let nearest: [String]

    /// What is wrong, and what could be meant.
    public var description: String {
      let found = "no claim or check matches '\(pattern)'"
      return nearest.isEmpty ? found : found + "; nearest: " + nearest.joined(separator: ", ")
    }
  }

  /// The claims, in the order of the report.
  public let claims: [Claim]

  /// Makes a ledger.
  ///
  /// - Parameter claims: Claims with distinct identities.
  public init(claims: [Claim]) {
    var known = Set<String>()
    for claim in claims {
      precondition(known.insert(claim.id).inserted, "the ledger has two claims \(claim.id)")
    }
    self.claims = claims
  }

  /// The number of checks of all claims.
  public var checkCount: Int { claims.reduce(0) { $0 + $1.checks.count } }

  /// The false-alarm rate of a run, split over every check of the ledger.
  public var budget: ErrorBudget { ErrorBudget(assertions: checkCount) }

  /// The claims none of whose checks has a wrong variant to reject.
  ///
  /// A published ledger has none of these: a statistic that was never seen to reject proves little.
  public var claimsWithoutControls: [String] {
    claims.filter { $0.checks.allSatisfy(\.controls.isEmpty) }.map(\.id)
  }

  /// Returns the claims that patterns select, with the selected checks only.
  ///
  /// A pattern that matches the identity of a claim selects all its checks; one that matches that of a
  /// check, `tempflow/T4/sd35`, selects the check. `*` stands for any characters, slashes too, `?`
  /// for one character.
  ///
  /// - Parameter globs: Patterns; none selects everything.
  /// - Returns: Claims and checks in the order of the ledger, each once.
  /// - Throws: ``UnmatchedPattern`` for the first pattern that matches nothing.
  public func matching(_ globs: [String]) throws(UnmatchedPattern) -> [Claim] {
    try selection(globs).map { Claim($0.claim, keeping: $0.checks) }
  }

  /// A claim and those of its checks that are selected.
  struct Selection {
    let claim: Claim
    let checks: [Check]
    /// Whether all its checks are selected.
    var isComplete: Bool { checks.count == claim.checks.count }
  }

  func selection(_ globs: [String]) throws(UnmatchedPattern) -> [Selection] {
    if globs.isEmpty { return claims.map { Selection(claim: $0, checks: $0.checks) } }
    let patterns = globs.map(Glob.init)
    for pattern in patterns where !matchesAnything(pattern) { throw unmatched(pattern) }
    var selections: [Selection] = []
    for claim in claims {
      let wholeClaim = patterns.contains { $0.matches(claim.id) }
      let checks = claim.checks.filter { check in
        wholeClaim || patterns.contains { $0.matches(claim.path(of: check)) }
      }
      if !checks.isEmpty { selections.append(Selection(claim: claim, checks: checks)) }
    }
    return selections
  }

  private func matchesAnything(_ pattern: Glob) -> Bool {
    claims.contains { claim in
      pattern.matches(claim.id)
        || claim.checks.contains { pattern.matches(claim.path(of: $0)) }
    }
  }

  /// Names claims only, unless the pattern has the slashes of a check.
  private func unmatched(_ pattern: Glob) -> UnmatchedPattern {
    let slashes = pattern.pattern.filter { $0 == "/" }.count
    var names = claims.map(\.id)
    if slashes >= 2 {
      names += claims.flatMap { claim in claim.checks.map { claim.path(of: $0) } }
    }
    return UnmatchedPattern(
      pattern: pattern.pattern, nearest: NearestNames.nearest(to: pattern.pattern, among: names))
  }
}

extension Claim {
  /// Returns the identity of a check in the whole ledger.
  ///
  /// - Parameter check: A check of this claim.
  /// - Returns: The identities of claim and check with a slash between them.
  public func path(of check: Check) -> String { "\(id)/\(check.id)" }

  /// Makes a copy with some of the checks.
  init(_ claim: Claim, keeping checks: [Check]) {
    self.init(
      id: claim.id, title: claim.title, statement: claim.statement, source: claim.source,
      scope: claim.scope, recorded: claim.recorded, checks: checks)
  }
}
