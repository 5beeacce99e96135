/// Cells under headings, aligned by spaces.
struct TextTable: Sendable {
  /// One column.
  struct Column: Sendable {
    let heading: String
    var isRightAligned = false
  }

  let columns: [Column]
  private(set) var rows: [[String]] = []

  init(columns: [Column]) { self.columns = columns }

  mutating func append(_ cells: [String]) {
    precondition(cells.count == columns.count, "\(cells.count) cells for \(columns.count) columns")
    rows.append(cells)
  }

  private var widths: [Int] {
    columns.indices.map { column in
      rows.reduce(columns[column].heading.count) { max($0, $1[column].count) }
    }
  }

  /// The columns that the widest line takes, with two between neighbours.
  var width: Int { widths.reduce(0, +) + 2 * max(0, columns.count - 1) }

  /// The line of the headings, then one line a row.
  var lines: [String] {
    let widths = widths
    return ([columns.map(\.heading)] + rows).map { cells in
      var line = ""
      for (index, cell) in cells.enumerated() {
        let padding = String(repeating: " ", count: widths[index] - cell.count)
        line += (index > 0 ? "  " : "")
        line += columns[index].isRightAligned ? padding + cell : cell + padding
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }
}

/// Breaks a text at spaces into lines of at most `width` columns.
///
/// The first line keeps the spaces with which the text begins, the others get the indentation. A word
/// longer than a line stays whole. Line breaks and control characters in the text become spaces.
func wrapped(_ text: String, width: Int?, indent: String) -> [String] {
  let text = String(
    String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
  guard let width else { return [text] }
  var lines: [String] = []
  var line = String(text.prefix { $0 == " " })
  var isFresh = true
  for word in text.dropFirst(line.count).split(separator: " ", omittingEmptySubsequences: false) {
    if isFresh {
      line += word
    } else if line.count + 1 + word.count <= width {
      line += " " + word
    } else {
      while line.last == " " { line.removeLast() }
      lines.append(line)
      line = indent + word
    }
    isFresh = false
  }
  lines.append(line)
  return lines
}
