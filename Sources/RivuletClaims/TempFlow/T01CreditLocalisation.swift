import RivuletClosedForm
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// T1: with seed and step given, a branch's reward varies through the noise of that step alone.
  static let creditLocalisation = Claim(
    id: "tempflow/T1",
    title: "credit is localised at the branching step",
    statement: """
      Given the initial noise and the branching step, the only randomness in the reward of a branch is \
      the noise of that step, so differences between branches are credit for that step.
      """,
    source: "arXiv 2508.04324, section 4.1.1, Theorem 1",
    scope: "Gaussian data, linear reward, D = 1, 2, 16, 256, the four published schedules",
    recorded: .holds,
    checks: [
      Check(
        id: "silent",
        subject:
          "largest difference between branches whose step has noise too small to change a bit",
        requirement: .absolute(0, because: "an identity"),
        controls: [
          Control(id: "audible", defect: "the branches keep noise of coefficient 0.001") { run in
            try .identity(
              observed: largestDifference(coefficient: 1e-3, run), expected: 0, tolerance: 0)
          }
        ]
      ) { run in
        try Finding(
          stating: .identity(
            observed: largestDifference(coefficient: 1e-300, run), expected: 0, tolerance: 0))
      },
      spread("uniform-d1", .uniform10, dimension: 1, step: 4),
      spread("sd35-d2", .sd35, dimension: 2, step: 1),
      spread("flux-d16", .flux, dimension: 16, step: 8),
      spread("qwen-d256", .qwen, dimension: 256, step: 7, branches: 24),
      branchMean("uniform-mean", .uniform10, step: 1),
      branchMean("sd35-mean", .sd35, step: 5),
      Check(
        id: "fresh-draws",
        subject: "correlation of branch j at steps 1 and 2 of one seed",
        requirement: .absolute(0.05, because: "the expected correlation is zero"),
        controls: [
          Control(
            id: "reused", defect: "one branch index keeps its noise across steps"
          ) { run in try branchCorrelation(run, noiseStep: { _ in 1 }).mean(expected: 0, sigma: 1) }
        ]
      ) { run in
        let tally = try branchCorrelation(run, noiseStep: { $0 })
        return Finding(tally.mean(expected: 0, sigma: 1), statementHolds: abs(tally.mean) < 0.05)
      },
    ])
}

/// Returns the largest difference of a reward from that of branch 0 when the noise of the branching
/// step alone has the given coefficient.
///
/// All other steps keep their published noise, so that noise leaking into the suffix would be seen.
private func largestDifference(coefficient: Double, _ run: CheckRun) throws -> Double {
  let setting = Setting(.uniform10, dimension: 2)
  let step = 4
  var coefficients = try setting.prescribedPlan().noiseCoefficients
  coefficients[step] = coefficient
  let quiet = setting.sampled(with: .coefficients(coefficients))
  let sampler = try quiet.sampler(branches: 6, steps: [step])
  let tile = try sampler.tile(0, key: run.key)
  var largest = 0.0
  for rewards in tile.rewards {
    for branch in rewards.indices {
      for lane in 0..<StateTile.lanes {
        largest = larger(largest, abs(rewards[branch][lane] - rewards[0][lane]))
      }
    }
  }
  return largest
}

/// The spread of the reward over branches at one step against its closed form, tau_k times |g Phi|.
private func spread(
  _ id: String, _ schedule: PublishedSchedule, dimension: Int, step: Int, branches: Int = 6
) -> Check {
  let setting = Setting(schedule, dimension: dimension)
  let measure = { @Sendable (simulated: Setting, run: CheckRun) throws -> Finding in
    let expected = setting.rewardDeviations[step]
    let spread = try BranchSpread(simulated, steps: [step], branches: branches, run: run)
    return Finding(
      stating: .variance(
        observed: spread.variances[0], expected: expected * expected,
        degreesOfFreedom: spread.degreesOfFreedom), cost: spread.cost)
  }
  let expected = setting.rewardDeviations[step]
  return Check(
    id: id,
    subject: "variance of the reward over branches at step \(step), D = \(dimension)",
    requirement: .spread(of: expected * expected),
    controls: [
      Control(id: "no-root", defect: "sigma without the root: a t/(1-t)") { run in
        try measure(setting.withoutRoot(), run).measurement
      }
    ]
  ) { run in try measure(setting, run) }
}

/// Where the branches lie in reward: the ODE's reward, the drift along the score, and the noise.
///
///     R_j = R_ODE + g Phi_{k+1} ( (sigma^2 h / 2) score(x_k) + n_k xi_j )
///
/// with every number but x_k and xi_j from the schedule's formulas. The mean of the branches is
/// therefore not the ODE point.
private func branchMean(_ id: String, _ schedule: PublishedSchedule, step: Int) -> Check {
  let setting = Setting(schedule, scale: 1)
  let worst = { @Sendable (run: CheckRun, withDrift: Bool) throws -> (Double, CostLedger) in
    let branches = 6
    let tile = try setting.sampler(branches: branches, steps: [step], completesBackbone: true)
      .tile(0, key: run.key)
    let final = setting.reward.rewards(of: tile.backbone[tile.backbone.count - 1])
    let formula = setting.formula
    let influence =
      setting.gradient[0] * formula.suffixSlope(from: step + 1, deviation: setting.scales[0])
    var worst = 0.0
    for lane in 0..<StateTile.lanes {
      let drift =
        withDrift
        ? formula.drift(
          step, state: tile.backbone[step].values[lane], mean: setting.means[0],
          deviation: setting.scales[0]) : 0
      for branch in 0..<branches {
        let noise = formula.level(step) * tile.noises[0][branch].values[lane]
        let expected = final[lane] + influence * (drift + noise)
        worst = larger(worst, abs(tile.rewards[0][branch][lane] - expected))
      }
    }
    return (worst, tile.cost)
  }
  return Check(
    id: id,
    subject: "largest |R_j - R_ODE - g Phi (drift + n xi)| at step \(step), 64 seeds x 6 branches",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "ode-point", defect: "mean of the branches taken for the ODE point") { run in
        .identity(observed: try worst(run, false).0, expected: 0, tolerance: 1e-12)
      }
    ]
  ) { run in
    let (observed, cost) = try worst(run, true)
    return Finding(.identity(observed: observed, expected: 0, tolerance: 1e-12), cost: cost)
  }
}

/// Products of the standardised difference of two branches at step 1 and the same at step 2.
///
/// Differences of two branches of one seed cancel the mean; each is standard normal after division by
/// sqrt(2) times the spread, so the product has mean zero and variance one when the draws are fresh.
private func branchCorrelation(
  _ run: CheckRun, noiseStep: @escaping @Sendable (Int) -> Int
) throws -> Tally {
  let setting = Setting(.uniform10, scale: 1)
  let steps = [1, 2]
  let branches = 6
  let deviations = setting.rewardDeviations
  let sampler = try setting.sampler(branches: branches, steps: steps, noiseStep: noiseStep)
  let count = SampleSize.mean(sigma: 1, effect: 0.05)
  let batches = try run.map(count: run.tiles(for: count, perLane: branches / 2)) { index in
    let tile = try sampler.tile(index, key: run.key)
    var batch = Batch()
    for pair in 0..<(branches / 2) {
      for lane in 0..<StateTile.lanes {
        let first = tile.rewards[0][2 * pair][lane] - tile.rewards[0][2 * pair + 1][lane]
        let second = tile.rewards[1][2 * pair][lane] - tile.rewards[1][2 * pair + 1][lane]
        batch.tallies[0].add(first * second / (2 * deviations[steps[0]] * deviations[steps[1]]))
      }
    }
    return batch
  }
  return Batch.merged(batches).tallies[0]
}
