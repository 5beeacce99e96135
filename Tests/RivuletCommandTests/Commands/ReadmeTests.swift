import Foundation
import Rivulet
import Testing

@testable import RivuletCommand

/// What the readme shows can be typed.
struct ReadmeTests {
  let text: String

  init() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    text = String(decoding: try Data(contentsOf: root.appending(path: "README.md")), as: UTF8.self)
  }

  /// The lines of every fence in a language.
  func fences(_ language: String) -> [[String]] {
    var fences: [[String]] = []
    var open: [String]?
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if let lines = open {
        if line == "```" {
          fences.append(lines)
          open = nil
        } else {
          open = lines + [line]
        }
      } else if line == "```" + language {
        open = []
      }
    }
    return fences
  }

  @Test func `every line of the readme that asks for a number gets one`() throws {
    let folder = try TemporaryFolder()
    try folder.write(try #require(fences("json").first).joined(separator: "\n"), to: "mine.json")
    let script = fences("sh").joined().joined(separator: "\n").replacing("\\\n", with: " ")
    let lines = script.split(separator: "\n").filter {
      $0.hasPrefix("rivulet expect") || $0.hasPrefix("rivulet plan")
    }
    #expect(lines.count >= 4)
    for line in lines {
      let words = line.replacing("mine.json", with: folder.path("mine.json"))
        .split(separator: " ").map(String.init)
      let run = CapturedRun(Array(words.dropFirst()))
      #expect(run.code == .success, "\(line): \(run.errors)")
    }
  }

  @Test func `every line of the readme on training works, and its run prints what is shown`()
    throws
  {
    let folder = try TemporaryFolder()
    let lines = fences("sh").joined().filter { line in
      ["train", "recipes", "replay", "sample"].contains { line.hasPrefix("rivulet \($0)") }
    }
    #expect(lines.count >= 6)
    for line in lines {
      let run = try Program(
        shell: "cd '\(folder.url.path)' && LANG=C.UTF-8 \"$0\" \(line.dropFirst(8))")
      #expect(run.code == 0, "\(line): \(run.errors)")
      if line.hasPrefix("rivulet train exact") {
        // Digits may move with the kernels; what is printed, and the recipe, may not.
        let shown = try #require(fences("text").first { $0[0].hasPrefix("run ") })
        let printed = run.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(shown[..<3] == printed.map(String.init)[..<3])
        #expect(
          shown.map { $0.split(separator: " ").first }
            == printed.dropLast().map { $0.split(separator: " ").first })
      }
    }
  }

  @Test func `the readme lists the exit codes that exist`() {
    for code in ExitCode.allCases {
      #expect(text.contains("\n| \(code.rawValue) | "))
    }
  }

  @Test func `the readme counts the claims, checks and wrong variants that exist`() {
    let ledger = Ledger.all
    let checks = ledger.claims.flatMap(\.checks)
    let words = text.replacing("\n", with: " ")
    #expect(words.contains("decides \(ledger.claims.count) claims"))
    #expect(words.contains("by \(checks.count) checks with"))
    #expect(words.contains("\(checks.flatMap(\.controls).count) wrong variants"))
    // Every check and every verdict is one item.
    #expect(words.contains("\(checks.count + ledger.claims.count) passed, 0 failed"))
  }

  // The example of the readme, as it stands there.
  @Test func `the library example compiles and prints a number for each trained step`() {
    let schedule = PublishedSchedule.sd35
    let law = BranchingLaw(plan: schedule.plan(), deviation: 0.5)
    #expect(law.rewardDeviations(trainedSteps: schedule.trainedSteps).count == 9)
    #expect(text.contains("BranchingLaw(plan: schedule.plan(), deviation: 0.5)"))
  }

  // The lines of the article on rollout trees, as they stand there.
  @Test func `the article on rollout trees compiles and counts its calls`() throws {
    let shape = try TreeShape(splits: .dense, stepCount: 20)
    let plan = try SamplingPlan.fullSDE(
      grid: .shifted(steps: 20, shift: 3), noise: .constant(0.3), lastStepIsStochastic: true)
    let sampler = try TreeSampler(
      plan: plan, field: GaussianField(means: [0], deviations: [1]),
      reward: LinearReward(gradient: [1]), shape: shape,
      forkNoise: .correlated(branchParameter: 4))
    let tree = try sampler.rollout(root: 0, key: RandomKey(seed: 7))
    #expect(tree.cost.modelCalls == 203)
    let values = RewardFusion.uniform.values(of: tree.rewards, shape: shape)
    let advantages = TreeAdvantageRule.published.advantages(of: values, shape: shape)
    let mask = WidthPruning.parentTop1().mask(of: values, shape: shape)
    #expect(advantages.count == 219 && mask.count == 138)
    let law = LeafLaw(
      chain: GaussianChain(plan: plan, deviation: 1), shape: shape,
      forkNoise: .correlated(branchParameter: 4))
    #expect(law.correlation(0, 15) > 0.8)
  }
}
