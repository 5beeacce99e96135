import RivuletClaims
import RivuletNumerics
import RivuletTestSupport
import RivuletTraining
import Testing

@Suite struct ConvergenceTests {
  @Test func `the predicted path ends at the point where the expected update vanishes`() throws {
    let recipe = try #require(Recipe.preset("exact")).recipe
    let convergence = try Convergence(of: recipe, rows: 96, timeConstants: 20)
    let point = try #require(convergence.expectation.stationaryBiases)
    for step in 0..<10 {
      let bias = convergence.predicted.biases[step][0]
      expectClose(bias, point[step][0], within: 1e-7 * abs(point[step][0]))
    }
    #expect(convergence.removed.isEmpty)
    #expect(convergence.recipe.prompts.perIteration == 4)
    // Plain steps: most of the stiffest direction at once.
    expectClose(
      convergence.rate * (convergence.expectation.stiffnesses.max() ?? 0), 0.8, within: 1e-12)
  }

  @Test func `a study of few runs agrees with theory and knows its own precision`() throws {
    let key = RandomKey(seed: 5).child("converge")
    for id in ["exact", "mix-grpo/paper"] {
      let preset = try #require(Recipe.preset(id))
      let study = try ConvergenceStudy(
        of: preset, seeds: 6, budget: 3e5, key: key, workers: Workers(threads: 2))
      // Four half-widths of 99 % with five degrees of freedom: a false alarm in 1e4 runs.
      #expect(study.agrees, "\(id)")
      #expect(study.parameters.relativeHalfWidth < 0.1)
      #expect(study.name == id && study.seeds == 6)
      #expect((study.reward != nil) == (id == "exact"))
      #expect(study.steps.map(\.step) == Array(0..<(id == "exact" ? 10 : 15)))
      // The second coordinate has no reward.
      #expect(study.idle < 0.5)
    }
  }

  @Test func `a study does not depend on the number of threads`() throws {
    let preset = try #require(Recipe.preset("exact"))
    let key = RandomKey(seed: 5).child("converge")
    let numbers = try [1, 3].map { threads in
      try ConvergenceStudy(
        of: preset, seeds: 3, budget: 1e4, key: key, workers: Workers(threads: threads)
      ).steps.map(\.estimate)
    }
    #expect(numbers[0] == numbers[1])
  }

  @Test func `a penalty 2 % too large is outside of the interval of a fine study`() throws {
    var recipe = try #require(Recipe.preset("exact")).recipe
    let exact = try Convergence(of: recipe, rows: 1)
    recipe.kl?.coefficient = 1.02
    let moved = try Convergence(of: recipe, rows: 1)
    let (first, second) = (
      try #require(exact.predicted.rewardRise), try #require(moved.predicted.rewardRise)
    )
    // The rise is proportional to 1/beta; both start three thousandths short of their points.
    expectClose(first / second, 1.02, within: 1e-3)
  }
}
