import RivuletNumerics

/// A reward for images whose bright part lies at a place.
///
/// The place of the bright part is the mean of the pixels' places r_i in [0, 1]^2, weighted by the
/// softmax of brightness, and the reward falls with its squared distance from the target:
///
///     p_i = exp(b x_i) / sum_j exp(b x_j),   c = sum_i p_i r_i,   R = -|c - target|^2 / (2 w^2)
///
/// r_i is the pixel's centre, ((column + 1/2) / n, (row + 1/2) / n).
public struct BlobPosition: DifferentiableReward, Hashable {
  /// The number n of pixels in a row.
  public let side: Int
  /// The wanted place, along x and along y, in [0, 1].
  public let target: [Double]
  /// The distance w at which the reward is -1/2.
  public let width: Double
  /// The sharpness b: how much brighter than the others a pixel must be to count alone.
  public let sharpness: Double

  /// Makes the reward.
  ///
  /// - Parameters:
  ///   - side: n, at least one.
  ///   - target: Two numbers in [0, 1]: along x and along y.
  ///   - width: w, finite and positive.
  ///   - sharpness: b, finite and positive.
  public init(side: Int, target: [Double], width: Double = 0.25, sharpness: Double = 2) {
    precondition(side >= 1, "an image has one or more pixels in a row, got \(side)")
    precondition(
      target.count == 2 && target.allSatisfy { $0 >= 0 && $0 <= 1 },
      "a place is two numbers in [0, 1], got \(target)")
    precondition(width.isFinite && width > 0, "the width must be positive, got \(width)")
    precondition(
      sharpness.isFinite && sharpness > 0, "the sharpness must be positive, got \(sharpness)")
    self.side = side
    self.target = target
    self.width = width
    self.sharpness = sharpness
  }

  /// The dimension of the states that it scores, n^2.
  public var dimension: Int { side * side }

  /// Returns the place of the bright part of an image.
  ///
  /// - Parameter state: n^2 pixels, row by row.
  /// - Returns: The place along x and along y, in [0, 1].
  public func place(of state: [Double]) -> [Double] {
    requireDimension(state.count)
    return place(MixtureField.softmax(state.map { sharpness * $0 }))
  }

  /// Returns the reward of one image.
  ///
  /// - Parameter state: n^2 pixels, row by row.
  /// - Returns: A number that is not positive.
  public func reward(of state: [Double]) -> Double {
    let place = place(of: state)
    let (x, y) = (place[0] - target[0], place[1] - target[1])
    return -(x * x + y * y) / (2 * width * width)
  }

  /// Returns the gradient at one image.
  ///
  /// - Parameter state: n^2 pixels, row by row.
  /// - Returns: b p_i (r_i - c)·(target - c) / w^2 for each pixel.
  public func gradient(at state: [Double]) -> [Double] {
    requireDimension(state.count)
    let shares = MixtureField.softmax(state.map { sharpness * $0 })
    let place = place(shares)
    let pull = place.indices.map { (target[$0] - place[$0]) / (width * width) }
    return shares.indices.map { index in
      let offset =
        (coordinate(index % side) - place[0]) * pull[0]
        + (coordinate(index / side) - place[1]) * pull[1]
      return sharpness * shares[index] * offset
    }
  }

  private func place(_ shares: [Double]) -> [Double] {
    var (x, y) = (0.0, 0.0)
    for (index, share) in shares.enumerated() {
      x += share * coordinate(index % side)
      y += share * coordinate(index / side)
    }
    return [x, y]
  }

  private func coordinate(_ pixel: Int) -> Double { (Double(pixel) + 0.5) / Double(side) }
}
