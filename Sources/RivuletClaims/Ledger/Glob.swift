/// A pattern for identities: `*` stands for any characters, `?` for exactly one.
///
/// `*` crosses slashes, so `tempflow/*` matches every claim of that source with its checks and
/// `*/sd35` every check of that name. All other characters stand for themselves, case included.
package struct Glob: Sendable, Hashable {
  /// The pattern as it was written.
  package let pattern: String

  private let characters: [Character]

  package init(_ pattern: String) {
    self.pattern = pattern
    characters = Array(pattern)
  }

  /// Returns whether the whole of `text` matches.
  ///
  /// At a mismatch the last star takes one character more, so the cost is at most the product of the
  /// lengths, whatever the pattern.
  package func matches(_ text: String) -> Bool {
    let text = Array(text)
    var place = 0
    var position = 0
    var lastStar: Int?
    var resumption = 0
    while position < text.count {
      if place < characters.count, characters[place] == "*" {
        lastStar = place
        resumption = position
        place += 1
      } else if place < characters.count,
        characters[place] == "?" || characters[place] == text[position]
      {
        place += 1
        position += 1
      } else if let star = lastStar {
        resumption += 1
        position = resumption
        place = star + 1
      } else {
        return false
      }
    }
    return characters[place...].allSatisfy { $0 == "*" }
  }
}
