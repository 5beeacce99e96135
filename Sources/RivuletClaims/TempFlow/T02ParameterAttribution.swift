import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// T2: all improvement that depends on the parameters is due to the injection at step k.
  static let parameterAttribution = Claim(
    id: "tempflow/T2",
    title: "the gradient of a branch belongs to its step",
    statement: """
      The gradient of the expected branch reward with respect to the parameters is due to the noise \
      injected at the branching step alone.
      """,
    source: "arXiv 2508.04324, section 4.1.1, Theorem 1, second half",
    scope: "velocity v + theta with one shared bias theta, Gaussian data, linear reward, D = 1",
    recorded: .holdsWhere(
      "theta acts at the branching step alone; of the total derivative at step 1 that is "
        + "0.115 (uniform); theta acts at the branching step alone; "
        + "of the total derivative at step 1 that is 0.048 (sd35)"),
    checks: [
      scoreTerm("uniform-score", .uniform10, step: 1),
      scoreTerm("sd35-score", .sd35, step: 1),
      totalDerivative("uniform-total", .uniform10, step: 1),
      totalDerivative("sd35-total", .sd35, step: 1),
    ])
}

/// The exact derivative of the mean branch reward with respect to theta: at step k only, and in all.
///
/// A bias theta moves the state after step j by -h_j (-h_k f_k at the branching step); the ODE prefix
/// carries it to the branching state, whose step has the slope of the SDE's mean.
private func derivatives(_ setting: Setting, step: Int) -> (own: Double, total: Double) {
  let formula = setting.formula
  let grid = setting.schedule.grid
  let scale = setting.scales[0]
  var carried = 0.0
  for j in 0..<step {
    carried = carried * formula.slope(j, deviation: scale, isStochastic: false) - grid.stepSize(j)
  }
  carried *= formula.slope(step, deviation: scale, isStochastic: true)
  let suffix = formula.suffixSlope(from: step + 1, deviation: scale)
  let own = -grid.stepSize(step) * formula.factor(step) * suffix
  var total = own + carried * suffix
  for j in (step + 1)..<grid.stepCount {
    total -= grid.stepSize(j) * formula.suffixSlope(from: j + 1, deviation: scale)
  }
  return (setting.gradient[0] * own, setting.gradient[0] * total)
}

/// The score-function estimator at step k against the derivative through step k.
private func scoreTerm(_ id: String, _ schedule: PublishedSchedule, step: Int) -> Check {
  let setting = Setting(schedule, scale: 1)
  let measure = { @Sendable (run: CheckRun) throws -> (Tally, CostLedger) in
    let branches = 6
    let sampler = try setting.sampler(branches: branches, steps: [step])
    let kernel = try setting.prescribedPlan().kernels[step]
    let kappa = kernel.scoreCoefficient
    // Sibling branches serve as baselines: reward minus the mean of the other branches.
    let tiles = run.tiles(
      for: SampleSize.mean(sigma: 1.0, effect: 0.02), perLane: 1)
    let batches = try run.map(count: tiles) { index in
      let tile = try sampler.tile(index, key: run.key)
      var batch = Batch()
      for lane in 0..<StateTile.lanes {
        var sum = 0.0
        for branch in 0..<branches { sum += tile.rewards[0][branch][lane] }
        var estimate = 0.0
        for branch in 0..<branches {
          let reward = tile.rewards[0][branch][lane]
          let others = (sum - reward) / Double(branches - 1)
          estimate -= (reward - others) * kappa * tile.noises[0][branch].values[lane]
        }
        batch.tallies[0].add(estimate / Double(branches))
      }
      batch.cost = tile.cost
      return batch
    }
    let total = Batch.merged(batches)
    return (total.tallies[0], total.cost)
  }
  // The estimate is the sample variance of K noises times the derivative: sigma = |d| sqrt(2/(K-1)).
  let sigma = { @Sendable (own: Double) -> Double in abs(own) * (2.0 / 5).squareRoot() }
  return Check(
    id: id,
    subject: "mean of (reward - mean of the other branches) x score at step \(step)",
    controls: [
      Control(id: "total", defect: "the total derivative expected, theta acting at every step") {
        run in
        let exact = derivatives(setting, step: step)
        return try measure(run).0.mean(expected: exact.total, sigma: sigma(exact.own))
      },
      Control(id: "sign", defect: "the sign of the score lost") { run in
        let exact = derivatives(setting, step: step)
        return try measure(run).0.mean(expected: -exact.own, sigma: sigma(exact.own))
      },
    ]
  ) { run in
    let exact = derivatives(setting, step: step)
    let (tally, cost) = try measure(run)
    return Finding(
      stating: tally.mean(expected: exact.own, sigma: sigma(exact.own)), cost: cost)
  }
}

/// The total derivative by finite differences of whole branched rollouts against its closed form.
private func totalDerivative(
  _ id: String, _ schedule: PublishedSchedule, step: Int
) -> Check {
  let setting = Setting(schedule, scale: 1)
  let difference = { @Sendable (run: CheckRun) throws -> Double in
    let half = 0.25
    var rewards: [Double] = []
    for shift in [half, -half] {
      let field = try ShiftedField(setting.field(), shift: [shift])
      let sampler = try BranchSampler(
        plan: setting.prescribedPlan(), field: field, reward: setting.reward, branches: 2,
        steps: [step])
      rewards.append(try sampler.tile(0, key: run.key).rewards[0][0][0])
    }
    return (rewards[0] - rewards[1]) / (2 * half)
  }
  return Check(
    id: id,
    subject: "d(branch reward)/d(theta), theta acting at every step, branching at step \(step)",
    requirement: .absolute(0, because: "an identity: the problem is linear in theta"),
    controls: [
      Control(id: "own-step", defect: "only the derivative through the branching step expected") {
        run in
        let exact = derivatives(setting, step: step)
        return .identity(
          observed: try difference(run), expected: exact.own, tolerance: 1e-10)
      }
    ]
  ) { run in
    let exact = derivatives(setting, step: step)
    let observed = try difference(run)
    let ratio = exact.own / observed
    return Finding(
      .identity(observed: observed, expected: exact.total, tolerance: 1e-10),
      statementHolds: abs(ratio - 1) < 0.02,
      region:
        "theta acts at the branching step alone; of the total derivative at step \(step) that is "
        + "\((exact.own / exact.total).fixed(3)) (\(schedule.id))")
  }
}
