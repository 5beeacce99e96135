import RivuletClaims
import RivuletStatistics

/// A name and a value, as every format prints them.
struct Fact: Sendable, Hashable {
  let name: String
  let value: String
}

extension LedgerReport.Row {
  /// The identity of the check inside its claim.
  var name: String {
    id.hasPrefix(claim + "/") ? String(id.dropFirst(claim.count + 1)) : id
  }

  /// The expected number, or a hyphen.
  var expectedText: String { Self.text(expected, digits: digits) }

  /// The measured number, or a hyphen.
  var observedText: String { Self.text(observed, digits: digits) }

  /// The interval in brackets, the tolerance of an identity, or a hyphen.
  var intervalText: String {
    guard let interval else { return "-" }
    if kind == .identity { return "± \(detectableText)" }
    return "[\(Self.text(interval.lower, digits: digits)), "
      + "\(Self.text(interval.upper, digits: digits))]"
  }

  /// So many digits that a sampled number shows three of the width of its interval; 6 or more.
  private var digits: Int {
    guard let interval, kind != .identity else { return 6 }
    var ratio = max(abs(interval.lower), abs(interval.upper)) / (interval.upper - interval.lower)
    var digits = 3
    while ratio >= 1, digits < 17 {
      ratio /= 10
      digits += 1
    }
    return max(6, digits)
  }

  /// The number of values, or a hyphen.
  var sampleSizeText: String { sampleSize.map(String.init) ?? "-" }

  /// The detectable effect, or a hyphen.
  var detectableText: String { Self.text(detectableEffect, digits: 3) }

  /// The rejected of all controls.
  var controlsText: String {
    controls.isEmpty ? "-" : "\(controls.filter(\.isRejected).count)/\(controls.count)"
  }

  /// Everything that is needed to understand and repeat the check.
  var facts: [Fact] {
    var facts = [
      Fact(name: "subject", value: subject),
      Fact(name: "expected", value: expectedText),
      Fact(name: "observed", value: observedText),
      Fact(name: "interval", value: intervalText),
      Fact(name: "n", value: sampleSizeText),
      Fact(name: "p", value: Numerals.probability(p)),
      Fact(name: "detectable effect", value: detectableText),
      Fact(name: "required effect", value: Self.text(requiredEffect, digits: 3)),
      Fact(name: "seed", value: seed),
    ]
    if let requirementReason {
      facts.append(Fact(name: "required because", value: requirementReason))
    }
    if let costDescription { facts.append(Fact(name: "cost", value: costDescription)) }
    facts += controls.map { Fact(name: "control \($0.id)", value: $0.summary) }
    facts.append(Fact(name: "replay", value: replay))
    return facts
  }

  /// Why the check did not pass under its share of the false-alarm rate; nil if it passed.
  fileprivate func reason(share: Double) -> String? {
    let half = Numerals.probability(share / 2)
    switch outcome {
    case .passed: return nil
    case .error: return "stopped with an error: \(message ?? "without a message")"
    case .fell:
      guard let p else {
        return "observed \(observedText) is not within \(detectableText) of expected "
          + "\(expectedText); the difference is "
          + Self.text((observed ?? .nan) - (expected ?? .nan), digits: 3)
      }
      if p.isNaN {
        return "observed \(observedText) cannot be tested against \(expectedText): "
          + "every number must be finite and in range, the spread positive"
      }
      return "observed \(observedText) is too far from expected \(expectedText): "
        + "p = \(Numerals.probability(p)) is below \(half)"
    case .tooGood:
      return "observed \(observedText) is closer to expected \(expectedText) than chance allows: "
        + "1 - p is below \(half)"
    case .underPowered:
      return "a deviation of \(Self.text(requiredEffect, digits: 3)) must be seen, but with "
        + "n = \(sampleSizeText) only \(detectableText) is"
    case .controlNotRejected:
      let accepted = controls.filter { !$0.isRejected }
      return "not rejected: " + accepted.map { "\($0.id) (\($0.summary))" }.joined(separator: "; ")
    }
  }

  private static func text(_ number: Double?, digits: Int = 6) -> String {
    number.map { Numerals.significant($0, digits: digits) } ?? "-"
  }
}

extension LedgerReport.ControlResult {
  /// What the wrong variant is and what became of it.
  var summary: String {
    let verdict = isRejected ? "rejected" : "NOT rejected"
    if let message { return "\(defect): \(verdict), \(message)" }
    let number = observed.map { Numerals.significant($0) } ?? "-"
    return "\(defect): \(verdict), observed \(number), p = \(Numerals.probability(p))"
  }
}

extension LedgerReport.ClaimResult {
  /// The measured verdict, or why there is none.
  var measuredText: String {
    if let measured { return measured.description }
    return verdict == .notCompared ? "not compared" : "undecided"
  }

  /// Why the verdict did not pass; nil if it did, or was not compared.
  var reason: String? {
    switch verdict {
    case .agrees, .notCompared: nil
    case .differs: "recorded: \(recorded); measured: \(measuredText)"
    case .undecided:
      rows.contains { $0.outcome == .error }
        ? "a check stopped with an error, so the verdict is not decided"
        : "no check reads the statement off, so the verdict is not decided"
    }
  }
}

extension LedgerReport {
  /// Why a check did not pass; nil if it passed.
  func reason(of row: Row) -> String? { row.reason(share: budget.share) }

  /// The keys, the level and the versions in one line.
  var setting: String {
    let keys = mode == .pinned ? "pinned, salt \(salt ?? "")" : "seed \(seed ?? "")"
    return "keys \(keys); level \(level.rawValue); stream version \(streamVersion); "
      + "schema version \(schemaVersion)"
  }

  /// What the run used of its false-alarm rate, in one line.
  var budgetText: String {
    let smallest =
      rows.first { $0.p != nil && $0.p == budget.smallestP }.map {
        ", smallest p \(Numerals.probability(budget.smallestP)) (\($0.id))"
      } ?? ""
    return "\(Numerals.probability(budget.total)) over \(budget.assertions) checks, "
      + "\(Numerals.probability(budget.share)) each; \(budget.sampled) sampled, "
      + "\(Numerals.probability(budget.spent)) spent\(smallest)"
  }
}
