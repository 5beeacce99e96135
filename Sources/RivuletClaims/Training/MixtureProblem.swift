import RivuletClosedForm
import RivuletFlow
import RivuletTraining

/// A recipe on mixture data whose expected reward a quadrature knows.
///
/// The chains are whole, with noise at every step. For a policy that differs from the sampler's by nothing,
///
///     E[sum_k A d log p_k/dtheta] = dE[R]/dtheta
///
/// with leave-one-out advantages A, because the mean of the other members does not depend on the chain. The
/// loss of the trainer is a mean over rows and trained steps, so the expected gradient of that loss is
/// -(1/T) dE[R]/dtheta with T trained steps.
struct MixtureProblem: Sendable {
  /// The exact recipe with the mixture as its model.
  let recipe: Recipe
  /// The mixture in double precision.
  let field: MixtureField
  /// E[R] of a mixture; fine has twice the nodes or half the spacing.
  let expectation: @Sendable (_ field: MixtureField, _ isFine: Bool) -> Double

  /// The members of a group; few, so that a wrong mean of the group is visible.
  static let members = 4
  /// The distance of central differences; its square times a third derivative is their error.
  static let distance = 0x1p-7

  /// Makes the problem.
  private init(
    _ field: MixtureField, learns: String, reward: Component,
    expectation: @escaping @Sendable (MixtureField, SamplingPlan, Bool) -> Double
  ) {
    let kind = Component(
      "gaussianMixture",
      [
        Component.Parameter("dimension", .count(field.dimension)),
        Component.Parameter("weights", .numbers(field.weights)),
        Component.Parameter("means", .numbers(Array(field.means.joined()))),
        Component.Parameter("deviations", .numbers(Array(field.deviations.joined()))),
        Component.Parameter("learns", .name(learns)),
        Component.Parameter("conditioning", .name("none")),
      ])
    var recipe = Recipe.Preset.exact.recipe
    recipe.model = kind
    recipe.rewards.terms = [Recipe.RewardTerm(reward: reward)]
    recipe.prompts = Recipe.Prompts(count: 240, perIteration: 240)
    recipe.rollout = .chains(members: Self.members, noisySteps: .all)
    recipe.grid = .uniform(steps: 4)
    recipe.noise.family = .flow(scale: 0.9)
    recipe.kl = nil
    let plan = recipe.fullPlan
    self.recipe = recipe
    self.field = field
    self.expectation = { expectation($0, plan, $1) }
  }

  /// Weights, means and deviations of two components on the line; the reward is a bump on the wider one.
  static let line = MixtureProblem(
    mixture([0.625, 0.375], [[1], [-1]], [0.75, 0.5]), learns: "all",
    reward: Component(
      "bump",
      [
        Component.Parameter("centres", .numbers([1.25])),
        Component.Parameter("width", .number(0.5)),
      ])
  ) { field, plan, isFine in
    let coarse = MixtureResolution(nodesPerDeviation: 4, terms: 10, tolerance: 1e-7)
    return MixtureValue(
      field: field, plan: plan, reward: GaussianBump(center: [1.25], width: 0.5),
      resolution: isFine ? coarse.doubled : coarse
    ).expectation
  }

  /// The means of three components in the plane; the reward is the choice of one of them.
  static let plane: MixtureProblem = {
    let weights = [0.5, 0.25, 0.25]
    let means = [[1, 0.5], [-1, 0.75], [0.25, -1]]
    return MixtureProblem(
      mixture(weights, means, [0.5, 0.625, 0.5]), learns: "means",
      reward: Component(
        "mode",
        [
          Component.Parameter("weights", .numbers(weights)),
          Component.Parameter("means", .numbers(Array(means.joined()))),
          Component.Parameter("deviation", .number(1)),
          Component.Parameter("modes", .counts([1])),
        ])
    ) { planeExpectation($0, $1, isFine: $2) }
  }()

  /// E[R] in the plane, of any field.
  static func planeExpectation(
    _ field: some VelocityField, _ plan: SamplingPlan, isFine: Bool = false
  ) -> Double {
    let seen = mixture([0.5, 0.25, 0.25], [[1, 0.5], [-1, 0.75], [0.25, -1]], [1, 1, 1])
    return PlaneValue(
      field: field, plan: plan, reward: ModeChoice(mixture: seen, component: 1),
      halfWidth: 6, pointsPerSide: isFine ? 113 : 57
    ).expectation
  }

  private static func mixture(
    _ weights: [Double], _ means: [[Double]], _ deviations: [Double]
  ) -> MixtureField {
    do {
      return try MixtureField(weights: weights, means: means, deviations: deviations)
    } catch {
      preconditionFailure("the mixture is valid: \(error)")
    }
  }

  /// Which numbers of the field the recipe learns, in the order of the trainer's parameters.
  var learned: Range<Int> {
    let count = field.componentCount
    return recipe.model.name("learns") == "all"
      ? 0..<field.parameters.count : count..<(count + count * field.dimension)
  }

  /// The model whose components have equal weights.
  var equalWeights: Component {
    Component(
      recipe.model.kind,
      recipe.model.parameters.map { parameter in
        parameter.name == "weights"
          ? Component.Parameter("weights", .numbers(field.weights.map { _ in 1 })) : parameter
      })
  }

  /// The number of trained steps of a recipe of this problem.
  static func trainedSteps(_ recipe: Recipe) -> Double {
    Double(recipe.trainedSteps.count(stepCount: recipe.grid.stepCount))
  }

  /// Returns dE[R] / dtheta by central differences, for the learned numbers.
  ///
  /// - Parameters:
  ///   - distance: How far each number moves to both sides.
  ///   - expectation: E[R] of a moved field.
  /// - Returns: One number for each learned parameter.
  func gradient(
    distance: Double = distance, of expectation: (MixtureField) -> Double
  ) -> [Double] {
    learned.map { place in
      func moved(_ step: Double) -> Double {
        var parameters = field.parameters
        parameters[place] += step
        return expectation(field.with(parameters: parameters))
      }
      return (moved(distance) - moved(-distance)) / (2 * distance)
    }
  }
}

/// The field of a mixture whose shares of components are those of another one.
struct FrozenShares: VelocityField {
  /// Whose components move.
  let moved: MixtureField
  /// Whose shares of components are taken.
  let shares: MixtureField

  var dimension: Int { moved.dimension }

  func velocity(at state: [Double], time: Double) -> [Double] {
    let rest = 1 - time
    var velocity = [Double](repeating: 0, count: dimension)
    for (component, share) in shares.posterior(at: state, time: time).enumerated() {
      let variance = moved.deviations[component][0] * moved.deviations[component][0]
      let slope = (time - rest * variance) / (rest * rest * variance + time * time)
      for axis in 0..<dimension {
        let mean = moved.means[component][axis]
        velocity[axis] += share * (slope * (state[axis] - rest * mean) - mean)
      }
    }
    return velocity
  }
}
