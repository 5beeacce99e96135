import RivuletKernels
import RivuletNumerics

/// A reward that is the logarithm of a mixture of Gaussian bumps of one width.
///
///     R(x) = log sum_m w_m exp(-|x - mu_m|^2 / (2 tau^2))
///
/// The largest exponent is taken out of the sum, so the reward is finite however far away the state
/// is, where it falls like the square of the distance to the nearest centre.
public struct LogMixture: Reward {
  /// The weights w_m; they need not add up to one.
  public let weights: [Double]
  /// The centres mu_m.
  public let centers: [[Double]]
  /// The width tau of every bump.
  public let width: Double
  private let logWeights: [Double]

  /// Makes a mixture.
  ///
  /// - Parameters:
  ///   - weights: w_m, finite and positive, at least one.
  ///   - centers: mu_m, one for each weight, all finite and of one dimension.
  ///   - width: tau, finite and positive.
  public init(weights: [Double], centers: [[Double]], width: Double) {
    precondition(
      weights.count == centers.count && !weights.isEmpty,
      "a mixture needs as many weights as centres, at least one; "
        + "got \(weights.count) and \(centers.count)")
    precondition(
      weights.allSatisfy { $0.isFinite && $0 > 0 }, "the weights must be positive, got \(weights)")
    let dimension = centers[0].count
    precondition(dimension >= 1, "a reward needs one or more dimensions")
    for (index, center) in centers.enumerated() {
      precondition(
        center.count == dimension && center.allSatisfy(\.isFinite),
        "centre \(index) must have \(dimension) finite numbers, got \(center)")
    }
    precondition(width.isFinite && width > 0, "the width must be positive, got \(width)")
    self.weights = weights
    self.centers = centers
    self.width = width
    logWeights = weights.map { Elementary.log($0) }
  }

  /// The dimension of the states that it scores.
  public var dimension: Int { centers[0].count }

  /// Returns the reward of one state.
  ///
  /// - Parameter state: `dimension` numbers.
  /// - Returns: The logarithm of the mixture.
  public func reward(of state: [Double]) -> Double {
    requireDimension(state.count)
    return MixtureField.logSumExp(exponents(at: state))
  }

  /// Returns log w_m - |x - mu_m|^2 / (2 tau^2) of each bump.
  func exponents(at state: [Double]) -> [Double] {
    centers.indices.map { index in
      let center = centers[index]
      var distance = 0.0
      for axis in center.indices {
        let difference = state[axis] - center[axis]
        distance += difference * difference
      }
      return logWeights[index] - distance / (2 * width * width)
    }
  }

  /// Returns the reward of every state of a tile.
  ///
  /// - Parameter tile: The states.
  /// - Returns: One reward for each lane.
  public func rewards(of tile: StateTile) -> [Double] {
    requireDimension(tile.dimension)
    let lanes = StateTile.lanes
    // Rows of exponents, one for each mode, by the operations of a single state in their order.
    var exponents: [Double] = []
    exponents.reserveCapacity(centers.count * lanes)
    var distances = [Double](repeating: 0, count: lanes)
    for (mode, center) in centers.enumerated() {
      for lane in 0..<lanes { distances[lane] = 0 }
      tile.accumulate(into: &distances) { index, row, sums in
        accumulateSquaredDistance(row, centre: center[index], into: sums, count: lanes)
      }
      for lane in 0..<lanes {
        exponents.append(logWeights[mode] - distances[lane] / (2 * width * width))
      }
    }
    var largest = Array(exponents[0..<lanes])
    for mode in 1..<max(1, centers.count) {
      for lane in 0..<lanes where exponents[mode * lanes + lane] > largest[lane] {
        largest[lane] = exponents[mode * lanes + lane]
      }
    }
    for mode in centers.indices {
      for lane in 0..<lanes { exponents[mode * lanes + lane] -= largest[lane] }
    }
    Elementary.formExp(&exponents)
    var sums = [Double](repeating: 0, count: lanes)
    for mode in centers.indices {
      for lane in 0..<lanes { sums[lane] += exponents[mode * lanes + lane] }
    }
    Elementary.formLog(&sums)
    for lane in 0..<lanes { largest[lane] += sums[lane] }
    return largest
  }
}
