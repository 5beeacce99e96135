import RivuletKernels
public import RivuletFlow

/// The share of some coordinates in the energy of a state, in single precision; see `EnergyShare`.
///
/// The states are the coordinates themselves: for images the coefficients of the cosine transform.
public struct EnergyShareTileReward: TileReward, Hashable {
  private let chosen: [Float]
  private let counted: [Float]
  private let floor: Float

  /// Takes over a reward of double precision, whose basis the states are coordinates of.
  ///
  /// - Parameter reward: The reward.
  public init(_ reward: EnergyShare) {
    chosen = reward.isChosen.map { $0 ? 1 : 0 }
    counted = reward.isCounted.map { $0 ? 1 : 0 }
    floor = Float(reward.floor)
  }

  /// The dimension of the states that it scores.
  public var dimension: Int { chosen.count }

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
    chosen.withUnsafeBufferPointer { chosen in
      counted.withUnsafeBufferPointer { counted in
        guard let part = chosen.baseAddress, let whole = counted.baseAddress else { return }
        singleEnergyShare(
          state: state, rows: dimension, lanes: lanes, chosen: part, counted: whole, floor: floor,
          rewards: rewards)
      }
    }
  }
}
