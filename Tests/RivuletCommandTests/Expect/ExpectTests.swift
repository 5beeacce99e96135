import Foundation
import RivuletTestSupport
import Testing

@testable import RivuletCommand

struct ExpectTests {
  /// Half a unit of the last digit of tables that print five decimals.
  static let printed = 0.5e-5 + 1e-12

  // Specification of TempFlow-GRPO, section 3.3, computed independently with double precision.
  @Test func `noise levels are those of the published SD3.5 table`() {
    let run = CapturedRun("expect", "noise", "--schedule", "sd35", "--format", "csv")
    #expect(run.code == .success)
    expectClose(
      (run.csvColumns["noiseLevel"] ?? []).compactMap { $0 },
      [0.7, 0.74296, 0.53615, 0.44590, 0.39179, 0.35280, 0.31907, 0.28201, 0.22536, 0.00628],
      within: Self.printed)
    expectClose(
      (run.csvColumns["coefficient"] ?? []).compactMap { $0 },
      [
        3.50567, 3.43507, 2.27263, 1.71850, 1.35920, 1.08809, 0.86117, 0.65244, 0.43441, 0.06644,
      ], within: Self.printed)
  }

  // By hand: 1 - k/4.
  @Test func `a uniform grid has equal steps`() {
    let run = CapturedRun("expect", "grid", "--grid", "uniform", "--steps", "4", "--format", "csv")
    #expect(run.csvColumns["time"] == [1, 0.75, 0.5, 0.25])
    #expect(run.csvColumns["nextTime"] == [0.75, 0.5, 0.25, 0])
  }

  @Test func `options build the published schedules`() {
    for (name, options) in [
      ("sd35", ["--grid", "sd3"]), ("flux", ["--grid", "flux", "--scale", "0.9"]),
      ("qwen", ["--grid", "qwen", "--scale", "1.2"]),
      ("dance16", ["--grid", "shift", "--steps", "16", "--noise", "constant"]),
      ("uniform", ["--grid", "uniform"]),
    ] {
      let published = CapturedRun("expect", "noise", "--schedule", name, "--format", "csv")
      let built = CapturedRun(["expect", "noise", "--format", "csv"] + options)
      #expect(published.output == built.output, "\(name)")
      #expect(published.code == .success)
    }
  }

  // By hand for x = 0.5, v = -0.2, t = 0.9, t' = 0.8, a = 0.7: s = 0.7 * 3 = 2.1, s^2 h / (2 t) = 0.245,
  // so p = 0.755, q = -0.1245, m = 0.3775 + 0.0249, tau = 2.1 sqrt(0.1).
  @Test func `a step gives mean, deviation and log-probability in both reductions`() {
    let run = CapturedRun(
      "expect", "step", "--state", "0.5,-1", "--velocity", "-0.2,0.3", "--draw", "1,0",
      "--reference", "0,0", "--time", "0.9", "--next-time", "0.8", "--format", "csv")
    #expect(run.code == .success, "\(run.errors)")
    let columns = run.csvColumns
    let tau = 2.1 * 0.1.squareRoot()
    func first(_ name: String) -> Double { (columns[name]?.first ?? nil) ?? .nan }
    expectClose(first("coefficient"), 2.1, within: 1e-14)
    expectClose(first("stateFactor"), 0.755, within: 1e-14)
    expectClose(first("velocityFactor"), -0.1245, within: 1e-14)
    expectClose(first("mean"), 0.4024, within: 1e-14)
    expectClose(first("odePoint"), 0.52, within: 1e-14)
    expectClose(first("deviation"), tau, within: 1e-14)
    expectClose(first("nextState"), 0.4024 + tau, within: 1e-14)
    let sum = -0.5 - 2 * log(tau) - log(2 * Double.pi)
    expectClose(first("logProbabilitySum"), sum, within: 1e-13)
    expectClose(first("logProbabilityMean"), sum / 2, within: 1e-13)
    let divergence = (0.1245 / tau) * (0.1245 / tau) * (0.04 + 0.09) / 2
    expectClose(first("divergenceSum"), divergence, within: 1e-15)
    expectClose(first("divergenceMean"), divergence / 2, within: 1e-15)
    expectClose(first("divergenceWithoutStepSizeSum"), divergence * 0.1, within: 1e-15)
    expectClose(first("scoreSum"), -0.1245 / tau, within: 1e-14)
  }

  @Test func `the next state leads back to the draw`() {
    let options = ["expect", "step", "--state", "0.5", "--velocity", "-0.2", "--format", "csv"]
    let place = ["--schedule", "flux", "--step", "3"]
    let forth = CapturedRun(options + place + ["--draw", "-0.75"])
    let next = forth.csvColumns["nextState"]?.first.flatMap { $0 } ?? .nan
    let back = CapturedRun(options + place + ["--next-state", "\(next)"])
    expectClose(back.csvColumns["draw"]?.first.flatMap { $0 } ?? .nan, -0.75, within: 1e-14)
    #expect(forth.csvColumns["logProbabilitySum"]?.count == 1)
  }

  @Test func `the first step reads its patched coefficient from the step length`() {
    let run = CapturedRun(
      "expect", "step", "--state", "1", "--velocity", "0", "--time", "1", "--next-time", "0.75",
      "--scale", "0.5", "--format", "csv")
    // a sqrt(1 / (1 - 0.75)) = 1, and tau = a whatever the step.
    #expect(run.csvColumns["coefficient"] == [1])
    #expect(run.csvColumns["deviation"] == [0.5])
  }

  @Test func `an answer in JSON repeats what was asked, and its schedule is a schedule file`()
    throws
  {
    let folder = try TemporaryFolder()
    let options = ["expect", "noise", "--format", "json"]
    let run = CapturedRun(
      options + ["--schedule", "sd35", "--trained", "0...3", "--data-scale", "0.5"])
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let inputs = try #require(document["inputs"] as? [String: Any])
    try folder.write(
      String(
        decoding: try JSONSerialization.data(withJSONObject: inputs["schedule"] as Any),
        as: UTF8.self), to: "mine.json")
    let again = CapturedRun(options + ["--schedule-file", folder.path("mine.json")])
    #expect(again.output == run.output)
    #expect(again.code == .success)
  }

  @Test func `text names formula and unit of every column`() {
    let run = CapturedRun("expect", "noise", "--schedule", "sd35")
    #expect(run.output.contains("noiseLevel: tau_k = s_k sqrt(h_k)"))
    #expect(run.output.contains("[state]"))
    #expect(run.output.contains("sd35: SD3.5-M"))
  }

  @Test func `an answer goes to a file in the same form`() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("answer.json")
    let plain = CapturedRun("expect", "grid", "--format", "json")
    let filed = CapturedRun("expect", "grid", "--format", "json", "--output", path)
    #expect(filed.output == "")
    #expect(try folder.text("answer.json") == plain.output)
  }

  @Test func `extreme but allowed options give finite answers`() {
    for options in [
      ["--grid", "sd3", "--shift", "1000000", "--steps", "1000"],
      ["--grid", "sd3", "--shift", "0.000001", "--steps", "1000"],
      ["--grid", "flux", "--mu", "14", "--steps", "1000"],
      ["--grid", "flux", "--mu", "-14", "--steps", "1000"],
      ["--grid", "qwen", "--mu", "14", "--steps", "1000", "--terminal", "0.000001"],
      ["--grid", "qwen", "--mu", "-14", "--steps", "2", "--terminal", "0.999999"],
      ["--grid", "shift", "--shift", "1000000", "--steps", "1000"],
      ["--grid", "uniform", "--steps", "1"], ["--noise", "cps", "--scale", "1"],
      ["--scale", "0"], ["--scale", "1e6"],
    ] {
      let run = CapturedRun(["expect", "noise", "--format", "csv"] + options)
      #expect(run.code == .success, "\(options): \(run.errors)")
    }
  }
}
