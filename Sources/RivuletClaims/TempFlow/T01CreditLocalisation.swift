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
        subject: "largest difference between branches whose noise is too small to change a bit",
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

/// Returns the largest difference of a reward from that of branch 0 when noise has this coefficient.
private func largestDifference(coefficient: Double, _ run: CheckRun) throws -> Double {
  let setting = Setting(.uniform10, dimension: 2)
  let quiet = setting.sampled(
    with: .coefficients(setting.schedule.grid.steps.map { _ in coefficient }))
  let sampler = try quiet.sampler(branches: 6, steps: setting.trainedSteps)
  let tile = try sampler.tile(0, key: run.key)
  var largest = 0.0
  for rewards in tile.rewards {
    for branch in rewards.indices {
      for lane in 0..<StateTile.lanes {
        largest = max(largest, abs(rewards[branch][lane] - rewards[0][lane]))
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
    let expected = try setting.rewardDeviations()[step]
    let spread = try BranchSpread(simulated, steps: [step], branches: branches, run: run)
    return Finding(
      stating: .variance(
        observed: spread.variances[0], expected: expected * expected,
        degreesOfFreedom: spread.degreesOfFreedom), cost: spread.cost)
  }
  let expected = (try? setting.rewardDeviations()[step]) ?? .nan
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

/// How far the mean of the branches lies from the ODE point, in reward, towards higher density.
///
/// The mean of an SDE step is the ODE point plus (s^2 h / 2) score, so given the backbone state the
/// reward of the branches has mean R_ODE + g Phi_{k+1} (s^2 h / 2) score(x_k). The sign of the drift
/// changes from seed to seed; multiplied by it, the drifts add up.
private func branchMean(_ id: String, _ schedule: PublishedSchedule, step: Int) -> Check {
  let setting = Setting(schedule, scale: 1)
  let measure = { @Sendable (run: CheckRun, driftExpected: Bool) throws -> Finding in
    let branches = 6
    let sampler = try setting.sampler(
      branches: branches, steps: [step], completesBackbone: true)
    let kernel = try setting.prescribedPlan().kernels[step]
    let law = try setting.laws()[0]
    let field = try setting.field()
    let gradient = setting.gradient[0]
    let deviation = law.rewardDeviation(step: step, gradient: gradient)
    let ode = TransitionKernel(rule: .ode, time: kernel.time, nextTime: kernel.nextTime)
    let count = SampleSize.mean(sigma: deviation, effect: 0.02)
    let batches = try run.map(count: run.tiles(for: count, perLane: branches)) { index in
      let tile = try sampler.tile(index, key: run.key)
      let final = setting.reward.rewards(of: tile.backbone[tile.backbone.count - 1])
      var batch = Batch(count: 2)
      for lane in 0..<StateTile.lanes {
        let state = tile.backbone[step].state(lane)
        let velocity = field.velocity(at: state, time: kernel.time)
        let shift =
          kernel.mean(state: state, velocity: velocity)[0]
          - ode.mean(state: state, velocity: velocity)[0]
        let drift = gradient * law.suffixSlope(from: step + 1) * shift
        let sign: Double = drift < 0 ? -1 : 1
        batch.tallies[1].add(abs(drift))
        for branch in 0..<branches {
          batch.tallies[0].add(sign * (tile.rewards[0][branch][lane] - final[lane]))
        }
      }
      batch.cost = tile.cost
      return batch
    }
    let total = Batch.merged(batches, count: 2)
    return Finding(
      stating: total.tallies[0].mean(
        expected: driftExpected ? total.tallies[1].mean : 0, sigma: deviation), cost: total.cost)
  }
  return Check(
    id: id,
    subject: "mean drift of the branches from the ODE point at step \(step), in reward",
    requirement: .absolute(
      0.02, because: "the reward's deviation is of order one, the drift smaller"),
    controls: [
      Control(id: "ode-point", defect: "mean of the branches taken for the ODE point") { run in
        try measure(run, false).measurement
      }
    ]
  ) { run in try measure(run, true) }
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
  let deviations = try setting.rewardDeviations()
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
