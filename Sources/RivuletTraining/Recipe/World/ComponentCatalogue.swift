/// The names that a component may have, each with its parameters.
///
/// What a trainer can build is stated here as data, so that a recipe is refused before it runs.
struct ComponentCatalogue: Sendable {
  /// The components.
  let entries: [Entry]

  /// One component.
  struct Entry: Sendable {
    let kind: String
    let parameters: [Rule]

    init(_ kind: String, _ parameters: [Rule]) {
      self.kind = kind
      self.parameters = parameters
    }

    subscript(name: String) -> Rule? { parameters.first { $0.name == name } }
  }

  /// One parameter.
  struct Rule: Sendable {
    let name: String
    let kind: Kind

    init(_ name: String, _ kind: Kind) {
      self.name = name
      self.kind = kind
    }
  }

  /// The type of a parameter.
  enum Kind: Sendable {
    case number(ValueRange)
    case count(ClosedRange<Int>)
    case name([String])
    case numbers(ValueRange, Length)
    case counts(ClosedRange<Int>, Length)
  }

  /// How many elements a list has.
  enum Length: Sendable {
    case any
    /// One or more.
    case some
    /// One for each dimension of a state.
    case dimension
    /// A point for each prompt, or one that all prompts share.
    case promptPoints
    /// One for each prompt, or one that all prompts share.
    case prompts
    /// As many points as the list `named` has elements.
    case points(named: String)
    /// As many as the list `named` has.
    case same(named: String)
  }

  /// Refuses lists of a wrong length.
  func check(
    _ component: Component, dimension: Int, prompts: Int, at path: RecipePath
  ) throws(RecipeError) {
    guard let entry = entries.first(where: { $0.kind == component.kind }) else { return }
    for rule in entry.parameters {
      let count: Int
      let length: Length
      switch (rule.kind, component[rule.name]) {
      case (.numbers(_, let rule), .numbers(let values)): (count, length) = (values.count, rule)
      case (.counts(_, let rule), .counts(let values)): (count, length) = (values.count, rule)
      default: continue
      }
      let allowed: [Int]
      switch length {
      case .any: continue
      case .some:
        guard count == 0 else { continue }
        throw .contradiction(
          path: path.field(rule.name), value: "[]", rule: "it needs one or more elements")
      case .dimension: allowed = [dimension]
      case .promptPoints: allowed = [dimension, prompts * dimension]
      case .prompts: allowed = [1, prompts]
      case .points(let name): allowed = [listCount(component, name) * dimension]
      case .same(let name): allowed = [listCount(component, name)]
      }
      guard !allowed.contains(count) else { continue }
      let wanted = allowed.map(String.init).joined(separator: " or ")
      throw .contradiction(
        path: path.field(rule.name), value: "a list of \(count)",
        rule: "with states of \(dimension) numbers and \(prompts) prompts it needs \(wanted)")
    }
  }

  private func listCount(_ component: Component, _ name: String) -> Int {
    switch component[name] {
    case .numbers(let values): values.count
    case .counts(let values): values.count
    default: 0
    }
  }
}
