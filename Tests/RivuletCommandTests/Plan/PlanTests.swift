import Foundation
import RivuletTestSupport
import Testing

@testable import RivuletCommand

struct PlanTests {
  /// The cells of a CSV answer under their headings; no cell of these answers has a quoted comma but the
  /// lists of forks, which the caller does not read.
  func row(_ kind: String, _ name: String = "", of run: CapturedRun) throws -> [String: String] {
    let header = try #require(run.lines.first).split(separator: ",").map(String.init)
    for line in run.lines.dropFirst() {
      // Quoted commas become blanks.
      let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
      let plain = parts.enumerated().map { index, part in
        index % 2 == 1 ? String(part).replacing(",", with: " ") : String(part)
      }.joined()
      let cells = plain.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard cells[0] == kind, cells[1].hasPrefix(name) else { continue }
      return Dictionary(uniqueKeysWithValues: zip(header, cells))
    }
    Issue.record("no row \(kind) \(name) in \(run.output) \(run.errors)")
    return [:]
  }

  // Fixtures/trees/plans.csv, made by the independent script: published setting, widths 2 and 3.
  @Test(arguments: [
    ([], "0 1 3 11", "203", 0.009064558342959305, 0.08771121208299215),
    (["--noise", "flow"], "0:3 1 4", "202", 0.09315672507305958, 0.37293710225774135),
    (
      ["--noise", "flow", "--data-scale", "0.5"], "0:3 1 4", "202", 0.02019839955176749,
      0.24905746012951435
    ),
    (
      ["--scored", "final", "--widths", "2"], "0 1 3 11", "203", 0.009703249274724761,
      0.0813415986534265
    ),
    (
      ["--grid", "uniform", "--steps", "10"], "0:3 1 2", "94", 0.11058664137583075,
      0.34081202118514287
    ),
    (
      ["--data-scale", "0.2", "--max-leaves", "32"], "0 1 7 13 17", "203", 0.00047280678199320883,
      0.2953500521366079
    ),
  ])
  func `the best tree and its gain are those of the independent script`(
    options: [String], forks: String, calls: String, variance: Double, gain: Double
  ) throws {
    let run = CapturedRun(["plan", "--format", "csv"] + options)
    #expect(run.code == .success, "\(run.errors)")
    let best = try row("best", of: run)
    #expect(best["splits"] == forks)
    #expect(best["calls"] == calls)
    expectClose(Double(best["variance"] ?? "") ?? .nan, variance, within: 1e-13)
    let published = try row("comparison", "dense", of: run)
    expectClose(Double(published["gain"] ?? "") ?? .nan, gain, within: 1e-11)
    expectClose(Double(published["best"] ?? "") ?? .nan, variance, within: 1e-13)
  }

  // Specification of BranchGRPO, section 1.6: calls and leaves of the published trees.
  @Test func `the published trees cost what the specification counts`() throws {
    let run = CapturedRun("plan", "--format", "csv")
    for (name, calls) in [("dense", "203"), ("mixed", "169"), ("sparse", "135"), ("late", "68")] {
      let found = try row("comparison", name, of: run)
      #expect(found["calls"] == calls)
      #expect(found["leaves"] == "16")
    }
    // Ten whole chains of 20 steps fit into 203 calls.
    #expect(try row("comparison", "flat", of: run)["calls"] == "200")
  }

  @Test func `the published setting may be given by its parts`() {
    let named = CapturedRun("plan", "--format", "csv")
    let built = CapturedRun([
      "plan", "--format", "csv", "--grid", "shift", "--steps", "20", "--shift", "3", "--noise",
      "constant", "--scale", "0.3",
    ])
    #expect(named.output == built.output)
    #expect(built.code == .success)
  }

  @Test func `the JSON answer has the numbers of the CSV answer and its schedule is a file`() throws
  {
    let folder = try TemporaryFolder()
    let options = ["plan", "--noise", "flow", "--calls", "120", "--compare", "0:3,2"]
    let run = CapturedRun(options + ["--format", "json"])
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    let best = try #require(document["best"] as? [String: Any])
    let csv = CapturedRun(options + ["--format", "csv"])
    let line = try row("best", of: csv)
    // The reader of JSON in Foundation may be off in the last place.
    expectClose(
      best["variance"] as? Double ?? .nan, Double(line["variance"] ?? "") ?? .infinity,
      within: 1e-15)
    #expect(best["calls"] as? Int == Int(line["calls"] ?? ""))
    let front = try #require(document["front"] as? [[String: Any]])
    #expect(front.count == csv.lines.filter { $0.hasPrefix("front,") }.count)
    #expect(front.last?["variance"] as? Double == best["variance"] as? Double)
    let comparisons = try #require(document["comparisons"] as? [[String: Any]])
    #expect(comparisons.compactMap { $0["name"] as? String }.contains("yours 0:3,2"))
    let inputs = try #require(document["inputs"] as? [String: Any])
    try folder.write(
      String(
        decoding: try JSONSerialization.data(withJSONObject: inputs["schedule"] as Any),
        as: UTF8.self), to: "mine.json")
    let again = CapturedRun(
      "plan", "--schedule-file", folder.path("mine.json"), "--calls", "120", "--compare", "0:3,2",
      "--format", "csv")
    #expect(again.output == csv.output)
  }

  @Test func `text tells the best tree first and keeps to the width`() {
    for columns in [60, 80] {
      let run = CapturedRun(["plan"], columns: columns)
      #expect(run.code == .success)
      #expect(run.lines.first == "Best tree within 203 model calls and 16 leaves")
      #expect(run.lines.contains("  forks      0,1,3,11"))
      #expect(run.output.contains("dense 0,3,6,9"))
      #expect(run.output.contains("8.8 %"))
      // The table of comparisons needs 80 columns, everything else keeps to the terminal.
      for line in run.lines {
        #expect(line.count <= 80)
        if line.contains("#") { #expect(line.count <= columns) }
      }
    }
  }

  @Test func `a flat group is the plan where a wide fork is allowed and late steps decide nothing`()
    throws
  {
    // With a fork of ten at step 0 the planner can choose the flat group of the Flow-GRPO noise,
    // whose first step it pays for once: 1 + 19 * 10 calls.
    let run = CapturedRun(
      "plan", "--noise", "flow", "--widths", "2,3,10", "--leaves", "10", "--format", "csv")
    let best = try row("best", of: run)
    #expect(best["splits"] == "0:10")
    #expect(best["calls"] == "191")
    let flat = try row("comparison", "flat (one noise)", of: run)
    let variance = Double(best["variance"] ?? "") ?? .nan
    expectClose(Double(flat["variance"] ?? "") ?? .nan, variance, within: 1e-13)
  }

  @Test func `fidelity and costs of other kinds can judge a tree`() throws {
    let faithful = CapturedRun("plan", "--objective", "fidelity", "--format", "csv")
    let plain = CapturedRun("plan", "--format", "csv")
    func fidelity(_ run: CapturedRun) throws -> Double {
      Double(try row("best", of: run)["fidelity"] ?? "") ?? .nan
    }
    #expect(try fidelity(faithful) > fidelity(plain))
    // By hand: 1 for the root, 1 + 0.5 for each of 19 nodes above the leaves, of which all edges but the
    // last are trained, and 3 for the leaf.
    let costly = CapturedRun(
      "plan", "--gradient-cost", "0.5", "--leaf-cost", "3", "--calls", "33", "--format", "csv")
    let chain = try row("best", of: costly)
    #expect(chain["cost"] == "32.5")
    #expect(chain["splits"] == "none")
  }

  @Test func `an answer goes to a file in the same form`() throws {
    let folder = try TemporaryFolder()
    let run = CapturedRun("plan", "--format", "json", "--output", folder.path("plan.json"))
    #expect(run.code == .success && run.output == "")
    #expect(try folder.text("plan.json") == CapturedRun("plan", "--format", "json").output)
  }

  @Test(arguments: [
    (["--calls", "19"], "--calls: a budget of 19 does not pay for one chain, which costs 20"),
    (["--leaves", "7"], "--leaves: no tree with forks of 2 or 3 has 7 leaves"),
    (["--leaves", "16", "--calls", "20"], "--calls: every tree with 16 leaves costs more than"),
    (["--leaves", "16", "--max-leaves", "8"], "--leaves '16': expected at most --max-leaves 8"),
    (["--widths", "1,2"], "--widths '1,2': expected whole numbers from 2 to 1024"),
    (["--widths", ""], "--widths '': expected whole numbers from 2 to 1024"),
    (["--compare", "3,0"], "--compare '3,0': expected forks in ascending order"),
    (["--compare", "0:1"], "--compare '0:1': expected forks in ascending order"),
    (["--compare", "0,20"], "--compare: there is no step 20; the steps are 0...19"),
    (
      ["--compare", "0:1024,1:1024,2:1024"], "--compare: this tree has 1073741824 leaves"
    ),
    (["--objective", "varianse"], "did you mean 'variance'?"),
    (["--scored", "ode"], "--scored 'ode': expected one of final, clean"),
    (["--scale", "0"], "the noise of the steps decides nothing that the reward sees"),
    (["--gradient", "0"], "--gradient: a gradient of zeros sees nothing"),
    (["--branch-parameter", "-1"], "--branch-parameter '-1': expected a number that is not"),
    (
      ["--objective", "fidelity", "--calls", "100000", "--max-leaves", "4096"],
      "--max-leaves: the search holds at most 1000000 plans"
    ),
    (["--schedule", "branch20", "--grid", "uniform"], "--schedule and --grid exclude each other"),
    (["tree"], "'tree' is one argument too many for 'rivulet plan'"),
  ])
  func `a wrong line is told with the option, the value and what would be right`(
    options: [String], message: String
  ) {
    let run = CapturedRun(["plan"] + options)
    #expect(run.code == .usage)
    #expect(run.output == "")
    #expect(run.errors.contains(message), "\(run.errors)")
    #expect(run.errors.contains("Type 'rivulet help plan'"))
  }

  @Test func `the examples of its page get an answer`() throws {
    for example in Plan.syntax.examples where !example.line.contains("--schedule-file") {
      let words = example.line.split(separator: " ").map(String.init)
      #expect(CapturedRun(Array(words.dropFirst())).code == .success, "\(example.line)")
    }
  }
}
