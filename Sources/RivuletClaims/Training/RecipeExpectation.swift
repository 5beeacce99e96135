import RivuletClosedForm
import RivuletCredit
import RivuletFlow
public import RivuletTraining

/// What one update of a recipe does on average, on the problem in which that has a closed form.
///
/// The model has one free bias for each step, the reward is linear (or quadratic where advantages are not
/// divided by a spread), and each rollout makes one update, so that all ratios are one and no clip acts. The
/// expected gradient of the objective, in the direction of ascent, is then
///
///     E[dL/db_k] = policy_k - stiffness_k (b_k - b_ref,k),
///
/// with both numbers a mean over what an iteration draws: windows, trained steps. Optimisers, averages, the
/// clip of the norm and the clip of ratios are no part of it.
///
/// The mapping from fields of a recipe to `UpdateConvention` is here; recipes that have no closed form are
/// refused with the reason, and ``RecipeReduction`` finds the largest part of them that has one.
public struct RecipeExpectation: Sendable {
  /// A recipe whose expected update has no closed form.
  public struct NoClosedForm: Error, Hashable, CustomStringConvertible {
    /// The path of the field that stands in the way.
    public let path: String
    /// Why.
    public let reason: String

    /// The path and the reason.
    public var description: String { "no closed form: \(path): \(reason)" }
  }

  /// One of the cases that an iteration draws at random, with its probability.
  struct Part {
    let share: Double
    let update: UpdateExpectation
  }

  /// A sampler whose rewards an iteration averages, with its share.
  struct Sampler {
    let share: Double
    let chains: [GaussianChain]
  }

  /// The recipe.
  public let recipe: Recipe
  /// The number of the iteration.
  public let iteration: Int
  /// The policy part at the reference, in the direction of ascent, `[step][coordinate]`; zeros where a step is
  /// not trained.
  public let policyPart: [[Double]]
  /// The curvature of the penalty in the biases of each step; zeros where there is none.
  public let stiffnesses: [Double]
  /// The steps that are trained, ascending.
  public let trainedSteps: [Int]
  /// kappa_k of each step when it adds noise; 0 where it is not trained.
  public let scoreCoefficients: [Double]

  let parts: [Part]
  let samplers: [Sampler]
  let world: GaussianWorld

  /// Finds the expected update of an iteration.
  ///
  /// - Parameters:
  ///   - recipe: A valid recipe.
  ///   - iteration: The number of the iteration, from 0; windows move.
  /// - Throws: ``NoClosedForm`` with the first field that stands in the way.
  public init(of recipe: Recipe, at iteration: Int = 0) throws(NoClosedForm) {
    try Self.requireOneUpdate(recipe)
    let world = try GaussianWorld(recipe)
    let drawn = try Self.draw(recipe, world, at: iteration)
    self.recipe = recipe
    self.iteration = iteration
    self.world = world
    parts = drawn.parts
    samplers = drawn.samplers
    let steps = recipe.grid.stepCount
    var policy = (0..<steps).map { _ in [Double](repeating: 0, count: world.dimension) }
    var stiffnesses = [Double](repeating: 0, count: steps)
    var coefficients = stiffnesses
    for part in drawn.parts {
      let convention = part.update.convention
      let gradient = part.update.policyPart()
      for (index, step) in convention.trainedSteps.enumerated() {
        let share = part.share * (convention.shares?[index] ?? 1)
        stiffnesses[step] += share * part.update.stiffnesses[index]
        coefficients[step] = part.update.credit.kernels[step].scoreCoefficient
        for coordinate in 0..<world.dimension {
          policy[step][coordinate] += part.share * gradient[index][coordinate]
        }
      }
    }
    policyPart = policy
    self.stiffnesses = stiffnesses
    scoreCoefficients = coefficients
    trainedSteps = coefficients.indices.filter { coefficients[$0] > 0 }
  }

  /// Returns the expected update at given biases.
  ///
  /// For a quadratic reward the policy part follows the mean of the final state. For windows drawn by members
  /// it is that at the reference: away from it, windows differ in their means.
  ///
  /// - Parameter biases: b - b_ref, `[step][coordinate]`.
  /// - Returns: The ascent, `[step][coordinate]`.
  public func update(at biases: [[Double]]) -> [[Double]] {
    var update = policyPart
    let shifts = world.isCurved ? finalShift(of: biases) : []
    for step in trainedSteps {
      for coordinate in 0..<world.dimension {
        if world.isCurved {
          update[step][coordinate] =
            slopeFactors[step][coordinate]
            * (world.slopes[coordinate] - world.curvatures[coordinate] * shifts[coordinate])
        }
        update[step][coordinate] -= stiffnesses[step] * biases[step][coordinate]
      }
    }
    return update
  }

  /// The policy part over the slope of the reward at the mean of the final state.
  private var slopeFactors: [[Double]] {
    policyPart.map { row in
      row.indices.map { world.slopes[$0] == 0 ? 0 : row[$0] / world.slopes[$0] }
    }
  }

  /// The biases at which the expected update vanishes, `[step][coordinate]`; nil without a penalty.
  ///
  /// For a quadratic reward they solve one equation in each coordinate, for the shift of the final mean.
  public var stationaryBiases: [[Double]]? {
    guard trainedSteps.allSatisfy({ stiffnesses[$0] > 0 }) else { return nil }
    var biases = policyPart
    for step in trainedSteps {
      for coordinate in 0..<world.dimension { biases[step][coordinate] /= stiffnesses[step] }
    }
    guard world.isCurved else { return biases }
    // With biases r (slope - q s)/slope and their final shift s: s = S (slope - q s)/slope.
    let shifts = finalShift(of: biases)
    for coordinate in 0..<world.dimension where world.slopes[coordinate] != 0 {
      let ratio = shifts[coordinate] / world.slopes[coordinate]
      let factor = 1 / (1 + world.curvatures[coordinate] * ratio)
      for step in trainedSteps { biases[step][coordinate] *= factor }
    }
    return biases
  }

  /// Returns by how much biases raise the mean of each coordinate of the scored states of an iteration.
  ///
  /// - Parameter biases: b - b_ref, `[step][coordinate]`.
  /// - Returns: One number for each coordinate.
  public func finalShift(of biases: [[Double]]) -> [Double] {
    var shift = [Double](repeating: 0, count: world.dimension)
    for sampler in samplers {
      let part = BiasOptimum.finalShift(of: biases, in: sampler.chains)
      for coordinate in shift.indices { shift[coordinate] += sampler.share * part[coordinate] }
    }
    return shift
  }

  /// Returns by how much biases raise the mean reward of an iteration.
  ///
  /// - Parameter biases: b - b_ref, `[step][coordinate]`.
  /// - Returns: E[R] less that of the reference.
  public func rewardRise(of biases: [[Double]]) -> Double {
    let shift = finalShift(of: biases)
    var rise = 0.0
    for coordinate in shift.indices {
      rise +=
        shift[coordinate]
        * (world.slopes[coordinate] - world.curvatures[coordinate] * shift[coordinate] / 2)
    }
    return rise
  }

  /// E[R] of an iteration at the reference.
  public var referenceReward: Double {
    var reward = world.offset
    for sampler in samplers {
      for (coordinate, chain) in sampler.chains.enumerated() {
        let law = chain.terminalLaw
        let curvature = world.curvatures[coordinate]
        // The slope is that at the mean: g m - q m^2/2 is slope m + q m^2/2.
        reward +=
          sampler.share
          * (world.slopes[coordinate] * law.mean
            + curvature * (law.mean * law.mean - law.variance) / 2)
      }
    }
    return reward
  }

  /// Returns the sum over the trained steps of the divergence that biases have, in nats.
  ///
  ///     sum_k kappa_k^2 |b_k|^2/2
  ///
  /// - Parameter biases: b - b_ref, `[step][coordinate]`.
  /// - Returns: The divergence of a path in which every trained step adds noise.
  public func divergence(of biases: [[Double]]) -> Double {
    var sum = 0.0
    for step in trainedSteps {
      var squares = 0.0
      for bias in biases[step] { squares += bias * bias }
      sum += scoreCoefficients[step] * scoreCoefficients[step] * squares / 2
    }
    return sum
  }

  /// Returns the biases after a number of plain ascents from the reference, `[step][coordinate]`.
  ///
  /// In expectation, and exact where the expected update is affine in the biases.
  ///
  /// - Parameters:
  ///   - count: The number of ascents.
  ///   - rate: The length of an ascent over its gradient.
  /// - Returns: The expected biases.
  public func expectedBiases(afterAscents count: Int, rate: Double) -> [[Double]] {
    var biases = policyPart.map { $0.map { _ in 0.0 } }
    for _ in 0..<count {
      let update = update(at: biases)
      for step in trainedSteps {
        for coordinate in 0..<world.dimension {
          biases[step][coordinate] += rate * update[step][coordinate]
        }
      }
    }
    return biases
  }
}
