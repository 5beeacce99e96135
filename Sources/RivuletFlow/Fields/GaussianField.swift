import RivuletKernels
public import RivuletNumerics

/// The exact velocity field of Gaussian data that is diagonal in an orthonormal basis.
///
/// In each coordinate of the basis the data is N(mu, s^2), independent of the others. With
/// V = (1 - t)^2 s^2 + t^2 and the slope alpha = (t - (1 - t) s^2) / V,
///
///     v(x, t) = alpha (x - (1 - t) mu) - mu      in each coordinate.
///
/// Source: E[x_noise - x_data | x_t], both Gaussian.
public struct GaussianField: VelocityField {
  /// What can be wrong with the parameters of a Gaussian field.
  public enum Invalid: Error, Hashable, CustomStringConvertible {
    /// The two lists are empty or differ in length.
    case differentDimensions(means: Int, deviations: Int)
    /// The basis has another dimension than the lists.
    case basisDimension(expected: Int, got: Int)
    /// A mean is not finite.
    case invalidMean(index: Int, value: Double)
    /// A standard deviation is not a positive finite number.
    case invalidDeviation(index: Int, value: Double)

    /// The rule that is broken, the place and the value.
    public var description: String {
      switch self {
      case .differentDimensions(let means, let deviations):
        "there are \(means) means and \(deviations) standard deviations; "
          + "give as many of both, at least one"
      case .basisDimension(let expected, let got):
        "the basis has \(got) dimensions for \(expected) means; give as many of both"
      case .invalidMean(let index, let value):
        "mean \(index) is \(value); it must be finite"
      case .invalidDeviation(let index, let value):
        "standard deviation \(index) is \(value); it must be finite and positive"
      }
    }
  }

  /// The mean mu of the data in each coordinate of the basis.
  public let means: [Double]
  /// The standard deviation s of the data in each coordinate of the basis.
  public let deviations: [Double]
  /// The basis in which the coordinates of the data are independent.
  public let basis: OrthonormalBasis

  /// Makes the field of data whose coordinates along the axes are independent.
  ///
  /// - Parameters:
  ///   - means: mu, one finite number for each coordinate.
  ///   - deviations: s, one positive number for each coordinate.
  /// - Throws: ``Invalid`` with the place and the value.
  public init(means: [Double], deviations: [Double]) throws(Invalid) {
    guard means.count == deviations.count && !means.isEmpty else {
      throw .differentDimensions(means: means.count, deviations: deviations.count)
    }
    try self.init(
      means: means, deviations: deviations, basis: .axes(dimension: means.count))
  }

  /// Makes the field of data whose coordinates in a basis are independent.
  ///
  /// - Parameters:
  ///   - means: mu, one finite number for each coordinate *of the basis*: B^T times the mean state.
  ///   - deviations: s, one positive number for each coordinate of the basis.
  ///   - basis: The basis; its dimension is the number of means.
  /// - Throws: ``Invalid`` with the place and the value.
  public init(
    means: [Double], deviations: [Double], basis: OrthonormalBasis
  ) throws(Invalid) {
    guard means.count == deviations.count && !means.isEmpty else {
      throw .differentDimensions(means: means.count, deviations: deviations.count)
    }
    guard basis.dimension == means.count else {
      throw .basisDimension(expected: means.count, got: basis.dimension)
    }
    for (index, mean) in means.enumerated() where !mean.isFinite {
      throw .invalidMean(index: index, value: mean)
    }
    for (index, s) in deviations.enumerated() where !(s.isFinite && s > 0) {
      throw .invalidDeviation(index: index, value: s)
    }
    self.means = means
    self.deviations = deviations
    self.basis = basis
  }

  /// The dimension of the states.
  public var dimension: Int { means.count }

  /// The mean of the data as a state.
  public var meanState: [Double] { basis.state(of: means) }

  /// The covariance matrix B diag(s^2) B^T of the data.
  public var covariance: SquareMatrix {
    var elements = [Double](repeating: 0, count: dimension * dimension)
    for index in 0..<dimension {
      let vector = basis.vector(index)
      let variance = deviations[index] * deviations[index]
      for row in 0..<dimension {
        for column in 0..<dimension {
          // The product of the two elements first, so that the matrix is symmetric to the bit.
          elements[row * dimension + column] += variance * (vector[row] * vector[column])
        }
      }
    }
    return SquareMatrix(size: dimension, elements: elements)
  }

  /// Returns the slope alpha_t of the velocity in the state, for one coordinate.
  ///
  /// - Parameters:
  ///   - time: t in [0, 1].
  ///   - deviation: The standard deviation s of the data.
  /// - Returns: (t - (1 - t) s^2) / ((1 - t)^2 s^2 + t^2).
  public static func slope(time: Double, deviation: Double) -> Double {
    let variance = deviation * deviation
    let rest = 1 - time
    return (time - rest * variance) / (rest * rest * variance + time * time)
  }

  /// Returns the velocity at one state.
  ///
  /// - Parameters:
  ///   - state: x, with `dimension` numbers.
  ///   - time: t in [0, 1].
  /// - Returns: v(x, t).
  public func velocity(at state: [Double], time: Double) -> [Double] {
    precondition(
      state.count == dimension,
      "a state of this field has \(dimension) numbers, got \(state.count)")
    let coordinates = basis.coordinates(of: state)
    return basis.state(
      of: coordinates.indices.map { index in
        let slope = Self.slope(time: time, deviation: deviations[index])
        return slope * (coordinates[index] - (1 - time) * means[index]) - means[index]
      })
  }

  /// Writes the velocity at every state of a tile, with one slope for each dimension.
  ///
  /// - Parameters:
  ///   - tile: The states.
  ///   - time: t in [0, 1].
  ///   - output: A tile of the same dimension.
  public func velocity(of tile: StateTile, time: Double, into output: inout StateTile) {
    precondition(
      tile.dimension == dimension,
      "a state of this field has \(dimension) numbers, got \(tile.dimension)")
    basis.coordinates(of: tile).withRows(into: &output) { index, row, velocity in
      affineRow(
        row, into: velocity, count: StateTile.lanes,
        slope: Self.slope(time: time, deviation: deviations[index]),
        centre: (1 - time) * means[index], mean: means[index])
    }
    if !basis.isAxes { output = basis.states(of: output) }
  }
}
