import RivuletKernels
import RivuletNumerics

// One component at one time: what does not depend on the state, made once for a whole tile.

extension MixtureField {
  /// One component at one time, a number for each dimension.
  struct Frame: Sendable, Hashable {
    /// (1 - t) mu.
    let centres: [Double]
    /// 1 / V.
    let precisions: [Double]
    /// alpha.
    let slopes: [Double]
    /// log w - (1/2) sum over dimensions of log V.
    let constant: Double
  }

  /// Returns the components at a time.
  func frames(at time: Double) -> [Frame] {
    let rest = 1 - time
    return (0..<componentCount).map { component in
      let spread = deviations[component]
      var precisions: [Double] = []
      var slopes: [Double] = []
      var logarithm = 0.0
      for s in spread {
        let variance = rest * rest * (s * s) + time * time
        precisions.append(1 / variance)
        slopes.append(GaussianField.slope(time: time, deviation: s))
        logarithm += Elementary.log(variance)
      }
      if spread.count < dimension {
        precisions = [Double](repeating: precisions[0], count: dimension)
        slopes = [Double](repeating: slopes[0], count: dimension)
        logarithm *= Double(dimension)
      }
      return Frame(
        centres: means[component].map { rest * $0 }, precisions: precisions, slopes: slopes,
        constant: logWeights[component] - logarithm / 2)
    }
  }

  /// Returns log w_j N(x; (1 - t) mu_j, V_j) of each component, without the constant of all.
  func exponents(at state: [Double], frames: [Frame]) -> [Double] {
    frames.map { frame in
      var distance = 0.0
      for axis in 0..<dimension {
        let difference = state[axis] - frame.centres[axis]
        distance += difference * difference * frame.precisions[axis]
      }
      return frame.constant - distance / 2
    }
  }

  /// Writes the velocity at every state of a tile, bit-equal to the form for one.
  ///
  /// - Parameters:
  ///   - tile: The states.
  ///   - time: t in [0, 1].
  ///   - output: A tile of the same dimension.
  public func velocity(of tile: StateTile, time: Double, into output: inout StateTile) {
    requireDimension(tile.dimension)
    let frames = frames(at: time)
    let gamma = posteriorRows(of: tile, frames: frames)
    let lanes = StateTile.lanes
    gamma.withUnsafeBufferPointer { weights in
      guard let weights = weights.baseAddress else { return }
      tile.withRows(into: &output) { axis, row, velocity in
        velocity.update(repeating: 0, count: lanes)
        for (component, frame) in frames.enumerated() {
          accumulateWeightedAffine(
            row, weights: weights + component * lanes, slope: frame.slopes[axis],
            centre: frame.centres[axis], mean: means[component][axis], into: velocity,
            count: lanes)
        }
      }
    }
  }

  /// Returns the posterior weights of a tile, a row of lanes for each component.
  func posteriorRows(of tile: StateTile, frames: [Frame]) -> [Double] {
    let lanes = StateTile.lanes
    var rows = [Double](repeating: 0, count: frames.count * lanes)
    var sums = [Double](repeating: 0, count: lanes)
    for (component, frame) in frames.enumerated() {
      for lane in 0..<lanes { sums[lane] = 0 }
      tile.accumulate(into: &sums) { axis, row, sums in
        accumulateScaledSquare(
          row, centre: frame.centres[axis], precision: frame.precisions[axis], into: sums,
          count: lanes)
      }
      withRow(of: &rows, component) { row in
        halvedDifference(sums, constant: frame.constant, into: row, count: lanes)
      }
    }
    withRow(of: &rows, 0) {
      subtractLargestOfRows($0, rows: frames.count, lanes: lanes, largest: &sums)
    }
    Elementary.formExp(&rows)
    withRow(of: &rows, 0) { divideRowsBySum($0, rows: frames.count, lanes: lanes, sums: &sums) }
    return rows
  }

  private func withRow(
    of rows: inout [Double], _ row: Int, _ body: (UnsafeMutablePointer<Double>) -> Void
  ) {
    rows.withUnsafeMutableBufferPointer { numbers in
      guard let start = numbers.baseAddress else { return }
      body(start + row * StateTile.lanes)
    }
  }
}
