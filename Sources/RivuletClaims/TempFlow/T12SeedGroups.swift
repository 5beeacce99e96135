import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// T12: grouping by seed isolates exploration.
  static let seedGroups = Claim(
    id: "tempflow/T12",
    title: "seed groups isolate exploration",
    statement: """
      Comparing only branches of the same initial noise keeps the variance between seeds out of the \
      advantage; prompt groups attenuate the signal.
      """,
    source: "arXiv 2508.04324 v2, section 4.3",
    scope:
      "N = 4 seeds, K = 6 branches, s = 1, D = 1, population std without epsilon, uniform grid",
    recorded: .holds,
    checks: [0, 4, 8].map { seedGroup(step: $0) } + [0, 4, 7].map { promptGroup(step: $0) } + [
      seedConstant()
    ])
}

private let seeds = 4
private let branches = 6

/// The mean of eps A in a seed group, c(K) at every step.
private func seedGroup(step: Int) -> Check {
  let setting = Setting(.uniform10, scale: 1)
  let law = GradientSize(branches: branches)
  let count = SampleSize.mean(sigma: law.deviation, effect: 0.02 * law.mean)
  return Check(
    id: "seed-step\(step)",
    subject: "mean of (1/K) sum eps A in seed groups at step \(step)",
    controls: [
      Control(id: "prompt", defect: "prompt grouping where seed grouping is claimed") { run in
        // The same number of seeds, four to a group; the statistic keeps its sigma for one seed.
        let gradient = try BranchGradient(
          setting, steps: [step], branches: branches, seedsInGroup: seeds, count: count / seeds,
          run: run)
        return .mean(
          observed: gradient.tallies[0].mean, expected: law.mean, sigma: law.deviation,
          count: gradient.tallies[0].count * seeds, sigmaIsKnown: true)
      }
    ]
  ) { run in
    let gradient = try BranchGradient(
      setting, steps: [step], branches: branches, count: count, run: run)
    return Finding(
      stating: gradient.tallies[0].mean(expected: law.mean, sigma: law.deviation),
      cost: gradient.cost)
  }
}

/// The mean of eps A in a prompt group, attenuated by the spread between seeds.
///
/// Exact at finite N: c(NK) 2F1(1/2, (N-1)/2; (NK-1)/2; -K P^2/B^2), P the spread of the branch mean
/// over seeds, B that of the reward over branches.
private func promptGroup(step: Int) -> Check {
  let setting = Setting(.uniform10, scale: 1)
  let size = Double(seeds * branches)
  // The estimate's standard deviation is at most a quarter; it sizes the sample and is measured then.
  let plan = { @Sendable () throws -> (expected: Double, largeGroup: Double) in
    let law = try setting.laws()[0]
    let gradient = setting.gradient[0]
    let within = law.rewardDeviation(step: step, gradient: gradient)
    let between = law.seedDeviation(step: step, gradient: gradient)
    let expected = PromptGroup(
      seeds: seeds, branches: branches, branchDeviation: within, seedDeviation: between
    ).meanProduct(convention: .population)
    let attenuation = within / (within * within + between * between).squareRoot()
    let full = AdvantageFactor.standardisationFactor(
      groupSize: Int(size), convention: .population)
    return (expected, attenuation * full)
  }
  let expected = ((try? plan())?.expected) ?? .nan
  let count = SampleSize.mean(sigma: 0.25, effect: 0.02 * (expected.isFinite ? expected : 1))
  let measure = { @Sendable (run: CheckRun) throws -> BranchGradient in
    try BranchGradient(
      setting, steps: [step], branches: branches, seedsInGroup: seeds, count: count, run: run)
  }
  return Check(
    id: "prompt-step\(step)",
    subject: "mean of (1/NK) sum eps A in prompt groups at step \(step)",
    controls: [
      Control(id: "large-group", defect: "the limit of many seeds, c(NK) rho, taken at N = 4") {
        run in
        try measure(run).tallies[0].studentisedMean(expected: plan().largeGroup)
      },
      Control(id: "seed", defect: "no attenuation, c(NK)") { run in
        try measure(run).tallies[0].studentisedMean(
          expected: AdvantageFactor.standardisationFactor(
            groupSize: Int(size), convention: .population))
      },
    ]
  ) { run in
    let gradient = try measure(run)
    let tally = gradient.tallies[0]
    let unattenuated = AdvantageFactor.standardisationFactor(
      groupSize: Int(size), convention: .population)
    return Finding(
      tally.studentisedMean(expected: try plan().expected),
      statementHolds: tally.mean < unattenuated, cost: gradient.cost)
  }
}

/// A constant added to all rewards of a seed changes no advantage of a seed group.
private func seedConstant() -> Check {
  let layout = GroupLayout(prompts: 64, seeds: seeds, branches: branches)
  let change = { @Sendable (run: CheckRun, scope: AdvantageRule.Scope) -> Double in
    let rule = AdvantageRule(convention: .population, scope: scope, epsilon: 0)
    let rewards = run.key.child("rewards").standardNormals(count: layout.count)
    let constants = run.key.child("constants").standardNormals(count: layout.count / branches)
    let moved = rewards.indices.map { rewards[$0] + constants[$0 / branches] }
    let before = rule.advantages(of: rewards, layout: layout)
    let after = rule.advantages(of: moved, layout: layout)
    var largest = 0.0
    for index in before.indices { largest = larger(largest, abs(after[index] - before[index])) }
    return largest
  }
  return Check(
    id: "seed-constant",
    subject: "largest change of an advantage when each seed's rewards get a constant of their own",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "prompt", defect: "prompt grouping where seed grouping is claimed") { run in
        .identity(observed: change(run, .promptGroup), expected: 0, tolerance: 1e-12)
      }
    ]
  ) { run in
    Finding(
      stating: .identity(observed: change(run, .seedGroup), expected: 0, tolerance: 1e-12))
  }
}
