import Rivulet
import Testing

@testable import RivuletCommand

struct RecipesTests {
  @Test func `the list has every preset with its source`() throws {
    let run = CapturedRun("recipes")
    #expect(run.code == .success)
    for preset in Recipe.presets { #expect(run.lines.contains(preset.id)) }
    #expect(run.lines.last?.hasPrefix("\(Recipe.presets.count) presets") == true)
    let json = try JSONElement(parsing: CapturedRun("recipes", "--format", "json").output)
    guard case .list(let recipes) = json["recipes"] else {
      Issue.record("\(json)")
      return
    }
    #expect(recipes.map { $0["id"] } == Recipe.presets.map { .text($0.id) })
  }

  @Test func `a recipe is printed as the document that reads back to it`() throws {
    for preset in Recipe.presets {
      #expect(try Recipe(json: CapturedRun("recipes", preset.id).output) == preset.recipe)
    }
    let changed = CapturedRun("recipes", "exact", "--set", "seed=5", "--set", "kl=null")
    let recipe = try Recipe(json: changed.output)
    #expect(recipe.seed == 5)
    #expect(recipe.kl == nil)
  }

  @Test func `differences are listed with both values`() throws {
    let run = CapturedRun(
      "recipes", "exact", "--set", "kl=null", "--set", "seed=2", "--differences", "exact")
    #expect(run.code == .success)
    // The KL of the exact recipe, as its document has it.
    #expect(
      run.output == """
        kl
          exact  null
          exact  {"coefficient":1.0,"form":"exact","reduction":"sum"}
        seed
          exact  2
          exact  1

        """)
    #expect(
      CapturedRun("recipes", "exact", "--differences", "exact").output
        == "exact and exact are the same\n")
    let json = try JSONElement(
      parsing: CapturedRun(
        "recipes", "branch-grpo/code", "--differences", "branch-grpo/paper", "--format", "json"
      ).output)
    guard case .list(let differences) = json["differences"] else {
      Issue.record("\(json)")
      return
    }
    let listed = try #require(Recipe.preset("branch-grpo/code")).recipe.differences(
      from: #require(Recipe.preset("branch-grpo/paper")).recipe)
    #expect(differences.map { $0["path"] } == listed.map { .text($0.path) })
  }

  @Test func `a wrong name or combination is refused`() {
    // Arguments and a part of the message.
    let cases = [
      (["recipes", "branch-grpo"], "there is no preset and no file 'branch-grpo'; did you mean"),
      (["recipes", "--differences", "exact"], "--differences needs RECIPE before it"),
      (["recipes", "--set", "seed=1"], "--set needs RECIPE before it"),
      (["recipes", "exact", "--format", "text"], "a recipe is printed as JSON"),
      (["recipes", "exact", "exact"], "'exact' is one argument too many"),
    ]
    for (arguments, message) in cases {
      let run = CapturedRun(arguments)
      #expect(run.code == .usage)
      #expect(run.errors.contains(message), "\(run.errors)")
    }
  }
}
