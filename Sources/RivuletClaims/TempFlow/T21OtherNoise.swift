import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// T21: the weighting carries over to other noise schedules.
  static let otherNoise = Claim(
    id: "tempflow/T21",
    title: "weighting under other noise schedules",
    statement: """
      The noise-aware weight balances the steps under other noise schedules too, such as \
      sigma_k = b^k or a constant.
      """,
    source: "arXiv 2508.04324, A.16, Fig. 20",
    scope:
      "uniform grid of 10 steps, steps 1 to 8; balanced: largest over smallest below 1.01; the weight is n_k, the paper's own formula for other noise was not seen",
    recorded: .holdsWhere(
      "the weight is n_k / f_k: with n_k alone largest over smallest is 1.02 (sigma = 0.8^k); "
        + "the weight is n_k / f_k: with n_k alone largest over smallest is 1.17 (sigma = 0.3)"),
    checks: [
      plain("geometric-plain", geometric, name: "sigma = 0.8^k"),
      general("geometric-general", geometric, name: "sigma = 0.8^k"),
      plain("constant-plain", .constant(0.3), name: "sigma = 0.3"),
      general("constant-general", .constant(0.3), name: "sigma = 0.3"),
      plain("flow-plain", .flow(scale: 0.7), name: "sigma = 0.7 sqrt(t/(1-t))"),
    ])
}

private let grid = TimeGrid.uniform(steps: 10)

/// sigma_k = 0.8^k, multiplied up so that no power function is needed.
private let geometric: NoiseSchedule = {
  var value = 1.0
  var values: [Double] = []
  for _ in grid.steps {
    values.append(value)
    value *= 0.8
  }
  return .coefficients(values)
}()

/// Largest over smallest of w_k S_k over steps 1 to 8, with the weight n_k / f_k or n_k alone.
private func spread(_ noise: NoiseSchedule, general: Bool) throws -> Double {
  let kernels = try SamplingPlan.fullSDE(grid: grid, noise: noise).kernels[1...8]
  let levels = kernels.map(\.deviation)
  let factors = kernels.map { -$0.velocityFactor / $0.stepSize }
  let weights =
    general
    ? StepWeights.balanced(deviations: levels, factors: factors)
    : StepWeights.noiseAware(deviations: levels)
  let weighted = kernels.enumerated().map { weights[$0.offset] * $0.element.scoreCoefficient }
  return (weighted.max() ?? .nan) / (weighted.min() ?? .nan)
}

/// The factor f_k = 1 + s_k^2 (1 - t_k) / (2 t_k) from the schedule's own formula.
private func factorSpread(
  _ noise: NoiseSchedule, timeFromData: Bool = false
) throws -> Double {
  let rules = try noise.rules(on: grid)
  var factors: [Double] = []
  for step in 1...8 {
    guard case .sde(let s) = rules[step] else { continue }
    let t = timeFromData ? 1 - grid.times[step] : grid.times[step]
    factors.append(1 + s * s * (1 - t) / (2 * t))
  }
  return (factors.max() ?? .nan) / (factors.min() ?? .nan)
}

/// With n_k alone the factor f_k stays in the coefficient.
private func plain(_ id: String, _ noise: NoiseSchedule, name: String) -> Check {
  Check(
    id: id,
    subject: "largest over smallest of n_k S_k, \(name)",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "direction", defect: "f_k with time counted from data, 1 + s^2 t / (2 (1 - t))") {
        _ in
        .identity(
          observed: try spread(noise, general: false),
          expected: try factorSpread(noise, timeFromData: true), tolerance: 1e-12)
      }
    ]
  ) { _ in
    let observed = try spread(noise, general: false)
    let balanced = observed < 1.01
    return Finding(
      .identity(observed: observed, expected: try factorSpread(noise), tolerance: 1e-12),
      statementHolds: balanced,
      region: balanced
        ? nil
        : "the weight is n_k / f_k: with n_k alone largest over smallest is "
          + "\(observed.fixed(2)) (\(name))")
  }
}

/// With n_k / f_k the coefficient is the step size, equal on a uniform grid.
private func general(_ id: String, _ noise: NoiseSchedule, name: String) -> Check {
  Check(
    id: id,
    subject: "largest over smallest of (n_k / f_k) S_k, \(name)",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "plain", defect: "n_k alone as the weight") { _ in
        .identity(observed: try spread(noise, general: false), expected: 1, tolerance: 1e-12)
      }
    ]
  ) { _ in
    let observed = try spread(noise, general: true)
    return Finding(
      stating: .identity(observed: observed, expected: 1, tolerance: 1e-12))
  }
}
