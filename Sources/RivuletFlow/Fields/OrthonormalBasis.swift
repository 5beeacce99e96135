import RivuletKernels
public import RivuletNumerics

/// An orthonormal basis of the state space.
///
/// With the basis vectors as the columns of B, a state x has the coordinates c = B^T x, and x = B c.
/// The axes cost nothing; a matrix costs dimension^2 operations a state, the cosines of an n x n grid
/// 2 n^3.
public struct OrthonormalBasis: Sendable, Hashable {
  /// What can be wrong with the columns of a basis.
  public enum Invalid: Error, Hashable, CustomStringConvertible {
    /// The matrix has no columns.
    case empty
    /// An element is not a finite number.
    case notFinite(row: Int, column: Int, value: Double)
    /// The inner product of two columns is not 0, or of a column with itself not 1.
    case notOrthonormal(first: Int, second: Int, product: Double)

    /// The rule that is broken, the place and the value.
    public var description: String {
      switch self {
      case .empty:
        "a basis needs one or more columns"
      case .notFinite(let row, let column, let value):
        "element (\(row), \(column)) of the basis is \(value); it must be finite"
      case .notOrthonormal(let first, let second, let product):
        "columns \(first) and \(second) of the basis have the inner product \(product); "
          + "it must be \(first == second ? 1 : 0) within 1e-12 times the dimension"
      }
    }
  }

  /// How the basis vectors are held.
  private enum Vectors: Sendable, Hashable {
    case axes
    case columns(SquareMatrix)
    case cosines(CosineTransform)
  }

  /// The dimension of the states.
  public let dimension: Int
  private let vectors: Vectors

  /// Returns the basis of the coordinate axes.
  ///
  /// - Parameter dimension: At least one.
  /// - Returns: The basis in which coordinates and state are the same numbers.
  public static func axes(dimension: Int) -> OrthonormalBasis {
    precondition(dimension >= 1, "a basis has one or more dimensions, got \(dimension)")
    return OrthonormalBasis(dimension: dimension, vectors: .axes)
  }

  /// Makes the basis of the columns of a matrix.
  ///
  /// - Parameter columns: A square matrix B with B^T B = I, each element within 1e-12 times the
  ///   dimension.
  /// - Throws: ``Invalid`` with the first place that breaks a rule.
  public init(columns: SquareMatrix) throws(Invalid) {
    let size = columns.size
    guard size >= 1 else { throw .empty }
    for row in 0..<size {
      for column in 0..<size where !columns[row, column].isFinite {
        throw .notFinite(row: row, column: column, value: columns[row, column])
      }
    }
    for first in 0..<size {
      for second in first..<size {
        var product = 0.0
        for row in 0..<size { product += columns[row, first] * columns[row, second] }
        guard abs(product - (first == second ? 1 : 0)) <= 1e-12 * Double(size) else {
          throw .notOrthonormal(first: first, second: second, product: product)
        }
      }
    }
    self.init(dimension: size, vectors: .columns(columns))
  }

  /// Returns the basis of the discrete cosine transform of a square grid.
  ///
  /// A state is the grid row by row, place y n + x; coordinate p n + q belongs to frequency p along y
  /// and q along x.
  ///
  /// - Parameter side: The number n of pixels in a row, at least one.
  /// - Returns: The basis of n^2 dimensions.
  public static func cosines(side: Int) -> OrthonormalBasis {
    OrthonormalBasis(
      dimension: side * side, vectors: .cosines(CosineTransform(size: side)))
  }

  private init(dimension: Int, vectors: Vectors) {
    self.dimension = dimension
    self.vectors = vectors
  }

  /// Whether the basis vectors are the coordinate axes.
  public var isAxes: Bool { vectors == .axes }

  /// Returns one basis vector.
  ///
  /// - Parameter index: 0 ..< ``dimension``.
  /// - Returns: A unit vector.
  public func vector(_ index: Int) -> [Double] {
    precondition((0..<dimension).contains(index), "the basis has no vector \(index)")
    return switch vectors {
    case .axes: (0..<dimension).map { $0 == index ? 1 : 0 }
    case .columns(let matrix): (0..<dimension).map { matrix[$0, index] }
    case .cosines(let transform):
      (0..<dimension).map {
        transform[index / transform.size, $0 / transform.size]
          * transform[index % transform.size, $0 % transform.size]
      }
    }
  }

  /// Returns the coordinates c = B^T x of a state.
  ///
  /// - Parameter state: x, with ``dimension`` numbers.
  /// - Returns: One coordinate for each basis vector.
  public func coordinates(of state: [Double]) -> [Double] {
    precondition(state.count == dimension, "a state has \(dimension) numbers, got \(state.count)")
    switch vectors {
    case .axes: return state
    case .columns(let matrix):
      return (0..<dimension).map { column in
        var sum = 0.0
        for row in 0..<dimension { sum += matrix[row, column] * state[row] }
        return sum
      }
    case .cosines(let transform): return transform.coefficients(ofGrid: state)
    }
  }

  /// Returns the state x = B c with the given coordinates.
  ///
  /// - Parameter coordinates: c, one number for each basis vector.
  /// - Returns: x, with ``dimension`` numbers.
  public func state(of coordinates: [Double]) -> [Double] {
    precondition(
      coordinates.count == dimension,
      "there are \(dimension) coordinates, got \(coordinates.count)")
    switch vectors {
    case .axes: return coordinates
    case .columns(let matrix):
      return (0..<dimension).map { row in
        var sum = 0.0
        for column in 0..<dimension { sum += matrix[row, column] * coordinates[column] }
        return sum
      }
    case .cosines(let transform): return transform.grid(of: coordinates)
    }
  }

  /// Returns the coordinates of every state of a tile, bit-equal to the form for one.
  ///
  /// - Parameter tile: States of this dimension.
  /// - Returns: A tile of coordinates.
  public func coordinates(of tile: StateTile) -> StateTile {
    switch vectors {
    case .axes: tile
    case .columns(let matrix): transform(tile) { matrix[$1, $0] }
    case .cosines(let cosines): transform(tile, size: cosines.size) { cosines[$0, $1] }
    }
  }

  /// Returns the states with the coordinates in a tile, bit-equal to the form for one.
  ///
  /// - Parameter tile: Coordinates.
  /// - Returns: A tile of states.
  public func states(of tile: StateTile) -> StateTile {
    switch vectors {
    case .axes: tile
    case .columns(let matrix): transform(tile) { matrix[$0, $1] }
    case .cosines(let cosines): transform(tile, size: cosines.size) { cosines[$1, $0] }
    }
  }

  /// Returns the tile whose row i is the sum over j of `factor(i, j)` times row j.
  private func transform(_ tile: StateTile, factor: (Int, Int) -> Double) -> StateTile {
    precondition(tile.dimension == dimension, "a tile of this basis has \(dimension) rows")
    let lanes = StateTile.lanes
    var output = StateTile(dimension: dimension)
    output.values.withUnsafeMutableBufferPointer { numbers in
      guard let into = numbers.baseAddress else { return }
      tile.values.withUnsafeBufferPointer { numbers in
        guard let from = numbers.baseAddress else { return }
        for row in 0..<dimension {
          for other in 0..<dimension {
            accumulateProduct(
              from + other * lanes, factor: factor(row, other), into: into + row * lanes,
              count: lanes)
          }
        }
      }
    }
    return output
  }

  /// Returns the tile of grids transformed along rows, then along columns.
  private func transform(
    _ tile: StateTile, size: Int, factor: (Int, Int) -> Double
  ) -> StateTile {
    precondition(tile.dimension == dimension, "a tile of this basis has \(dimension) rows")
    let rows = accumulate(tile, size: size) { to, from, other in
      (to: other * size + to, from: other * size + from, factor: factor(to, from))
    }
    return accumulate(rows, size: size) { to, from, other in
      (to: to * size + other, from: from * size + other, factor: factor(to, from))
    }
  }

  /// Returns the tile with factor times row `from` added to row `to`, for all triples below `size`.
  private func accumulate(
    _ tile: StateTile, size: Int, _ term: (Int, Int, Int) -> (to: Int, from: Int, factor: Double)
  ) -> StateTile {
    let lanes = StateTile.lanes
    var output = StateTile(dimension: dimension)
    output.values.withUnsafeMutableBufferPointer { numbers in
      guard let into = numbers.baseAddress else { return }
      tile.values.withUnsafeBufferPointer { numbers in
        guard let start = numbers.baseAddress else { return }
        for other in 0..<size {
          for to in 0..<size {
            for from in 0..<size {
              let term = term(to, from, other)
              accumulateProduct(
                start + term.from * lanes, factor: term.factor, into: into + term.to * lanes,
                count: lanes)
            }
          }
        }
      }
    }
    return output
  }
}
