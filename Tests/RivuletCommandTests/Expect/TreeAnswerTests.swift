import Foundation
import RivuletTestSupport
import Testing

@testable import RivuletCommand

/// Answers about rollout trees against the specification of BranchGRPO, computed independently.
struct TreeAnswerTests {
  func column(_ name: String, _ arguments: [String]) -> [Double] {
    let run = CapturedRun(["expect"] + arguments + ["--format", "csv"])
    #expect(run.code == .success, "\(run.errors)")
    return (run.csvColumns[name] ?? []).compactMap { $0 }
  }

  func fact(_ name: String, _ arguments: [String]) -> Double {
    column(name, arguments).first ?? .nan
  }

  // Table 1.6: E, F and N of twenty steps.
  @Test(
    arguments: [
      ([], 218.0, 203.0, 219.0, 16.0), (["--splits", "0,4,8,12"], 184, 169, 185, 16),
      (["--splits", "0,5,10,15"], 150, 135, 151, 16), (["--splits", "9,12,15,18"], 83, 68, 84, 16),
      (["--width", "3"], 1008, 928, 1009, 81), (["--width", "4"], 3068, 2813, 3069, 256),
      (["--splits", "0,3,6"], 130, 123, 131, 8), (["--splits", "0,3,6,9,12"], 346, 315, 347, 32),
    ] as [([String], Double, Double, Double, Double)])
  func `counts are those of the published trees`(
    options: [String], edges: Double, calls: Double, nodes: Double, leaves: Double
  ) {
    let arguments = ["tree-counts"] + options
    #expect(fact("edges", arguments) == edges)
    #expect(fact("modelCalls", arguments) == calls)
    #expect(fact("nodeCount", arguments) == nodes)
    #expect(fact("leaves", arguments) == leaves)
    #expect(fact("modelCallsPerLeaf", arguments) == calls / leaves)
    #expect(fact("savedModelCalls", arguments) == 20 * leaves - calls)
  }

  // Section 1.4: clamped to the grid, duplicates fork once; floor(T / R) apart, R > T at step 0.
  @Test(
    arguments: [
      (["--splits", "3,3,3", "--published-splits"], 2.0, [3]),
      (["--splits", "-2,25", "--published-splits"], 4, [0, 19]),
      (["--splits", "0,19,20,21", "--published-splits"], 4, [0, 19]),
      (["--rounds", "4"], 16, [0, 5, 10, 15]), (["--rounds", "3"], 8, [0, 6, 12]),
      (["--rounds", "30"], 2, [0]), (["--rounds", "0"], 1, []), (["--splits", "none"], 1, []),
    ] as [([String], Double, [Int])])
  func `the published trainer's reading of split points is one of the options`(
    options: [String], leaves: Double, forks: [Int]
  ) {
    let children = column("children", ["tree-counts"] + options)
    #expect(children.indices.filter { children[$0] > 1 } == forks)
    #expect(fact("leaves", ["tree-counts"] + options) == leaves)
  }

  // By hand: 1, 2, 2, 6, 6 nodes.
  @Test(arguments: [["--widths", "2,1,3,1"], ["--splits", "0,2:3"]])
  func `steps may have widths of their own`(options: [String]) {
    let arguments = ["tree-counts", "--steps", "4"] + options
    #expect(column("nodes", arguments) == [1, 2, 2, 6, 6])
    #expect(fact("edges", arguments) == 16)
    #expect(fact("modelCalls", arguments) == 11)
  }

  // Sections 3 and 4.
  @Test(
    arguments: [
      (["--mix-interval", "30", "--mix-window", "4"], 34.0), (["--mix-interval", "1"], 218),
      (["--drop-depths", "15...18"], 154), (["--drop-depths", "9...12"], 162),
      (["--drop-depths", "16...20"], 138), (["--keep-leaves", "8"], 138),
      (["--keep-leaves", "8", "--drop-depths", "19,20"], 122),
      (["--keep-leaves", "0", "--mix-interval", "30"], 34),
    ] as [([String], Double)])
  func `trained edges are what Mix and pruning leave`(options: [String], trained: Double) {
    #expect(fact("trainedEdges", ["tree-counts"] + options) == trained)
  }

  // Claims B3 and B4: the toy of mean 0.5 and variance 0.25, random root, final state.
  @Test(arguments: [
    ("1", [0.139521, 0.140322, 0.141493, 0.143359]),
    ("4", [0.139422, 0.140182, 0.141282, 0.143006]),
  ])
  func `leaves covary as the specification computed`(parameter: String, expected: [Double]) {
    let toy = ["leaf-covariance", "--data-mean", "0.5", "--data-scale", "0.5", "--scored", "final"]
    let arguments = toy + ["--branch-parameter", parameter]
    #expect(column("step", arguments) == [0, 3, 6, 9])
    expectClose(column("covariance", arguments), expected, within: 0.5e-6)
    expectClose(fact("leafVariance", arguments), 0.192862745, within: 0.5e-9)
    #expect(abs(fact("leafMean", arguments) - 0.5) < 1e-12)
    // 4 x 16, 2 x 4 x 4, 1 x ... : 64 + 32 + 16 + 8 are all 120 pairs of 16 leaves.
    #expect(column("pairs", arguments) == [64, 32, 16, 8])
    expectClose(fact("leafVariance", toy + ["--fork-scale", "4"]), 0.220173505, within: 0.5e-9)
  }

  // The root's part Phi_0^2 is the same in every covariance, and in the variance.
  @Test func `a given root takes the same from every pair`() {
    let arguments = ["leaf-covariance", "--independent-forks"]
    let random = column("covariance", arguments)
    let given = column("covariance", arguments + ["--given-root"])
    let root = fact("rootShare", ["tree-mean-variance", "--independent-forks"])
    for index in random.indices {
      expectClose(random[index] - given[index], root, within: 1e-12)
    }
    // Independent children of the root have nothing but the root in common.
    expectClose(given[0], 0, within: 1e-15)
  }

  // Identity between two functions: all covariances averaged, and the sum over steps.
  @Test(arguments: [
    [], ["--branch-parameter", "1", "--splits", "2,7:3"], ["--fork-scale", "4"],
    ["--scored", "final", "--mix-interval", "30"], ["--independent-forks", "--width", "3"],
  ])
  func `the variance of the mean is the average of the covariances`(options: [String]) {
    expectClose(
      fact("variance", ["tree-mean-variance"] + options),
      fact("varianceOfMean", ["leaf-covariance"] + options), within: 1e-12)
  }

  // Claim B7: sigma^2 (1 + (K - 1) rho)/K against the paper's sigma^2/K, one fork.
  @Test(arguments: [("4", "1", 0.625), ("16", "1", 0.53125), ("2", "4", 0.5294)])
  func `correlated siblings do not average as the paper claims`(
    width: String, parameter: String, expected: Double
  ) {
    let arguments = [
      "tree-mean-variance", "--steps", "1", "--noise", "constant", "--splits", "0", "--width",
      width, "--branch-parameter", parameter, "--scored", "final",
    ]
    let sigma = fact("claimGivenRoot", arguments) * (Double(width) ?? .nan)
    expectClose(fact("stepPart", arguments) / sigma, expected, within: 0.5e-4)
    expectClose(fact("effectiveLeaves", arguments) * expected, 1, within: 1e-3)
  }

  // By hand: flat groups share the variance out evenly, from one root or from several.
  @Test func `flat groups of as many calls stand beside the tree`() {
    let arguments = ["tree-mean-variance", "--scored", "final"]
    let root = fact("rootShare", arguments)
    let total = fact("rewardVariance", arguments)
    // 203 calls pay for ten chains of twenty.
    #expect(fact("flatGroupOfCalls", arguments) == 10)
    expectClose(fact("flatOfCalls", arguments), total / 10, within: 1e-14)
    expectClose(fact("flatOfLeavesOneRoot", arguments), root + (total - root) / 16, within: 1e-14)
    expectClose(fact("claim", arguments), total / 16, within: 1e-14)
  }

  // Claim B8, and the largest weights of the theory notes at D = 65536.
  @Test func `probability weights are biased for a curved reward`() {
    let two = column("fusedValue", ["fusion-bias", "--beta", "0,0.1,0.5,1"])
    expectClose(two, [1, 0.950366, 0.781756, 0.649542], within: 0.5e-6)
    expectClose(
      fact("fusedValue", ["fusion-bias", "--children", "16"]), 0.512526, within: 0.5e-6)
    #expect(fact("limit", ["fusion-bias", "--fork-scale", "2"]) == 0.2)
    let latent = ["fusion-bias", "--children", "4", "--dimension", "65536"]
    expectClose(
      fact("largestWeight", latent + ["--reduction", "mean"]), 0.2507, within: 0.5e-4)
    expectClose(fact("largestWeight", latent), 0.996, within: 0.5e-3)
  }

  // Reference values of the theory notes: F_0 of the default tree and of flat groups of sixteen.
  @Test(arguments: [("final", 0.0276, 0.0094), ("clean", 0.0297, 0.0105)])
  func `the tree's first step has the published fidelity`(
    scored: String, tree: Double, flat: Double
  ) {
    let arguments = ["fidelity", "--independent-forks", "--scored", scored]
    expectClose(column("tree", arguments)[0], tree, within: 0.5e-4)
    expectClose(column("flatOneRoot", arguments)[0], flat, within: 0.5e-4)
    expectClose(column("flat", arguments)[0], 0.0013, within: 0.5e-4)
  }

  // By hand: 1 - 1/K; two standardised branches have 1/pi, and two nodes of a depth 2/pi of the centred.
  @Test func `standardising takes its share of the fidelity`() {
    let arguments = ["fidelity", "--branches", "2"]
    let standardised = arguments + ["--standardised"]
    #expect(column("oneStep", arguments)[0] == 0.5)
    expectClose(column("oneStep", standardised)[0], 1 / Double.pi, within: 1e-14)
    expectClose(
      column("tree", standardised)[0], 2 / Double.pi * column("tree", arguments)[0], within: 1e-10)
  }

  // Claim B16; E[X_(3)^2] = 1 + sqrt(3)/(2 pi) of three normal numbers (Jones 1948).
  @Test func `pruning by reward is biased unless the reward is linear in two children`() {
    let arguments = ["pruning-bias", "--curvature", "0.5", "--siblings", "3"]
    let kept = column("keptMean", arguments)
    expectClose(kept[0], 0.7377, within: 0.5e-4)
    expectClose(kept[1], 2.0 / 3 + 3.0.squareRoot() / (2 * Double.pi), within: 1e-12)
    #expect(column("ratio", ["pruning-bias", "--curvature", "0"])[0] == 1)
    expectClose(
      column("ratio", ["pruning-bias", "--leaves", "2", "--extreme", "1"]), [1.475443, 1, 1],
      within: 1e-6)
    expectClose(
      fact("keptAdvantage", ["pruning-bias"]), 1 / Double.pi.squareRoot(), within: 1e-12)
  }

  // Claims B11 and B13.
  @Test func `a depth as baseline leaves more than siblings do`() {
    let forks = ["depth-factors", "--steps", "3", "--splits", "0,1"]
    #expect(column("depth", forks + ["--independent-forks"]) == [0.5, 0.75, 0.75])
    #expect(column("depth", forks + ["--branch-parameter", "1"]) == [0.25, 0.625, 0.75])
    #expect(column("sibling", forks + ["--branch-parameter", "1"]) == [0.25, 0.25, 0.5])
    #expect(
      column("depthLeaveOneOut", forks + ["--branch-parameter", "1", "--sharing", "step"])
        == [0.5, 0.5, 1])
    let weights = column("objectiveWeight", ["depth-factors"])
    #expect(weights[0] == 2.0 / 218)
    #expect(weights[19] == 16.0 / 218)
  }

  @Test(arguments: [
    "tree-counts", "leaf-covariance", "tree-mean-variance", "fidelity", "depth-factors",
    "fusion-bias", "pruning-bias",
  ])
  func `every form of an answer has the same numbers and names`(quantity: String) throws {
    let text = CapturedRun("expect", quantity)
    let json = CapturedRun("expect", quantity, "--format", "json")
    let csv = CapturedRun("expect", quantity, "--format", "csv")
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
    let rows = try #require(document["rows"] as? [[String: Any]])
    let facts = document["facts"] as? [String: Any] ?? [:]
    #expect(rows.count == csv.lines.count - 1)
    #expect(Set(csv.csvColumns.keys) == Set(rows[0].keys).union(facts.keys))
    for name in csv.csvColumns.keys { #expect(text.output.contains("  \(name): ")) }
    for (name, values) in csv.csvColumns {
      for (row, value) in values.enumerated() {
        guard let value, let number = (rows[row][name] ?? facts[name]) as? Double else { continue }
        // The system's reader of JSON may miss the last bit.
        #expect(abs(number - value) <= 1e-14 * abs(value), "\(name) in row \(row)")
      }
    }
  }

  // The published setting from its parts, and as a file.
  @Test func `trees take a schedule of one's own`() throws {
    let published = CapturedRun("expect", "fidelity", "--format", "csv")
    let parts = [
      "--grid", "shift", "--steps", "20", "--shift", "3", "--noise", "constant", "--scale", "0.3",
    ]
    #expect(
      CapturedRun(["expect", "fidelity", "--format", "csv"] + parts).output == published.output)
    let folder = try TemporaryFolder()
    try folder.write(
      #"{"times": [1, 0.5, 0.25, 0], "noiseCoefficients": [0.5, 0, 0.5]}"#, to: "mine.json")
    let file = ["expect", "fidelity", "--schedule-file", folder.path("mine.json"), "--splits"]
    #expect(CapturedRun(file + ["0,2"]).code == .success)
    let silent = CapturedRun(file + ["1"])
    #expect(silent.code == .badData)
    #expect(silent.errors.contains("noiseCoefficients[1] is 0: the tree forks at step 1"))
  }
}
