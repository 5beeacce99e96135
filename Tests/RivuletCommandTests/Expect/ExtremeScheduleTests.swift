import Rivulet
import Testing

@testable import RivuletCommand

/// Schedules at the edge of the numbers: each is refused with its place, none stops the program.
struct ExtremeScheduleTests {
  @Test(arguments: ["weights", "scores", "ratio-law", "clip-fraction", "moments", "turning"])
  func `a coefficient beyond its range is bad data that names file and field`(quantity: String)
    throws
  {
    let folder = try TemporaryFolder()
    try folder.write(#"{"times":[1,0.5,0],"noiseCoefficients":[1e160,1]}"#, to: "s.json")
    let needed = ["ratio-law", "clip-fraction"].contains(quantity) ? ["--difference", "1"] : []
    let run = CapturedRun(
      ["expect", quantity, "--schedule-file", folder.path("s.json")] + needed)
    #expect(run.code == .badData, "\(run.errors)")
    #expect(run.errors.contains("noiseCoefficients[0]"))
    #expect(run.errors.contains("s.json"))
  }

  @Test func `coefficients that underflow are refused`() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      #"{"times":[1,0.9999999999998863,0],"noiseCoefficients":[1e-320,1e-308]}"#, to: "s.json")
    let run = CapturedRun("expect", "scores", "--schedule-file", folder.path("s.json"))
    #expect(run.code == .badData)
    let option = CapturedRun("expect", "ratio-law", "--difference", "1", "--scale", "5e-324")
    #expect(option.code == .usage)
  }

  @Test func `a data scale beyond its range is blamed itself`() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      #"{"times":[1,0.5,0],"noiseCoefficients":[0,1],"trainedSteps":[1],"dataScale":1e200}"#,
      to: "s.json")
    let run = CapturedRun("expect", "moments", "--schedule-file", folder.path("s.json"))
    #expect(run.code == .badData)
    #expect(run.errors.contains("dataScale"))
  }

  // The schedule of the readme turns twice: its own noise is largest at step 1.
  @Test func `every interval between turns is named, and the side of the data`() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      #"{"times":[1,0.75,0.5,0.25,0],"noiseCoefficients":[0.9,1.2,0.7,0.4],"trainedSteps":[0,1,2]}"#,
      to: "s.json")
    let arguments = ["expect", "turning", "--schedule-file", folder.path("s.json")]
    let low = CapturedRun(arguments + ["--data-scale", "0.4"])
    #expect(low.output.contains("0.5285"))
    #expect(low.output.contains("9.28"))
    #expect(low.output.contains("fails"))
  }

  @Test func `a coefficient-preserving schedule can be given back as a file`() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      #"{"times":[1,0.5,0],"coefficientPreservingLevel":0.7}"#, to: "s.json")
    let run = CapturedRun("expect", "moments", "--schedule-file", folder.path("s.json"))
    #expect(run.code == .success, "\(run.errors)")
  }

  @Test func `a state of another dimension than the one asked for is refused`() {
    let run = CapturedRun(
      "expect", "value", "--step", "0", "--state", "1,2", "--dimension", "3")
    #expect(run.code == .usage)
  }
}
