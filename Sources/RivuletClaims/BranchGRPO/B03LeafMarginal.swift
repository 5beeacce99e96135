import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletStatistics

extension Claim {
  /// B3: a leaf of a tree has the law of a sequential rollout.
  static let leafMarginal = Claim(
    id: "branchgrpo/B3",
    title: "a leaf has the law of a sequential rollout",
    statement: """
      Branching does not change the law of the sampler: a leaf of a tree has the law of the final state \
      of a sequential SDE rollout, for every branch parameter and every set of split points.
      """,
    source: "arXiv 2509.06040, lemma 2 and theorem 1",
    scope: """
      the marginal law of one leaf; data N(0.5, 0.25), T = 20, shift 3, eta 0.3: N(0.5, 0.192862745), not \
      the data's variance, which Euler steps do not reach
      """,
    recorded: .holds,
    checks: [
      printed(), everySplit(),
      variance("s0-forks-0-19", .zero) { $0.splits = .at(0, 19, of: 20) },
      variance("s4-dense", .four) { _ in },
      variance("s1-late", .one) { $0.splits = .late },
      variance("step-shared-k3", .correlated(branchParameter: 1, sharing: .step)) {
        $0.splits = .at(14, 18, of: 20)
        $0.width = 3
      },
      leafMean(), publishedNoise(), publishedSampled(),
    ])
}

/// The variance of a leaf that is printed for the sequential sampler, to 9 digits.
private let printedVariance = 0.192862745
/// The same with the published fork noise of c = 4 at steps 0, 3, 6 and 9.
private let printedScaledVariance = 0.220173505
private let half = 5e-10

extension ForkNoise {
  fileprivate static let zero = ForkNoise.correlated(branchParameter: 0)
  fileprivate static let one = ForkNoise.correlated(branchParameter: 1)
  fileprivate static let four = ForkNoise.correlated(branchParameter: 4)
}

/// The closed form of the library against the printed digits, and the formula of the text beside it.
private func printed() -> Check {
  let variance = { @Sendable (setting: TreeSetting) throws -> Double in
    let law = try setting.law()
    return law.variance(ofLeaf: law.leafCount - 1)
  }
  return Check(
    id: "printed",
    subject: "variance of the last leaf of the published tree, closed form",
    requirement: .absolute(0, because: "an identity to the printed digits"),
    controls: [
      Control(id: "published", defect: "the published noise, c = 4") { _ in
        .identity(
          observed: try variance(TreeSetting { $0.forkNoise = .scaled(4) }),
          expected: printedVariance, tolerance: half)
      },
      Control(id: "data", defect: "the variance of the data") { _ in
        .identity(observed: 0.25, expected: printedVariance, tolerance: half)
      },
    ]
  ) { _ in
    Finding(
      stating: .identity(
        observed: try variance(TreeSetting()), expected: printedVariance, tolerance: half))
  }
}

/// Mean and variance of every leaf, for several branch parameters and split sets, against the formula.
private func everySplit() -> Check {
  let largest = { @Sendable (noises: [ForkNoise]) throws -> Double in
    var largest = 0.0
    for noise in noises {
      for splits in [SplitPoints.dense, .mixed, .sparse, .late, .at(0, 1, 2, of: 20)] {
        for width in [2, 3] {
          let setting = TreeSetting {
            $0.splits = splits
            $0.width = width
            $0.forkNoise = noise
          }
          let formula = setting.formula()
          let law = try setting.law()
          for leaf in 0..<law.leafCount {
            largest = larger(largest, abs(law.variance(ofLeaf: leaf) - formula.leafVariance))
          }
          largest = larger(largest, abs(law.mean - formula.means[20]))
          largest = larger(largest, abs(law.mean - 0.5))
        }
      }
    }
    return largest
  }
  return Check(
    id: "every-split",
    subject: "largest distance of a leaf's mean or variance from the sequential one, 40 trees",
    requirement: .absolute(0, because: "an identity"),
    controls: [
      Control(id: "published", defect: "the published noise, c = 1.01") { _ in
        try .identity(observed: largest([.scaled(1.01)]), expected: 0, tolerance: 1e-14)
      }
    ]
  ) { _ in
    let noises: [ForkNoise] = [.zero, .one, .four, .independent]
    return Finding(
      stating: .identity(observed: try largest(noises), expected: 0, tolerance: 1e-14))
  }
}

/// The squared distances of one leaf of each tree from the mean of the data.
private func leafSquares(_ setting: TreeSetting, _ run: CheckRun) throws -> Batch {
  let sampler = try setting.sampler()
  // The last leaf leaves every fork by its last edge.
  let start = (sampler.shape.leafCount - 1) * StateTile.lanes
  return try run.trees(sampler, count: SampleSize.spread) { tile, batch in
    for lane in 0..<StateTile.lanes { batch.tallies[0].add(tile.rewards[start + lane] - 0.5) }
  }
}

/// The variance of one leaf of each simulated tree.
private func variance(
  _ id: String, _ forkNoise: ForkNoise, _ change: (inout TreeSetting) -> Void
) -> Check {
  let setting = TreeSetting {
    change(&$0)
    $0.forkNoise = forkNoise
  }
  let forks = setting.splits.steps.map(String.init).joined(separator: ", ")
  return Check(
    id: id,
    subject: "variance of one leaf of each tree, K = \(setting.width), forks at \(forks)",
    requirement: .spread(of: printedVariance),
    controls: [
      Control(id: "published", defect: "the published noise, c eta with c = 4") { run in
        let batch = try leafSquares(setting.changed { $0.forkNoise = .scaled(4) }, run)
        return batch.tallies[0].variance(expected: printedVariance)
      }
    ]
  ) { run in
    let batch = try leafSquares(setting, run)
    return Finding(
      stating: batch.tallies[0].variance(expected: printedVariance), cost: batch.cost)
  }
}

/// The mean of one leaf of each simulated tree.
private func leafMean() -> Check {
  let setting = TreeSetting { $0.splits = .at(15, 18, of: 20) }
  let sigma = printedVariance.squareRoot()
  let measure = { @Sendable (takesBest: Bool, run: CheckRun) throws -> Finding in
    let batch = try run.trees(
      setting.sampler(), count: SampleSize.mean(sigma: sigma, effect: 0.01)
    ) { tile, batch in
      let lanes = StateTile.lanes
      for lane in 0..<lanes {
        var value = tile.rewards[lane]
        if takesBest {
          for leaf in 1..<tile.shape.leafCount {
            value = larger(value, tile.rewards[leaf * lanes + lane])
          }
        }
        batch.tallies[0].add(value)
      }
    }
    return Finding(
      stating: batch.tallies[0].mean(expected: 0.5, sigma: sigma), cost: batch.cost)
  }
  return Check(
    id: "mean",
    subject: "mean of one leaf of each tree, forks at 15, 18",
    controls: [
      Control(id: "best", defect: "the best leaf of each tree taken for a leaf") { run in
        try measure(true, run).measurement
      }
    ]
  ) { run in try measure(false, run) }
}

/// S_T + sum over forks of (c^2 - 1) (Phi_{k+1} tau_k)^2, what the published noise does instead.
private func scaledVariance(_ setting: TreeSetting, scale: Double) -> Double {
  let formula = setting.formula()
  var sum = formula.leafVariance
  for step in setting.splits.steps { sum += (scale * scale - 1) * formula.share(step) }
  return sum
}

/// The variance under the published noise against its printed digits.
private func publishedNoise() -> Check {
  let observed = { @Sendable (scale: Double) -> Double in
    scaledVariance(TreeSetting(), scale: scale)
  }
  return Check(
    id: "published-c4",
    subject: "variance of a leaf under the published noise, c = 4 at 0, 3, 6, 9, by the formula",
    requirement: .absolute(0, because: "an identity to the printed digits"),
    controls: [
      Control(id: "not-squared", defect: "the variance multiplied by c for c^2") { _ in
        .identity(observed: observed(2), expected: printedScaledVariance, tolerance: half)
      }
    ]
  ) { _ in
    Finding(.identity(observed: observed(4), expected: printedScaledVariance, tolerance: half))
  }
}

/// The same by simulation, for forks at 12 and 16.
private func publishedSampled() -> Check {
  let setting = TreeSetting {
    $0.splits = .at(12, 16, of: 20)
    $0.forkNoise = .scaled(4)
  }
  let expected = scaledVariance(setting, scale: 4)
  let measure = { @Sendable (setting: TreeSetting, run: CheckRun) throws -> Finding in
    let batch = try leafSquares(setting, run)
    return Finding(batch.tallies[0].variance(expected: expected), cost: batch.cost)
  }
  return Check(
    id: "published-c4-sampled",
    subject: "variance of one leaf of each tree under the published noise, c = 4 at 12, 16",
    requirement: .spread(of: expected),
    controls: [
      Control(id: "paper", defect: "the paper's noise, s = 4") { run in
        try measure(setting.changed { $0.forkNoise = .four }, run).measurement
      }
    ]
  ) { run in try measure(setting, run) }
}
