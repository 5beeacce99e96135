public import RivuletNumerics

extension Recipe {
  /// A field of a recipe's document with a new value, such as `optimiser.learningRate=1e-3`.
  public struct Change: Sendable, Hashable, CustomStringConvertible {
    /// A name of a field, or a place of a list.
    enum Step: Sendable, Hashable {
      case field(String)
      case element(Int)
    }

    /// A text that is no change.
    public struct Invalid: Error, Hashable, CustomStringConvertible {
      /// The text.
      public let text: String
      /// What is wrong with it.
      public let detail: String

      /// The text and the rule.
      public var description: String { "'\(text)': \(detail)" }
    }

    /// The path, such as `rewards.terms[0].weight`.
    public let path: String
    /// The value.
    public let value: JSONElement
    let steps: [Step]

    /// Reads a change: a path, an equals sign, and a value.
    ///
    /// The value is JSON; a word that is none, such as `ode`, is a text.
    ///
    /// - Parameter text: The text.
    /// - Throws: ``Invalid`` with the rule that is broken.
    public init(parsing text: String) throws(Invalid) {
      guard let sign = text.firstIndex(of: "=") else {
        throw Invalid(
          text: text, detail: "expected PATH=VALUE such as optimiser.learningRate=1e-3")
      }
      path = String(text[..<sign])
      guard let steps = Self.steps(of: path) else {
        throw Invalid(
          text: text,
          detail: "'\(path)' is no path such as optimiser.learningRate or rewards.terms[0].weight")
      }
      self.steps = steps
      let written = String(text[text.index(after: sign)...])
      do {
        value = try JSONElement(parsing: written)
      } catch {
        guard let first = written.unicodeScalars.first, first.properties.isAlphabetic else {
          throw Invalid(
            text: text, detail: "the value is no JSON: column \(error.column): \(error.detail)")
        }
        value = .text(written)
      }
    }

    /// The path and the value.
    public var description: String { "\(path)=\(value.line)" }

    private static func steps(of path: String) -> [Step]? {
      var steps: [Step] = []
      for part in path.split(separator: ".", omittingEmptySubsequences: false) {
        let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
        guard let name = pieces.first, !name.isEmpty, !name.contains("]") else { return nil }
        steps.append(.field(String(name)))
        for piece in pieces.dropFirst() {
          let digits = piece.dropLast()
          guard piece.last == "]", let index = Int(digits), "\(index)" == digits, index >= 0
          else { return nil }
          steps.append(.element(index))
        }
      }
      return steps
    }
  }

  /// Returns the recipe with other values, made one after the other in its document.
  ///
  /// The document is read anew afterwards, so what a change may do is what a document may say.
  ///
  /// - Parameter changes: The changes.
  /// - Returns: The recipe.
  /// - Throws: ``RecipeError`` for a path that leads nowhere, and for what the document then has wrong.
  public func changed(by changes: [Change]) throws(RecipeError) -> Recipe {
    var document = try document()
    for change in changes {
      document = try Self.replaced(change.steps[...], in: document, by: change.value, at: "")
    }
    return try Recipe(document: document)
  }

  private static func replaced(
    _ steps: ArraySlice<Change.Step>, in element: JSONElement, by value: JSONElement,
    at path: String
  ) throws(RecipeError) -> JSONElement {
    guard let step = steps.first else { return value }
    let rest = steps.dropFirst()
    switch step {
    case .field(let name):
      guard case .record(var fields) = element else {
        throw .invalidValue(
          path: path, value: RecipeFields.shown(element), expected: "a record to have '\(name)'")
      }
      let place = RecipePath(text: path).field(name)
      if let index = fields.firstIndex(where: { $0.name == name }) {
        fields[index].value = try replaced(rest, in: fields[index].value, by: value, at: place)
      } else {
        // A new kind has other fields; whether this is one of them, the reader knows.
        guard rest.isEmpty else {
          let names = fields.map(\.name)
          throw .unknownField(
            path: place, nearest: RecipeFields.near(name, names), allowed: names)
        }
        fields.append(JSONElement.Field(name, value))
      }
      return .record(fields)
    case .element(let index):
      guard case .list(var elements) = element, elements.indices.contains(index) else {
        throw .invalidValue(
          path: path, value: RecipeFields.shown(element),
          expected: "a list with an element [\(index)], counted from 0")
      }
      elements[index] = try replaced(
        rest, in: elements[index], by: value, at: "\(path)[\(index)]")
      return .list(elements)
    }
  }
}
