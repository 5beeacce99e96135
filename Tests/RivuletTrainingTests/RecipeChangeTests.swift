import RivuletNumerics
import RivuletTraining
import Testing

struct RecipeChangeTests {
  private static func changed(_ id: String, _ texts: String...) throws -> Recipe {
    try #require(Recipe.preset(id)).recipe.changed(by: texts.map { try Recipe.Change(parsing: $0) })
  }

  @Test func `a change sets the field of its path and no other`() throws {
    let base = try #require(Recipe.preset("branch-grpo/paper")).recipe
    // The change, the field that then differs, and its value, written by hand. Lists are one field.
    let cases = [
      ("optimiser.learningRate=2e-3", "optimiser.learningRate", "0.002"), ("seed=7", "seed", "7"),
      ("lastStep=ode", "lastStep", "\"ode\""), ("lastStep=\"ode\"", "lastStep", "\"ode\""),
      ("clip=null", "clip", "null"), ("updates.shuffles=true", "updates.shuffles", "true"),
      ("rollout.widths[3]=4", "rollout.widths", "[2,2,2,4]"),
      ("rollout.splits=[0,3,6,10]", "rollout.splits", "[0,3,6,10]"),
      (
        "rewards.terms[0].weight=2", "rewards.terms",
        #"[{"gradients":[1.0,0.0],"kind":"linear","offset":0.0,"weight":2.0}]"#
      ),
    ]
    for (text, path, value) in cases {
      let other = try Self.changed("branch-grpo/paper", text)
      let differences = try other.differences(from: base)
      #expect(differences.map(\.path) == [path], "\(text)")
      #expect(differences.first?.value == value, "\(text)")
      #expect(try Recipe(json: other.json()) == other)
    }
    let two = try Self.changed("exact", "seed=7", "optimiser.learningRate=0.5", "seed=8")
    #expect(two.seed == 8)
    #expect(two.optimiser.learningRate == 0.5)
  }

  @Test func `a new kind may bring new fields`() throws {
    let recipe = try Self.changed("exact", "grid.kind=shift", "grid.shift=3")
    #expect(recipe.grid == .shift(steps: 10, shift: 3))
    let whole = try Self.changed("exact", #"grid={"kind": "shift", "steps": 5, "shift": 3}"#)
    #expect(whole.grid == .shift(steps: 5, shift: 3))
  }

  @Test func `a change that leads nowhere or is not allowed is refused by its path`() throws {
    // The change and the start of the message, written by hand.
    let cases = [
      ("optimizer.learningRate=1", "optimizer is no field (did you mean optimiser?)"),
      (
        "optimiser.learningrate=1",
        "optimiser.learningrate is no field (did you mean learningRate?)"
      ),
      ("optimiser.x.y=1", "optimiser.x is no field"),
      ("optimiser.learningRate=0", "optimiser.learningRate is 0; it must be a finite number > 0"),
      ("seed.x=0", "seed is 1; it must be a record to have 'x'"),
      ("rewards.terms[1].weight=0", "rewards.terms is [{"),
      ("clip.kind=ratio", "clip is null; it must be a record to have 'kind'"),
      ("lastStep=odd", "lastStep is \"odd\" (did you mean ode?)"),
      ("prompts.perIteration=5", "prompts.perIteration is 5, but an iteration takes each of the 4"),
    ]
    for (text, message) in cases {
      do {
        _ = try Self.changed("exact", text)
        Issue.record("\(text) is taken")
      } catch {
        #expect("\(error)".hasPrefix(message), "\(text): \(error)")
      }
    }
  }

  @Test func `a text that is no change is refused with the rule`() {
    for text in [
      "seed", "=1", "a..b=1", "a[=1", "a[x]=1", "a[-1]=1", "a[01]=1", "a]=1", "seed=", "seed=1 2",
      "kl={", "seed=-", "name=\"a",
    ] {
      #expect(throws: Recipe.Change.Invalid.self, "\(text)") { try Recipe.Change(parsing: text) }
    }
  }
}
