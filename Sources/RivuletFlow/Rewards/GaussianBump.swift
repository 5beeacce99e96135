import RivuletKernels
import RivuletNumerics

/// A reward that is one Gaussian bump: exp(-|x - c|^2 / (2 w^2)), between 0 and 1.
///
/// Its expectation under a Gaussian state has a closed form, and unlike the linear reward it has
/// curvature of both signs and a bounded range.
public struct GaussianBump: Reward {
  /// The centre c, where the reward is 1.
  public let center: [Double]
  /// The width w: at that distance the reward is exp(-1/2).
  public let width: Double

  /// Makes a bump.
  ///
  /// - Parameters:
  ///   - center: c, one finite number for each dimension, at least one.
  ///   - width: w, finite and positive.
  public init(center: [Double], width: Double) {
    precondition(!center.isEmpty, "a reward needs one or more dimensions")
    precondition(center.allSatisfy(\.isFinite), "the centre must be finite, got \(center)")
    precondition(width.isFinite && width > 0, "the width must be positive, got \(width)")
    self.center = center
    self.width = width
  }

  /// The dimension of the states that it scores.
  public var dimension: Int { center.count }

  /// Returns the reward of one state.
  ///
  /// - Parameter state: `dimension` numbers.
  /// - Returns: A number in [0, 1]; it underflows to 0 far from the centre.
  public func reward(of state: [Double]) -> Double {
    requireDimension(state.count)
    var distance = 0.0
    for index in center.indices {
      let difference = state[index] - center[index]
      distance += difference * difference
    }
    return Elementary.exp(-distance / (2 * width * width))
  }

  /// Returns the reward of every state of a tile.
  ///
  /// - Parameter tile: The states.
  /// - Returns: One reward for each lane.
  public func rewards(of tile: StateTile) -> [Double] {
    requireDimension(tile.dimension)
    var distances = [Double](repeating: 0, count: StateTile.lanes)
    tile.accumulate(into: &distances) { index, row, sums in
      accumulateSquaredDistance(row, centre: center[index], into: sums, count: StateTile.lanes)
    }
    return distances.map { Elementary.exp(-$0 / (2 * width * width)) }
  }
}
