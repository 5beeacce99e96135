import RivuletFlow
import RivuletNumerics
import RivuletStatistics

/// How many values a check draws.
enum SampleSize {
  /// Returns a number of values large enough to see `effect` in a mean of values with deviation `sigma`.
  ///
  /// The share of the budget of one row in about a hundred is 1e-8, so with a power of 1 - 1e-6 a row
  /// needs (z + z')^2 = (5.73 + 4.75)^2 = 110 times (sigma/effect)^2; the rest is margin.
  static func mean(sigma: Double, effect: Double) -> Int {
    Int((120 * (sigma / effect) * (sigma / effect)).rounded(.up))
  }

  /// The degrees of freedom that see 2 % in a standard deviation, which is 4 % in the variance.
  static let spread = mean(sigma: 2.0.squareRoot(), effect: 0.04)
}

extension Check.Requirement {
  /// What a variance must show so that 2 % of the standard deviation are seen.
  static func spread(of variance: Double) -> Check.Requirement {
    .absolute(0.0404 * variance, because: "2 % of a standard deviation are 4 % of the variance")
  }
}

extension Finding {
  /// Makes a finding of a check whose expectation is what the statement says.
  ///
  /// The statement is read off the observed number: it is true where that lies within 4 % of the
  /// expectation, or within the tolerance of an identity. The sampling error is at most half of this.
  init(stating measurement: Measurement, region: String? = nil, cost: CostLedger = CostLedger()) {
    let difference = abs(measurement.observed - measurement.expected)
    let margin: Double =
      switch measurement {
      case .identity(_, _, let tolerance): tolerance
      case .mean, .variance, .proportion: 0.04 * abs(measurement.expected)
      }
    self.init(measurement, statementHolds: difference <= margin, region: region, cost: cost)
  }
}

extension CheckRun {
  /// Returns the results of numbered pieces of work in order, or the first error in that order.
  func map<Result: Sendable>(
    count: Int, _ body: @Sendable (Int) throws -> Result
  ) throws -> [Result] {
    try workers.map(count: count) { index in
      Swift.Result { try body(index) }
    }.map { try $0.get() }
  }

  /// Returns how many tiles hold at least `count` values, times the effort.
  func tiles(for count: Int, perLane: Int = 1) -> Int {
    let values = StateTile.lanes * perLane
    return effort * ((count + values - 1) / values)
  }
}

/// Sums over many values that merge in a fixed order.
struct Tally: Sendable {
  /// The number of values.
  var count = 0
  /// Their sum.
  var sum = 0.0
  /// The sum of their squares.
  var squares = 0.0

  /// Takes in a value.
  mutating func add(_ value: Double) {
    count += 1
    sum += value
    squares += value * value
  }

  /// Takes in the values of another tally.
  mutating func merge(_ other: Tally) {
    count += other.count
    sum += other.sum
    squares += other.squares
  }

  /// The mean of the values.
  var mean: Double { sum / Double(count) }

  /// The standard deviation of the values, dividing by n - 1.
  var deviation: Double {
    ((squares - sum * mean) / Double(count - 1)).squareRoot()
  }

  /// The mean against a closed-form expectation, with a closed-form standard deviation of one value.
  func mean(expected: Double, sigma: Double) -> Measurement {
    .mean(observed: mean, expected: expected, sigma: sigma, count: count, sigmaIsKnown: true)
  }

  /// The mean against a closed-form expectation, with the standard deviation of the same values.
  func studentisedMean(expected: Double) -> Measurement {
    .mean(
      observed: mean, expected: expected, sigma: deviation, count: count, sigmaIsKnown: false)
  }
}

/// Tallies of a batch of work and what it cost.
struct Batch: Sendable {
  /// One tally for each quantity.
  var tallies: [Tally]
  /// What the batch cost.
  var cost = CostLedger()

  /// Makes empty tallies.
  init(count: Int = 1) { tallies = [Tally](repeating: Tally(), count: count) }

  /// Returns everything in `batches`, merged in their order.
  static func merged(_ batches: [Batch], count: Int = 1) -> Batch {
    var total = Batch(count: count)
    for batch in batches {
      for index in total.tallies.indices { total.tallies[index].merge(batch.tallies[index]) }
      total.cost += batch.cost
    }
    return total
  }
}

/// The spread of the reward over the branches of one seed, pooled over seeds, at each branching step.
struct BranchSpread: Sendable {
  /// The unbiased variance at each branching step.
  let variances: [Double]
  /// The degrees of freedom of each.
  let degreesOfFreedom: Int
  /// What it cost.
  let cost: CostLedger

  /// The standard deviation at each branching step.
  var deviations: [Double] { variances.map { $0.squareRoot() } }

  /// Branches at the given steps of as many seeds as it takes to see 2 % in a standard deviation.
  init(
    _ setting: Setting, steps: [Int], branches: Int = 6, degreesOfFreedom: Int = SampleSize.spread,
    run: CheckRun
  ) throws {
    let sampler = try setting.sampler(branches: branches, steps: steps)
    let tiles = run.tiles(for: degreesOfFreedom, perLane: branches - 1)
    let batches = try run.map(count: tiles) { index in
      let tile = try sampler.tile(index, key: run.key)
      var batch = Batch(count: steps.count)
      for step in steps.indices {
        let rewards = tile.rewards[step]
        for lane in 0..<StateTile.lanes {
          var mean = 0.0
          for branch in 0..<branches { mean += rewards[branch][lane] }
          mean /= Double(branches)
          var squares = 0.0
          for branch in 0..<branches {
            let difference = rewards[branch][lane] - mean
            squares += difference * difference
          }
          batch.tallies[step].add(squares)
        }
      }
      batch.cost = tile.cost
      return batch
    }
    let total = Batch.merged(batches, count: steps.count)
    self.degreesOfFreedom = tiles * StateTile.lanes * (branches - 1)
    let freedom = Double(self.degreesOfFreedom)
    variances = total.tallies.map { $0.sum / freedom }
    cost = total.cost
  }
}
