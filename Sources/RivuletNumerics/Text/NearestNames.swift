/// The known names that are nearest to one that is not known.
package enum NearestNames {
  /// Returns the names with the fewest changes of a character, at most `limit` of them.
  ///
  /// The case of letters is no change. Names at the same distance keep their order.
  ///
  /// - Parameters:
  ///   - name: What was written.
  ///   - candidates: The known names.
  ///   - limit: How many names at most.
  /// - Returns: The nearest first.
  package static func nearest(to name: String, among candidates: [String], limit: Int = 3)
    -> [String]
  {
    let written = Array(name.lowercased())
    let ranked = candidates.enumerated().map { order, candidate in
      (editDistance(written, Array(candidate.lowercased())), order, candidate)
    }
    return ranked.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.prefix(limit).map(\.2)
  }

  /// Returns the number of insertions, deletions and substitutions that lead from one text to another.
  ///
  /// By the recursion of Wagner and Fischer (1974) over one row.
  package static func editDistance(_ first: [Character], _ second: [Character]) -> Int {
    var row = Array(0...second.count)
    for (line, left) in first.enumerated() {
      var diagonal = row[0]
      row[0] = line + 1
      for (column, right) in second.enumerated() {
        let substituted = diagonal + (left == right ? 0 : 1)
        diagonal = row[column + 1]
        row[column + 1] = min(substituted, diagonal + 1, row[column] + 1)
      }
    }
    return row[second.count]
  }
}
