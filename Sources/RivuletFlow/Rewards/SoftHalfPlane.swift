import RivuletKernels
import RivuletNumerics

/// A reward for one side of a plane, with a soft edge: the logarithm of a sigmoid.
///
///     R(x) = log sigma(z),   z = (n·x - b) / w,   sigma(z) = 1 / (1 + exp(-z))
///
/// Close to 0 on the wanted side and close to z on the other one.
public struct SoftHalfPlane: DifferentiableReward, Hashable {
  /// The normal n of the plane; it points to the wanted side.
  public let normal: [Double]
  /// The place b of the plane along the normal.
  public let offset: Double
  /// The width w of the edge.
  public let width: Double

  /// Makes the reward.
  ///
  /// - Parameters:
  ///   - normal: n, one finite number for each dimension, not all zero.
  ///   - offset: b, finite.
  ///   - width: w, finite and positive.
  public init(normal: [Double], offset: Double = 0, width: Double) {
    precondition(!normal.isEmpty, "a reward needs one or more dimensions")
    precondition(
      normal.allSatisfy(\.isFinite) && normal.contains { $0 != 0 } && offset.isFinite,
      "a plane needs finite numbers and a normal that is not zero, got \(normal) and \(offset)")
    precondition(width.isFinite && width > 0, "the width must be positive, got \(width)")
    self.normal = normal
    self.offset = offset
    self.width = width
  }

  /// The dimension of the states that it scores.
  public var dimension: Int { normal.count }

  /// Returns the reward of one state.
  ///
  /// - Parameter state: `dimension` numbers.
  /// - Returns: A number that is not positive.
  public func reward(of state: [Double]) -> Double {
    let z = distance(of: state)
    // The exponential of a number that is not positive cannot overflow.
    return min(z, 0) - Elementary.log1p(Elementary.exp(-abs(z)))
  }

  /// Returns the reward of every state of a tile.
  ///
  /// - Parameter tile: The states.
  /// - Returns: One reward for each lane.
  public func rewards(of tile: StateTile) -> [Double] {
    requireDimension(tile.dimension)
    var sums = [Double](repeating: -offset, count: StateTile.lanes)
    tile.accumulate(into: &sums) { axis, row, sums in
      accumulateProduct(row, factor: normal[axis], into: sums, count: StateTile.lanes)
    }
    for lane in sums.indices { sums[lane] /= width }
    var tails = sums.map { -abs($0) }
    Elementary.formExp(&tails)
    Elementary.formLog1p(&tails)
    for lane in sums.indices { sums[lane] = min(sums[lane], 0) - tails[lane] }
    return sums
  }

  /// Returns the gradient at one state.
  ///
  /// - Parameter state: `dimension` numbers.
  /// - Returns: sigma(-z) n / w.
  public func gradient(at state: [Double]) -> [Double] {
    let z = distance(of: state)
    let tail = Elementary.exp(-abs(z))
    let factor = (z > 0 ? tail / (1 + tail) : 1 / (1 + tail)) / width
    return normal.map { factor * $0 }
  }

  /// Returns z, the signed distance in widths for a normal of length one.
  private func distance(of state: [Double]) -> Double {
    requireDimension(state.count)
    var sum = -offset
    for axis in normal.indices { sum += normal[axis] * state[axis] }
    return sum / width
  }
}
