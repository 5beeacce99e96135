import RivuletNumerics

extension Recipe {
  /// A field in which two recipes differ.
  public struct Difference: Sendable, Hashable, CustomStringConvertible {
    /// The path of the field.
    public let path: String
    /// The value in the recipe that was asked, as JSON; nil where it has no such field.
    public let value: String?
    /// The value in the other recipe, as JSON; nil where it has no such field.
    public let other: String?

    /// The path and both values.
    public var description: String { "\(path): \(value ?? "absent") (other: \(other ?? "absent"))" }
  }

  /// Lists the fields in which this recipe differs from another one.
  ///
  /// A record that one of them lacks counts as one field; so does a list of plain values, and a
  /// record whose `kind` differs.
  ///
  /// - Parameter other: The other recipe.
  /// - Returns: The fields, in the order of their paths.
  /// - Throws: ``RecipeError`` where one of the recipes could not be read again.
  public func differences(from other: Recipe) throws(RecipeError) -> [Difference] {
    var found: [Difference] = []
    Self.compare(try document(), try other.document(), at: .root, into: &found)
    return found.sorted { $0.path < $1.path }
  }

  private static func compare(
    _ element: JSONElement, _ other: JSONElement, at path: RecipePath,
    into found: inout [Difference]
  ) {
    guard element != other else { return }
    if case .record(let fields) = element, case .record(let others) = other,
      element["kind"] == other["kind"]
    {
      for field in fields {
        let place = RecipePath(text: path.field(field.name))
        if let value = other[field.name] {
          compare(field.value, value, at: place, into: &found)
        } else {
          found.append(Difference(path: place.text, value: field.value.line, other: nil))
        }
      }
      for field in others where element[field.name] == nil {
        found.append(
          Difference(path: path.field(field.name), value: nil, other: field.value.line))
      }
    } else {
      found.append(Difference(path: path.text, value: element.line, other: other.line))
    }
  }
}
