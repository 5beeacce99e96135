import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletStatistics

extension CheckRun {
  /// Draws trees tile by tile and lets `body` take its values from each tile.
  ///
  /// The pieces of work hold the same tiles whatever the number of threads, and merge in their order.
  ///
  /// - Parameters:
  ///   - sampler: Draws the trees.
  ///   - count: How many values are wanted, before the effort.
  ///   - perTree: How many independent values one tree gives.
  ///   - kept: What of the trees `body` reads.
  ///   - quantities: The number of tallies.
  ///   - body: Gets a tile and adds its values to the tallies.
  /// - Returns: The tallies and the cost.
  /// - Throws: What the sampler or `body` throws.
  func trees<Field: VelocityField, R: Reward>(
    _ sampler: TreeSampler<Field, R>, count: Int, perTree: Int = 1,
    keeping kept: TreeTile.Kept = .rewards, quantities: Int = 1,
    _ body: @Sendable (TreeTile, inout Batch) throws -> Void
  ) throws -> Batch {
    let total = tiles(for: count, perLane: perTree)
    let each = 16
    let batches = try map(count: (total + each - 1) / each) { piece in
      var tile = sampler.emptyTile(keeping: kept)
      var batch = Batch(count: quantities)
      for index in (piece * each)..<min(total, (piece + 1) * each) {
        try sampler.fill(&tile, index: index, key: key)
        try body(tile, &batch)
        batch.cost += tile.cost
      }
      return batch
    }
    return Batch.merged(batches, count: quantities)
  }
}

extension Tally {
  /// The mean square of Gaussian values against the variance that they have about a known mean of zero.
  func variance(expected: Double) -> Measurement {
    .variance(observed: squares / Double(count), expected: expected, degreesOfFreedom: count)
  }
}

extension TreeFormula {
  /// Returns the noise of the edge to a node in every lane, read off the states before and after the step.
  ///
  ///     xi = (x' - A_k x - b_k) / tau_k
  func noise(to node: Int, in tile: TreeTile, coordinate: Int = 0) -> [Double] {
    let step = tile.shape.depth(of: node) - 1
    let after = tile.states[node].values
    let before = tile.states[tile.shape.parents[node]].values
    let start = coordinate * StateTile.lanes
    return (start..<(start + StateTile.lanes)).map {
      (after[$0] - slopes[step] * before[$0] - offsets[step]) / deviations[step]
    }
  }

  /// Returns e_k, what a state zero at step k becomes at the end without noise.
  func suffixOffset(from step: Int) -> Double {
    var offset = 0.0
    for later in step..<stepCount { offset = slopes[later] * offset + offsets[later] }
    return offset
  }

  /// Returns P_k, the variance that the noise of step k and of all later ones leaves at the end.
  func suffixVariance(from step: Int) -> Double {
    var sum = 0.0
    for later in step..<stepCount { sum += share(later) }
    return sum
  }

  /// The variance of a leaf, S_T.
  var leafVariance: Double { variances[stepCount] }
}

extension SplitPoints {
  /// Split points that are written down in a claim and fit its grid.
  static func at(_ steps: Int..., of stepCount: Int) -> SplitPoints {
    do {
      return try SplitPoints(steps, stepCount: stepCount)
    } catch {
      preconditionFailure("\(error)")
    }
  }
}

extension TreeSetting {
  /// One fork of K children at the first and last step, so that a leaf differs by the noise of that fork.
  static func oneFork(
    width: Int, dimension: Int = 1, forkNoise: ForkNoise = .independent
  ) -> TreeSetting {
    TreeSetting {
      $0.stepCount = 1
      $0.splits = .at(0, of: 1)
      $0.width = width
      $0.means = [Double](repeating: 0.5, count: dimension)
      $0.scales = [Double](repeating: 0.5, count: dimension)
      $0.gradient = [Double](repeating: 1, count: dimension)
      $0.forkNoise = forkNoise
    }
  }
}
