/// The arguments of a command, split into names, values and the rest by its syntax.
struct ParsedArguments: Sendable {
  /// One option that was given.
  struct Occurrence: Sendable, Hashable {
    /// The option's spelling.
    let name: String
    /// Its text; nil for a flag.
    let text: String?
  }

  /// The command, for messages.
  let command: String
  /// The arguments without a name, in order.
  let positionals: [String]
  /// The options, in order.
  let occurrences: [Occurrence]

  /// Splits arguments.
  ///
  /// A value follows its option as the next argument or after `=`. The next argument is taken
  /// whatever it looks like, so that `--state -0.5` works, unless it starts with two hyphens.
  /// After `--` nothing is an option.
  ///
  /// - Parameters:
  ///   - arguments: What follows the command's name.
  ///   - syntax: What may follow it.
  /// - Throws: ``UsageError`` for an unknown option, a missing or superfluous value, an option given
  ///   twice.
  init(_ arguments: [String], syntax: CommandSyntax) throws(UsageError) {
    var positionals: [String] = []
    var occurrences: [Occurrence] = []
    var index = 0
    while index < arguments.count {
      let argument = arguments[index]
      index += 1
      if argument == "--" {
        positionals += arguments[index...]
        break
      }
      if argument == "-h" {
        occurrences.append(Occurrence(name: CommandSyntax.help.declaration.name, text: nil))
        continue
      }
      guard argument.hasPrefix("-"), argument != "-" else {
        positionals.append(argument)
        continue
      }
      let (name, attached) = Self.splitAtEqualSign(argument)
      guard let option = syntax.options.first(where: { $0.name == name }) else {
        throw .unknown(
          "an option of", name, known: syntax.options.map(\.name), command: syntax.command)
      }
      var text = attached
      if let valueName = option.valueName {
        if text == nil, index < arguments.count, !arguments[index].hasPrefix("--") {
          text = arguments[index]
          index += 1
        }
        guard text != nil else {
          throw UsageError(
            "\(name) needs a value: \(name) \(valueName)", command: syntax.command)
        }
      } else if let attached {
        throw UsageError("\(name) takes no value, got '\(attached)'", command: syntax.command)
      }
      if !option.isRepeated && option.valueName != nil,
        let earlier = occurrences.first(where: { $0.name == name })
      {
        throw UsageError(
          "\(name) is given twice, '\(earlier.text ?? "")' and '\(text ?? "")'; give it once",
          command: syntax.command)
      }
      occurrences.append(Occurrence(name: name, text: text))
    }
    self.command = syntax.command
    self.positionals = positionals
    self.occurrences = occurrences
  }

  /// Makes arguments that are split already.
  init(command: String, positionals: [String], occurrences: [Occurrence]) {
    self.command = command
    self.positionals = positionals
    self.occurrences = occurrences
  }

  private static func splitAtEqualSign(_ argument: String) -> (name: String, value: String?) {
    guard let place = argument.firstIndex(of: "=") else { return (argument, nil) }
    return (String(argument[..<place]), String(argument[argument.index(after: place)...]))
  }

  /// Checks the number of arguments without a name.
  ///
  /// - Parameter syntax: What may be given.
  /// - Throws: ``UsageError`` that names the first argument too many, or the missing one.
  func requirePositionals(of syntax: CommandSyntax) throws(UsageError) {
    let count = syntax.positional?.count ?? 0...0
    if positionals.count > count.upperBound {
      throw UsageError(
        "'\(positionals[count.upperBound])' is one argument too many for '\(command)'",
        command: command)
    }
    if positionals.count < count.lowerBound, let positional = syntax.positional {
      throw UsageError(
        "'\(command)' needs \(positional.name): \(positional.help)", command: command)
    }
  }

  /// Returns whether an option or a flag is given.
  func has(_ declaration: OptionDeclaration) -> Bool {
    occurrences.contains { $0.name == declaration.name }
  }

  /// Returns the value of an option, or nil when it is absent.
  ///
  /// - Parameter option: The option.
  /// - Returns: The value.
  /// - Throws: ``UsageError`` that names the option, the text and what would be right.
  func value<Value>(of option: Option<Value>) throws(UsageError) -> Value? {
    try values(of: option).last
  }

  /// Returns the value of an option that must be given.
  ///
  /// - Parameter option: The option.
  /// - Returns: The value.
  /// - Throws: ``UsageError`` also when it is absent.
  func required<Value>(_ option: Option<Value>) throws(UsageError) -> Value {
    guard let value = try value(of: option) else {
      throw UsageError(
        "'\(command)' needs \(option.declaration.synopsis): \(option.declaration.help)",
        command: command)
    }
    return value
  }

  /// Returns every value of a repeated option, in order.
  ///
  /// - Parameter option: The option.
  /// - Returns: The values; none when it is absent.
  /// - Throws: ``UsageError`` that names the option, the text and what would be right.
  func values<Value>(of option: Option<Value>) throws(UsageError) -> [Value] {
    var values: [Value] = []
    for occurrence in occurrences where occurrence.name == option.declaration.name {
      let text = occurrence.text ?? ""
      guard let value = option.reading.read(text) else {
        throw .invalidValue(
          text, of: occurrence.name, expected: option.reading.expected,
          choices: option.reading.choices, command: command)
      }
      values.append(value)
    }
    return values
  }

  /// Refuses options that do not go together.
  ///
  /// - Parameter declarations: Options of which at most one may be given.
  /// - Throws: ``UsageError`` that names the first two given.
  func requireAtMostOne(of declarations: [OptionDeclaration]) throws(UsageError) {
    let given = declarations.filter(has)
    guard given.count > 1 else { return }
    throw UsageError("\(given[0].name) and \(given[1].name) exclude each other", command: command)
  }
}
