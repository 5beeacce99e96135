extension SquareMatrix {
  /// Returns x with A x = `vector` for a general regular matrix A.
  ///
  /// Gauss elimination with the largest pivot of each column; the first of equal ones.
  ///
  /// - Parameter vector: As many numbers as the matrix has rows.
  /// - Returns: The solution; its backward error is some n 2⁻⁵³ times the growth of the pivots.
  /// - Throws: `singular` if all pivots of a column vanish against the largest element.
  public func solve(_ vector: [Double]) throws(FactorizationError) -> [Double] {
    requireLength(vector)
    return try eliminate(vector, columns: 1)
  }

  /// Returns the inverse of a general regular matrix.
  ///
  /// - Returns: The matrix whose product with this one is the identity.
  /// - Throws: `singular` if all pivots of a column vanish against the largest element.
  public func inverse() throws(FactorizationError) -> SquareMatrix {
    let solution = try eliminate(SquareMatrix.identity(size: size).elements, columns: size)
    return SquareMatrix(size: size, elements: solution)
  }

  /// Returns X with A X = B, where B and X hold `columns` columns, row by row.
  private func eliminate(
    _ right: [Double], columns: Int
  ) throws(FactorizationError) -> [Double] {
    var matrix = elements
    var solution = right
    var largest = 0.0
    for element in matrix { largest = max(largest, abs(element)) }
    let least = largest * Double(size) * 0x1p-53

    for step in 0..<size {
      var pivotRow = step
      for row in step + 1..<size
      where abs(matrix[row * size + step]) > abs(matrix[pivotRow * size + step]) {
        pivotRow = row
      }
      let pivot = matrix[pivotRow * size + step]
      guard abs(pivot) > least, pivot.isFinite else {
        throw .singular(column: step, pivot: pivot)
      }
      if pivotRow != step {
        for column in 0..<size {
          matrix.swapAt(pivotRow * size + column, step * size + column)
        }
        for column in 0..<columns {
          solution.swapAt(pivotRow * columns + column, step * columns + column)
        }
      }
      for row in step + 1..<size {
        let factor = matrix[row * size + step] / pivot
        if factor == 0 { continue }
        for column in step..<size {
          matrix[row * size + column] -= factor * matrix[step * size + column]
        }
        for column in 0..<columns {
          solution[row * columns + column] -= factor * solution[step * columns + column]
        }
      }
    }
    for row in stride(from: size - 1, through: 0, by: -1) {
      for column in 0..<columns {
        var sum = solution[row * columns + column]
        for inner in row + 1..<size {
          sum -= matrix[row * size + inner] * solution[inner * columns + column]
        }
        solution[row * columns + column] = sum / matrix[row * size + row]
      }
    }
    return solution
  }
}
