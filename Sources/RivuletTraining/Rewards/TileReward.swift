import RivuletKernels
public import RivuletFlow
import RivuletNumerics

/// A reward of tiles of states in single precision.
public protocol TileReward: Sendable {
  /// The dimension of the states that it scores.
  var dimension: Int { get }

  /// The number of rewards that each state gets.
  var rewardCount: Int { get }

  /// Writes the rewards of each lane.
  ///
  /// - Parameters:
  ///   - state: ``dimension`` rows of `lanes` numbers.
  ///   - prompts: The prompt of each lane.
  ///   - lanes: A multiple of eight.
  ///   - rewards: Room for ``rewardCount`` rows of `lanes` numbers.
  func rewards(
    of state: UnsafePointer<Float>, prompts: UnsafePointer<UInt32>, lanes: Int,
    into rewards: UnsafeMutablePointer<Float>)
}

extension TileReward {
  /// One reward.
  public var rewardCount: Int { 1 }
}

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
  ///   - prompts: Not read: every prompt has this reward.
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

/// A linear or diagonal quadratic reward in single precision: sum_d (b_d + a_d x_d) x_d.
public struct QuadraticTileReward: TileReward, Hashable {
  private let linear: [Float]
  private let quadratic: [Float]

  /// Makes a reward.
  ///
  /// - Parameters:
  ///   - linear: b, one number for each dimension.
  ///   - quadratic: a, as many; nil for a linear reward.
  public init(linear: [Double], quadratic: [Double]? = nil) {
    precondition(!linear.isEmpty, "a reward needs one or more dimensions")
    precondition(
      quadratic.map { $0.count == linear.count } ?? true,
      "there are \(quadratic?.count ?? 0) quadratic factors for \(linear.count) linear ones")
    self.linear = linear.map { Float($0) }
    self.quadratic = (quadratic ?? []).map { Float($0) }
  }

  /// The dimension of the states that it scores.
  public var dimension: Int { linear.count }

  /// Writes the reward of each lane.
  ///
  /// - Parameters:
  ///   - state: ``dimension`` rows of `lanes` numbers.
  ///   - prompts: Not read: every prompt has this reward.
  ///   - lanes: A multiple of eight.
  ///   - rewards: Room for `lanes` numbers.
  public func rewards(
    of state: UnsafePointer<Float>, prompts: UnsafePointer<UInt32>, lanes: Int,
    into rewards: UnsafeMutablePointer<Float>
  ) {
    linear.withUnsafeBufferPointer { linear in
      quadratic.withUnsafeBufferPointer { quadratic in
        guard let b = linear.baseAddress else { return }
        singleQuadratic(
          state: state, rows: dimension, lanes: lanes, linear: b,
          quadratic: quadratic.isEmpty ? nil : quadratic.baseAddress, rewards: rewards)
      }
    }
  }
}

/// Any reward of double precision, asked for one tile at a time: for rewards that no kernel knows.
///
/// Its cost is that of the reward itself and of memory for a tile at every call.
public struct WidenedTileReward<R: Reward>: TileReward {
  /// The reward.
  public let reward: R

  /// Takes over a reward.
  ///
  /// - Parameter reward: The reward.
  public init(_ reward: R) { self.reward = reward }

  /// The dimension of the states that it scores.
  public var dimension: Int { reward.dimension }

  /// Writes the reward of each lane.
  ///
  /// - Parameters:
  ///   - state: ``dimension`` rows of `lanes` numbers.
  ///   - prompts: Not read: every prompt has this reward.
  ///   - lanes: A multiple of eight.
  ///   - rewards: Room for `lanes` numbers.
  public func rewards(
    of state: UnsafePointer<Float>, prompts: UnsafePointer<UInt32>, lanes: Int,
    into rewards: UnsafeMutablePointer<Float>
  ) {
    var tile = StateTile(dimension: dimension)
    for first in stride(from: 0, to: lanes, by: StateTile.lanes) {
      let count = min(StateTile.lanes, lanes - first)
      for row in 0..<dimension {
        for lane in 0..<count {
          tile.values[row * StateTile.lanes + lane] = Double(state[row * lanes + first + lane])
        }
      }
      let values = reward.rewards(of: tile)
      for lane in 0..<count { rewards[first + lane] = Float(values[lane]) }
    }
  }
}
