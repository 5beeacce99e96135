/// The answer to `rivulet expect`: numbers, the formulas that they follow, and what was asked.
struct Expectation: Sendable {
  /// One thing that the answer depends on.
  struct Input: Sendable {
    /// The name in JSON.
    let name: String
    /// The value in JSON.
    let value: JSONValue
    /// The value in text.
    let text: String

    init(_ name: String, _ value: JSONValue, text: String? = nil) {
      self.name = name
      self.value = value
      self.text = text ?? value.plainText
    }
  }

  /// What a number is.
  struct Meaning: Sendable {
    /// The name in JSON and CSV, and the heading in text.
    let name: String
    /// The formula and what it stands for.
    let formula: String
    /// The unit; nil for a bare number.
    let unit: String?

    init(_ name: String, _ formula: String, unit: String? = nil) {
      self.name = name
      self.formula = formula
      self.unit = unit
    }
  }

  /// One number that belongs to no row.
  struct Fact: Sendable {
    /// What it is.
    let meaning: Meaning
    /// The value; null where there is none.
    let value: JSONValue
  }

  /// A column of the table.
  struct Column: Sendable {
    /// What its numbers are.
    let meaning: Meaning
    /// The values, one for each row; null where there is none.
    let values: [JSONValue]
  }

  /// The name of the quantity, such as `noise`.
  let quantity: String
  /// What it is, in a few words.
  let title: String
  /// What was asked.
  var inputs: [Input] = []
  /// The numbers that belong to no row.
  private(set) var facts: [Fact] = []
  /// The columns of the table, all of one length.
  private(set) var columns: [Column] = []
  /// Sentences that the reader of a text table should know.
  var notes: [String] = []

  init(quantity: String, title: String) {
    self.quantity = quantity
    self.title = title
  }

  /// The number of rows.
  var rowCount: Int { columns.first?.values.count ?? 0 }

  /// The first place with a number that is not finite, in words; nil in a sound answer.
  var firstUndefined: String? {
    for column in columns {
      for (row, value) in column.values.enumerated() where !value.isFinite {
        return "\(column.meaning.name) in row \(row)"
      }
    }
    return facts.first { !$0.value.isFinite }?.meaning.name
  }

  /// Adds what was asked.
  mutating func add(_ input: Input) { inputs.append(input) }

  /// Adds a number that belongs to no row.
  mutating func addFact(_ name: String, _ value: Double?, _ formula: String, unit: String? = nil) {
    addFact(name, value.map { .number($0) } ?? .null, formula, unit: unit)
  }

  /// Adds a value that belongs to no row.
  mutating func addFact(_ name: String, _ value: JSONValue, _ formula: String, unit: String? = nil)
  {
    facts.append(Fact(meaning: Meaning(name, formula, unit: unit), value: value))
  }

  /// Adds a column of numbers.
  mutating func addColumn(
    _ name: String, _ values: [Double?], _ formula: String, unit: String? = nil
  ) {
    addColumn(name, values: values.map { $0.map { .number($0) } ?? .null }, formula, unit: unit)
  }

  /// Adds a column of values.
  mutating func addColumn(
    _ name: String, values: [JSONValue], _ formula: String, unit: String? = nil
  ) {
    precondition(
      columns.isEmpty || values.count == rowCount,
      "column \(name) has \(values.count) values for \(rowCount) rows")
    columns.append(Column(meaning: Meaning(name, formula, unit: unit), values: values))
  }
}

extension JSONValue {
  /// Whether every number of a value or a list is finite.
  var isFinite: Bool {
    switch self {
    case .number(let value): value.isFinite
    case .list(let values): values.allSatisfy(\.isFinite)
    default: true
    }
  }

  /// The value as a word or a list of words; objects have none.
  var plainText: String {
    switch self {
    case .null: "-"
    case .truth(let value): value ? "yes" : "no"
    case .integer(let value): String(value)
    case .number(let value): shortestText(value)
    case .text(let value): value
    case .list(let values): values.map(\.plainText).joined(separator: ",")
    case .object: "..."
    }
  }
}
