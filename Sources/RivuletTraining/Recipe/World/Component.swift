/// A model, a reward or a data set by its name, with its parameters.
///
/// In a document it is a record with the name under `kind` and the parameters beside it. Catalogues
/// state which names and parameters there are; a recipe with others is refused.
public struct Component: Sendable, Hashable {
  /// The name.
  public let kind: String
  /// The parameters, in the order of the catalogue.
  public let parameters: [Parameter]

  /// A named value.
  public struct Parameter: Sendable, Hashable {
    /// The name.
    public let name: String
    /// The value.
    public let value: Value

    /// Makes a parameter.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - value: The value.
    public init(_ name: String, _ value: Value) {
      self.name = name
      self.value = value
    }
  }

  /// The value of a parameter.
  public enum Value: Sendable, Hashable {
    /// A number.
    case number(Double)
    /// A whole number.
    case count(Int)
    /// One of some names.
    case name(String)
    /// A list of numbers.
    case numbers([Double])
    /// A list of whole numbers.
    case counts([Int])
  }

  /// Makes a component; a recipe that holds it is refused when the catalogue does not know it.
  ///
  /// - Parameters:
  ///   - kind: The name.
  ///   - parameters: The parameters, in any order.
  public init(_ kind: String, _ parameters: [Parameter]) {
    self.kind = kind
    self.parameters = parameters
  }

  /// Returns a number.
  ///
  /// - Parameter name: The name of a parameter that the catalogue states as a number.
  /// - Returns: The value.
  public func number(_ name: String) -> Double {
    guard case .number(let value) = self[name] else { wrongUse(name, "number") }
    return value
  }

  /// Returns a whole number.
  ///
  /// - Parameter name: The name of a parameter that the catalogue states as a whole number.
  /// - Returns: The value.
  public func count(_ name: String) -> Int {
    guard case .count(let value) = self[name] else { wrongUse(name, "whole number") }
    return value
  }

  /// Returns a name.
  ///
  /// - Parameter name: The name of a parameter that the catalogue states as one of some names.
  /// - Returns: The value.
  public func name(_ name: String) -> String {
    guard case .name(let value) = self[name] else { wrongUse(name, "name") }
    return value
  }

  /// Returns a list of numbers.
  ///
  /// - Parameter name: The name of a parameter that the catalogue states as a list of numbers.
  /// - Returns: The values.
  public func numbers(_ name: String) -> [Double] {
    guard case .numbers(let values) = self[name] else { wrongUse(name, "list of numbers") }
    return values
  }

  /// Returns a list of whole numbers.
  ///
  /// - Parameter name: The name of a parameter that the catalogue states as such a list.
  /// - Returns: The values.
  public func counts(_ name: String) -> [Int] {
    guard case .counts(let values) = self[name] else { wrongUse(name, "list of whole numbers") }
    return values
  }

  /// Returns the value of a parameter; nil where there is none of this name.
  ///
  /// - Parameter name: The name of the parameter.
  /// - Returns: The value.
  public subscript(name: String) -> Value? { parameters.first { $0.name == name }?.value }

  private func wrongUse(_ name: String, _ what: String) -> Never {
    preconditionFailure("\(kind) has no \(what) '\(name)'")
  }
}

extension Component {
  /// Names the fields of a component of a catalogue.
  init(
    _ fields: inout RecipeFields, of current: Component?, in catalogue: ComponentCatalogue
  ) throws(RecipeError) {
    let kind = try fields.kind(current?.kind, among: catalogue.entries.map(\.kind))
    let entry = catalogue.entries.first { $0.kind == kind }
    var parameters: [Parameter] = []
    for parameter in current?.parameters ?? [] where entry?[parameter.name] == nil {
      throw .unknownField(
        path: fields.path.field(parameter.name), nearest: nil,
        allowed: entry?.parameters.map(\.name) ?? [])
    }
    for rule in entry?.parameters ?? [] {
      let value = current?[rule.name]
      if let current, value == nil || !rule.kind.holds(value) {
        throw .missingField(
          path: fields.path.field(rule.name), expected: "a parameter of \(current.kind)")
      }
      parameters.append(
        Parameter(rule.name, try rule.kind.read(rule.name, value, from: &fields)))
    }
    self.init(kind, parameters)
  }
}

extension ComponentCatalogue.Kind {
  func holds(_ value: Component.Value?) -> Bool {
    switch (self, value) {
    case (.number, .number), (.count, .count), (.name, .name), (.numbers, .numbers),
      (.counts, .counts):
      true
    default: false
    }
  }

  func read(
    _ name: String, _ current: Component.Value?, from fields: inout RecipeFields
  ) throws(RecipeError) -> Component.Value {
    switch self {
    case .number(let range):
      var value: Double?
      if case .number(let number) = current { value = number }
      return .number(try fields.number(name, value, in: range))
    case .count(let range):
      var value: Int?
      if case .count(let count) = current { value = count }
      return .count(try fields.count(name, value, in: range))
    case .name(let allowed):
      var value: String?
      if case .name(let text) = current { value = text }
      return .name(try fields.name(name, value, among: allowed))
    case .numbers(let range, _):
      var value: [Double]?
      if case .numbers(let numbers) = current { value = numbers }
      return .numbers(try fields.numbers(name, value, in: range))
    case .counts(let range, _):
      var value: [Int]?
      if case .counts(let counts) = current { value = counts }
      return .counts(try fields.counts(name, value, in: range))
    }
  }
}
