import Rivulet

@testable import RivuletCommand

/// Three claims of a few checks, of which some come out as they should not when asked.
func smallLedger(falls: Bool = false, isWeak: Bool = false) -> Ledger {
  let control = Control(id: "twice", defect: "twice the number") { _ in
    .identity(observed: 2, expected: 1, tolerance: 1e-12)
  }
  let exact = Check(id: "exact", subject: "one", controls: [control]) { _ in
    Finding(
      .identity(observed: falls ? 1.5 : 1, expected: 1, tolerance: 1e-12), statementHolds: true)
  }
  // The mean of 100 values or of 10^6 with deviation 1: an effect of 2 % is seen by the second only.
  let sampled = Check(id: "sampled", subject: "a mean") { _ in
    Finding(
      .mean(
        observed: 1.0001, expected: 1, sigma: 1, count: isWeak ? 100 : 1_000_000,
        sigmaIsKnown: true), statementHolds: true)
  }
  func claim(_ id: String, _ check: Check) -> Claim {
    Claim(
      id: id, title: "Title of \(id)", statement: "Statement of \(id).", source: "By hand",
      scope: "Everywhere", recorded: .holds, checks: [check])
  }
  return Ledger(claims: [
    claim("small/S1", exact), claim("small/S2", sampled), claim("other/S3", exact),
  ])
}

extension CapturedRun {
  /// Runs `rivulet verify` on a ledger.
  init(
    verify ledger: Ledger, _ arguments: [String] = [], environment: [String: String] = [:],
    isTerminal: Bool = false
  ) {
    let output = MemorySink()
    let errors = MemorySink(isTerminal: isTerminal)
    let console = Console(environment: environment, output: output, errors: errors)
    code = Dispatch.ending(on: console) {
      try Verify.run(arguments, ledger: ledger, console: console)
    }
    self.output = output.text
    self.errors = errors.text
  }
}
