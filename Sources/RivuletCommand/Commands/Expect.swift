/// `rivulet expect QUANTITY`: a closed form from options.
enum Expect: Command {
  static let name = "expect"

  /// The format of the answer.
  static let format = Option(
    "--format", "FORMAT", .choice(of: ExpectationFormat.self), help: "The form of the answer",
    default: "text")
  /// Where the answer goes.
  static let output = Option(
    "--output", "FILE", .file, help: "Write the answer to a file", default: "standard output")

  /// The options that every quantity has.
  static let outputGroup = CommandSyntax.OptionGroup(
    title: "Output", options: [format.declaration, output.declaration])

  /// The quantities, in the order of help.
  static let quantities: [any Quantity.Type] = [
    StepQuantity.self, GridQuantity.self, NoiseQuantity.self, WeightsQuantity.self,
    ScoresQuantity.self, RewardDeviationQuantity.self, TurningQuantity.self, MomentsQuantity.self,
    ValueQuantity.self, AdvantageFactorQuantity.self, RatioLawQuantity.self,
    ClipFractionQuantity.self, SamplerBiasQuantity.self,
    CostsQuantity.self, OptimumQuantity.self, UpdateQuantity.self,
    TreeCountsQuantity.self, LeafCovarianceQuantity.self, TreeMeanVarianceQuantity.self,
    FidelityQuantity.self, DepthFactorsQuantity.self, FusionBiasQuantity.self,
    PruningBiasQuantity.self,
  ]

  static let syntax = CommandSyntax(
    command: "rivulet expect",
    summary: "Computes an exact expectation from options",
    examples: [
      .init(
        "rivulet expect step --state 0.5 --velocity -0.2 --time 0.9 --next-time 0.8 --scale 0.7",
        "mean, deviation and log-probability of one step: the first thing to check in a trainer"),
      .init(
        "rivulet expect weights --schedule sd35 --format csv",
        "the step weights of a published schedule"),
      .init(
        "rivulet expect turning --schedule-file mine.json",
        "on which data a schedule of your own behaves as the papers say"),
      .init(
        "rivulet expect tree-mean-variance --splits 0,3,6,9",
        "what a rollout tree's mean reward varies by, against flat groups"),
    ],
    positional: .init(name: "QUANTITY", help: "what to compute, see below", count: 1...1),
    groups: [outputGroup],
    notes: ["Type 'rivulet help expect QUANTITY' for its options. Quantities:"]
      + quantities.map { "\($0.name): \($0.summary)" })

  /// Every option of every quantity, to split the arguments before the quantity is known.
  private static var everything: CommandSyntax {
    var options: [OptionDeclaration] = []
    for group in quantities.flatMap({ $0.groups }) + [outputGroup] {
      for option in group.options where !options.contains(where: { $0.name == option.name }) {
        options.append(option)
      }
    }
    return CommandSyntax(
      command: "rivulet expect", summary: syntax.summary, examples: [],
      positional: syntax.positional, groups: [.init(title: "Options", options: options)])
  }

  /// Splits the arguments; a mistake is told in the words of the quantity that they name.
  private static func split(_ arguments: [String]) throws(UsageError) -> ParsedArguments {
    do {
      return try ParsedArguments(arguments, syntax: everything)
    } catch {
      guard let named = quantities.first(where: { arguments.contains($0.name) }) else {
        throw error
      }
      // What is wrong for every quantity together is wrong for one.
      _ = try ParsedArguments(arguments, syntax: named.syntax)
      throw error
    }
  }

  static func run(_ arguments: [String], console: Console) throws -> ExitCode {
    let all = try split(arguments)
    guard let word = all.positionals.first else {
      if all.has(CommandSyntax.help.declaration) {
        try console.writeHelp(of: syntax)
        return .success
      }
      throw UsageError(
        "'rivulet expect' needs a quantity: one of "
          + quantities.map { $0.name }.joined(separator: ", "), command: "rivulet expect")
    }
    let quantity = try quantity(named: word)
    if all.has(CommandSyntax.help.declaration) {
      try console.writeHelp(of: quantity.syntax)
      return .success
    }
    let parsed = ParsedArguments(
      command: quantity.syntax.command, positionals: Array(all.positionals.dropFirst()),
      occurrences: all.occurrences)
    try parsed.requirePositionals(of: quantity.syntax)
    try parsed.requireOptions(of: quantity.syntax)
    let format = try parsed.value(of: format) ?? .text
    let file = try parsed.value(of: output).flatMap { $0 == "-" ? nil : $0 }
    let target = try file.map { path throws(CommandFailure) in try OutputFile(path: path) }
    let answer = try quantity.expectation(parsed)
    if let place = answer.firstUndefined {
      if let file = try parsed.value(of: ScheduleOptions.scheduleFile) {
        throw CommandFailure(
          .badData,
          "\(file): \(place) has no finite value; the schedule, with the options, is too extreme "
            + "for double precision")
      }
      throw UsageError(
        "\(place) has no finite value; the options are too extreme for double precision",
        command: parsed.command)
    }
    if let target {
      try target.write(answer.rendered(as: format, style: .plain, columns: 100))
    } else {
      try console.write(
        answer.rendered(as: format, style: console.outputStyle, columns: console.columns))
    }
    return .success
  }

  /// Returns the quantity with a name.
  ///
  /// - Parameter word: The name.
  /// - Returns: The quantity.
  /// - Throws: ``UsageError`` with the nearest name.
  static func quantity(named word: String) throws(UsageError) -> any Quantity.Type {
    guard let quantity = quantities.first(where: { $0.name == word }) else {
      throw .unknown(
        "a quantity of", word, known: quantities.map { $0.name }, command: "rivulet expect")
    }
    return quantity
  }
}

extension ParsedArguments {
  /// Refuses options that belong to another quantity.
  ///
  /// - Parameter syntax: What may be given.
  /// - Throws: ``UsageError`` that names the first option that may not.
  func requireOptions(of syntax: CommandSyntax) throws(UsageError) {
    let known = syntax.options.map(\.name)
    for occurrence in occurrences where !known.contains(occurrence.name) {
      throw .unknown("an option of", occurrence.name, known: known, command: syntax.command)
    }
  }
}
