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

  /// Reads a verdict as the ledger prints it.
  ///
  /// - Parameter description: `holds`, `fails` or `holds where` with a region.
  public init?(_ description: String) {
    let regionMark = "holds where "
    switch description {
    case "holds": self = .holds
    case "fails": self = .fails
    case let text where text.hasPrefix(regionMark):
      self = .holdsWhere(String(text.dropFirst(regionMark.count)))
    default: return nil
    }
  }

  /// Reads the printed form.
  ///
  /// - Parameter decoder: Holds one text.
  /// - Throws: `DecodingError` if the text is no verdict.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let verdict = Verdict(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "'\(text)' is no verdict; one is holds, fails, holds where"
      )
    }
    self = verdict
  }

  /// Writes the printed form.
  ///
  /// - Parameter encoder: Takes one text.
  /// - Throws: What the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
