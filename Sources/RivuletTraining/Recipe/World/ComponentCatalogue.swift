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

extension ComponentCatalogue {
  private static let dimensions = Rule("dimension", .count(1...4096))
  private static let conditioning = Rule("conditioning", .name(["none", "prompt"]))
  private static let activation = Rule("activation", .name(["silu", "tanh"]))

  /// The velocity fields that can be trained.
  static let models = ComponentCatalogue(entries: [
    Entry(
      "affineGaussian",
      [
        dimensions, Rule("mean", .numbers(.any, .dimension)),
        Rule("deviation", .numbers(.positive, .dimension)),
        Rule("learns", .name(["biases", "matrices"])), conditioning,
      ]),
    Entry(
      "gaussianMixture",
      [
        dimensions, Rule("weights", .numbers(.positive, .some)),
        Rule("means", .numbers(.any, .points(named: "weights"))),
        Rule("deviations", .numbers(.positive, .same(named: "weights"))),
        Rule("learns", .name(["means", "all"])), conditioning,
      ]),
    Entry(
      "perceptron",
      [
        dimensions, Rule("hidden", .counts(1...4096, .some)), activation,
        Rule("timeFeatures", .count(0...256)), conditioning,
      ]),
    Entry(
      "pixelField",
      [
        Rule("side", .count(1...64)), Rule("spectrumExponent", .number(.any)),
        Rule("deviation", .number(.positive)), Rule("hidden", .counts(1...4096, .any)), activation,
        conditioning,
      ]),
  ])

  /// The rewards of final states.
  static let rewards = ComponentCatalogue(entries: [
    Entry(
      "linear",
      [Rule("gradients", .numbers(.any, .promptPoints)), Rule("offset", .number(.any))]),
    Entry(
      "quadratic",
      [
        Rule("curvatures", .numbers(.any, .dimension)),
        Rule("gradients", .numbers(.any, .promptPoints)), Rule("offset", .number(.any)),
      ]),
    Entry(
      "bump",
      [Rule("centres", .numbers(.any, .promptPoints)), Rule("width", .number(.positive))]),
    Entry(
      "mode",
      [
        Rule("weights", .numbers(.positive, .some)),
        Rule("means", .numbers(.any, .points(named: "weights"))),
        Rule("deviation", .number(.positive)), Rule("modes", .counts(0...4096, .prompts)),
      ]),
    Entry(
      "halfPlane",
      [
        Rule("normals", .numbers(.any, .promptPoints)), Rule("offset", .number(.any)),
        Rule("softness", .number(.positive)),
      ]),
    Entry("lowFrequencies", [Rule("cutoff", .count(1...64))]),
    Entry("highFrequencies", [Rule("cutoff", .count(1...64))]),
    Entry("symmetry", [Rule("axis", .name(["horizontal", "vertical"]))]),
    Entry(
      "blob",
      [
        Rule("rows", .numbers(.any, .prompts)), Rule("columns", .numbers(.any, .prompts)),
        Rule("width", .number(.positive)),
      ]),
  ])

  /// The data that a model is pre-trained on.
  static let data = ComponentCatalogue(entries: [
    Entry(
      "gaussian",
      [
        Rule("mean", .numbers(.any, .dimension)),
        Rule("deviation", .numbers(.positive, .dimension)),
      ]),
    Entry(
      "ring",
      [
        Rule("modes", .count(1...1024)), Rule("radius", .number(.positive)),
        Rule("deviation", .number(.positive)),
      ]),
    Entry(
      "grid",
      [
        Rule("side", .count(1...64)), Rule("spacing", .number(.positive)),
        Rule("deviation", .number(.positive)),
      ]),
    Entry("twoMoons", [Rule("deviation", .number(.positive))]),
    Entry("checkerboard", [Rule("cells", .count(2...64)), Rule("side", .number(.positive))]),
    Entry(
      "spirals",
      [
        Rule("arms", .count(1...16)), Rule("turns", .number(.positive)),
        Rule("deviation", .number(.positive)),
      ]),
    Entry("shapes", [Rule("side", .count(4...64))]),
  ])
}
