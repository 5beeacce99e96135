import Foundation
import Rivulet
import Testing

@testable import RivuletCommand

struct VerifyTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `exit codes tell what was found`() {
    #expect(CapturedRun(verify: smallLedger()).code == .success)
    #expect(CapturedRun(verify: smallLedger(falls: true)).code == .fell)
    #expect(CapturedRun(verify: smallLedger(isWeak: true)).code == .inconclusive)
    #expect(CapturedRun(verify: smallLedger(falls: true, isWeak: true)).code == .fell)
    #expect(CapturedRun(verify: Ledger(claims: [])).code == .nothingRan)
  }

  // Three checks and three verdicts.
  @Test func `the last line counts what passed`() {
    let run = CapturedRun(verify: smallLedger())
    #expect(run.lines.last == "6 passed, 0 failed, 0 skipped")
    #expect(run.errors == "")
  }

  @Test func `names and globs select claims`() {
    let run = CapturedRun(verify: smallLedger(), ["small/*", "--format", "json"])
    #expect(run.code == .success)
    #expect(run.output.contains("\"small/S2/sampled\""))
    #expect(!run.output.contains("other/S3"))
  }

  @Test func `an unknown claim is a usage error with the nearest name`() {
    let run = CapturedRun(verify: smallLedger(), ["small/S4"])
    #expect(run.code == .usage)
    #expect(run.errors.contains("there is no claim 'small/S4'; did you mean 'small/S1'?"))
    let check = CapturedRun(verify: smallLedger(), ["small/S1/exat"])
    #expect(check.errors.contains("did you mean 'small/S1/exact'?"))
  }

  @Test func `a glob that matches nothing runs nothing, also beside one that does`() {
    for patterns in [["none*"], ["small/*", "none?"]] {
      let run = CapturedRun(verify: smallLedger(), patterns)
      #expect(run.code == .nothingRan)
      #expect(run.errors.contains("'none"))
      #expect(run.output == "")
    }
  }

  @Test func `reports go to files in every format, and text to standard output`() throws {
    let run = CapturedRun(
      verify: smallLedger(falls: true),
      [
        "--output", "json=\(folder.path("r.json"))", "--output=junit=\(folder.path("r.xml"))",
        "--output", "markdown=\(folder.path("r.md"))",
      ])
    #expect(run.code == .fell)
    #expect(run.lines.last?.hasSuffix("skipped") == true)
    #expect(try folder.names == ["r.json", "r.md", "r.xml"])
    let report = try JSONReport.report(from: try folder.text("r.json"))
    #expect(report.exitCode == 1)
    #expect(try folder.text("r.xml").hasPrefix("<?xml"))
  }

  @Test func `a report named a hyphen takes the place of the text`() {
    let run = CapturedRun(verify: smallLedger(), ["--output", "json=-"])
    #expect(run.output.hasPrefix("{"))
    #expect(!run.output.contains("passed, 0 failed"))
  }

  @Test func `an unwritable file stops before the run`() {
    let run = CapturedRun(
      verify: smallLedger(), ["--output", "json=/nowhere/r.json"], isTerminal: true)
    #expect(run.code == .inputOutput)
    #expect(run.output == "")
    #expect(!run.errors.contains("checks"))
  }

  @Test func `the seed is decimal or hexadecimal and replaces the pinned keys`() throws {
    func rows(_ arguments: [String]) throws -> [String] {
      let run = CapturedRun(verify: smallLedger(), arguments + ["--format", "json"])
      return try JSONReport.report(from: run.output).rows.map(\.seed)
    }
    #expect(try rows(["--seed", "255"]) == rows(["--seed", "0xff"]))
    #expect(try rows(["--seed", "255"]) != rows([]))
  }

  @Test func `the number of threads changes no number`() throws {
    func digest(_ threads: String) throws -> String {
      let run = CapturedRun(verify: smallLedger(), ["--format", "json", "--threads", threads])
      return try JSONReport.report(from: run.output).digest
    }
    #expect(try digest("1") == digest("7"))
  }

  @Test func `progress is drawn for a person and taken away`() {
    let run = CapturedRun(verify: smallLedger(), isTerminal: true)
    #expect(run.errors.contains("0/3 checks small/S1/exact"))
    #expect(run.errors.hasSuffix("\r\u{1B}[K"))
    #expect(CapturedRun(verify: smallLedger()).errors == "")
  }

  @Test func `GitHub gets a summary at the end of its file and annotations of what fell`() throws {
    try folder.write("before\n", to: "summary")
    let run = CapturedRun(
      verify: smallLedger(falls: true),
      environment: ["GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": folder.path("summary")])
    #expect(try folder.text("summary").hasPrefix("before\n"))
    #expect(try folder.text("summary").contains("small/S1"))
    #expect(run.errors.contains("::error title=small/S1/exact::"))
    #expect(!run.output.contains("::error"))
  }

  @Test func `a summary that cannot be written is a warning`() {
    let run = CapturedRun(
      verify: smallLedger(), environment: ["GITHUB_STEP_SUMMARY": "/nowhere/summary"])
    #expect(run.code == .success)
    #expect(run.errors.hasPrefix("warning: cannot write the summary '/nowhere/summary'"))
  }

  @Test func `claims are listed with their verdicts`() throws {
    let output = MemorySink()
    let console = Console(environment: [:], output: output, errors: MemorySink())
    #expect(try Claims.run(["small/*"], ledger: smallLedger(), console: console) == .success)
    #expect(output.text.contains("small/S1  Title of small/S1\n  claimed  Statement of small/S1."))
    #expect(output.text.contains("  verdict  holds\n"))
    #expect(output.text.hasSuffix("2 claims, 2 checks\n"))
    let json = Claims.json(smallLedger().claims).document
    #expect(json.contains("\"recorded\": \"holds\""))
    #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(json.utf8)) }
  }
}
