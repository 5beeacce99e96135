import RivuletNumerics
import RivuletStatistics

extension Control {
  /// The p-value below which a wrong variant counts as rejected.
  public static let rejectionLevel = 1e-9
}

extension LedgerRun {
  /// Returns the seed of a check's key.
  ///
  /// The first 64 bits of the SHA-256 of three lines: `salt` with the salt of the release or `seed` with the
  /// seed of the run as decimal digits, the identity of the check, and an empty line.
  ///
  /// - Parameter path: The identity of the check in the whole ledger.
  /// - Returns: The seed from which the check, and each of its controls, makes its root key.
  public func rowSeed(of path: String) -> UInt64 {
    var digest = Digest()
    digest.update(seed.map { "seed \($0)\n" } ?? "salt \(LedgerRun.releaseSalt)\n")
    digest.update(path + "\n")
    return digest.hexadecimal.prefix(16).reduce(0) { word, digit in
      word << 4 | UInt64(digit.hexDigitValue ?? 0)
    }
  }

  /// Measures a check and its controls and judges them.
  func row(of check: Check, in claim: Claim) -> LedgerReport.Row {
    let start = ContinuousClock.now
    let path = claim.path(of: check)
    let rowSeed = rowSeed(of: path)
    let run = CheckRun(key: RandomKey(seed: rowSeed), workers: workers, effort: level.effort)
    let reason: String? =
      if case .absolute(_, let because) = check.requirement { because } else { nil }
    let finding: Finding
    do {
      finding = try check.measure(run)
    } catch {
      return LedgerReport.Row(
        id: path, claim: claim.id, subject: check.subject, outcome: .error, kind: nil,
        expected: nil, observed: nil, interval: nil, sampleSize: nil, p: nil,
        detectableEffect: nil, requiredEffect: nil, requirementReason: reason,
        statementHolds: nil, region: nil, seed: LedgerRun.hexadecimal(rowSeed), cost: nil,
        controls: [], replay: replay(path), message: String(describing: error),
        seconds: start.duration(to: .now).seconds)
    }
    let measurement = finding.measurement
    let judgement = measurement.judged(
      alpha: ledger.budget.share,
      requiredEffect: check.requirement.effect(expected: measurement.expected))
    let controls = check.controls.map { control in
      do {
        return LedgerReport.ControlResult(
          of: control, measured: try control.measure(run), checked: measurement)
      } catch {
        return LedgerReport.ControlResult(of: control, stoppedBy: error)
      }
    }
    return LedgerReport.Row(
      id: path, claim: claim.id, subject: check.subject,
      outcome: LedgerReport.Row.Outcome(judgement.outcome, controls: controls),
      kind: measurement.kind, expected: judgement.expected, observed: judgement.observed,
      interval: judgement.interval, sampleSize: judgement.sampleSize, p: judgement.p,
      detectableEffect: judgement.detectableEffect, requiredEffect: judgement.requiredEffect,
      requirementReason: reason, statementHolds: finding.statementHolds, region: finding.region,
      seed: LedgerRun.hexadecimal(rowSeed), cost: finding.cost, controls: controls,
      replay: replay(path), message: nil, seconds: start.duration(to: .now).seconds)
  }

  /// The command that runs one check alone, to the same numbers.
  private func replay(_ path: String) -> String {
    "rivulet verify \(path)" + (seed.map { " --seed \($0)" } ?? "")
      + (level == .quick ? "" : " --level \(level.rawValue)")
  }

  /// A word as 16 hexadecimal digits after `0x`.
  static func hexadecimal(_ word: UInt64) -> String {
    let digits = String(word, radix: 16)
    return "0x" + String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// The operating system and the processor for which this was compiled.
  static var host: String {
    #if os(Linux)
      let system = "linux"
    #elseif os(macOS)
      let system = "macos"
    #elseif os(Windows)
      let system = "windows"
    #else
      let system = "other"
    #endif
    #if arch(x86_64)
      return system + " x86_64"
    #elseif arch(arm64)
      return system + " arm64"
    #else
      return system + " other"
    #endif
  }
}

extension Duration {
  /// The duration in seconds.
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
