/// Every step of a sampler: the grid, and the law of each step.
public struct SamplingPlan: Sendable, Hashable {
  /// The times.
  public let grid: TimeGrid
  /// One kernel for each step, in sampling order.
  public let kernels: [TransitionKernel]

  /// Makes a plan in which the given steps are stochastic and the others follow the ODE.
  ///
  /// - Parameters:
  ///   - grid: The times.
  ///   - noise: The noise of the stochastic steps.
  ///   - stochasticSteps: The steps that add noise; those outside the grid are ignored.
  /// - Throws: ``NoiseSchedule/Invalid`` where the schedule does not fit the grid.
  public init(
    grid: TimeGrid, noise: NoiseSchedule, stochasticSteps: some Sequence<Int>
  ) throws(NoiseSchedule.Invalid) {
    let rules = try noise.rules(on: grid)
    var chosen = [Bool](repeating: false, count: grid.stepCount)
    for step in stochasticSteps where grid.steps.contains(step) { chosen[step] = true }
    self.grid = grid
    kernels = grid.steps.map { step in
      TransitionKernel(
        rule: chosen[step] ? rules[step] : .ode,
        time: grid.times[step], nextTime: grid.times[step + 1])
    }
  }

  /// Returns the plan of a full SDE sampler.
  ///
  /// - Parameters:
  ///   - grid: The times.
  ///   - noise: The noise of every step.
  ///   - lastStepIsStochastic: Whether the last step adds noise too; published samplers that train
  ///     the first N - 1 steps make it deterministic or do not score its noise.
  /// - Returns: The plan.
  /// - Throws: ``NoiseSchedule/Invalid`` where the schedule does not fit the grid.
  public static func fullSDE(
    grid: TimeGrid, noise: NoiseSchedule, lastStepIsStochastic: Bool = false
  ) throws(NoiseSchedule.Invalid) -> SamplingPlan {
    try SamplingPlan(
      grid: grid, noise: noise,
      stochasticSteps: lastStepIsStochastic ? grid.steps : grid.steps.dropLast())
  }

  /// Returns the plan that adds noise in one window of consecutive steps and follows the ODE elsewhere.
  ///
  /// Source: MixGRPO, arXiv 2507.21802, and the fast variant of Flow-GRPO.
  ///
  /// - Parameters:
  ///   - grid: The times.
  ///   - noise: The noise of the steps in the window.
  ///   - start: The first step of the window.
  ///   - size: The number of steps in the window, at least one; the window must lie inside the grid.
  /// - Returns: The plan.
  /// - Throws: ``NoiseSchedule/Invalid`` where the schedule does not fit the grid.
  public static func window(
    grid: TimeGrid, noise: NoiseSchedule, start: Int, size: Int
  ) throws(NoiseSchedule.Invalid) -> SamplingPlan {
    precondition(
      start >= 0 && size >= 1 && size <= grid.stepCount && start <= grid.stepCount - size,
      "a window of \(size) steps from step \(start) does not lie in a grid of \(grid.stepCount)")
    return try SamplingPlan(grid: grid, noise: noise, stochasticSteps: start..<(start + size))
  }

  /// Returns the plan that adds noise at one step and follows the ODE elsewhere.
  ///
  /// - Parameters:
  ///   - grid: The times.
  ///   - noise: The noise of the step.
  ///   - step: The step that adds noise.
  /// - Returns: The plan.
  /// - Throws: ``NoiseSchedule/Invalid`` where the schedule does not fit the grid.
  public static func singleStep(
    grid: TimeGrid, noise: NoiseSchedule, step: Int
  ) throws(NoiseSchedule.Invalid) -> SamplingPlan {
    try window(grid: grid, noise: noise, start: step, size: 1)
  }

  /// Returns the plan of the ODE sampler.
  ///
  /// - Parameter grid: The times.
  /// - Returns: The plan without noise.
  public static func ode(grid: TimeGrid) -> SamplingPlan {
    SamplingPlan(
      grid: grid,
      kernels: grid.steps.map {
        TransitionKernel(rule: .ode, time: grid.times[$0], nextTime: grid.times[$0 + 1])
      })
  }

  /// The plan with the last step without noise, whose final state is the clean prediction of that step.
  ///
  /// An ODE step from t to 0 leads to x - t v, which is what the model predicts as data. A trainer that
  /// rewards that prediction never shows the noise of its last step to the reward.
  public var endingInCleanPrediction: SamplingPlan {
    let last = stepCount - 1
    return SamplingPlan(
      grid: grid,
      kernels: kernels.dropLast() + [
        TransitionKernel(rule: .ode, time: grid.times[last], nextTime: grid.times[last + 1])
      ])
  }

  private init(grid: TimeGrid, kernels: [TransitionKernel]) {
    self.grid = grid
    self.kernels = kernels
  }

  /// The number of steps.
  public var stepCount: Int { kernels.count }

  /// The noise level tau_k of each step.
  public var deviations: [Double] { kernels.map(\.deviation) }

  /// The noise coefficient s_k of each step.
  public var noiseCoefficients: [Double] { kernels.map(\.noiseCoefficient) }

  /// The steps that add noise, ascending.
  public var stochasticSteps: [Int] { kernels.indices.filter { kernels[$0].isStochastic } }
}
