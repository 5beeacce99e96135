import Rivulet
import Testing

/// What one iteration draws and trains, by rollout, prompt and step.
@Suite struct `Draws and batches of an iteration` {
  @Test(arguments: [("none", 1), ("prompt", 24), ("batch", 72)])
  func `so many rollouts start from the same noise, and prompts stand beside each other`(
    sharing: String, run: Int
  ) throws {
    // Hardly any noise on the way, so the reward of prompt p is p + 1 times a number of the initial noise.
    // Three of five prompts an iteration: 0, 1, 2, then 3, 4, 0.
    let recipe = try Recipe.preset(
      "exact",
      [
        #"prompts={"count": 5, "perIteration": 3, "order": "cycle"}"#, "sharedNoise=\(sharing)",
        #"noise={"family": {"kind": "constant", "scale": 1e-6}, "firstStep": "unpatched"}"#,
        "rewards.terms[0].gradients=[1, 0, 2, 0, 3, 0, 4, 0, 5, 0]", "kl=null", "lastStep=noisy",
        "optimiser.learningRate=1e-12",
      ])
    let trainer = try Trainer(recipe)
    for prompts in [[0, 1, 2], [3, 4, 0]] {
      try trainer.iterate()
      let ends = (0..<72).map { trainer.rewards[$0] / Double(prompts[$0 / 24] + 1) }
      for tree in 0..<72 {
        let first = tree - tree % run
        #expect(abs(ends[tree] - ends[first]) < 1e-4)
        if first > 0 { #expect(abs(ends[tree] - ends[first - 1]) > 1e-4) }
      }
    }
  }

  @Test(arguments: ["prompt", "member"])
  func `windows are drawn for prompts or members, and their steps alone are trained`(
    draws: String
  ) throws {
    let recipe = try Recipe.preset(
      "flow-grpo-fast/code",
      [
        #"prompts={"count": 12, "perIteration": 2, "order": "cycle"}"#, Recipe.whole, Recipe.kept,
        "rollout.members=5", "rollout.noisySteps.strategy.for=\(draws)", "iterations=6",
      ])
    let trainer = try Trainer(recipe)
    var found = Set<[Int]>()
    for iteration in 0..<6 {
      try trainer.iterate()
      for tree in 0..<10 {
        let prompt = 2 * iteration + tree / 5
        let key = RandomKey(seed: recipe.seed).child("steps").child(draws)
          .child(UInt64(draws == "prompt" ? prompt : tree))
        let expected = recipe.stochasticSteps(at: iteration, key: key)
        let trained = (0..<10).filter { trainer.weights[($0 + 1) * 10 + tree] != 0 }
        #expect(trained == expected)
        found.insert(trained)
      }
    }
    #expect(found.count > 1)
  }

  @Test func `permuted steps are drawn for every sample and iteration`() throws {
    let recipe = try Recipe.preset(
      "dance-grpo/code", [Recipe.four, Recipe.whole, "rollout.members=3", "iterations=3"])
    let trainer = try Trainer(recipe)
    for iteration in 0..<3 {
      try trainer.iterate()
      let key = RandomKey(seed: recipe.seed).child("steps").child(UInt64(iteration))
      for tree in 0..<12 {
        let expected = recipe.trainedSteps.steps(stepCount: 16, root: UInt32(tree), key: key)
        #expect(expected.count == 9)
        #expect((0..<16).filter { trainer.weights[($0 + 1) * 12 + tree] != 0 } == expected)
      }
    }
  }

  @Test func `rows are divided into batches, each once, and padded with others`() throws {
    // The last of two batches: 48 of 96 rows with nine edges each, another half in every epoch.
    func last(_ changes: [String]) throws -> (rows: Set<Int>, updates: Int, weights: [Double]) {
      let trainer = try Trainer(
        Recipe.preset("flow-grpo/code", [Recipe.four, "iterations=1"] + changes))
      let updates = try trainer.iterate().updates
      let places = trainer.weights.indices.filter { trainer.weights[$0] != 0 }
      return (Set(places.map { $0 % 96 }), updates, places.map { trainer.weights[$0] })
    }
    let one = try last([])
    #expect(one.rows.count == 48 && one.updates == 2 && one.weights.count == 48 * 9)
    #expect(one.weights.allSatisfy { abs($0 - 1 / Double(48 * 9)) < 1e-12 })
    let two = try last(["updates.epochs=2"])
    #expect(two.rows.count == 48 && two.rows != one.rows && two.updates == 4)
    let ordered = try last(["updates.shuffles=false", Recipe.kept])
    #expect(ordered.rows == Set(48..<96))
    // Prompt 0 alone has rewards: 24 rows of 96, which 32 batches pad to 32.
    let sparse = [
      "rewards.terms[0].gradients=[1, 0, 0, 0, 0, 0, 0, 0]", "updates.schedule.count=32",
    ]
    #expect(try last(sparse).updates == 32)
    #expect(try last(sparse + ["updates.zeroAdvantageRows=dropped"]).updates == 24)
  }

  @Test func `the average moves after every so many updates`() throws {
    let recipe = try Recipe.preset(
      "flow-grpo/code",
      [
        Recipe.four, Recipe.whole, "optimiser.average={\"decay\": 0.75, \"interval\": 2}",
        "iterations=4", "optimiser.learningRate=0.1",
      ])
    let trainer = try Trainer(recipe)
    var average = trainer.parameters.map { Double($0) }
    for iteration in 1...4 {
      try trainer.iterate()
      if iteration.isMultiple(of: 2) {
        for (place, parameter) in trainer.parameters.enumerated() {
          average[place] += 0.25 * (Double(parameter) - average[place])
        }
      }
      for (found, expected) in zip(try #require(trainer.averagedParameters), average) {
        expectNear(Double(found), expected, within: 1e-7)
      }
    }
    #expect(average[0] != 0)
  }

  @Test func `training starts at what pre-training left: reference, average, no divergence`() throws
  {
    let recipe = try Recipe.preset(
      "flow-grpo/code",
      [
        Recipe.four, Recipe.whole,
        #"pretraining={"data": {"kind": "gaussian", "mean": [1, -1], "deviation": [1, 1]}, "#
          + #""iterations": 5, "batch": 64, "learningRate": 0.1}"#, "iterations=1",
      ])
    let trainer = try Trainer(recipe)
    for _ in 0..<5 { try trainer.iterate() }
    #expect(trainer.parameters.contains { $0 != 0 })
    #expect(trainer.averagedParameters == trainer.parameters)
    #expect(trainer.referenceParameters == trainer.parameters)
    #expect(try trainer.iterate().divergence == 0)
  }

  @Test func `a clean prediction is where the ODE ends`() throws {
    // With hardly any noise on the way both ends are the same.
    func rewards(_ last: String) throws -> [Double] {
      let trainer = try Trainer(
        Recipe.preset(
          "dance-grpo/code", [Recipe.four, "noise.family.scale=1e-6", "lastStep=\(last)"]))
      try trainer.iterate()
      return trainer.rewards
    }
    let clean = try rewards("cleanPrediction")
    for (a, b) in zip(clean, try rewards("noisy")) { #expect(abs(a - b) < 1e-4) }
    #expect(abs(clean[0]) > 1e-2)
  }

  @Test func `samples with noise end with the ODE where rollouts do`() throws {
    func ends(_ last: String) throws -> [[Float]] {
      try Trainer(Recipe.preset("exact", ["lastStep=\(last)"]))
        .samples(count: 4, sampler: .sde, key: RandomKey(seed: 8)).states
    }
    let (noisy, quiet) = (try ends("noisy"), try ends("ode"))
    for tree in 0..<4 { #expect(noisy[tree] != quiet[tree]) }
  }
}
