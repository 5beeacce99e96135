import RivuletKernels
public import RivuletNumerics

/// A velocity that is affine in the state, v(x, t) = A(t) x + b(t), with a full matrix.
///
/// Meant for low dimension: A(t) is made anew at every time that is asked for, and every state costs
/// dimension^2 operations.
public struct AffineField: VelocityField {
  /// What can be wrong with the mean and the covariance of Gaussian data.
  public enum Invalid: Error, Hashable, CustomStringConvertible {
    /// The mean is empty, or its length is not the size of the covariance.
    case differentDimensions(mean: Int, covariance: Int)
    /// An element of the mean is not finite.
    case invalidMean(index: Int, value: Double)
    /// An element of the covariance is not finite.
    case invalidCovariance(row: Int, column: Int, value: Double)
    /// The covariance differs from its transpose.
    case notSymmetric(row: Int, column: Int, value: Double, transposed: Double)
    /// The covariance is not positive definite: elimination meets a pivot that is not positive.
    case notPositiveDefinite(row: Int, pivot: Double)

    /// The rule that is broken, the place and the value.
    public var description: String {
      switch self {
      case .differentDimensions(let mean, let covariance):
        "the mean has \(mean) numbers and the covariance \(covariance) rows; "
          + "give as many of both, at least one"
      case .invalidMean(let index, let value):
        "mean \(index) is \(value); it must be finite"
      case .invalidCovariance(let row, let column, let value):
        "element (\(row), \(column)) of the covariance is \(value); it must be finite"
      case .notSymmetric(let row, let column, let value, let transposed):
        "element (\(row), \(column)) of the covariance is \(value), but (\(column), \(row)) is "
          + "\(transposed); a covariance is symmetric"
      case .notPositiveDefinite(let row, let pivot):
        "elimination of the covariance meets the pivot \(pivot) in row \(row); "
          + "a covariance is positive definite"
      }
    }
  }

  /// The matrix A(t) and the vector b(t) at one time.
  public typealias Coefficients = (matrix: SquareMatrix, offset: [Double])

  /// The dimension of the states.
  public let dimension: Int
  private let law: @Sendable (Double) -> (SquareMatrix, [Double])

  /// Makes the field from its coefficients.
  ///
  /// - Parameters:
  ///   - dimension: At least one.
  ///   - coefficients: Returns A(t) and b(t) of this dimension; the same ones whenever it is asked.
  public init(
    dimension: Int, coefficients: @escaping @Sendable (Double) -> (SquareMatrix, [Double])
  ) {
    precondition(dimension >= 1, "a state has one or more dimensions, got \(dimension)")
    self.dimension = dimension
    law = coefficients
  }

  /// Returns the exact velocity field of Gaussian data N(mean, covariance).
  ///
  ///     V_t = (1 - t)^2 Sigma + t^2 I
  ///     A(t) = (t I - (1 - t) Sigma) V_t^-1,    b(t) = -(1 - t) A(t) mean - mean
  ///
  /// This is `GaussianField` without its basis: in the eigenbasis of Sigma both agree.
  ///
  /// - Parameters:
  ///   - mean: The mean of the data.
  ///   - covariance: Sigma, symmetric to the bit and positive definite.
  /// - Returns: The field.
  /// - Throws: ``Invalid`` with the place and the value.
  public static func gaussianData(
    mean: [Double], covariance: SquareMatrix
  ) throws(Invalid) -> AffineField {
    let size = mean.count
    guard size >= 1 && covariance.size == size else {
      throw .differentDimensions(mean: size, covariance: covariance.size)
    }
    for (index, value) in mean.enumerated() where !value.isFinite {
      throw .invalidMean(index: index, value: value)
    }
    for row in 0..<size {
      for column in 0..<size {
        let value = covariance[row, column]
        guard value.isFinite else {
          throw .invalidCovariance(row: row, column: column, value: value)
        }
        guard value == covariance[column, row] else {
          throw .notSymmetric(
            row: row, column: column, value: value, transposed: covariance[column, row])
        }
      }
    }
    switch solved(covariance, covariance) {
    case .success: break
    case .failure(let stop): throw .notPositiveDefinite(row: stop.row, pivot: stop.pivot)
    }
    return AffineField(dimension: size) { time in
      let rest = 1 - time
      var spread = covariance
      var slope = covariance
      for row in 0..<size {
        for column in 0..<size {
          let identity: Double = row == column ? 1 : 0
          spread[row, column] = rest * rest * covariance[row, column] + time * time * identity
          slope[row, column] = time * identity - rest * covariance[row, column]
        }
      }
      // Both matrices are functions of Sigma, so they commute and the quotient is symmetric.
      guard case .success(let matrix) = solved(spread, slope) else {
        preconditionFailure("the covariance at time \(time) is not positive definite")
      }
      let offset = (0..<size).map { row in
        var sum = 0.0
        for column in 0..<size { sum += matrix[row, column] * mean[column] }
        return -rest * sum - mean[row]
      }
      return (matrix, offset)
    }
  }

  /// Returns A(t) and b(t).
  ///
  /// - Parameter time: t in [0, 1].
  /// - Returns: The matrix and the vector.
  public func coefficients(at time: Double) -> Coefficients {
    let (matrix, offset) = law(time)
    precondition(
      matrix.size == dimension && offset.count == dimension,
      "the coefficients have \(matrix.size) rows and \(offset.count) offsets in \(dimension) dimensions"
    )
    return (matrix, offset)
  }

  /// Returns the velocity at one state.
  ///
  /// - Parameters:
  ///   - state: x, with `dimension` numbers.
  ///   - time: t in [0, 1].
  /// - Returns: A(t) x + b(t).
  public func velocity(at state: [Double], time: Double) -> [Double] {
    precondition(
      state.count == dimension,
      "a state of this field has \(dimension) numbers, got \(state.count)")
    let (matrix, offset) = coefficients(at: time)
    return (0..<dimension).map { row in
      var sum = offset[row]
      for column in 0..<dimension { sum += matrix[row, column] * state[column] }
      return sum
    }
  }

  /// Writes the velocity at every state of a tile, with one matrix for all of them.
  ///
  /// - Parameters:
  ///   - tile: The states.
  ///   - time: t in [0, 1].
  ///   - output: A tile of the same dimension.
  public func velocity(of tile: StateTile, time: Double, into output: inout StateTile) {
    precondition(
      tile.dimension == dimension && output.dimension == dimension,
      "a state of this field has \(dimension) numbers, got \(tile.dimension)")
    let (matrix, offset) = coefficients(at: time)
    let lanes = StateTile.lanes
    tile.values.withUnsafeBufferPointer { input in
      output.values.withUnsafeMutableBufferPointer { output in
        guard let from = input.baseAddress, let into = output.baseAddress else { return }
        for row in 0..<dimension {
          (into + row * lanes).update(repeating: offset[row], count: lanes)
          for column in 0..<dimension {
            accumulateProduct(
              from + column * lanes, factor: matrix[row, column], into: into + row * lanes,
              count: lanes)
          }
        }
      }
    }
  }

  /// Where an elimination stops because a pivot is not positive.
  private struct Stop: Error {
    let row: Int
    let pivot: Double
  }

  /// Returns the solution X of S X = Y for a positive definite S, by elimination in order.
  ///
  /// Without exchanging rows: in a positive definite matrix every pivot is positive, and elimination
  /// in order is stable.
  private static func solved(_ matrix: SquareMatrix, _ right: SquareMatrix) -> Result<
    SquareMatrix, Stop
  > {
    let size = matrix.size
    var left = matrix
    var right = right
    for pivot in 0..<size {
      guard left[pivot, pivot] > 0 else {
        return .failure(Stop(row: pivot, pivot: left[pivot, pivot]))
      }
      for row in (pivot + 1)..<size {
        let factor = left[row, pivot] / left[pivot, pivot]
        for column in pivot..<size { left[row, column] -= factor * left[pivot, column] }
        for column in 0..<size { right[row, column] -= factor * right[pivot, column] }
      }
    }
    for row in (0..<size).reversed() {
      for column in 0..<size {
        var sum = right[row, column]
        for other in (row + 1)..<size { sum -= left[row, other] * right[other, column] }
        right[row, column] = sum / left[row, row]
      }
    }
    return .success(right)
  }
}
