import Foundation

extension CustomSchedule: Codable {
  /// A name in the JSON object.
  private struct Field: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// Reads and checks a schedule.
  ///
  /// - Parameter decoder: The decoder of an object with the fields of a schedule.
  /// - Throws: ``Invalid``, or a decoding error where a value has the wrong type.
  public init(from decoder: any Decoder) throws {
    let object = try decoder.container(keyedBy: Field.self)
    // Sorted, so that the same text always gives the same message.
    for name in object.allKeys.map(\.stringValue).sorted() where !Self.fields.contains(name) {
      throw Invalid.unknown(field: name)
    }
    let hasLevel = object.contains(Field("coefficientPreservingLevel"))
    for name in ["times"] + (hasLevel ? [] : ["noiseCoefficients"])
    where !object.contains(Field(name)) {
      throw Invalid.missing(field: name)
    }
    if hasLevel && object.contains(Field("noiseCoefficients")) { throw Invalid.twoNoises }
    let times = try object.decode([Double].self, forKey: Field("times"))
    let trainedSteps = try object.decodeIfPresent([Double].self, forKey: Field("trainedSteps"))?
      .enumerated().map { try Self.whole($1, "trainedSteps[\($0)]") }
    let dataScale = try object.decodeIfPresent(Double.self, forKey: Field("dataScale")) ?? 1
    let dimension =
      try object.decodeIfPresent(Double.self, forKey: Field("dimension"))
      .map { try Self.whole($0, "dimension") } ?? 1
    if hasLevel {
      try self.init(
        times: times,
        coefficientPreservingLevel: object.decode(
          Double.self, forKey: Field("coefficientPreservingLevel")),
        trainedSteps: trainedSteps, dataScale: dataScale, dimension: dimension)
    } else {
      try self.init(
        times: times,
        noiseCoefficients: object.decode([Double].self, forKey: Field("noiseCoefficients")),
        trainedSteps: trainedSteps, dataScale: dataScale, dimension: dimension)
    }
  }

  /// Returns a whole number, which is read as a `Double` so that 0.5 can be named with its place.
  private static func whole(_ value: Double, _ place: String) throws(Invalid) -> Int {
    guard let whole = Int(exactly: value) else {
      throw .wrongType(place: place, expected: "a whole number, but \(value)")
    }
    return whole
  }

  /// Writes the schedule with all its fields.
  ///
  /// - Parameter encoder: The encoder.
  /// - Throws: What the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: Field.self)
    try object.encode(grid.times, forKey: Field("times"))
    if case .coefficientPreserving(let level) = noise {
      try object.encode(level, forKey: Field("coefficientPreservingLevel"))
    } else {
      try object.encode(noiseCoefficients, forKey: Field("noiseCoefficients"))
    }
    try object.encode(trainedSteps, forKey: Field("trainedSteps"))
    try object.encode(dataScale, forKey: Field("dataScale"))
    try object.encode(dimension, forKey: Field("dimension"))
  }

  /// Reads a schedule from JSON text and checks it.
  ///
  /// - Parameter text: One JSON object with the fields of a schedule.
  /// - Throws: ``Invalid`` with the field, the index, the value and what would be right.
  public init(json text: String) throws(Invalid) {
    // The decoder takes the last of two fields, and a comma before a bracket, without a word.
    try ScheduleText.check(text)
    do {
      self = try JSONDecoder().decode(CustomSchedule.self, from: Data(text.utf8))
    } catch let error as Invalid {
      throw error
    } catch let error as DecodingError {
      throw Self.invalid(error, in: text)
    } catch {
      throw .malformed(detail: "\(error)")
    }
  }

  /// The schedule as JSON text, with the fields in alphabetical order.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    do {
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    } catch {
      preconditionFailure("a checked schedule holds finite numbers only: \(error)")
    }
  }

  /// Returns what a decoding error says, with the place in the words of the JSON text.
  private static func invalid(_ error: DecodingError, in text: String) -> Invalid {
    let context: DecodingError.Context
    switch error {
    case .typeMismatch(_, let found), .valueNotFound(_, let found), .keyNotFound(_, let found),
      .dataCorrupted(let found):
      context = found
    @unknown default:
      return .malformed(detail: "\(error)")
    }
    guard let field = context.codingPath.first?.stringValue, fields.contains(field) else {
      return .malformed(detail: syntaxError(in: text) ?? context.debugDescription)
    }
    let index = context.codingPath.dropFirst().first?.intValue
    let isCount = field == "trainedSteps" || field == "dimension"
    let isList = !["dataScale", "dimension", "coefficientPreservingLevel"].contains(field)
    if isList && index == nil {
      return .wrongType(place: field, expected: "a list of \(isCount ? "whole " : "")numbers")
    }
    return .wrongType(
      place: index.map { "\(field)[\($0)]" } ?? field,
      expected: isCount ? "a whole number" : "a finite number")
  }

  /// Returns where the text stops being JSON, which the decoder does not tell.
  private static func syntaxError(in text: String) -> String? {
    do {
      _ = try JSONSerialization.jsonObject(with: Data(text.utf8), options: [.fragmentsAllowed])
      return nil
    } catch {
      return (error as NSError).userInfo["NSDebugDescription"] as? String
    }
  }
}
