import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// T3: process rewards without a process reward model.
  static let processReward = Claim(
    id: "tempflow/T3",
    title: "process rewards from outcome rewards alone",
    statement: """
      Every step gets a reward of its own although only finished samples are scored: N seeds and K \
      branches take N K reward calls for each branching step, T - 1 steps (SD3.5) or T (FLUX).
      """,
    source: "Shredded-Pork/TempFlow-GRPO e66824e, sd3_pipeline_with_logprob_perstep.py",
    scope: "N = 64 seeds, K = 6, T = 10, D = 2, branching at T - 1 (SD3.5) or T steps (FLUX)",
    recorded: .holds,
    checks: [
      calls("sd35-calls", .sd35, steps: 9),
      calls("flux-calls", .flux, steps: 10),
      Check(
        id: "final-states",
        subject: "largest difference from the reward of the ODE-completed branch, scored apart",
        requirement: .absolute(0, because: "an identity"),
        controls: [
          Control(
            id: "clean-prediction", defect: "the clean prediction scored, not the final state"
          ) {
            run in
            .identity(
              observed: try completionDifference(run, cleanPrediction: true), expected: 0,
              tolerance: 0)
          }
        ]
      ) { run in
        Finding(
          stating: .identity(
            observed: try completionDifference(run, cleanPrediction: false), expected: 0,
            tolerance: 0))
      },
    ])
}

/// The number of reward calls for one tile of seeds.
private func calls(_ id: String, _ schedule: PublishedSchedule, steps: Int) -> Check {
  let branches = 6
  let expected = StateTile.lanes * branches * steps
  let count = { @Sendable (run: CheckRun, branches: Int) throws -> CostLedger in
    let setting = Setting(schedule, dimension: 2)
    let counter = CallCounter()
    let sampler = try BranchSampler(
      plan: setting.prescribedPlan(), field: setting.field(),
      reward: CountingReward(base: setting.reward, counter: counter), branches: branches,
      steps: Array(0..<steps))
    _ = try sampler.tile(0, key: run.key)
    return CostLedger(rewardCalls: counter.count)
  }
  return Check(
    id: id,
    subject:
      "reward calls really made for \(StateTile.lanes) seeds x \(branches) branches x \(steps) steps",
    requirement: .absolute(0, because: "a count"),
    controls: [
      Control(id: "seventh", defect: "the backbone scored at every step as one more branch") {
        run in
        .identity(
          observed: Double(try count(run, branches + 1).rewardCalls),
          expected: Double(expected), tolerance: 0)
      }
    ]
  ) { run in
    let cost = try count(run, branches)
    return Finding(
      .identity(observed: Double(cost.rewardCalls), expected: Double(expected), tolerance: 0),
      statementHolds: cost.rewardCalls == expected, cost: cost)
  }
}

/// Completes recorded successors by the ODE once more and compares the rewards.
private func completionDifference(_ run: CheckRun, cleanPrediction: Bool) throws -> Double {
  let setting = Setting(.sd35, dimension: 2)
  let field = try setting.field()
  let grid = setting.schedule.grid
  let steps = setting.trainedSteps
  let tile = try setting.sampler(branches: 2, steps: steps).tile(0, key: run.key)
  var largest = 0.0
  for (index, step) in steps.enumerated() {
    for lane in 0..<8 {
      var state = tile.successors[index][1].state(lane)
      let end = cleanPrediction ? step + 2 : grid.stepCount
      for k in (step + 1)..<end {
        let next = cleanPrediction ? 0 : grid.times[k + 1]
        let kernel = TransitionKernel(rule: .ode, time: grid.times[k], nextTime: next)
        state = kernel.mean(
          state: state, velocity: field.velocity(at: state, time: grid.times[k]))
      }
      largest = larger(
        largest, abs(setting.reward.reward(of: state) - tile.rewards[index][1][lane]))
    }
  }
  return largest
}
