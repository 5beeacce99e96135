/// Eigenvalues and orthonormal eigenvectors of a symmetric matrix, A = V diag(λ) Vᵀ.
///
/// By Jacobi's cyclic rotations: slow for large sizes, but with vectors that are orthonormal to
/// some n 2⁻⁵² even where eigenvalues meet. Source: Golub and Van Loan, "Matrix
/// Computations", section 8.5.
public struct SymmetricEigen: Sendable, Hashable {
  /// The eigenvalues, ascending; absolute error some n 2⁻⁵² times the largest magnitude.
  public let values: [Double]
  /// The eigenvectors as columns, in the order of `values`.
  ///
  /// The sign of a vector is such that its largest component is positive, the first of equals.
  public let vectors: SquareMatrix

  /// Decomposes a matrix, of which only the lower triangle is read.
  ///
  /// - Parameter matrix: A symmetric matrix of finite numbers.
  public init(_ matrix: SquareMatrix) {
    precondition(matrix.elements.allSatisfy(\.isFinite), "an eigenproblem needs finite elements")
    let size = matrix.size
    var work = matrix
    for row in 0..<size {
      for column in 0..<row { work[column, row] = work[row, column] }
    }
    var rotation = SquareMatrix.identity(size: size)
    // Convergence is quadratic: a dozen sweeps are plenty, thirty a limit never met.
    var sweeps = 0
    while sweeps < 30, Self.sweep(&work, &rotation) { sweeps += 1 }

    let diagonal = work.diagonal
    let order = (0..<size).sorted { (diagonal[$0], $0) < (diagonal[$1], $1) }
    var sorted = rotation
    for (place, column) in order.enumerated() {
      var largest = 0.0
      for row in 0..<size where abs(rotation[row, column]) > abs(largest) {
        largest = rotation[row, column]
      }
      let sign = largest < 0 ? -1.0 : 1.0
      for row in 0..<size { sorted[row, place] = sign * rotation[row, column] }
    }
    values = order.map { diagonal[$0] }
    vectors = sorted
  }

  /// Returns V diag(f(λ)) Vᵀ, the function `f` of the matrix.
  ///
  /// - Parameter f: The function; called once for each eigenvalue, ascending.
  /// - Returns: A symmetric matrix, for instance the root for `squareRoot`.
  public func matrix(_ f: (Double) -> Double) -> SquareMatrix {
    vectors * SquareMatrix(diagonal: values.map(f)) * vectors.transposed
  }

  /// Rotates every pair of axes once; returns whether any element off the diagonal was left.
  private static func sweep(_ work: inout SquareMatrix, _ rotation: inout SquareMatrix) -> Bool {
    var isChanged = false
    for p in 0..<work.size {
      for q in p + 1..<work.size {
        let corner = work[p, q]
        // Below rounding of both eigenvalues: nothing to gain.
        let scale = 0x1p-54 * (abs(work[p, p]).squareRoot() * abs(work[q, q]).squareRoot())
        if abs(corner) <= max(scale, .leastNormalMagnitude) { continue }
        isChanged = true
        // The angle whose rotation makes the corner zero, the smaller of both.
        let ratio = (work[q, q] - work[p, p]) / (2 * corner)
        let tangent =
          (ratio < 0 ? -1 : 1) / (abs(ratio) + (1 + ratio * ratio).squareRoot())
        let cosine = 1 / (1 + tangent * tangent).squareRoot()
        let sine = tangent * cosine
        rotate(&work, p, q, cosine: cosine, sine: sine, tangent: tangent)
        for row in 0..<work.size {
          let (left, right) = (rotation[row, p], rotation[row, q])
          rotation[row, p] = cosine * left - sine * right
          rotation[row, q] = sine * left + cosine * right
        }
      }
    }
    return isChanged
  }

  /// Applies a rotation in the plane of axes p and q from both sides.
  private static func rotate(
    _ work: inout SquareMatrix, _ p: Int, _ q: Int, cosine: Double, sine: Double, tangent: Double
  ) {
    let corner = work[p, q]
    work[p, p] -= tangent * corner
    work[q, q] += tangent * corner
    work[p, q] = 0
    work[q, p] = 0
    for index in 0..<work.size where index != p && index != q {
      let (left, right) = (work[index, p], work[index, q])
      work[index, p] = cosine * left - sine * right
      work[p, index] = work[index, p]
      work[index, q] = sine * left + cosine * right
      work[q, index] = work[index, q]
    }
  }
}
