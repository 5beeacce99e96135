import RivuletKernels

/// A reward for structure: the share of a state's energy in some coordinates of a basis.
///
///     R(x) = sum of c_i^2 over the chosen i / (sum of c_i^2 over the counted i + floor),   c = B^T x
///
/// Between 0 and 1, whatever the contrast of an image.
public struct EnergyShare: DifferentiableReward, Hashable {
  /// The basis B.
  public let basis: OrthonormalBasis
  /// Whether the energy of a coordinate is wanted.
  public let isChosen: [Bool]
  /// Whether the energy of a coordinate counts in the whole; chosen ones do.
  public let isCounted: [Bool]
  /// What is added to the whole, so that a state without energy has the reward 0.
  public let floor: Double

  /// Makes the reward.
  ///
  /// - Parameters:
  ///   - basis: The basis B.
  ///   - isChosen: One entry for each coordinate.
  ///   - isCounted: One entry for each coordinate, true where `isChosen` is.
  ///   - floor: Finite and positive.
  public init(
    basis: OrthonormalBasis, isChosen: [Bool], isCounted: [Bool], floor: Double = 1e-9
  ) {
    precondition(
      isChosen.count == basis.dimension && isCounted.count == basis.dimension,
      "the basis has \(basis.dimension) coordinates, got \(isChosen.count) and \(isCounted.count)")
    precondition(floor.isFinite && floor > 0, "the floor must be positive, got \(floor)")
    for index in isChosen.indices {
      precondition(
        isCounted[index] || !isChosen[index], "coordinate \(index) is chosen but not counted")
    }
    self.basis = basis
    self.isChosen = isChosen
    self.isCounted = isCounted
    self.floor = floor
  }

  /// Returns the share of low frequencies, 0 < |f| <= cutoff, in the energy of an image around its mean.
  ///
  /// - Parameters:
  ///   - side: The number of pixels in a row.
  ///   - cutoff: The largest size of a frequency that is wanted.
  /// - Returns: The reward of n^2 pixels.
  public static func lowFrequencies(side: Int, cutoff: Double) -> EnergyShare {
    frequencies(side: side) { $0 <= cutoff }
  }

  /// Returns the share of high frequencies, |f| > cutoff, in the energy of an image around its mean.
  ///
  /// - Parameters:
  ///   - side: The number of pixels in a row.
  ///   - cutoff: The largest size of a frequency that is not wanted.
  /// - Returns: The reward of n^2 pixels.
  public static func highFrequencies(side: Int, cutoff: Double) -> EnergyShare {
    frequencies(side: side) { $0 > cutoff }
  }

  /// The line in which an image is mirrored.
  public enum MirrorAxis: Sendable, Hashable, CaseIterable {
    /// The line from top to bottom: left and right change places.
    case vertical
    /// The line from left to right: top and bottom change places.
    case horizontal
  }

  /// Returns how alike the halves of an image are: the share of its mirror-symmetric part.
  ///
  /// The symmetric part is half the sum of image and mirror image, which are the frequencies that are
  /// even across the axis. A symmetric image has the reward 1, an antisymmetric one 0, noise about 1/2.
  ///
  /// - Parameters:
  ///   - side: The number of pixels in a row.
  ///   - axis: The line in which the image is mirrored.
  /// - Returns: The reward of n^2 pixels.
  public static func mirrorSymmetry(side: Int, axis: MirrorAxis = .vertical) -> EnergyShare {
    let basis = OrthonormalBasis.cosines(side: side)
    return EnergyShare(
      basis: basis,
      isChosen: (0..<basis.dimension).map {
        (axis == .vertical ? $0 % side : $0 / side).isMultiple(of: 2)
      },
      isCounted: [Bool](repeating: true, count: basis.dimension))
  }

  private static func frequencies(
    side: Int, where isWanted: (Double) -> Bool
  ) -> EnergyShare {
    let basis = OrthonormalBasis.cosines(side: side)
    let sizes = (0..<basis.dimension).map {
      PixelGridField.magnitude(ofFrequency: $0, side: side)
    }
    return EnergyShare(
      basis: basis, isChosen: sizes.map { $0 > 0 && isWanted($0) }, isCounted: sizes.map { $0 > 0 })
  }

  /// The dimension of the states that it scores.
  public var dimension: Int { basis.dimension }

  /// Returns the reward of one state.
  ///
  /// - Parameter state: `dimension` numbers.
  /// - Returns: A number in [0, 1).
  public func reward(of state: [Double]) -> Double {
    let (chosen, counted) = energies(of: basis.coordinates(of: state))
    return chosen / counted
  }

  /// Returns the reward of every state of a tile.
  ///
  /// - Parameter tile: The states.
  /// - Returns: One reward for each lane.
  public func rewards(of tile: StateTile) -> [Double] {
    requireDimension(tile.dimension)
    let coordinates = basis.coordinates(of: tile)
    let lanes = StateTile.lanes
    var chosen = [Double](repeating: 0, count: lanes)
    var counted = [Double](repeating: floor, count: lanes)
    coordinates.accumulate(into: &chosen) { index, row, sums in
      if isChosen[index] { accumulateSquaredDistance(row, centre: 0, into: sums, count: lanes) }
    }
    coordinates.accumulate(into: &counted) { index, row, sums in
      if isCounted[index] { accumulateSquaredDistance(row, centre: 0, into: sums, count: lanes) }
    }
    return chosen.indices.map { chosen[$0] / counted[$0] }
  }

  /// Returns the gradient at one state.
  ///
  /// - Parameter state: `dimension` numbers.
  /// - Returns: B times 2 c_i ([i chosen] - [i counted] R) / whole.
  public func gradient(at state: [Double]) -> [Double] {
    let coordinates = basis.coordinates(of: state)
    let (chosen, counted) = energies(of: coordinates)
    let share = chosen / counted
    return basis.state(
      of: coordinates.indices.map { index in
        let factor = (isChosen[index] ? 1 : 0) - (isCounted[index] ? share : 0)
        return 2 * coordinates[index] * factor / counted
      })
  }

  private func energies(of coordinates: [Double]) -> (chosen: Double, counted: Double) {
    var chosen = 0.0
    var counted = floor
    for (index, coordinate) in coordinates.enumerated() {
      if isChosen[index] { chosen += coordinate * coordinate }
      if isCounted[index] { counted += coordinate * coordinate }
    }
    return (chosen, counted)
  }
}
