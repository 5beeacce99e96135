/// A small dense square matrix, row by row.
///
/// Made for the few dimensions of reference fields and of estimators: every loop is plain and its
/// order of additions fixed, so results have the same bits everywhere.
public struct SquareMatrix: Sendable, Hashable {
  /// The number of rows and columns.
  public let size: Int
  /// The elements, row by row.
  public var elements: [Double]

  /// Makes a matrix from its elements, row by row.
  ///
  /// - Parameters:
  ///   - size: The number of rows and columns; one or more.
  ///   - elements: size × size numbers.
  public init(size: Int, elements: [Double]) {
    precondition(size >= 1, "a matrix has one or more rows, got \(size)")
    precondition(
      elements.count == size * size,
      "a \(size) x \(size) matrix has \(size * size) elements, got \(elements.count)")
    self.size = size
    self.elements = elements
  }

  /// Makes a diagonal matrix.
  ///
  /// - Parameter diagonal: The diagonal; one or more numbers.
  public init(diagonal: [Double]) {
    self.init(
      size: diagonal.count,
      elements: [Double](repeating: 0, count: diagonal.count * diagonal.count))
    for index in 0..<size { elements[index * size + index] = diagonal[index] }
  }

  /// Returns the matrix that changes nothing.
  ///
  /// - Parameter size: The number of rows and columns; one or more.
  /// - Returns: Ones on the diagonal, zeros elsewhere.
  public static func identity(size: Int) -> SquareMatrix {
    SquareMatrix(diagonal: [Double](repeating: 1, count: size))
  }

  /// The element in the given row and column.
  public subscript(row: Int, column: Int) -> Double {
    get { elements[row * size + column] }
    set { elements[row * size + column] = newValue }
  }

  /// The elements from the upper left to the lower right corner.
  public var diagonal: [Double] { (0..<size).map { self[$0, $0] } }

  /// The sum of the diagonal.
  public var trace: Double {
    var sum = 0.0
    for index in 0..<size { sum += self[index, index] }
    return sum
  }

  /// The matrix with rows and columns exchanged.
  public var transposed: SquareMatrix {
    var result = self
    for row in 0..<size {
      for column in 0..<size { result[column, row] = self[row, column] }
    }
    return result
  }
}
