/// One line that is rewritten while a person watches.
struct ProgressBar: Sendable {
  /// Where it is drawn.
  let sink: any TextSink
  /// The width in letters.
  let columns: Int
  /// What the pieces of work are called, with a space before; may be empty.
  let unit: String
  /// The width of the filled part in letters.
  let cells: Int

  /// Makes the bar of a console, or nil where nobody watches.
  ///
  /// - Parameters:
  ///   - console: Where it is drawn.
  ///   - unit: What the pieces of work are called; may be empty.
  ///   - cells: The width of the filled part in letters.
  init?(console: Console, unit: String = "checks", cells: Int = 24) {
    guard console.showsProgress else { return nil }
    self.cells = cells
    self.unit = unit.isEmpty ? "" : " " + unit
    sink = console.errors
    columns = console.width(of: console.errors)
  }

  /// Returns the line for a state of the work.
  ///
  /// - Parameters:
  ///   - done: How many pieces are done.
  ///   - total: How many there are.
  ///   - label: What was done last.
  /// - Returns: A line that is shorter than the width.
  func line(done: Int, total: Int, label: String) -> String {
    let filled = total > 0 ? cells * done / total : cells
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: cells - filled)
    return String("[\(bar)] \(done)/\(total)\(unit) \(label)".prefix(columns - 1))
  }

  /// Draws the state of the work over the last one.
  func show(done: Int, total: Int, label: String) {
    try? sink.write("\r\u{1B}[K" + line(done: done, total: total, label: label))
  }

  /// Takes the line away.
  func clear() { try? sink.write("\r\u{1B}[K") }
}
