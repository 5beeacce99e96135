import Foundation
import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletTraining
import Testing

struct RecipePresetTests {
  @Test func `every preset is valid, and reads back from its document`() throws {
    for preset in Recipe.presets {
      let text = try preset.recipe.json()
      #expect(try Recipe(json: text) == preset.recipe, "\(preset.id)")
      #expect(try Recipe(json: text).json() == text, "\(preset.id)")
      #expect(preset.recipe.name == preset.id)
    }
  }

  @Test func `presets have distinct names and sources`() {
    #expect(Set(Recipe.presets.map(\.id)).count == Recipe.presets.count)
    for preset in Recipe.presets {
      #expect(!preset.recipe.source.isEmpty)
      #expect(Recipe.preset(preset.id) == preset)
    }
    #expect(Recipe.preset("flow") == nil)
  }

  @Test func `presets hold the grids and rules that the other modules publish`() throws {
    // The same facts, stated once more in RivuletFlow and RivuletCredit from the same sources.
    let grids = [
      ("flow-grpo/code", PublishedSchedule.sd35), ("tempflow-v2/paper", .sd35),
      ("dance-grpo/code", .dance16), ("branch-grpo/code", .branch20),
    ]
    for (id, schedule) in grids {
      let recipe = try #require(Recipe.preset(id)).recipe
      #expect(recipe.grid.timeGrid == schedule.grid)
      #expect(recipe.noise.family == schedule.noise)
    }
    let rules = [
      ("flow-grpo/code", AdvantageRule.flowGRPO), ("tempflow-v1/paper", .tempFlowV1),
      ("tempflow-v2/code", .tempFlowV2), ("dance-grpo/code", .danceGRPO),
      ("mix-grpo/code", .danceGRPO), ("exact", .rloo),
    ]
    for (id, rule) in rules {
      #expect(try #require(Recipe.preset(id)).recipe.advantage.flatRule == rule)
    }
    let paper = try #require(Recipe.preset("branch-grpo/paper")).recipe
    let code = try #require(Recipe.preset("branch-grpo/code")).recipe
    #expect(paper.advantage.treeRule == .paper)
    #expect(code.advantage.treeRule == .published)
    #expect(code.advantage.flatRule == nil)
    guard case .tree(let tree) = code.rollout else {
      Issue.record("BranchGRPO is a tree")
      return
    }
    #expect(tree.splits == SplitPoints.dense.steps)
    #expect(tree.leafCount == 16)
    guard
      case .chains(_, .window(let window)) = try #require(Recipe.preset("mix-grpo/code"))
        .recipe.rollout
    else {
      Issue.record("MixGRPO is chains with a window")
      return
    }
    #expect(window.movingWindow == MovingWindow.Recipe.mixGRPO.window(.published))
  }

  @Test func `rows and trained steps are those that the papers count`() throws {
    // 48 prompts of 24 rows, two updates; int(10 x 0.99) = 9 and int(15 x 0.6) = 9 steps.
    let flow = try #require(Recipe.preset("flow-grpo/code")).recipe
    #expect(flow.rowsPerIteration == 1152)
    #expect(flow.trainedSteps.count(stepCount: flow.grid.stepCount) == 9)
    let tempFlow = try #require(Recipe.preset("tempflow-v2/code")).recipe
    #expect(tempFlow.rowsPerIteration == 1152)
    let dance = try #require(Recipe.preset("dance-grpo/code")).recipe
    #expect(dance.trainedSteps.count(stepCount: dance.grid.stepCount) == 9)
  }

  @Test func `differences list the fields, and nothing between equal recipes`() throws {
    let first = try #require(Recipe.preset("tempflow-v1/paper")).recipe
    let second = try #require(Recipe.preset("tempflow-v2/paper")).recipe
    // By the papers the two versions differ in their group alone.
    let differences = try first.differences(from: second)
    #expect(differences.map(\.path) == ["advantage.scope", "name", "source"])
    #expect(
      differences[0].description == #"advantage.scope: "promptGroup" (other: "seedGroup")"#)
    #expect(try first.differences(from: first).isEmpty)
    let depth = try #require(Recipe.preset("branch-grpo-depth/code")).recipe
    let plain = try #require(Recipe.preset("branch-grpo/code")).recipe
    let pruning = try depth.differences(from: plain).filter { $0.path.hasPrefix("tree") }
    #expect(pruning.map(\.path) == ["tree.depthPruning"])
    #expect(pruning[0].other == "null")
    for recipe in Recipe.presets.map(\.recipe) {
      for other in Recipe.presets.map(\.recipe) {
        let there = try recipe.differences(from: other)
        let back = try other.differences(from: recipe)
        #expect(there.map(\.path) == back.map(\.path))
        #expect(there.map(\.value) == back.map(\.other))
        #expect(there.isEmpty == (recipe == other))
      }
    }
  }
}
