import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// T10: E[eps A] has the same length at every step.
  static let scoreAdvantage = Claim(
    id: "tempflow/T10",
    title: "E[eps A] does not depend on the step",
    statement: """
      Standardised within the branching step, the advantage's correlation with the noise has the same \
      length at every step, so the score coefficient alone sets the balance.
      """,
    source: "arXiv 2508.04324, section A.1, Eq. 28",
    scope: "linear reward, seed groups of K, population std; epsilon 0, and the published 1e-4",
    recorded: .holdsWhere(
      "the reward's spread is far above epsilon: factor 0.999 of c(6) at spread 0.1; "
        + "not at spread 0.001: factor 0.898 of c(6)"),
    checks: [
      factor("k2", .uniform10, branches: 2, step: 3),
      factor("k4", .uniform10, branches: 4, step: 6),
      factor("k6-step0", .uniform10, branches: 6, step: 0),
      factor("k6-step4", .sd35, branches: 6, step: 4),
      factor("k6-step8", .flux, branches: 6, step: 8),
      factor("k12", .qwen, branches: 12, step: 2),
      factor("k24", .sd35, branches: 24, step: 7),
      shrunk("epsilon-wide", spread: 0.1),
      shrunk("epsilon-narrow", spread: 0.001),
    ])
}

/// The mean of (1/K) sum A_j eps_j against c(K).
private func factor(
  _ id: String, _ schedule: PublishedSchedule, branches: Int, step: Int
) -> Check {
  let setting = Setting(schedule, scale: 0.8)
  let law = GradientSize(branches: branches)
  let count = SampleSize.mean(sigma: law.deviation, effect: 0.02 * law.mean)
  return Check(
    id: id,
    subject: "mean of (1/K) sum A eps at step \(step) of \(schedule.id), K = \(branches)",
    controls: [
      Control(id: "bessel", defect: "the sample standard deviation for the population one") { run in
        try BranchGradient(
          setting, steps: [step], branches: branches, convention: .sample,
          count: count, run: run
        ).tallies[0].mean(expected: law.mean, sigma: law.deviation)
      }
    ]
  ) { run in
    let estimate = try BranchGradient(
      setting, steps: [step], branches: branches, count: count, run: run)
    return Finding(
      stating: estimate.tallies[0].mean(expected: law.mean, sigma: law.deviation),
      cost: estimate.cost)
  }
}

/// The same with the published epsilon of 1e-4 and a reward scaled to a given spread.
///
/// With S = std(eps) the estimate is spread S^2 / (spread S + epsilon), S^2 = chi^2_{K-1} / K; its
/// moments are integrals over the chi density.
private func shrunk(_ id: String, spread: Double) -> Check {
  let branches = 6
  let epsilon = 1e-4
  let step = 4
  let law = ShrunkGradientSize(branches: branches, spread: spread, epsilon: epsilon)
  let exact = GradientSize(branches: branches)
  let base = Setting(.uniform10, scale: 0.8)
  let natural = base.rewardDeviations[step]
  let setting = base.rewarded(by: spread / natural)
  let estimate = { @Sendable (run: CheckRun, epsilon: Double) throws -> BranchGradient in
    try BranchGradient(
      setting, steps: [step], branches: branches, epsilon: epsilon,
      count: SampleSize.mean(sigma: law.deviation, effect: 0.02 * law.mean), run: run)
  }
  return Check(
    id: id,
    subject: "mean of (1/K) sum A eps with epsilon = 1e-4 at reward spread \(spread), K = 6",
    controls: [
      Control(id: "epsilon", defect: "epsilon 0.1 in the place of 1e-4") { run in
        try estimate(run, 0.1).tallies[0].mean(expected: law.mean, sigma: law.deviation)
      }
    ]
  ) { run in
    let gradient = try estimate(run, epsilon)
    let ratio = law.mean / exact.mean
    let holds = gradient.tallies[0].mean / exact.mean > 0.98
    return Finding(
      gradient.tallies[0].mean(expected: law.mean, sigma: law.deviation),
      statementHolds: holds,
      region: (holds ? "the reward's spread is far above epsilon: " : "not at spread \(spread): ")
        + "factor \(ratio.fixed(3)) of c(6)" + (holds ? " at spread \(spread)" : ""),
      cost: gradient.cost)
  }
}

/// The law of spread S^2 / (spread S + epsilon) with K S^2 ~ chi^2 of K - 1 degrees of freedom.
private struct ShrunkGradientSize {
  /// The mean, from the closed forms.
  let mean: Double
  /// The standard deviation of one seed's estimate.
  let deviation: Double

  init(branches: Int, spread: Double, epsilon: Double) {
    mean = AdvantageFactor.standardisationFactor(
      groupSize: branches, convention: .population, epsilon: epsilon, rewardDeviation: spread)
    // The chi density is r^(K-2) exp(-r^2/2), up to its integral, which the same rule gives; the
    // trapezoidal rule on [0, 12] is exact to rounding for this smooth integrand.
    let nodes = 2400
    var weight = 0.0
    var squares = 0.0
    for index in 1..<nodes {
      let r = 12 * Double(index) / Double(nodes)
      var density = Elementary.exp(-r * r / 2)
      for _ in 0..<(branches - 2) { density *= r }
      let s = r / Double(branches).squareRoot()
      let value = spread * s * s / (spread * s + epsilon)
      weight += density
      squares += density * value * value
    }
    deviation = (squares / weight - mean * mean).squareRoot()
  }
}
