import RivuletFlow

/// The published formulas of a schedule, from its times and its scale alone.
///
/// Expectations of the claims are built from these and not from the kernels that the simulation uses,
/// so that an error in a kernel cannot stand on both sides of a comparison.
struct ScheduleFormula: Sendable {
  /// The times.
  let grid: TimeGrid
  /// The scale a of sigma = a sqrt(t / (1 - t)).
  let scale: Double

  /// Takes the formulas of a schedule of Flow-GRPO.
  init(_ schedule: PublishedSchedule) {
    guard case .flow(let scale) = schedule.noise else {
      preconditionFailure("\(schedule.id) is no schedule of Flow-GRPO")
    }
    grid = schedule.grid
    self.scale = scale
  }

  /// Returns sigma_k^2 = a^2 t / (1 - t), with 1 - t_1 for 1 - t at the first step.
  func squaredCoefficient(_ step: Int) -> Double {
    let rest = step == 0 ? 1 - grid.times[1] : 1 - grid.times[step]
    return scale * scale * grid.times[step] / rest
  }

  /// Returns the noise level n_k = sigma_k sqrt(h_k).
  func level(_ step: Int) -> Double {
    (squaredCoefficient(step) * grid.stepSize(step)).squareRoot()
  }

  /// Returns the factor f_k of the velocity: 1 at the first step, 1 + a^2/2 at all others.
  func factor(_ step: Int) -> Double { step == 0 ? 1 : 1 + scale * scale / 2 }

  /// Returns S_k = h_k f_k / n_k, the unweighted coefficient.
  func coefficient(_ step: Int) -> Double { grid.stepSize(step) * factor(step) / level(step) }

  /// Returns the drift (sigma_k^2 h_k / 2) score(x) of the SDE's mean from the ODE point.
  ///
  /// The score of Gaussian data N(mu, s^2) at time t is -(x - (1-t) mu) / ((1-t)^2 s^2 + t^2).
  func drift(_ step: Int, state: Double, mean: Double, deviation: Double) -> Double {
    let t = grid.times[step]
    let rest = 1 - t
    let variance = rest * rest * deviation * deviation + t * t
    return squaredCoefficient(step) * grid.stepSize(step) / 2 * -(state - rest * mean) / variance
  }

  /// Returns the slope of a step in the state: 1 - h (sigma^2 / (2t) + f alpha), or 1 - h alpha for the ODE.
  func slope(_ step: Int, deviation: Double, isStochastic: Bool) -> Double {
    let t = grid.times[step]
    let rest = 1 - t
    let alpha =
      (t - rest * deviation * deviation) / (rest * rest * deviation * deviation + t * t)
    guard isStochastic else { return 1 - grid.stepSize(step) * alpha }
    return 1 - grid.stepSize(step) * (squaredCoefficient(step) / (2 * t) + factor(step) * alpha)
  }

  /// Returns Phi_k, the slope of the ODE from a step to the data.
  func suffixSlope(from step: Int, deviation: Double) -> Double {
    var product = 1.0
    for later in step..<grid.stepCount {
      product *= slope(later, deviation: deviation, isStochastic: false)
    }
    return product
  }
}

/// Returns the larger number, and NaN if one is: a wrong number may not hide behind a right one.
func larger(_ a: Double, _ b: Double) -> Double { b > a || b.isNaN ? b : a }
