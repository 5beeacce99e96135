/// How a report looks where its format leaves a choice; only the text format does.
public struct ReportStyle: Sendable, Hashable {
  /// No limit of the width, no colours: for files and pipes.
  public static let plain = ReportStyle(width: nil, usesColour: false)

  /// The number of columns of the terminal; nil for no limit.
  public let width: Int?
  /// Whether words of success and failure are coloured.
  public let usesColour: Bool

  /// Makes a style.
  ///
  /// - Parameters:
  ///   - width: The number of columns, nil for no limit; fewer than 40 count as 40.
  ///   - usesColour: Whether colours are wanted; nothing is guessed from the surroundings.
  public init(width: Int?, usesColour: Bool) {
    self.width = width.map { max(40, $0) }
    self.usesColour = usesColour
  }
}
