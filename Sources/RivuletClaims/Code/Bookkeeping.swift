import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension Claim {
  /// Numbers belong to their sample: identities survive a trip, weights meet their own loss.
  static let codeBookkeeping = Claim(
    id: "code/bookkeeping",
    title: "numbers stay with their sample",
    statement: """
      Different groups stay different whatever their identities are, and in a batch with mixed steps \
      each sample's loss is weighted by its own step.
      """,
    source: """
      Flow-Factory a0b2bc5, advantage_processor.py:206-220; TempFlow-GRPO e66824e, train_sd3_pr.py
      """,
    scope: "1024 identities from 2^24 on; the nine trained steps of SD3.5 in one batch",
    recorded: .holds,
    checks: [groupIdentities(), ownWeights()])
}

/// The number of different random keys of 1024 groups with neighbouring identities.
private func groupIdentities() -> Check {
  let different = { @Sendable (run: CheckRun, asFloat: Bool) -> Double in
    var words = Set<UInt64>()
    for offset in 0..<1024 as Range<UInt64> {
      let id = (1 << 24) + offset
      words.insert(run.key.child(asFloat ? UInt64(Float(id)) : id).word)
    }
    return Double(words.count)
  }
  return Check(
    id: "group-ids",
    subject: "number of different groups among 1024 with neighbouring identities from 2^24 on",
    requirement: .absolute(0, because: "a count"),
    controls: [
      Control(
        id: "flow-factory",
        defect: "identities travel as 32-bit floating-point numbers, advantage_processor.py:206-220"
      ) { run in .identity(observed: different(run, true), expected: 1024, tolerance: 0) }
    ]
  ) { run in
    Finding(stating: .identity(observed: different(run, false), expected: 1024, tolerance: 0))
  }
}

/// The largest |B dL/dL_b - w_b| for a batch whose samples stand at different steps.
private func ownWeights() -> Check {
  let largest = { @Sendable (isBroadcast: Bool) throws -> Double in
    let schedule = PublishedSchedule.sd35
    let weights = StepWeights.noiseAware(
      deviations: schedule.trainedSteps.map { schedule.plan().deviations[$0] })
    let size = Double(weights.count)
    let loss = { (losses: [Double]) -> Double in
      var sum = 0.0
      for row in weights.indices {
        if isBroadcast {
          // Weights of shape (B, 1, 1, 1) times losses of shape (B): a table of B x B products.
          for column in losses.indices { sum += weights[row] * losses[column] / size }
        } else {
          sum += weights[row] * losses[row]
        }
      }
      return sum / size
    }
    var largest = 0.0
    for sample in weights.indices {
      var unit = [Double](repeating: 0, count: weights.count)
      unit[sample] = 1
      // The loss is linear in the losses of the samples.
      largest = larger(largest, abs(size * loss(unit) - weights[sample]))
    }
    return largest
  }
  return Check(
    id: "own-weights",
    subject: "largest |B dL/dL_b - w_b| in a batch of the nine trained steps of sd35",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(
        id: "tempflow", defect: "(B,1,1,1) x (B) broadcasts, so every sample gets the mean weight"
      ) { _ in .identity(observed: try largest(true), expected: 0, tolerance: 1e-12) }
    ]
  ) { _ in
    Finding(stating: .identity(observed: try largest(false), expected: 0, tolerance: 1e-12))
  }
}
