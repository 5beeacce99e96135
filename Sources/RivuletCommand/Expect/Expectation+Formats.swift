/// The formats of an answer.
enum ExpectationFormat: String, CaseIterable, Sendable {
  /// An aligned table with formulas and units.
  case text
  /// One canonical document.
  case json
  /// A header and rows for spreadsheets and scripts.
  case csv
}

extension Expectation {
  /// The version of the JSON and CSV forms: it grows when a name changes or goes away.
  static let schemaVersion = 1

  /// Returns the answer in a format, with a line break at the end.
  ///
  /// - Parameters:
  ///   - format: The format.
  ///   - style: How headings of text look.
  ///   - columns: The width for running text.
  /// - Returns: The text.
  func rendered(as format: ExpectationFormat, style: TextStyle, columns: Int) -> String {
    switch format {
    case .text: text(style: style, width: columns)
    case .json: json.document
    case .csv: csv
    }
  }

  /// The canonical document: what was asked, the formulas, and the numbers to the last bit.
  var json: JSONValue {
    let meanings = columns.map(\.meaning) + facts.map(\.meaning)
    var document: [String: JSONValue] = [
      "schema": .integer(Self.schemaVersion),
      "quantity": .text(quantity),
      "title": .text(title),
      "inputs": .object(distinct(inputs.map { ($0.name, $0.value) })),
      "formulas": .object(distinct(meanings.map { ($0.name, .text($0.formula)) })),
      "units": .object(distinct(meanings.map { ($0.name, .text($0.unit ?? "1")) })),
    ]
    if !facts.isEmpty {
      document["facts"] = .object(distinct(facts.map { ($0.meaning.name, $0.value) }))
    }
    if !columns.isEmpty {
      document["rows"] = .list(
        (0..<rowCount).map { row in
          .object(distinct(columns.map { ($0.meaning.name, $0.values[row]) }))
        })
    }
    return .object(document)
  }

  /// A header and one line for each row; facts stand in every row after the columns.
  var csv: String {
    let header = columns.map(\.meaning.name) + facts.map(\.meaning.name)
    var lines = [header.map(csvField).joined(separator: ",")]
    for row in 0..<(columns.isEmpty ? 1 : rowCount) {
      let values = columns.map { $0.values[row] } + facts.map(\.value)
      lines.append(values.map(Self.csvText).joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func csvText(_ value: JSONValue) -> String {
    switch value {
    case .null: ""
    case .list(let values): csvField(values.map(\.plainText).joined(separator: " "))
    default: csvField(value.plainText)
    }
  }

  private func distinct(_ pairs: [(String, JSONValue)]) -> [String: JSONValue] {
    var object: [String: JSONValue] = [:]
    for (name, value) in pairs {
      precondition(object[name] == nil, "\(quantity) names \(name) twice")
      object[name] = value
    }
    return object
  }
}

/// Returns a field of a CSV line, quoted where it must be (RFC 4180).
func csvField(_ text: String) -> String {
  let mustQuote = text.contains { $0 == "," || $0 == "\"" || $0.isNewline }
  return mustQuote
    ? "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\"" : text
}
