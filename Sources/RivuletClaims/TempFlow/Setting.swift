import RivuletClosedForm
import RivuletFlow

/// One problem on which a claim is decided: a schedule, Gaussian data and a linear reward.
///
/// Everything about it is affine, so each expectation is exact for the discretised sampler.
struct Setting: Sendable {
  /// The schedule that names the grid, the noise and the trained steps.
  let schedule: PublishedSchedule
  /// The noise that the simulation uses; a wrong variant replaces it.
  var noise: NoiseSchedule
  /// The mean of the data in each coordinate.
  let means: [Double]
  /// The standard deviation of the data in each coordinate.
  let scales: [Double]
  /// The gradient of the reward.
  let gradient: [Double]

  /// Makes a problem in one dimension with data N(0.4, scale^2) and reward 1.5 x - 0.2.
  init(_ schedule: PublishedSchedule, scale: Double) {
    self.init(schedule, means: [0.4], scales: [scale], gradient: [1.5])
  }

  /// Makes a problem in `dimension` coordinates whose scales and reward differ from one to the next.
  ///
  /// The scales fall like the spectrum of an image, 1/sqrt(1 + i/4).
  init(_ schedule: PublishedSchedule, dimension: Int) {
    self.init(
      schedule,
      means: (0..<dimension).map { 0.3 - 0.1 * Double($0 % 5) },
      scales: (0..<dimension).map { 1 / (1 + Double($0) / 4).squareRoot() },
      gradient: (0..<dimension).map { index in
        let sign = index % 2 == 0 ? 1.0 : -0.5
        return sign / Double(1 + index % 7)
      })
  }

  private init(
    _ schedule: PublishedSchedule, means: [Double], scales: [Double], gradient: [Double]
  ) {
    self.schedule = schedule
    self.noise = schedule.noise
    self.means = means
    self.scales = scales
    self.gradient = gradient
  }

  /// The number of coordinates.
  var dimension: Int { scales.count }

  /// The trained steps.
  var trainedSteps: [Int] { Array(schedule.trainedSteps) }

  /// Returns the same problem sampled with other noise than the schedule says.
  func sampled(with noise: NoiseSchedule) -> Setting {
    var copy = self
    copy.noise = noise
    return copy
  }

  /// Returns the same problem with the gradient of the reward multiplied.
  func rewarded(by factor: Double) -> Setting {
    Setting(schedule, means: means, scales: scales, gradient: gradient.map { factor * $0 })
  }

  /// The kernels as simulated, every step stochastic.
  func simulatedPlan() throws -> SamplingPlan {
    try .fullSDE(grid: schedule.grid, noise: noise, lastStepIsStochastic: true)
  }

  /// The kernels that the schedule prescribes, every step stochastic.
  func prescribedPlan() throws -> SamplingPlan {
    try .fullSDE(grid: schedule.grid, noise: schedule.noise, lastStepIsStochastic: true)
  }

  /// The velocity field of the data.
  func field() throws -> GaussianField {
    try GaussianField(means: means, deviations: scales)
  }

  /// The reward.
  var reward: LinearReward { LinearReward(gradient: gradient, offset: -0.2) }

  /// A sampler that branches at the given steps.
  func sampler(
    branches: Int, steps: [Int], completesBackbone: Bool = false,
    noiseStep: @escaping @Sendable (Int) -> Int = { $0 }
  ) throws -> BranchSampler<GaussianField, LinearReward> {
    try BranchSampler(
      plan: simulatedPlan(), field: field(), reward: reward, branches: branches, steps: steps,
      completesBackbone: completesBackbone, noiseStep: noiseStep)
  }

  /// The exact law of branching in each coordinate, under the prescribed noise.
  func laws() throws -> [BranchingLaw] {
    let plan = try prescribedPlan()
    return scales.indices.map {
      BranchingLaw(plan: plan, mean: means[$0], deviation: scales[$0])
    }
  }

  /// The published formulas of the schedule.
  var formula: ScheduleFormula { ScheduleFormula(schedule) }

  /// The exact standard deviation of the reward over the branches of one seed at each trained step.
  ///
  /// n_k times the length of the vector g_i Phi_{k+1,i} over the coordinates.
  var rewardDeviations: [Double] {
    let formula = formula
    return trainedSteps.map { step in
      var squares = 0.0
      for (index, scale) in scales.enumerated() {
        let part = gradient[index] * formula.suffixSlope(from: step + 1, deviation: scale)
        squares += part * part
      }
      return formula.level(step) * squares.squareRoot()
    }
  }
}

extension NoiseSchedule {
  /// The coefficients of Flow-GRPO with the root lost, a t / (1 - t): a wrong variant.
  static func flowWithoutRoot(scale: Double, grid: TimeGrid) -> NoiseSchedule {
    .coefficients(
      grid.steps.map { step in
        let time = grid.times[step]
        return scale * time / (time == 1 ? 1 - grid.times[1] : 1 - time)
      })
  }
}

extension Setting {
  /// The same problem with the root of the noise coefficient lost.
  func withoutRoot() -> Setting {
    guard case .flow(let scale) = schedule.noise else { return self }
    return sampled(with: .flowWithoutRoot(scale: scale, grid: schedule.grid))
  }
}
