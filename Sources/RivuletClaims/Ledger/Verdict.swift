/// What is true of a published claim.
public enum Verdict: Sendable, Hashable, Codable, CustomStringConvertible {
  /// The claim is true in its whole scope.
  case holds
  /// The claim is false.
  case fails
  /// The claim is true in a region only, which is given in numbers.
  case holdsWhere(String)

  /// The verdict as the ledger prints it.
  public var description: String {
    switch self {
    case .holds: "holds"
    case .fails: "fails"
    case .holdsWhere(let region): "holds where \(region)"
    }
  }
}
