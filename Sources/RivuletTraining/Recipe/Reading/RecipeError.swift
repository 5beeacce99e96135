/// What is wrong with a recipe, and where.
///
/// A place is the path of a field in the document, such as `optimiser.learningRate` or
/// `rollout.splits[2]`.
public enum RecipeError: Error, Hashable, CustomStringConvertible {
  /// The text is no JSON document.
  case malformed(line: Int, column: Int, detail: String)
  /// The document is another value than a record.
  case noRecord(kind: String)
  /// A field has a name that no field of its record has.
  case unknownField(path: String, nearest: String?, allowed: [String])
  /// A field is not there.
  case missingField(path: String, expected: String)
  /// A value has another type, or lies outside its range.
  case invalidValue(path: String, value: String, expected: String)
  /// A name is none of those that are allowed.
  case unknownName(path: String, value: String, nearest: String?, allowed: [String])
  /// Values that are possible alone do not fit together; the path is that of the one to change.
  case contradiction(path: String, value: String, rule: String)

  /// The path of the field; nil where the text is no document.
  public var path: String? {
    switch self {
    case .malformed, .noRecord: nil
    case .unknownField(let path, _, _), .missingField(let path, _), .invalidValue(let path, _, _),
      .unknownName(let path, _, _, _), .contradiction(let path, _, _):
      path
    }
  }

  /// The place, the value and what would be right.
  public var description: String {
    switch self {
    case .malformed(let line, let column, let detail):
      "line \(line), column \(column): \(detail)"
    case .noRecord(let kind):
      "a recipe is a record of fields in '{' and '}', not \(kind)"
    case .unknownField(let path, let nearest, let allowed):
      "\(path) is no field" + Self.suggestion(nearest) + "; the fields there are "
        + allowed.joined(separator: ", ")
    case .missingField(let path, let expected):
      "\(path) is missing; it must be \(expected)"
    case .invalidValue(let path, let value, let expected):
      "\(path) is \(value); it must be \(expected)"
    case .unknownName(let path, let value, let nearest, let allowed):
      "\(path) is \(value)" + Self.suggestion(nearest) + "; it must be one of "
        + allowed.joined(separator: ", ")
    case .contradiction(let path, let value, let rule):
      "\(path) is \(value), but \(rule)"
    }
  }

  private static func suggestion(_ nearest: String?) -> String {
    nearest.map { " (did you mean \($0)?)" } ?? ""
  }
}
