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

  private init(grid: TimeGrid, kernels: [TransitionKernel]) {
    self.grid = grid
    self.kernels = kernels
  }

  /// The number of steps.
  public var stepCount: Int { kernels.count }

  /// The noise level tau_k of each step.
  public var deviations: [Double] { kernels.map(\.deviation) }
}
