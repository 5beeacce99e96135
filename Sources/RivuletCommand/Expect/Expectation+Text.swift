import Foundation

extension Expectation {
  /// Returns the answer for a person: what was asked, the numbers, and what each of them is.
  ///
  /// - Parameters:
  ///   - style: How headings look.
  ///   - width: The width for running text; tables are as wide as they must be.
  /// - Returns: Lines with line breaks.
  func text(style: TextStyle, width: Int) -> String {
    var lines = [style.heading(title)]
    let nameWidth = inputs.map(\.name.count).max() ?? 0
    for input in inputs {
      let label = "  " + input.name.padded(to: nameWidth) + "  "
      let rest = wrap(input.text, indent: label.count, columns: width)
      lines.append(label + rest[0].dropFirst(label.count))
      lines += rest.dropFirst()
    }
    if !columns.isEmpty {
      lines.append("")
      lines += tableLines(style: style)
    }
    if !facts.isEmpty {
      lines.append("")
      lines += factLines
    }
    lines.append("")
    for meaning in columns.map(\.meaning) + facts.map(\.meaning) {
      let unit = meaning.unit.map { " [\($0)]" } ?? ""
      let rest = wrap("\(meaning.name): \(meaning.formula)\(unit)", indent: 4, columns: width)
      lines.append("  " + rest[0].dropFirst(4))
      lines += rest.dropFirst()
    }
    for note in notes { lines += [""] + wrap(note, indent: 0, columns: width) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func tableLines(style: TextStyle) -> [String] {
    var heading = ""
    var rows = [String](repeating: "", count: rowCount)
    for column in columns {
      let cells = alignedTexts(column.values)
      let width = max(column.meaning.name.count, cells.map(\.count).max() ?? 0)
      heading += "  " + column.meaning.name.rightAligned(to: width)
      for (row, cell) in cells.enumerated() { rows[row] += "  " + cell.rightAligned(to: width) }
    }
    return [style.heading(heading)] + rows
  }

  private var factLines: [String] {
    let nameWidth = facts.map(\.meaning.name.count).max() ?? 0
    return facts.map { fact in
      let unit = fact.meaning.unit.map { "  [\($0)]" } ?? ""
      return "  " + fact.meaning.name.padded(to: nameWidth) + "  "
        + alignedTexts([fact.value])[0] + unit
    }
  }
}

/// Returns texts for a column: whole numbers as they are, others with as many decimals each.
///
/// Nine significant digits of the largest number are shown, at least six decimals; a column that
/// spans too many orders of magnitude is written with exponents.
///
/// - Parameter values: The cells.
/// - Returns: One text for each.
func alignedTexts(_ values: [JSONValue]) -> [String] {
  var largest = 0.0
  var smallest = Double.infinity
  for value in values { note(value, &largest, &smallest) }
  let needsExponent = largest >= 1e9 || (smallest < 1e-5 && smallest > 0)
  var decimals = 9
  var bound = 1.0
  while bound <= largest && decimals > 6 {
    bound *= 10
    decimals -= 1
  }
  return values.map { alignedText($0, needsExponent: needsExponent, decimals: decimals) }
}

private func note(_ value: JSONValue, _ largest: inout Double, _ smallest: inout Double) {
  switch value {
  case .number(let number) where number != 0:
    largest = max(largest, number.magnitude)
    smallest = min(smallest, number.magnitude)
  case .list(let parts):
    for part in parts { note(part, &largest, &smallest) }
  default: break
  }
}

private func alignedText(_ value: JSONValue, needsExponent: Bool, decimals: Int) -> String {
  switch value {
  case .number(let number) where number == 0: "0"
  case .number(let number):
    String(format: needsExponent ? "%.8e" : "%.\(decimals)f", number)
  case .list([]): "none"
  case .list(let parts):
    parts.map { part in
      let text = alignedText(part, needsExponent: needsExponent, decimals: decimals)
      if case .list = part { return "[\(text)]" }
      return text
    }.joined(separator: ", ")
  default: value.plainText
  }
}
