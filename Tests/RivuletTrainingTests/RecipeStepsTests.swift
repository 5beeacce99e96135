import RivuletFlow
import RivuletNumerics
import RivuletTraining
import Testing

struct RecipeStepsTests {
  private static func steps(
    _ id: String, at iteration: Int, _ change: (inout Recipe) -> Void = { _ in }
  ) throws -> [Int] {
    var recipe = try #require(Recipe.preset(id)).recipe
    change(&recipe)
    try recipe.validate()
    return recipe.stochasticSteps(at: iteration, key: RandomKey(seed: 1))
  }

  @Test func `noise is added where the method says`() throws {
    // By hand from the descriptions of the methods.
    #expect(try Self.steps("exact", at: 0) == Array(0..<10))
    #expect(try Self.steps("exact", at: 0) { $0.lastStep = .ode } == Array(0..<9))
    #expect(
      try Self.steps("exact", at: 0) { $0.noise.firstStep = .deterministic } == Array(1..<10))
    #expect(try Self.steps("tempflow-v2/code", at: 0) == Array(0..<9))
    #expect(try Self.steps("mix-grpo/code", at: 0) == [0, 1, 2, 3])
    #expect(try Self.steps("mix-grpo/code", at: 26) == [1, 2, 3, 4])
    // The bound shrinks the published window at iteration 20 x 25 and empties it at 23 x 25.
    #expect(try Self.steps("mix-grpo/code", at: 500) == [20, 21, 22])
    #expect(try Self.steps("mix-grpo/code", at: 575) == [])
    #expect(try Self.steps("branch-grpo-mix/code", at: 99) == [0, 1, 2, 3, 6, 9])
    #expect(try Self.steps("branch-grpo-mix/paper", at: 25) == [0, 1, 2, 3, 4, 6, 9])
    for iteration in 0..<50 {
      let steps = try Self.steps("flow-grpo-fast/paper", at: iteration)
      #expect(steps.count == 1 && steps[0] < 5)
    }
  }

  @Test func `plans have the published noise levels`() throws {
    // tau_0 = 0.7 and the sum over nine steps 9 x 0.44400467, from the table of the SD3.5 grid.
    let recipe = try #require(Recipe.preset("flow-grpo/code")).recipe
    let plan = recipe.samplingPlan(at: 0, key: RandomKey(seed: 1))
    #expect(plan.stochasticSteps == Array(0..<10))
    var sum = 0.0
    for step in 0..<9 { sum += plan.deviations[step] }
    #expect(abs(sum / 9 - 0.44400467) < 5e-9)
    #expect(plan == recipe.fullPlan)
    // 2.25 is one over that mean, rounded.
    let code = try #require(Recipe.preset("tempflow-v2/code")).recipe
    guard case .noiseLevel(let factor) = code.stepWeights else {
      Issue.record("the code's weight is a constant times the noise level")
      return
    }
    #expect(abs(factor * sum / 9 - 1) < 1e-3)
  }

  @Test func `a permuted fraction trains each step alike, another choice for each sample`() throws {
    let trained = try #require(Recipe.preset("dance-grpo/code")).recipe.trainedSteps
    var counts = [Int](repeating: 0, count: 16)
    let samples = 4000
    for root in 0..<samples {
      let steps = trained.steps(stepCount: 16, root: UInt32(root), key: RandomKey(seed: 3))
      #expect(steps.count == 9 && steps == Array(Set(steps)).sorted())
      for step in steps { counts[step] += 1 }
    }
    #expect(counts[15] == 0)
    // A step is in with probability 9/15; 6 standard deviations over 15 steps: 3e-8.
    let deviation = (Double(samples) * 0.6 * 0.4).squareRoot()
    for step in 0..<15 { #expect(abs(Double(counts[step]) - 2400) < 6 * deviation) }
    let all = Recipe.TrainedSteps.allButLast.steps(stepCount: 4, root: 0, key: RandomKey(seed: 3))
    #expect(all == [0, 1, 2])
  }
}
