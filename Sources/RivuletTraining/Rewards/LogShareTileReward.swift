import RivuletKernels
public import RivuletFlow
import RivuletNumerics

/// The logarithm of a softmax of linear functions, in single precision: the posterior of a mode, and the
/// soft side of a plane.
///
///     R(x) = -log sum_j exp(a_j·x + b_j)
///
/// One of the functions is zero: the wanted one, from which the others are measured. Differences of
/// exponents are computed before the state comes in, so that nothing large cancels.
public struct LogShareTileReward: TileReward, Hashable {
  /// The dimension of the states that it scores.
  public let dimension: Int
  private let slopes: [Float]
  private let offsets: [Float]

  /// Takes over a choice of one mode of a mixture of double precision; see `ModeChoice`.
  ///
  /// - Parameter reward: The reward, of components that share one standard deviation.
  public init(_ reward: ModeChoice) {
    let mixture = reward.mixture
    let deviation = mixture.deviations[0][0]
    precondition(
      mixture.deviations.allSatisfy { $0.allSatisfy { $0 == deviation } },
      "the components must share one standard deviation, got \(mixture.deviations)")
    // log w_j N(x; mu_j, s) - log w_m N(x; mu_m, s): the squares of x cancel.
    let precision = 1 / (deviation * deviation)
    let wanted = mixture.means[reward.component]
    var slopes: [Float] = []
    var offsets: [Float] = []
    for (component, mean) in mixture.means.enumerated() {
      var offset = mixture.logWeights[component] - mixture.logWeights[reward.component]
      for axis in mean.indices {
        let difference = mean[axis] - wanted[axis]
        slopes.append(Float(difference * precision))
        offset -= difference * (mean[axis] + wanted[axis]) / 2 * precision
      }
      offsets.append(Float(offset))
    }
    dimension = mixture.dimension
    self.slopes = slopes
    self.offsets = offsets
  }

  /// Takes over a plane of double precision; see `SoftHalfPlane`.
  ///
  /// - Parameter reward: The reward: log 1 / (1 + exp(-z)), so the functions are 0 and -z.
  public init(_ reward: SoftHalfPlane) {
    dimension = reward.dimension
    slopes = reward.normal.map { _ in 0 } + reward.normal.map { Float(-$0 / reward.width) }
    offsets = [0, Float(reward.offset / reward.width)]
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
    slopes.withUnsafeBufferPointer { slopes in
      offsets.withUnsafeBufferPointer { offsets in
        guard let a = slopes.baseAddress, let b = offsets.baseAddress else { return }
        singleLogShare(
          state: state, rows: dimension, lanes: lanes, slopes: a, offsets: b,
          functions: offsets.count, rewards: rewards)
      }
    }
  }
}
