import RivuletClaims

/// What a colour says.
enum Tone: Sendable {
  case good
  case bad
  case doubtful

  /// The terminal's own green, red and yellow; a word always says the same.
  var code: Int {
    switch self {
    case .good: 32
    case .bad: 31
    case .doubtful: 33
    }
  }
}

extension LedgerReport.Row.Outcome {
  /// The outcome in four characters.
  var mark: String {
    switch self {
    case .passed: "pass"
    case .underPowered: "weak"
    case .error: "STOP"
    case .fell, .tooGood, .controlNotRejected: "FAIL"
    }
  }

  var tone: Tone {
    switch self {
    case .passed: .good
    case .underPowered: .doubtful
    case .error, .fell, .tooGood, .controlNotRejected: .bad
    }
  }
}

extension LedgerReport.ClaimResult.Outcome {
  /// The outcome in four characters.
  var mark: String {
    switch self {
    case .passed: "pass"
    case .failed: "FAIL"
    case .partial: "part"
    }
  }

  var tone: Tone {
    switch self {
    case .passed: .good
    case .failed: .bad
    case .partial: .doubtful
    }
  }
}

extension [String] {
  /// Colours the mark with which the first line begins, after all widths are counted.
  func painted(first mark: String, as tone: Tone, _ style: ReportStyle) -> [String] {
    guard style.usesColour, let line = first, line.hasPrefix(mark) else { return self }
    return ["\u{1B}[\(tone.code)m\(mark)\u{1B}[0m" + line.dropFirst(mark.count)] + dropFirst()
  }
}
