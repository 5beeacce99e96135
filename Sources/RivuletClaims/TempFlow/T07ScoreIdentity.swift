import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// T7: the score of a transition with respect to the velocity, its density and its divergence.
  static let scoreIdentity = Claim(
    id: "tempflow/T7",
    title: "the score of a step is -S_k eps",
    statement: """
      The gradient of log p(x' | x) with respect to the velocity is -S_k eps with \
      S_k = sqrt(dt) f_k / sigma_k, proportional to sqrt(dt (1-t)/t) after the first step.
      """,
    source: "arXiv 2508.04324, section 4.2 and A.1, Eqs. 8-10",
    scope: "log-probability summed over dimensions, four schedules, D = 16; density in D = 1 and 2",
    recorded: .holds,
    checks: [
      score(.uniform10), score(.sd35), score(.flux), score(.qwen),
      density("density-d1", dimension: 1), density("density-d2", dimension: 2),
      divergence("kl-uniform", .uniform10, step: 4), divergence("kl-sd35", .sd35, step: 7),
    ])
}

/// Which published formula of S_k stands as the expectation.
private enum ScoreFormula {
  case published, firstStepLikeTheOthers, withoutRoot

  /// S_k from the schedule's own formula, apart from the kernel.
  func coefficient(scale a: Double, grid: TimeGrid, step: Int) -> Double {
    let t = grid.times[step]
    let h = grid.stepSize(step)
    let rest = step == 0 ? 1 - grid.times[1] : 1 - t
    let later = 1 + a * a / 2
    switch self {
    case .published:
      return (step == 0 ? 1 : later) * (h * rest / t).squareRoot() / a
    case .firstStepLikeTheOthers:
      return later * (h * rest / t).squareRoot() / a
    case .withoutRoot:
      return (step == 0 ? 1 : later) * h.squareRoot() * rest / (a * t)
    }
  }
}

/// The central difference of the summed log-probability in each component of v against -S_k eps.
///
/// The log-probability is quadratic in v, so the central difference is exact up to rounding.
private func score(_ schedule: PublishedSchedule) -> Check {
  guard case .flow(let scale) = schedule.noise else {
    preconditionFailure("the published schedules are Flow-GRPO's")
  }
  let worst = { @Sendable (run: CheckRun, formula: ScoreFormula) throws -> Double in
    let setting = Setting(schedule, dimension: 16)
    let plan = try setting.prescribedPlan()
    let field = try setting.field()
    var worst = 0.0
    for step in setting.trainedSteps {
      let kernel = plan.kernels[step]
      let at = NoiseAddress(root: 0, step: UInt32(step))
      let state = run.key.child("state").standardNormals(count: 16, at: at)
      let noise = run.key.child("noise").standardNormals(count: 16, at: at)
      let velocity = field.velocity(at: state, time: kernel.time)
      let next = kernel.next(state: state, velocity: velocity, noise: noise)
      let expected = formula.coefficient(scale: scale, grid: schedule.grid, step: step)
      for index in noise.indices {
        let values = [0.5, -0.5].map { change in
          var moved = velocity
          moved[index] += change
          return kernel.logProbability(
            of: next, state: state, velocity: moved, reduction: .sum)
        }
        let difference = values[0] - values[1]
        worst = larger(worst, abs(difference + expected * noise[index]) / expected)
      }
    }
    return worst
  }
  return Check(
    id: schedule.id,
    subject: "largest |d log p / dv + S_k eps| / S_k over the trained steps, D = 16",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "f0", defect: "f_0 taken as 1 + a^2/2") { run in
        .identity(
          observed: try worst(run, .firstStepLikeTheOthers), expected: 0, tolerance: 1e-6)
      },
      Control(id: "no-root", defect: "sigma without the root: a t/(1-t)") { run in
        .identity(observed: try worst(run, .withoutRoot), expected: 0, tolerance: 1e-6)
      },
    ]
  ) { run in
    let observed = try worst(run, .published)
    return Finding(
      .identity(observed: observed, expected: 0, tolerance: 1e-6), statementHolds: observed < 1e-6)
  }
}

/// The integral of exp(log p) over the next state, by the trapezoidal rule on 12 deviations each way.
///
/// The rule converges faster than any power for a Gaussian; with 121 nodes its error is below 1e-15.
private func density(_ id: String, dimension: Int) -> Check {
  let integral = {
    @Sendable
    (
      _ log: (TransitionKernel, [Double], [Double], [Double]) -> Double
    ) throws -> Double in
    let setting = Setting(.sd35, dimension: dimension)
    let kernel = try setting.prescribedPlan().kernels[3]
    let state = (0..<dimension).map { 0.7 - 0.4 * Double($0) }
    let velocity = try setting.field().velocity(at: state, time: kernel.time)
    let mean = kernel.mean(state: state, velocity: velocity)
    let nodes = 121
    let width = kernel.deviation * 0.2
    var total = 0.0
    var next = mean
    for i in 0..<nodes {
      next[0] = mean[0] + width * Double(i - nodes / 2)
      if dimension == 1 {
        total += Elementary.exp(log(kernel, next, state, velocity)) * width
      } else {
        for j in 0..<nodes {
          next[1] = mean[1] + width * Double(j - nodes / 2)
          total += Elementary.exp(log(kernel, next, state, velocity)) * width * width
        }
      }
    }
    return total
  }
  var controls = [
    Control(id: "constants", defect: "the constants of the log-probability lost") { _ in
      .identity(
        observed: try integral { kernel, next, state, velocity in
          let mean = kernel.mean(state: state, velocity: velocity)
          var sum = 0.0
          for index in next.indices {
            let z = (next[index] - mean[index]) / kernel.deviation
            sum -= z * z / 2
          }
          return sum
        }, expected: 1, tolerance: 1e-12)
    }
  ]
  if dimension > 1 {
    controls.append(
      Control(id: "mean", defect: "the mean over dimensions read as a log-density") { _ in
        .identity(
          observed: try integral { kernel, next, state, velocity in
            kernel.logProbability(of: next, state: state, velocity: velocity, reduction: .mean)
          }, expected: 1, tolerance: 1e-12)
      })
  }
  return Check(
    id: id,
    subject: "integral of exp(log p) over the next state, D = \(dimension)",
    requirement: .absolute(0, because: "an identity"), controls: controls
  ) { _ in
    let observed = try integral { kernel, next, state, velocity in
      kernel.logProbability(of: next, state: state, velocity: velocity, reduction: .sum)
    }
    return Finding(
      .identity(observed: observed, expected: 1, tolerance: 1e-12),
      statementHolds: abs(observed - 1) < 1e-12)
  }
}

/// The mean log-ratio of a step to a reference step, sampled under the former, against the exact KL.
///
/// The log-ratio is N(delta^2/2, delta^2) with delta = kappa |v - v_ref|; here delta = 6.
private func divergence(_ id: String, _ schedule: PublishedSchedule, step: Int) -> Check {
  let dimension = 16
  let delta = 6.0
  let setting = Setting(schedule, dimension: dimension)
  let measure = {
    @Sendable (run: CheckRun, form: DivergenceForm) throws -> Finding in
    let kernel = try setting.prescribedPlan().kernels[step]
    let field = try setting.field()
    let size = delta / kernel.scoreCoefficient / Double(dimension).squareRoot()
    let expected = { (velocity: [Double], reference: [Double]) in
      kernel.divergence(velocity: velocity, reference: reference, form: form, reduction: .sum)
    }
    let zero = [Double](repeating: 0, count: dimension)
    let shift = [Double](repeating: size, count: dimension)
    let count = SampleSize.mean(sigma: delta, effect: 0.02 * delta * delta / 2)
    let pieces = run.effort * 64
    let batches = try run.map(count: pieces) { piece in
      var batch = Batch()
      for draw in 0..<((count + 63) / 64) {
        let at = NoiseAddress(root: UInt32(piece), step: UInt32(draw))
        let state = run.key.child("state").standardNormals(count: dimension, at: at)
        let noise = run.key.child("noise").standardNormals(count: dimension, at: at)
        let reference = field.velocity(at: state, time: kernel.time)
        var velocity = reference
        for index in velocity.indices { velocity[index] += size }
        let next = kernel.next(state: state, velocity: velocity, noise: noise)
        batch.tallies[0].add(
          kernel.logProbability(of: next, state: state, velocity: velocity, reduction: .sum)
            - kernel.logProbability(of: next, state: state, velocity: reference, reduction: .sum))
      }
      return batch
    }
    return Finding(
      Batch.merged(batches).tallies[0].mean(expected: expected(shift, zero), sigma: delta))
  }
  return Check(
    id: id,
    subject: "mean log-ratio to the reference step at step \(step), D = 16 (KL divergence)",
    controls: [
      Control(id: "no-h", defect: "KL without h: |dmu|^2 / (2 s^2)") { run in
        try measure(run, .withoutStepSize).measurement
      }
    ]
  ) { run in try measure(run, .exact) }
}
