/// The lower triangle L of a symmetric positive definite matrix A = L Lᵀ.
///
/// Backward error: L Lᵀ differs from A by at most (n + 1) 2⁻⁵³ √(aᵢᵢ aⱼⱼ) in each element, to first
/// order (Higham, "Accuracy and Stability of Numerical Algorithms", theorem 10.3).
public struct CholeskyFactor: Sendable, Hashable {
  /// The factor L; zeros above its diagonal.
  public let lower: SquareMatrix

  /// Factors a matrix, of which only the lower triangle is read.
  ///
  /// - Parameter matrix: A symmetric matrix.
  /// - Throws: `notPositiveDefinite` with the first row whose pivot is not above zero.
  public init(_ matrix: SquareMatrix) throws(SquareMatrix.FactorizationError) {
    let size = matrix.size
    var factor = SquareMatrix(
      size: size, elements: [Double](repeating: 0, count: size * size))
    for row in 0..<size {
      for column in 0...row {
        var sum = matrix[row, column]
        for inner in 0..<column { sum -= factor[row, inner] * factor[column, inner] }
        if column < row {
          factor[row, column] = sum / factor[column, column]
        } else if sum > 0 && sum < .infinity {
          factor[row, row] = sum.squareRoot()
        } else {
          throw .notPositiveDefinite(row: row, pivot: sum)
        }
      }
    }
    lower = factor
  }

  /// Returns x with A x = `vector`.
  ///
  /// - Parameter vector: As many numbers as A has rows.
  /// - Returns: The solution, by forward and backward substitution.
  public func solve(_ vector: [Double]) -> [Double] {
    var solution = solveLower(vector)
    for row in stride(from: lower.size - 1, through: 0, by: -1) {
      var sum = solution[row]
      for inner in row + 1..<lower.size { sum -= lower[inner, row] * solution[inner] }
      solution[row] = sum / lower[row, row]
    }
    return solution
  }

  /// Returns x with L x = `vector`: the whitening of a vector with covariance A.
  ///
  /// - Parameter vector: As many numbers as A has rows.
  /// - Returns: The solution; its squared length is vectorᵀ A⁻¹ vector.
  public func solveLower(_ vector: [Double]) -> [Double] {
    lower.requireLength(vector)
    var solution = vector
    for row in 0..<lower.size {
      var sum = solution[row]
      for inner in 0..<row { sum -= lower[row, inner] * solution[inner] }
      solution[row] = sum / lower[row, row]
    }
    return solution
  }

  /// The logarithm of the determinant of A, 2 Σ log Lᵢᵢ.
  public var logDeterminant: Double {
    var sum = 0.0
    for row in 0..<lower.size { sum += Elementary.log(lower[row, row]) }
    return 2 * sum
  }
}
