/// A small dense square matrix, row by row.
public struct SquareMatrix: Sendable, Hashable {
  /// The number of rows and columns.
  public let size: Int
  /// The elements, row by row.
  public var elements: [Double]

  /// Makes a matrix from its elements, row by row.
  public init(size: Int, elements: [Double]) {
    precondition(elements.count == size * size, "a \(size) x \(size) matrix has \(size * size) elements")
    self.size = size
    self.elements = elements
  }

  /// The element in the given row and column.
  public subscript(row: Int, column: Int) -> Double {
    get { elements[row * size + column] }
    set { elements[row * size + column] = newValue }
  }
}
