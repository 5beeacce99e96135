import RivuletTestSupport
import Testing

@testable import RivuletCommand

/// Answers against the tables of the specification, which were computed independently.
struct ClosedFormAnswerTests {
  /// Half a unit of the last of five printed decimals.
  static let printed = 0.5e-5 + 1e-12

  func column(_ name: String, _ arguments: String...) -> [Double] {
    let run = CapturedRun(["expect"] + arguments + ["--format", "csv"])
    #expect(run.code == .success, "\(run.errors)")
    return (run.csvColumns[name] ?? []).compactMap { $0 }
  }

  // Section 3.3: weights of the SD3.5 grid, and section 3.2: the constants 1 / mean.
  @Test func `weights are those of the published tables`() {
    expectClose(
      column("noiseAware", "weights", "--schedule", "sd35"),
      [1.57656, 1.67332, 1.20754, 1.00426, 0.88241, 0.79458, 0.71862, 0.63514, 0.50756],
      within: Self.printed)
    for (schedule, constant) in [("sd35", 2.2522), ("flux", 1.7260), ("qwen", 1.53295)] {
      expectClose(
        column("constant", "weights", "--schedule", schedule)[0], constant, within: 0.5e-4)
    }
    expectClose(
      column("constant", "weights", "--schedule", "uniform")[0], 2.92803830, within: 0.5e-8)
  }

  // Section 3.3: S_k and w_k S_k of the uniform grid; flat from step 1 on.
  @Test func `score coefficients are those of the published table`() {
    expectClose(
      column("unweighted", "scores", "--schedule", "uniform"),
      [0.14286, 0.18748, 0.28122, 0.36820, 0.45923, 0.56243, 0.68884, 0.85913, 1.12487],
      within: Self.printed)
    expectClose(
      column("noiseAware", "scores", "--schedule", "uniform"),
      [0.29280] + [Double](repeating: 0.36454, count: 8), within: Self.printed)
    // Section 4, T8: 26.1 before weighting on SD3.5, and 3.4 (b): 8.4 after.
    expectClose(column("lateOverEarly", "scores", "--schedule", "sd35")[0], 26.1, within: 0.05)
    expectClose(
      column("lateOverEarlyNoiseAware", "scores", "--schedule", "sd35")[0], 8.4, within: 0.05)
  }

  // Balanced weights leave h_k on any schedule, whose mean is that of w kappa.
  @Test func `balanced weights leave the step length`() {
    let arguments = ["--schedule", "dance16"]
    let balanced = column("balanced", "scores", arguments[0], arguments[1])
    let lengths = column("stepSize", "grid", arguments[0], arguments[1])
    for step in balanced.indices {
      expectClose(balanced[step] / balanced[0], lengths[step] / lengths[0], within: 1e-12)
    }
  }

  // Section 4, T4 and T5.
  @Test func `the spread of the reward follows the published curves`() {
    expectClose(
      column("rewardDeviation", "reward-deviation", "--schedule", "uniform"),
      [0.684, 0.719, 0.525, 0.431, 0.359, 0.293, 0.231, 0.173, 0.121, 0.074], within: 0.5e-3)
    expectClose(
      column("rewardDeviation", "reward-deviation", "--data-scale", "0.1", "--gradient", "3,4"),
      [0.048, 0.051, 0.039, 0.035, 0.033, 0.034, 0.036, 0.042, 0.055, 0.074].map { 5 * $0 },
      within: 2.5e-3)
    for (schedule, scale, correlation) in [
      ("uniform", "1", 0.985), ("uniform", "0.1", 0.304), ("sd35", "0.5", 0.631),
      ("sd35", "0.1", -0.447),
    ] {
      expectClose(
        column(
          "noiseCorrelation", "reward-deviation", "--schedule", schedule, "--data-scale", scale)[0],
        correlation, within: 0.5e-3)
    }
  }

  @Test(arguments: ["uniform", "sd35", "flux", "qwen"])
  func `at a turning scale the statement is on the edge`(schedule: String) throws {
    let turns = CapturedRun("expect", "turning", "--schedule", schedule, "--format", "csv")
    let row = try #require(turns.lines.last).split(
      separator: ",", omittingEmptySubsequences: false)
    let header = turns.lines[0].split(separator: ",").map(String.init)
    let place = try #require(header.firstIndex(of: "spreadTurns"))
    let edge = try #require(row[place].split(separator: " ").last.map(String.init))
    expectClose(
      column("lateOverEarlySpread", "turning", "--schedule", schedule, "--data-scale", edge)[0], 1,
      within: 1e-9)
    let proxy = try #require(header.firstIndex(of: "correlationTurns"))
    let half = try #require(row[proxy].split(separator: " ").last.map(String.init))
    expectClose(
      column("noiseCorrelation", "turning", "--schedule", schedule, "--data-scale", half)[0], 0.5,
      within: 1e-9)
  }

  @Test func `where every step has the same noise the correlation has no value`() {
    let run = CapturedRun(
      "expect", "turning", "--grid", "uniform", "--noise", "constant", "--format", "json")
    #expect(run.code == .success)
    #expect(run.output.contains("\"correlationTurns\": null"))
    #expect(run.output.contains("\"noiseCorrelation\": null"))
  }

  // Theory, section 7: output deviation over that of the data, uniform grid, ten steps, last one ODE.
  @Test(arguments: [
    (["--scale", "0.7"], 0.965), (["--sampler", "ode"], 0.879),
    (["--noise", "constant", "--scale", "0.3"], 0.887), (["--noise", "cps"], 0.762),
  ])
  func `the last moment is that of the published samplers`(options: [String], deviation: Double) {
    let run = CapturedRun(["expect", "moments", "--format", "csv"] + options)
    let last = run.csvColumns["deviation"]?.last.flatMap { $0 } ?? .nan
    expectClose(last, deviation, within: 0.5e-3)
  }

  // By hand on one ODE step from t = 1 with s = 1: v = x, so x_1 = 0 whatever x is.
  @Test func `the value of a state follows from the last steps by hand`() {
    let end = ["--state", "0.5,-2", "--grid", "uniform", "--steps", "4"]
    func value(_ more: [String]) -> Double {
      let run = CapturedRun(["expect", "value", "--format", "csv"] + end + more)
      #expect(run.code == .success, "\(run.errors)")
      return run.csvColumns["value"]?.first.flatMap { $0 } ?? .nan
    }
    // At the end nothing is left to chance: g . x, g . x - q x^2 / 2, the bump itself.
    expectClose(value(["--step", "4", "--gradient", "2,1"]), -1, within: 1e-15)
    expectClose(
      value(["--step", "4", "--reward", "quadratic", "--curvature", "2"]),
      0.5 - 2 - (0.25 + 4), within: 1e-15)
    expectClose(
      value(["--step", "4", "--reward", "bump", "--center", "0.5,-2"]), 1, within: 1e-15)
    expectClose(
      value([
        "--step", "4", "--reward", "mixture", "--bump", "2:1:0.5,-2", "--bump", "1:1:0.5,-2",
      ]), 3, within: 1e-15)
    // Without noise on data of scale 1 the last step from t = 1/4: slope alpha = (2t - 1) / (1 - 2t +
    // 2t^2) = -0.8, so x_N = x (1 + 0.25 * 0.8) = 1.2 x.
    expectClose(
      value(["--step", "3", "--sampler", "ode", "--gradient", "1,0"]), 0.6, within: 1e-15)
  }

  // Theory, section 3: log-ratio N(-delta^2 / (2 D), (delta / D)^2), and the mean of a lognormal.
  @Test func `the ratio is lognormal`() {
    let one = CapturedRun("expect", "ratio-law", "--delta", "0.5", "--format", "csv").csvColumns
    expectClose(one["logMean"]?[0] ?? .nan, -0.125, within: 1e-15)
    expectClose(one["logDeviation"]?[0] ?? .nan, 0.5, within: 1e-15)
    expectClose(one["meanRatio"]?[0] ?? .nan, 1, within: 1e-15)
    let mean = CapturedRun(
      "expect", "ratio-law", "--delta", "2", "--dimension", "4", "--format", "csv"
    ).csvColumns
    expectClose(mean["logMean"]?[0] ?? .nan, -0.5, within: 1e-15)
    expectClose(mean["logDeviation"]?[0] ?? .nan, 0.5, within: 1e-15)
  }

  @Test func `a schedule gives a ratio for each trained step`() {
    let deltas = column("delta", "clip-fraction", "--schedule", "sd35", "--difference", "2")
    let scores = column("unweighted", "scores", "--schedule", "sd35")
    expectClose(deltas, scores.map { 2 * $0 }, within: 1e-14)
  }

  // Section 4, T10: c(K) of the population form, from gamma functions and by simulation.
  @Test(arguments: [
    ("2", 0.564190), ("4", 0.797885), ("6", 0.868627), ("12", 0.935942), ("24", 0.968365),
  ])
  func `standardising shrinks the gradient by the published factors`(
    group: String, factor: Double
  ) {
    let arguments = ["--group", group, "--convention", "population"]
    let run = CapturedRun(["expect", "advantage-factor", "--format", "csv"] + arguments)
    expectClose(run.csvColumns["factor"]?[0] ?? .nan, factor, within: 0.5e-6)
  }

  // By hand: 1 - 1/G and 1; a group needs two.
  @Test func `centring takes its share and leaving one out does not`() {
    let run = CapturedRun("expect", "advantage-factor", "--group", "4", "--format", "csv")
    #expect(run.csvColumns["factor"]?.first == 0.75)
    #expect(run.csvColumns["factor"]?.last == 1)
    // Leaving one out is undefined in a group of one.
    let alone = CapturedRun("expect", "advantage-factor", "--group", "1")
    #expect(alone.code == .usage)
    #expect(alone.errors.contains("--group '1'"))
  }

  // Theory, section 7: reference numbers for s = 1 on the uniform grid with ten steps.
  @Test func `the bias of a sampler is that of its last moment`() {
    expectClose(
      Array(column("deviationRatio", "sampler-bias", "--schedule", "uniform").prefix(2)),
      [0.879, 0.965], within: 0.5e-3)
    expectClose(
      column("varianceError", "sampler-bias", "--schedule", "uniform")[1], -6.853e-2,
      within: 0.5e-5)
  }

  // Section 4, T18.
  @Test func `costs are those that the authors count`() {
    #expect(column("modelCalls", "costs", "--schedule", "sd35") == [1116, 240])
    #expect(column("modelCalls", "costs", "--schedule", "flux", "--branch-last") == [1120, 240])
    #expect(column("rewardCalls", "costs", "--schedule", "sd35") == [216, 24])
    #expect(column("gradientEvaluations", "costs", "--schedule", "sd35") == [216, 216])
  }
}
