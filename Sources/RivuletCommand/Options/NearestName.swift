/// Returns the name that somebody who typed `text` probably meant, or nil when none is near.
///
/// Near is an edit distance of at most a third of the longer name, at least one; a name that starts
/// with the text, or ends with it after a slash, is near too. Of equally near names the first counts.
///
/// - Parameters:
///   - text: What was typed.
///   - names: The names that exist.
/// - Returns: One of `names`.
func nearestName(to text: String, among names: [String]) -> String? {
  let typed = text.lowercased()
  guard !typed.isEmpty else { return nil }
  var best: (distance: Int, name: String)?
  for name in names {
    let candidate = name.lowercased()
    let distance: Int
    if candidate == typed || candidate.hasSuffix("/" + typed) {
      distance = 0
    } else {
      let edits = editDistance(typed, candidate)
      let allowed = max(1, max(typed.count, candidate.count) / 3)
      if edits <= allowed {
        distance = edits
      } else if typed.count >= 3 && candidate.hasPrefix(typed) {
        distance = allowed + 1
      } else {
        continue
      }
    }
    if distance < best?.distance ?? .max { best = (distance, name) }
  }
  return best?.name
}

/// Returns how many insertions, deletions, replacements and swaps of neighbours turn `a` into `b`.
///
/// The optimal string alignment distance: no letter is edited twice.
///
/// - Parameters:
///   - a: A text.
///   - b: Another text.
/// - Returns: Zero for equal texts, at most the length of the longer one.
func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a)
  let b = Array(b)
  // Three rows of the table are enough: a swap looks back two rows.
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for i in a.indices {
    var row = [i + 1] + [Int](repeating: 0, count: b.count)
    for j in b.indices {
      let replaced = last[j] + (a[i] == b[j] ? 0 : 1)
      row[j + 1] = min(replaced, last[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1)
      }
    }
    beforeLast = last
    last = row
  }
  return last[b.count]
}
