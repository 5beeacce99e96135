/// A reward of the coordinates of a state in an orthonormal basis: R(B^T x).
///
/// With the basis of cosines a reward of frequencies: a quadratic reward with a negative curvature at
/// high frequencies asks for texture, one with a positive curvature for smoothness, and both have closed
/// forms frequency by frequency.
public struct RewardInBasis<Base: DifferentiableReward>: DifferentiableReward {
  /// The reward of the coordinates.
  public let base: Base
  /// The basis B.
  public let basis: OrthonormalBasis

  /// Makes the reward.
  ///
  /// - Parameters:
  ///   - base: The reward of the coordinates.
  ///   - basis: The basis, of the reward's dimension.
  public init(_ base: Base, basis: OrthonormalBasis) {
    precondition(
      base.dimension == basis.dimension,
      "the basis has \(basis.dimension) dimensions and the reward \(base.dimension)")
    self.base = base
    self.basis = basis
  }

  /// The dimension of the states that it scores.
  public var dimension: Int { base.dimension }

  /// Returns the reward of one state.
  ///
  /// - Parameter state: `dimension` numbers.
  /// - Returns: R(B^T x).
  public func reward(of state: [Double]) -> Double {
    requireDimension(state.count)
    return base.reward(of: basis.coordinates(of: state))
  }

  /// Returns the reward of every state of a tile.
  ///
  /// - Parameter tile: The states.
  /// - Returns: One reward for each lane.
  public func rewards(of tile: StateTile) -> [Double] {
    requireDimension(tile.dimension)
    return base.rewards(of: basis.coordinates(of: tile))
  }

  /// Returns the gradient at one state.
  ///
  /// - Parameter state: `dimension` numbers.
  /// - Returns: B times the gradient of R at B^T x.
  public func gradient(at state: [Double]) -> [Double] {
    requireDimension(state.count)
    return basis.state(of: base.gradient(at: basis.coordinates(of: state)))
  }
}

extension RewardInBasis where Base == QuadraticReward {
  /// Returns a reward for the energy of an image at high frequencies.
  ///
  ///     R(x) = sum over f with |f| > cutoff of c_f^2 / 2
  ///
  /// - Parameters:
  ///   - side: The number of pixels in a row.
  ///   - cutoff: The largest size of a frequency that does not count; not negative.
  /// - Returns: The reward of n^2 pixels.
  public static func texture(side: Int, cutoff: Double) -> RewardInBasis {
    precondition(cutoff >= 0, "a cutoff is not negative, got \(cutoff)")
    let basis = OrthonormalBasis.cosines(side: side)
    let curvatures = (0..<basis.dimension).map {
      PixelGridField.magnitude(ofFrequency: $0, side: side) > cutoff ? -1.0 : 0
    }
    return RewardInBasis(
      QuadraticReward(curvatures: curvatures, gradient: curvatures.map { _ in 0 }), basis: basis)
  }
}
