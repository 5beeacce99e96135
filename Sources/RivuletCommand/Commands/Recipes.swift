import Rivulet

/// `rivulet recipes [RECIPE]`: the presets, one of them as a document, or what two recipes do differently.
enum Recipes: Command {
  /// The formats of lists.
  enum Format: String, CaseIterable, Sendable {
    case text
    case json
  }

  static let name = "recipes"
  static let differences = Option(
    "--differences", "OTHER", .text,
    help: "List the fields in which the recipe differs from another preset or file")
  static let format = Option(
    "--format", "FORMAT", .choice(of: Format.self),
    help: "The form of the list, or of the differences", default: "text")

  static let syntax = CommandSyntax(
    command: "rivulet recipes",
    summary: "Lists the presets for training, prints one, or compares two",
    examples: [
      .init("rivulet recipes", "every preset, with its source and what it assumes"),
      .init("rivulet recipes branch-grpo/paper >mine.json", "a file to change and to train"),
      .init(
        "rivulet recipes exact --set iterations=50 >short.json", "the same, with another value"),
      .init(
        "rivulet recipes branch-grpo/code --differences branch-grpo/paper",
        "what published code does beside its paper"),
    ],
    positional: .init(name: "RECIPE", help: RecipeArgument.positionalHelp, count: 0...1),
    groups: [
      .init(
        title: "Output",
        options: [
          differences.declaration, RecipeArgument.changes.declaration, format.declaration,
        ])
    ],
    notes: [
      "A recipe is a JSON document with every choice of a training run. Names that are unknown, values that "
        + "are impossible, and choices that contradict each other are refused with their path."
    ])

  static func run(_ arguments: [String], console: Console) throws -> ExitCode {
    guard let parsed = try parsed(arguments, console: console) else { return .success }
    let format = try parsed.value(of: format)
    let other = try parsed.value(of: differences)
    let changes = try parsed.values(of: RecipeArgument.changes)
    guard let name = parsed.positionals.first else {
      for option in [differences.declaration, RecipeArgument.changes.declaration]
      where parsed.has(option) {
        throw UsageError("\(option.name) needs RECIPE before it", command: syntax.command)
      }
      try console.write(list(as: format ?? .text, console: console))
      return .success
    }
    let recipe = try RecipeArgument.recipe(name, changes: changes, command: syntax.command)
    guard let other else {
      guard format != .text else {
        throw UsageError(
          "a recipe is printed as JSON; --format text is for lists and differences",
          command: syntax.command)
      }
      try console.write(try recipe.json())
      return .success
    }
    let found = try recipe.differences(
      from: RecipeArgument.recipe(other, command: syntax.command))
    switch format ?? .text {
    case .text: try console.write(text(found, names: (name, other), console: console))
    case .json: try console.write(json(found, names: (name, other)).document)
    }
    return .success
  }

  private static func list(as format: Format, console: Console) -> String {
    switch format {
    case .json:
      return JSONElement.record([
        .init("schema", .number(1)),
        .init(
          "recipes",
          .list(
            Recipe.presets.map { preset in
              .record([
                .init("id", .text(preset.id)), .init("source", .text(preset.recipe.source)),
                .init("assumptions", .list(preset.assumptions.map { .text($0) })),
              ])
            })),
      ]).document
    case .text:
      var lines: [String] = []
      for preset in Recipe.presets {
        lines.append(console.outputStyle.heading(preset.id))
        lines += wrap(preset.recipe.source, indent: 2, columns: console.columns)
        for assumption in preset.assumptions {
          let paragraph = wrap(assumption, indent: 4, columns: console.columns)
          lines.append("  - " + paragraph[0].dropFirst(4))
          lines += paragraph.dropFirst()
        }
      }
      lines += [
        "",
        "\(Recipe.presets.count) presets; a line with - is something that the source leaves open",
      ]
      return lines.joined(separator: "\n") + "\n"
    }
  }

  private static func text(
    _ differences: [Recipe.Difference], names: (String, String), console: Console
  ) -> String {
    guard !differences.isEmpty else { return "\(names.0) and \(names.1) are the same\n" }
    let style = console.outputStyle
    let width = max(names.0.count, names.1.count)
    var lines: [String] = []
    for difference in differences {
      lines.append(style.heading(difference.path))
      for (name, value) in [(names.0, difference.value), (names.1, difference.other)] {
        lines.append("  " + name.padded(to: width) + "  " + (value ?? "absent"))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func json(
    _ differences: [Recipe.Difference], names: (String, String)
  ) throws -> JSONElement {
    func element(_ text: String?) throws -> JSONElement {
      // A field that a recipe lacks is not there, which is not the same as null.
      try text.map { try .record([.init("value", JSONElement(parsing: $0))]) } ?? .record([])
    }
    return .record([
      .init("schema", .number(1)), .init("recipe", .text(names.0)), .init("other", .text(names.1)),
      .init(
        "differences",
        .list(
          try differences.map { difference in
            .record([
              .init("path", .text(difference.path)),
              .init("recipe", try element(difference.value)),
              .init("other", try element(difference.other)),
            ])
          })),
    ])
  }
}
