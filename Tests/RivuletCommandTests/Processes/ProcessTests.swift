import Foundation
import Testing

@testable import RivuletCommand

@Suite(.serialized) struct ProcessTests {
  @Test func `without arguments help shows how to start`() throws {
    let run = try Program()
    #expect(run.code == 0)
    #expect(run.output.contains("START HERE\n  rivulet verify "))
    #expect(run.errors == "")
  }

  @Test func `data go to standard output and messages to standard error`() throws {
    let right = try Program("expect", "grid", "--format", "csv")
    #expect(right.code == 0)
    #expect(right.output.hasPrefix("step,time,"))
    #expect(right.errors == "")
    let wrong = try Program("expect", "grids")
    #expect(wrong.code == 64)
    #expect(wrong.output == "")
    #expect(wrong.errors.hasPrefix("error: 'grids' is not a quantity of 'rivulet expect'; did you"))
  }

  @Test func `an unknown claim is a wrong command line`() throws {
    let run = try Program("verify", "no/such/claim", "--output", "json=/nowhere/r.json")
    #expect(run.code == 64)
    #expect(run.output == "")
    #expect(run.errors.hasPrefix("error: there is no claim 'no/such/claim'"))
  }

  @Test func `the doctor finds every known answer right`() throws {
    let run = try Program("doctor")
    #expect(run.code == 0)
    #expect(!run.output.contains("WRONG"))
    #expect(run.output.split(separator: "\n").count <= 24)
  }

  @Test func `colours are off in a file unless they are forced`() throws {
    #expect(try !Program("help").output.contains("\u{1B}"))
    #expect(try Program("help", environment: ["FORCE_COLOR": "1"]).output.contains("\u{1B}[1m"))
  }

  @Test func `an unwritable file is refused with the code for input and output`() throws {
    let run = try Program("expect", "grid", "--output", "/nowhere/at/all.json")
    #expect(run.code == 74)
    #expect(
      run.errors == "error: cannot write '/nowhere/at/all.json': No such file or directory; "
        + "the folder must exist\n")
    #expect(run.output == "")
  }

  @Test func `a schedule can come from standard input`() throws {
    let run = try Program(
      "expect", "noise", "--schedule-file", "-", "--format", "csv",
      input: #"{"times": [1, 0.25, 0], "noiseCoefficients": [2, 0]}"#)
    #expect(run.code == 0)
    // 2 sqrt(0.75) is the noise level of the first step.
    #expect(run.output.contains("\n0,1,2,1.7320508075688772,"))
  }

  @Test func `a wrong schedule file is bad data, a missing one is not readable`() throws {
    let wrong = try Program(
      "expect", "grid", "--schedule-file", "-", input: #"{"times": [1, 1, 0]}"#)
    #expect(wrong.code == 65)
    #expect(wrong.errors.hasPrefix("error: -: "))
    let missing = try Program("expect", "grid", "--schedule-file", "/nowhere/mine.json")
    #expect(missing.code == 74)
    #expect(missing.errors.contains("cannot read '/nowhere/mine.json': No such file"))
  }

  @Test func `a reader that leaves early is no failure`() throws {
    let run = try Program(
      shell: #"{ "$0" expect grid --steps 1000 --format json; echo $? >&2; } | head -n 1"#)
    #expect(run.output == "{\n")
    #expect(run.errors == "0\n")
  }

  @Test func `a closed standard output is a failure, and no file takes its place`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("answer.csv")
    let closed = try Program(shell: #""$0" expect grid >&-"#)
    #expect(closed.code == 74)
    #expect(closed.errors == "error: cannot write standard output: Bad file descriptor\n")
    let file = try Program(shell: #""$0" expect grid --format csv --output '\#(path)' >&-"#)
    #expect(file.code == 0)
    #expect(try folder.text("answer.csv").hasPrefix("step,time,"))
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func `a full device is a failure`() throws {
    let run = try Program(shell: #""$0" expect grid >/dev/full"#)
    #expect(run.code == 74)
    #expect(run.errors.contains("cannot write standard output: No space left on device"))
  }
}
