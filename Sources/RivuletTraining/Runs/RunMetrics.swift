import RivuletNumerics

/// The numbers that a run reports: one record in one line for an iteration.
public struct RunMetrics: Sendable, Hashable {
  /// What is wrong with metrics.
  public struct Invalid: Error, Hashable, CustomStringConvertible {
    /// The line, from 1.
    public let line: Int
    /// What is wrong with it.
    public let detail: String

    /// The place and the rule.
    public var description: String { "line \(line): \(detail)" }
  }

  /// One line.
  public struct Record: Sendable, Hashable {
    /// The number of the iteration, from 1.
    public let iteration: Int
    /// The numbers and their names, without the iteration, in the order of the line.
    public let values: [Value]

    /// Makes a record.
    ///
    /// - Parameters:
    ///   - iteration: The number of the iteration, from 1.
    ///   - values: The numbers and their names, each name once, none of them `iteration`.
    public init(iteration: Int, values: [Value]) {
      precondition(iteration >= 1, "iterations count from 1, got \(iteration)")
      for (index, value) in values.enumerated() {
        precondition(
          value.name != "iteration" && !values[..<index].contains { $0.name == value.name },
          "the name '\(value.name)' is taken")
      }
      self.iteration = iteration
      self.values = values
    }

    /// Returns a number.
    ///
    /// - Parameter name: Its name.
    /// - Returns: The number; nil where the record has none of this name.
    public subscript(name: String) -> Double? { values.first { $0.name == name }?.number }

    /// The line, with its line break.
    ///
    /// NaN and infinity are the texts `nan`, `inf` and `-inf`.
    public var line: String {
      // The canonical form, without a tree of elements: a run writes a line for each iteration.
      let named =
        [(name: "iteration", text: "\(iteration)")]
        + values.map { (name: $0.name, text: CanonicalJSON.literal($0.number)) }
      var line = "{"
      for (index, field) in named.sorted(by: { $0.name < $1.name }).enumerated() {
        if index > 0 { line += "," }
        line += CanonicalJSON.literal(field.name)
        line += ":"
        line += field.text
      }
      return line + "}\n"
    }
  }

  /// A number with its name.
  public struct Value: Sendable, Hashable {
    /// The name.
    public let name: String
    /// The number.
    public let number: Double

    /// Makes a value.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - number: The number.
    public init(_ name: String, _ number: Double) {
      self.name = name
      self.number = number
    }
  }

  /// The records, their iterations ascending.
  public let records: [Record]

  /// Reads metrics; a last line without a line break was cut off and is left out.
  ///
  /// - Parameter text: The text of the file.
  /// - Throws: ``Invalid`` with the first line that is wrong.
  public init(text: String) throws(Invalid) {
    var records: [Record] = []
    for (index, line) in completeLines(of: text).enumerated() {
      records.append(
        try Record(parsing: String(line), number: index + 1, after: records.last?.iteration ?? 0))
    }
    self.records = records
  }

  /// Returns where the last record of an iteration or of an earlier one ends.
  ///
  /// What follows was not waited for when the process ended, and may be anything; a line that cannot
  /// be read in front of one that counts is damage.
  static func end(of iteration: Int, in bytes: [UInt8]) throws(Invalid) -> Int {
    var last = 0
    var end = 0
    var start = 0
    var damage: Invalid?
    for (index, lineEnd) in lineEnds(of: bytes).enumerated() {
      let line = String(decoding: bytes[start..<(lineEnd - 1)], as: UTF8.self)
      start = lineEnd
      let record: Record
      do throws(Invalid) {
        record = try Record(parsing: line, number: index + 1, after: last)
      } catch {
        damage = damage ?? error
        continue
      }
      guard record.iteration <= iteration else { break }
      if let damage { throw damage }
      last = record.iteration
      end = lineEnd
    }
    return end
  }
}

extension RunMetrics.Record {
  /// Reads one line.
  fileprivate init(
    parsing line: String, number: Int, after last: Int
  ) throws(RunMetrics.Invalid) {
    let element: JSONElement
    do {
      element = try JSONElement(parsing: line)
    } catch {
      throw RunMetrics.Invalid(
        line: number, detail: "column \(error.column): \(error.detail)")
    }
    guard case .record(let fields) = element, case .number(let digits) = element["iteration"],
      let iteration = Int(digits), iteration > last
    else {
      throw RunMetrics.Invalid(
        line: number, detail: "it must be a record with an iteration after \(last)")
    }
    var values: [RunMetrics.Value] = []
    for field in fields where field.name != "iteration" {
      switch field.value {
      case .number(let digits): values.append(RunMetrics.Value(field.name, Double(digits) ?? .nan))
      case .text("nan"): values.append(RunMetrics.Value(field.name, .nan))
      case .text("inf"): values.append(RunMetrics.Value(field.name, .infinity))
      case .text("-inf"): values.append(RunMetrics.Value(field.name, -.infinity))
      default:
        throw RunMetrics.Invalid(
          line: number, detail: "\(field.name) is \(field.value.line); it must be a number")
      }
    }
    self.init(iteration: iteration, values: values)
  }
}
