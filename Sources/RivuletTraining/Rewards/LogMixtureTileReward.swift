import RivuletKernels
public import RivuletFlow
import RivuletNumerics

/// The logarithm of a mixture of Gaussian bumps of one width, in single precision; see `LogMixture`.
public struct LogMixtureTileReward: TileReward, Hashable {
  /// The dimension of the states that it scores.
  public let dimension: Int
  private let logWeights: [Float]
  private let centres: [Float]
  private let precision: Float

  /// Takes over a reward of double precision.
  ///
  /// - Parameter reward: The reward.
  public init(_ reward: LogMixture) {
    dimension = reward.dimension
    logWeights = reward.weights.map { Float(Elementary.log($0)) }
    centres = reward.centers.flatMap { $0.map { Float($0) } }
    precision = Float(1 / (2 * reward.width * reward.width))
  }

  /// Writes the reward of each lane.
  ///
  /// - Parameters:
  ///   - state: ``dimension`` rows of `lanes` numbers.
  ///   - prompts: Not read.
  ///   - lanes: A multiple of eight.
  ///   - rewards: Room for `lanes` numbers.
  public func rewards(
    of state: UnsafePointer<Float>, prompts: UnsafePointer<UInt32>, lanes: Int,
    into rewards: UnsafeMutablePointer<Float>
  ) {
    logWeights.withUnsafeBufferPointer { logWeights in
      centres.withUnsafeBufferPointer { centres in
        guard let weights = logWeights.baseAddress, let places = centres.baseAddress else { return }
        singleLogMixture(
          state: state, rows: dimension, lanes: lanes, logWeights: weights, centres: places,
          modes: logWeights.count, precision: precision, rewards: rewards)
      }
    }
  }
}

/// One Gaussian bump in single precision; see `GaussianBump`.
public struct BumpTileReward: TileReward, Hashable {
  private let centre: [Float]
  private let precision: Float

  /// Takes over a reward of double precision.
  ///
  /// - Parameter reward: The reward.
  public init(_ reward: GaussianBump) {
    centre = reward.center.map { Float($0) }
    precision = Float(1 / (2 * reward.width * reward.width))
  }

  /// The dimension of the states that it scores.
  public var dimension: Int { centre.count }

  /// Writes the reward of each lane.
  ///
  /// - Parameters:
  ///   - state: ``dimension`` rows of `lanes` numbers.
  ///   - prompts: Not read.
  ///   - lanes: A multiple of eight.
  ///   - rewards: Room for `lanes` numbers.
  public func rewards(
    of state: UnsafePointer<Float>, prompts: UnsafePointer<UInt32>, lanes: Int,
    into rewards: UnsafeMutablePointer<Float>
  ) {
    centre.withUnsafeBufferPointer { centre in
      guard let place = centre.baseAddress else { return }
      singleBump(
        state: state, rows: dimension, lanes: lanes, centre: place, precision: precision,
        rewards: rewards)
    }
  }
}
