import Testing

@testable import RivuletCommand

struct WrongOptionTests {
  @Test(arguments: [
    (["verfy"], "'verfy' is not a command of 'rivulet'; did you mean 'verify'?"),
    (["--versio"], "'--versio' is not an option of 'rivulet'; did you mean '--version'?"),
    (["help", "expect", "stepp"], "did you mean 'step'?"),
    (["expect"], "'rivulet expect' needs a quantity: one of step, grid, "),
    (["expect", "grid", "noise"], "'noise' is one argument too many for 'rivulet expect grid'"),
    (["expect", "noise", "--scale", "-1"], "--scale '-1': expected 0 or a number from 1e-12"),
    (["expect", "noise", "--scale", "nan"], "--scale 'nan': expected 0 or a number from 1e-12"),
    (["expect", "noise", "--noise", "cps", "--scale", "1.5"], "--scale: the level of"),
    (["expect", "grid", "--steps", "0"], "--steps '0': expected a whole number from 1 to 10000"),
    (["expect", "grid", "--grid", "flux", "--steps", "1"], "--steps '1': --grid flux needs two"),
    (["expect", "grid", "--schedule", "sd3"], "did you mean 'sd35'?"),
    (["expect", "grid", "--schedule", "sd35", "--shift", "3"], "--shift does nothing here"),
    (["expect", "grid", "--grid", "uniform", "--shift", "3"], "--shift does nothing here"),
    (
      ["expect", "grid", "--schedule", "sd35", "--grid", "sd3"],
      "--schedule and --grid exclude each other"
    ),
    (["expect", "grid", "--trained", "0...10"], "there is no step 10; the steps are 0...9"),
    (["expect", "noise", "--noise", "cps", "--trained", "9"], "step 9 adds no noise"),
    (["expect", "grid", "--state", "1"], "'--state' is not an option of 'rivulet expect grid'"),
    (["expect", "step", "--velocity", "1"], "needs --state X,...: The state x"),
    (["expect", "step", "--state", "1", "--velocity", "1"], "needs --time and --next-time"),
    (
      ["expect", "step", "--state", "1,2", "--velocity", "1", "--time", "1", "--next-time", "0.5"],
      "--velocity has 1 numbers, the state has 2"
    ),
    (
      ["expect", "step", "--state", "1", "--velocity", "1", "--time", "0.5", "--next-time", "0.5"],
      "--next-time '0.5': expected a time below --time 0.5"
    ),
    (
      ["expect", "step", "--state", "1", "--velocity", "1", "--schedule", "sd35", "--step", "10"],
      "--step '10': expected a step from 0 to 9"
    ),
    (
      [
        "expect", "step", "--state", "1", "--velocity", "1", "--time", "0.5", "--next-time", "0.4",
        "--scale", "0", "--draw", "1",
      ], "--draw: this step adds no noise, so it has no density"
    ),
    (["expect", "weights", "--scale", "0"], "no trained step of this schedule adds noise"),
    (["expect", "costs", "--branches", "0"], "--branches '0': expected a whole number from 1"),
    (["expect", "turning", "--trained", "5...8"], "--trained 5...8: a turn compares one of"),
    (["expect", "ratio-law"], "needs --difference X"),
    (["expect", "ratio-law", "--delta", "1", "--steps", "3"], "--delta and --steps exclude"),
    (["expect", "clip-fraction", "--delta", "1", "--clip", "1"], "--clip '1': expected a number"),
    (["expect", "value", "--step", "11", "--state", "1"], "--step '11': expected a step from 0"),
    (
      ["expect", "value", "--step", "0", "--state", "1", "--width", "2"],
      "--width does nothing with --reward linear, which has --gradient"
    ),
    (
      ["expect", "value", "--step", "0", "--state", "1", "--reward", "mixture"],
      "needs one or more --bump"
    ),
    (
      ["expect", "value", "--step", "0", "--state", "1", "--reward", "mixture", "--bump", "1:0:1"],
      "--bump '1:0:1': expected a height, a positive width and a centre"
    ),
    (["expect", "moments", "--scale", "1e6", "--steps", "1000"], "the sampler diverges at step"),
    (
      ["expect", "step", "--state", "1e308", "--velocity=-1e308", "--time", "1", "--next-time=0"],
      "has no finite value"
    ),
    (["verify", "--output", "jsn=x"], "'jsn' is not a format; did you mean 'json'?"),
    (["verify", "--output", "report.json"], "expected FORMAT=FILE such as json=report.json"),
    (["verify", "--output", "json=-", "--format", "text"], "standard output takes one report"),
    (
      ["verify", "--output", "json=a", "--output", "text=a"], "already the place of another report"
    ),
    (["verify", "--threads", "0"], "--threads '0': expected a whole number from 1 to 1024"),
    (["verify", "--seed", "-1"], "--seed '-1': expected a whole number from 0 to 2^64 - 1"),
    (["verify", "--level", "ful"], "did you mean 'full'?"),
    (["claims", "--format", "csv"], "--format 'csv': expected one of text, json"),
    (["doctor", "x"], "'x' is one argument too many for 'rivulet doctor'"),
  ])
  func `a wrong command line names the argument, the value and what would be right`(
    arguments: [String], message: String
  ) {
    let run = CapturedRun(arguments)
    #expect(run.code == .usage)
    #expect(run.output == "")
    #expect(run.errors.contains(message), "\(run.errors)")
    #expect(run.errors.contains("Type 'rivulet help"))
  }

  // One fault each; the message names the field, the index and the value.
  @Test(arguments: [
    (#"{"times": [1, 0.5, 0.5, 0], "noiseCoefficients": [1, 1, 1]}"#, "times[2] is 0.5 after 0.5"),
    (#"{"times": [1, 0.4, 0.5, 0], "noiseCoefficients": [1, 1, 1]}"#, "times[2] is 0.5 after 0.4"),
    (#"{"times": [0.9, 0], "noiseCoefficients": [1]}"#, "times[0] is 0.9"),
    (#"{"times": [1, 0.5, 0], "noiseCoefficients": [1, -0.5]}"#, "noiseCoefficients[1] is -0.5"),
    (#"{"times": [1, 0.5, 0], "noiseCoefficients": [1]}"#, "1 noiseCoefficients for 2 steps"),
    (#"{"times": [1, 0.5, 0], "noiseCoefficients": [1, 1], "trainedSteps": []}"#, "no step is"),
    (#"{"times": [1, 0], "noiseCoefficients": [1], "dataScale": -1, "trainedSteps": [0]}"#, "-1"),
    (#"{"times": [1, 0], "noiseCoefficients": [1], "trainedSteps": [1]}"#, "trainedSteps[0] is 1"),
    (#"{"times": [1, 0], "noiseCoefficients": [1], "scale": 1}"#, "unknown field scale"),
    (#"{"times": [1, 0]}"#, "the schedule has no noiseCoefficients"),
    (#"[1, 0]"#, "not a JSON object"), ("", "not a JSON object"),
  ])
  func `a wrong schedule file is bad data`(text: String, message: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(text, to: "mine.json")
    let run = CapturedRun("expect", "noise", "--schedule-file", folder.path("mine.json"))
    #expect(run.code == .badData)
    #expect(run.output == "")
    #expect(run.errors.contains("mine.json: "))
    #expect(run.errors.contains(message), "\(run.errors)")
  }

  @Test func `every page of help has examples that parse`() throws {
    for command in Dispatch.commands {
      #expect(!command.syntax.examples.isEmpty)
      #expect(CapturedRun("help", command.name).output.contains("EXAMPLES"))
      #expect(
        CapturedRun(command.name, "--help").output == CapturedRun("help", command.name).output)
    }
    for quantity in Expect.quantities {
      for example in quantity.examples where !example.line.contains("--schedule-file") {
        let words = example.line.split(separator: " ").map(String.init)
        #expect(words.first == "rivulet")
        let run = CapturedRun(Array(words.dropFirst()))
        #expect(run.code == .success, "\(example.line): \(run.errors)")
      }
    }
  }
}
