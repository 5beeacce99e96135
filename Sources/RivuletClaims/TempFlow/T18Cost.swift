import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// T18: sampling costs 4.5 times that of Flow-GRPO, the gradient the same.
  static let cost = Claim(
    id: "tempflow/T18",
    title: "what branching costs",
    statement: """
      With ten steps branching costs 4.5 times the sampling of Flow-GRPO, and the gradient part of an \
      iteration costs the same.
      """,
    source: "arXiv 2508.04324, A.6; maintainer's answer in thread 3",
    scope:
      "N = 64 seeds, K = 6, T = 10, evaluations counted where they are made; reward calls beside",
    recorded: .holdsWhere(
      "the backbone is left out: with it 4.650 (SD3.5 code); "
        + "the backbone is left out: with it 4.667 (FLUX code); the gradient part is counted"),
    checks: [
      suffix(),
      sampling("sd35-sampling", .sd35, steps: 9, ratio: 4.65, name: "SD3.5 code"),
      sampling("flux-sampling", .flux, steps: 10, ratio: 14.0 / 3, name: "FLUX code"),
      gradient(),
      rewards("sd35-rewards", .sd35, steps: 9),
      rewards("flux-rewards", .flux, steps: 10),
    ])
}

private let branches = 6

/// The cost of one tile of seeds, and that of as many Flow-GRPO chains as it has branches.
///
/// Model and reward calls are counted where they are made; the gradient evaluations are those that an
/// update over the trained steps would take, as the ledger of each sampler has them.
private func costs(
  _ schedule: PublishedSchedule, steps: Int, _ run: CheckRun
) throws -> (branched: CostLedger, chains: CostLedger) {
  let setting = Setting(schedule, dimension: 2)
  let models = CallCounter()
  let rewards = CallCounter()
  let field = CountingField(base: try setting.field(), counter: models)
  let reward = CountingReward(base: setting.reward, counter: rewards)
  let sampler = try BranchSampler(
    plan: setting.prescribedPlan(), field: field, reward: reward, branches: branches,
    steps: Array(0..<steps), completesBackbone: steps == 10)
  let gradients = try sampler.tile(0, key: run.key).cost.gradientEvaluations
  let branched = CostLedger(
    modelCalls: models.count, rewardCalls: rewards.count, gradientEvaluations: gradients)
  let chain = ChainSampler(plan: schedule.plan(), field: field, reward: reward)
  var chainGradients = 0
  for index in 0..<branches {
    chainGradients += try chain.tile(index, key: run.key).cost.gradientEvaluations
  }
  let chains = CostLedger(
    modelCalls: models.count - branched.modelCalls,
    rewardCalls: rewards.count - branched.rewardCalls, gradientEvaluations: chainGradients)
  return (branched, chains)
}

/// The suffix evaluations alone, N K (T - 1) T / 2.
private func suffix() -> Check {
  let expected = Double(StateTile.lanes * branches * 45)
  let count = { @Sendable (run: CheckRun, steps: Int) throws -> (Double, CostLedger) in
    let cost = try costs(.sd35, steps: steps, run).branched
    // The backbone takes one evaluation a step up to the last trained step.
    return (Double(cost.modelCalls - StateTile.lanes * steps), cost)
  }
  return Check(
    id: "suffix",
    subject: "suffix evaluations of 64 seeds x 6 branches, over 4.5 T N K once divided by 10",
    requirement: .absolute(0, because: "a count"),
    controls: [
      Control(id: "eight", defect: "one trained step fewer") { run in
        .identity(observed: try count(run, 8).0, expected: expected, tolerance: 0)
      }
    ]
  ) { run in
    let (observed, cost) = try count(run, 9)
    return Finding(
      .identity(observed: observed, expected: expected, tolerance: 0),
      statementHolds: observed == 4.5 * Double(10 * StateTile.lanes * branches), cost: cost)
  }
}

/// All model calls of the rollout over those of the same number of chains.
private func sampling(
  _ id: String, _ schedule: PublishedSchedule, steps: Int, ratio: Double, name: String
) -> Check {
  Check(
    id: id,
    subject: "model calls over those of Flow-GRPO with as many samples",
    requirement: .absolute(0, because: "a ratio of counts"),
    controls: [
      Control(id: "suffix-only", defect: "the backbone left out of the count") { run in
        let (branched, chains) = try costs(schedule, steps: steps, run)
        let bare = branched.modelCalls - StateTile.lanes * steps
        return .identity(
          observed: Double(bare) / Double(chains.modelCalls), expected: ratio, tolerance: 1e-12)
      }
    ]
  ) { run in
    let (branched, chains) = try costs(schedule, steps: steps, run)
    let observed = Double(branched.modelCalls) / Double(chains.modelCalls)
    return Finding(
      .identity(observed: observed, expected: ratio, tolerance: 1e-12),
      statementHolds: abs(observed - 4.5) < 0.005,
      region: "the backbone is left out: with it \(observed.fixed(3)) (\(name))", cost: branched)
  }
}

/// The differentiated evaluations of an update over those of Flow-GRPO with as many samples.
private func gradient() -> Check {
  let ratio = { @Sendable (run: CheckRun, schedule: PublishedSchedule, steps: Int) throws in
    let (branched, chains) = try costs(schedule, steps: steps, run)
    return (
      Double(branched.gradientEvaluations) / Double(chains.gradientEvaluations), branched
    )
  }
  return Check(
    id: "gradient",
    subject: "differentiated evaluations of an update over those of Flow-GRPO, nine trained steps",
    requirement: .absolute(0, because: "a ratio of counts"),
    controls: [
      Control(id: "all-steps", defect: "the untrained last step differentiated too") { run in
        .identity(observed: try ratio(run, .flux, 10).0, expected: 1, tolerance: 0)
      }
    ]
  ) { run in
    let (observed, cost) = try ratio(run, .sd35, 9)
    return Finding(
      stating: .identity(observed: observed, expected: 1, tolerance: 0),
      region: "the gradient part is counted", cost: cost)
  }
}

/// Reward calls over those of the same number of chains.
private func rewards(_ id: String, _ schedule: PublishedSchedule, steps: Int) -> Check {
  Check(
    id: id,
    subject: "reward calls over those of Flow-GRPO with as many samples",
    requirement: .absolute(0, because: "a ratio of counts"),
    controls: [
      Control(id: "outcome", defect: "one reward for a whole trajectory") { run in
        let chains = try costs(schedule, steps: steps, run).chains
        return .identity(
          observed: Double(chains.rewardCalls) / Double(StateTile.lanes * branches),
          expected: Double(steps), tolerance: 0)
      }
    ]
  ) { run in
    let (branched, chains) = try costs(schedule, steps: steps, run)
    let observed = Double(branched.rewardCalls) / Double(chains.rewardCalls)
    return Finding(
      .identity(observed: observed, expected: Double(steps), tolerance: 0), cost: branched)
  }
}
