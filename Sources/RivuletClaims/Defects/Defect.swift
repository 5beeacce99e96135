/// Something that published code does and should not, or does differently from its paper.
///
/// Where it can be expressed, it is a wrong variant of a check of the ledger, which must reject it; its
/// effect is the number that the variant gets in the place of the right one.
public struct Defect: Sendable, Hashable {
  /// How a defect is known.
  public enum Status: Sendable, Hashable {
    /// A check of the ledger rejects it as one of its wrong variants.
    case caught(check: String, variant: String)
    /// Settings or scripts differ from what is said; there is nothing to compute but the numbers given.
    case onRecord
  }

  /// The identity, such as `branchgrpo/D4`.
  public let id: String
  /// A few words for lists.
  public let title: String
  /// The file and the lines, with the revision.
  public let place: String
  /// What follows from it, in words.
  public let consequence: String
  /// How it is known.
  public let status: Status

  /// Makes a defect.
  ///
  /// - Parameters:
  ///   - id: The identity.
  ///   - title: A few words for lists.
  ///   - place: The file and the lines, with the revision.
  ///   - consequence: What follows from it.
  ///   - status: How it is known.
  public init(id: String, title: String, place: String, consequence: String, status: Status) {
    self.id = id
    self.title = title
    self.place = place
    self.consequence = consequence
    self.status = status
  }

  /// Makes a defect that a check rejects.
  init(_ id: String, _ title: String, _ place: String, _ consequence: String, by variant: String) {
    let parts = variant.split(separator: "#").map(String.init)
    precondition(parts.count == 2, "a variant is named CHECK#VARIANT, got \(variant)")
    self.init(
      id: id, title: title, place: place, consequence: consequence,
      status: .caught(check: parts[0], variant: parts[1]))
  }
}

extension Defect {
  /// Whether a pattern selects the defect.
  ///
  /// - Parameter pattern: An identity; `*` stands for any characters, `?` for one.
  /// - Returns: Whether it matches ``id``.
  public func matches(_ pattern: String) -> Bool { Glob(pattern).matches(id) }
}
