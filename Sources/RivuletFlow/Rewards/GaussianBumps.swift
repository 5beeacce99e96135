import RivuletKernels
import RivuletNumerics

/// A reward that is a sum of Gaussian bumps, each with a height, a centre and a width.
///
///     R(x) = sum_m a_m exp(-|x - c_m|^2 / (2 w_m^2))
///
/// Heights may be negative. Its expectation under a Gaussian state has a closed form.
public struct GaussianBumps: DifferentiableReward, Hashable {
  /// The height a_m of each bump.
  public let heights: [Double]
  /// The centre c_m of each bump.
  public let centers: [[Double]]
  /// The width w_m of each bump.
  public let widths: [Double]

  /// Makes the sum.
  ///
  /// - Parameters:
  ///   - heights: a_m, finite, at least one.
  ///   - centers: c_m, one for each height, all finite and of one dimension.
  ///   - widths: w_m, one for each height, finite and positive.
  public init(heights: [Double], centers: [[Double]], widths: [Double]) {
    precondition(
      heights.count == centers.count && heights.count == widths.count && !heights.isEmpty,
      "bumps need as many heights as centres and widths, at least one; "
        + "got \(heights.count), \(centers.count) and \(widths.count)")
    precondition(heights.allSatisfy(\.isFinite), "the heights must be finite, got \(heights)")
    precondition(
      widths.allSatisfy { $0.isFinite && $0 > 0 }, "the widths must be positive, got \(widths)")
    precondition(!centers[0].isEmpty, "a reward needs one or more dimensions")
    for (index, center) in centers.enumerated() {
      precondition(
        center.count == centers[0].count && center.allSatisfy(\.isFinite),
        "centre \(index) must have \(centers[0].count) finite numbers, got \(center)")
    }
    self.heights = heights
    self.centers = centers
    self.widths = widths
  }

  /// The dimension of the states that it scores.
  public var dimension: Int { centers[0].count }

  /// Returns the reward of one state.
  ///
  /// - Parameter state: `dimension` numbers.
  /// - Returns: The sum of the bumps.
  public func reward(of state: [Double]) -> Double {
    requireDimension(state.count)
    var sum = 0.0
    for index in heights.indices { sum += bump(index, at: state) }
    return sum
  }

  /// Returns the reward of every state of a tile.
  ///
  /// - Parameter tile: The states.
  /// - Returns: One reward for each lane.
  public func rewards(of tile: StateTile) -> [Double] {
    requireDimension(tile.dimension)
    let lanes = StateTile.lanes
    var sums = [Double](repeating: 0, count: lanes)
    var terms = sums
    for index in heights.indices {
      for lane in 0..<lanes { terms[lane] = 0 }
      tile.accumulate(into: &terms) { axis, row, sums in
        accumulateSquaredDistance(row, centre: centers[index][axis], into: sums, count: lanes)
      }
      let width = widths[index]
      for lane in 0..<lanes { terms[lane] = -terms[lane] / (2 * width * width) }
      Elementary.formExp(&terms)
      for lane in 0..<lanes { sums[lane] += heights[index] * terms[lane] }
    }
    return sums
  }

  /// Returns the gradient at one state.
  ///
  /// - Parameter state: `dimension` numbers.
  /// - Returns: The sum over bumps of bump (c_m - x) / w_m^2.
  public func gradient(at state: [Double]) -> [Double] {
    requireDimension(state.count)
    var slope = [Double](repeating: 0, count: dimension)
    for (index, center) in centers.enumerated() {
      let factor = bump(index, at: state) / (widths[index] * widths[index])
      for axis in center.indices { slope[axis] += factor * (center[axis] - state[axis]) }
    }
    return slope
  }

  private func bump(_ index: Int, at state: [Double]) -> Double {
    var distance = 0.0
    for axis in state.indices {
      let difference = state[axis] - centers[index][axis]
      distance += difference * difference
    }
    let width = widths[index]
    return heights[index] * Elementary.exp(-distance / (2 * width * width))
  }
}
