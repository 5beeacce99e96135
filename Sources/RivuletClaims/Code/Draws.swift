import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// Draws that should be new are new, and draws that should be shared are shared.
  static let codeDraws = Claim(
    id: "code/draws",
    title: "new draws are new and shared draws are shared",
    statement: """
      Every step of every sample gets noise of its own, the branching step is drawn anew in every call, \
      and the members of one group, which share a mean and a spread, share the step that is perturbed.
      """,
    source: """
      MixGRPO e5cdd6a, sampling_utils.py:108; flow_grpo 8755f24, first pipeline with branches, and \
      3d02fd9, sd3_pipeline_with_logprob_fast.py
      """,
    scope: "20 steps, D = 16; two branching steps; groups of 24 in calls of 8, window 2 of 5 steps",
    recorded: .holds,
    checks: [
      freshNoise("fresh-steps", "steps 2j and 2j + 1 of one chain", acrossSteps: true),
      freshNoise("fresh-samples", "one step of chains l and l + 32", acrossSteps: false),
      branchStep(), sharedStep(),
    ])
}

/// The mean product of two noises that should have nothing to do with each other.
private func freshNoise(_ id: String, _ pair: String, acrossSteps: Bool) -> Check {
  let dimension = 16
  let steps = 20
  let half = StateTile.lanes / 2
  let mean = { @Sendable (run: CheckRun, isFresh: Bool) throws -> Tally in
    let setting = Setting(.branch20, dimension: dimension)
    let sampler = ChainSampler(
      plan: try setting.prescribedPlan(), field: try setting.field(), reward: setting.reward)
    // A generator that is made anew with its default seed gives the same numbers in every call.
    let frozen = run.key.child("default").standardNormals(count: dimension)
    let tiles = run.tiles(for: SampleSize.mean(sigma: 1, effect: 0.05), perLane: 160)
    let batches = try run.map(count: tiles) { index in
      let tile = try sampler.tile(index, key: run.key)
      let noise = { (step: Int, lane: Int, row: Int) in
        isFresh ? tile.noises[step].values[row * StateTile.lanes + lane] : frozen[row]
      }
      var batch = Batch()
      for step in stride(from: 0, to: steps, by: acrossSteps ? 2 : 1) {
        for row in 0..<dimension {
          for lane in 0..<(acrossSteps ? StateTile.lanes : half) {
            let other = acrossSteps ? noise(step + 1, lane, row) : noise(step, lane + half, row)
            batch.tallies[0].add(noise(step, lane, row) * other)
          }
        }
      }
      batch.cost = tile.cost
      return batch
    }
    return Batch.merged(batches).tallies[0]
  }
  return Check(
    id: id,
    subject: "mean product of the noises of \(pair)",
    requirement: .absolute(0.05, because: "the expected correlation is zero"),
    controls: [
      Control(
        id: "mixgrpo",
        defect: "a generator with the default seed in every call, sampling_utils.py:108"
      ) { run in try mean(run, false).mean(expected: 0, sigma: 1) }
    ]
  ) { run in
    let tally = try mean(run, true)
    return Finding(tally.mean(expected: 0, sigma: 1), statementHolds: abs(tally.mean) < 0.05)
  }
}

/// The share of calls in which one worker branches at the first of two steps.
private func branchStep() -> Check {
  let share = { @Sendable (run: CheckRun, isFresh: Bool) -> Measurement in
    let window = MovingWindow(.random, bound: 2, size: 1)
    let worker = run.key.child("worker 0")
    let calls = run.effort * 12_288
    var first = 0
    for call in 0..<calls
    where window.steps(at: isFresh ? call : 0, key: worker).lowerBound == 0 { first += 1 }
    return .proportion(successes: first, trials: calls, expected: 0.5)
  }
  return Check(
    id: "branch-step",
    subject: "share of calls in which a worker branches at the first of two steps",
    requirement: .relative(0.1),
    controls: [
      Control(
        id: "flow-grpo-s1", defect: "the generator is seeded with the worker's number in every call"
      ) { run in share(run, false) }
    ]
  ) { run in
    let measurement = share(run, true)
    return Finding(measurement, statementHolds: abs(measurement.observed - 0.5) < 0.05)
  }
}

/// The share of pairs of one group whose members are perturbed at different steps.
private func sharedStep() -> Check {
  let share = { @Sendable (run: CheckRun, isShared: Bool) -> Double in
    let window = MovingWindow(.random, bound: 5, size: 2)
    let members = 24
    let membersInCall = 8
    var pairs = 0
    var different = 0
    for group in 0..<256 {
      let steps = (0..<members).map { member in
        window.steps(
          at: isShared ? group : group * (members / membersInCall) + member / membersInCall,
          key: run.key)
      }
      for first in 0..<members {
        for second in 0..<first {
          pairs += 1
          if steps[first] != steps[second] { different += 1 }
        }
      }
    }
    return Double(different) / Double(pairs)
  }
  return Check(
    id: "shared-step",
    subject: "share of pairs in a group whose members are perturbed at different steps, 256 groups",
    requirement: .absolute(0, because: "a count"),
    controls: [
      Control(
        id: "flow-grpo-fast", defect: "the window is drawn for each call, and a group takes three"
      ) { run in .identity(observed: share(run, false), expected: 0, tolerance: 0) }
    ]
  ) { run in
    Finding(stating: .identity(observed: share(run, true), expected: 0, tolerance: 0))
  }
}
