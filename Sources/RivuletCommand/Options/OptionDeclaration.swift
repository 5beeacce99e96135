/// What the parser and the help page know of an option, whatever the type of its value.
struct OptionDeclaration: Sendable, Hashable {
  /// The spelling, such as `--seed`.
  let name: String
  /// The name of the value in help, such as `SEED`; nil for a flag.
  let valueName: String?
  /// One line of help, without a full stop.
  let help: String
  /// What holds when the option is absent, as help prints it.
  let defaultText: String?
  /// Whether the option may be given any number of times.
  let isRepeated: Bool
  /// Every right value, where they are few.
  let choices: [String]

  /// The option as a usage line writes it.
  var synopsis: String { valueName.map { "\(name) \($0)" } ?? name }
}

/// An option with a value: `--name VALUE` or `--name=VALUE`.
struct Option<Value: Sendable>: Sendable {
  /// The part without the type.
  let declaration: OptionDeclaration
  /// How its text becomes a value.
  let reading: ValueReading<Value>

  /// Declares an option.
  ///
  /// - Parameters:
  ///   - name: The spelling, such as `--seed`.
  ///   - valueName: The name of the value in help.
  ///   - reading: How its text becomes a value.
  ///   - help: One line of help.
  ///   - defaultText: What holds when it is absent.
  ///   - isRepeated: Whether it may be given any number of times.
  init(
    _ name: String, _ valueName: String, _ reading: ValueReading<Value>, help: String,
    default defaultText: String? = nil, isRepeated: Bool = false
  ) {
    precondition(name.hasPrefix("--"), "an option is spelled with two hyphens, got \(name)")
    declaration = OptionDeclaration(
      name: name, valueName: valueName, help: help, defaultText: defaultText,
      isRepeated: isRepeated, choices: reading.choices)
    self.reading = reading
  }
}

/// An option without a value.
struct Flag: Sendable {
  /// The part without the type.
  let declaration: OptionDeclaration

  /// Declares a flag.
  ///
  /// - Parameters:
  ///   - name: The spelling, such as `--help`.
  ///   - help: One line of help.
  init(_ name: String, help: String) {
    declaration = OptionDeclaration(
      name: name, valueName: nil, help: help, defaultText: nil, isRepeated: false, choices: [])
  }
}
