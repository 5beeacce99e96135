import RivuletKernels
public import RivuletFlow
import RivuletNumerics

/// A place for the bright part of an image, in single precision; see `BlobPosition`.
///
/// The states are the coefficients of the orthonormal cosine transform; the reward transforms them back
/// row by row. Images of up to 32 pixels a side need no memory but the stack.
public struct BlobTileReward: TileReward, Hashable {
  private let side: Int
  /// The entry of pixel i and frequency p, i-major.
  private let cosines: [Float]
  private let column: Float
  private let row: Float
  private let precision: Float
  private let sharpness: Float

  /// Takes over a reward of double precision.
  ///
  /// - Parameter reward: The reward of pixels.
  public init(_ reward: BlobPosition) {
    let side = reward.side
    let line = CosineTransform(size: side)
    self.side = side
    cosines = (0..<side).flatMap { pixel in (0..<side).map { Float(line[$0, pixel]) } }
    column = Float(reward.target[0])
    row = Float(reward.target[1])
    precision = Float(1 / (2 * reward.width * reward.width))
    sharpness = Float(reward.sharpness)
  }

  /// The dimension of the states that it scores.
  public var dimension: Int { side * side }

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
    cosines.withUnsafeBufferPointer { cosines in
      guard let cosines = cosines.baseAddress else { return }
      singleBlob(
        coefficients: state, side: side, lanes: lanes, cosines: cosines, sharpness: sharpness,
        column: column, row: row, precision: precision, rewards: rewards)
    }
  }
}
