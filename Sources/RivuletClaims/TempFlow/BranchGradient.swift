import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

/// The law of (1/K) sum A_j eps_j for a linear reward and standardised siblings.
///
/// A linear reward makes A_j = +-(eps_j - mean eps) / std(eps), so the estimate is +-std(eps): a chi
/// number over sqrt(K) for the population form, whose moments are exact.
struct GradientSize {
  /// The mean, c(K) = sqrt((K-1)/K) c4(K) for the population form.
  let mean: Double
  /// The standard deviation of one seed's estimate.
  let deviation: Double

  /// Makes the law for K branches of the population form.
  init(branches: Int) {
    let size = Double(branches)
    mean = AdvantageFactor.standardisationFactor(groupSize: branches, convention: .population)
    deviation = ((size - 1) / size - mean * mean).squareRoot()
  }
}

/// Estimates of E[A eps] at several steps, from branches of many seeds.
struct BranchGradient {
  /// One tally of (1/K) sum A_j eps_j for each step; one value for each group.
  let tallies: [Tally]
  /// What it cost.
  let cost: CostLedger

  /// Branches at the given steps of as many seeds as make `count` groups.
  ///
  /// - Parameters:
  ///   - setting: The problem, in one dimension.
  ///   - steps: The branching steps.
  ///   - branches: K.
  ///   - convention: What the advantages are divided by.
  ///   - epsilon: The number added to the spread.
  ///   - seedsInGroup: The seeds that share a mean and a spread: 1 for seed groups, N for prompts.
  ///   - count: The number of groups.
  ///   - run: The surroundings.
  /// - Throws: What the sampler throws.
  init(
    _ setting: Setting, steps: [Int], branches: Int,
    convention: AdvantageRule.Convention = .population, epsilon: Double = 0, seedsInGroup: Int = 1,
    count: Int, run: CheckRun
  ) throws {
    let sampler = try setting.sampler(branches: branches, steps: steps)
    let rule = AdvantageRule(
      convention: convention, scope: seedsInGroup == 1 ? .seedGroup : .promptGroup,
      epsilon: epsilon)
    let groups = StateTile.lanes / seedsInGroup
    let layout = GroupLayout(prompts: groups, seeds: seedsInGroup, branches: branches)
    let batches = try run.map(count: run.tiles(for: count * seedsInGroup)) { index in
      let tile = try sampler.tile(index, key: run.key)
      var batch = Batch(count: steps.count)
      var rewards = [Double](repeating: 0, count: layout.count)
      for step in steps.indices {
        // The seeds of a prompt stand in neighbouring lanes.
        for branch in 0..<branches {
          for lane in 0..<StateTile.lanes {
            rewards[lane * branches + branch] = tile.rewards[step][branch][lane]
          }
        }
        let advantages = rule.advantages(of: rewards, layout: layout)
        let size = seedsInGroup * branches
        for group in 0..<groups {
          var sum = 0.0
          for member in 0..<size {
            let row = group * size + member
            let noise = tile.noises[step][row % branches].values[row / branches]
            sum += advantages[row] * noise
          }
          batch.tallies[step].add(sum / Double(size))
        }
      }
      batch.cost = tile.cost
      return batch
    }
    let total = Batch.merged(batches, count: steps.count)
    tallies = total.tallies
    cost = total.cost
  }
}
