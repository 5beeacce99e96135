extension SquareMatrix {
  /// Returns the sum, element by element.
  public static func + (left: SquareMatrix, right: SquareMatrix) -> SquareMatrix {
    left.requireSameSize(right)
    var result = left
    for index in result.elements.indices { result.elements[index] += right.elements[index] }
    return result
  }

  /// Returns the difference, element by element.
  public static func - (left: SquareMatrix, right: SquareMatrix) -> SquareMatrix {
    left.requireSameSize(right)
    var result = left
    for index in result.elements.indices { result.elements[index] -= right.elements[index] }
    return result
  }

  /// Returns the matrix with every element multiplied by a number.
  public static func * (factor: Double, matrix: SquareMatrix) -> SquareMatrix {
    var result = matrix
    for index in result.elements.indices { result.elements[index] *= factor }
    return result
  }

  /// Returns the matrix product, Σⱼ leftᵢⱼ rightⱼₖ added in rising j.
  public static func * (left: SquareMatrix, right: SquareMatrix) -> SquareMatrix {
    left.requireSameSize(right)
    let size = left.size
    var result = [Double](repeating: 0, count: size * size)
    for row in 0..<size {
      for inner in 0..<size {
        let factor = left.elements[row * size + inner]
        for column in 0..<size {
          result[row * size + column] += factor * right.elements[inner * size + column]
        }
      }
    }
    return SquareMatrix(size: size, elements: result)
  }

  /// Returns the product with a column, Σⱼ matrixᵢⱼ vectorⱼ added in rising j.
  public static func * (matrix: SquareMatrix, vector: [Double]) -> [Double] {
    matrix.requireLength(vector)
    let size = matrix.size
    var result = [Double](repeating: 0, count: size)
    for row in 0..<size {
      var sum = 0.0
      for column in 0..<size { sum += matrix.elements[row * size + column] * vector[column] }
      result[row] = sum
    }
    return result
  }

  /// Stops unless another matrix has the same size.
  func requireSameSize(_ other: SquareMatrix) {
    precondition(size == other.size, "matrices of sizes \(size) and \(other.size) do not combine")
  }

  /// Stops unless a vector has as many elements as the matrix has rows.
  func requireLength(_ vector: [Double]) {
    precondition(
      vector.count == size, "a matrix of size \(size) needs \(size) numbers, got \(vector.count)")
  }
}
