import RivuletNumerics
import RivuletTestSupport
import Testing

struct LinearTests {
  /// Symmetric positive definite: a Gram matrix of fixed numbers plus one on the diagonal.
  private func definite(_ size: Int) -> SquareMatrix {
    var base = SquareMatrix.identity(size: size)
    for row in 0..<size {
      for column in 0..<size {
        base[row, column] = Double((row * 7 + column * 13 + row * column) % 11) / 11 - 0.4
      }
    }
    return base * base.transposed + SquareMatrix.identity(size: size)
  }

  @Test func `products of small matrices are those by hand`() {
    let a = SquareMatrix(size: 2, elements: [1, 2, 3, 4])
    let b = SquareMatrix(size: 2, elements: [0, 1, -1, 2])
    #expect((a * b).elements == [-2, 5, -4, 11])
    #expect(a * [5, 6] == [17, 39])
    #expect(a.transposed.elements == [1, 3, 2, 4])
    #expect((a + b).elements == [1, 3, 2, 6])
    #expect((a - b).elements == [1, 1, 4, 2])
    #expect((2 * a).elements == [2, 4, 6, 8])
    #expect(a.trace == 5)
    #expect(a.diagonal == [1, 4])
    #expect((SquareMatrix.identity(size: 2) * a) == a)
  }

  @Test func `the Cholesky factor of a known matrix is known`() throws {
    // [[4, 12, -16], [12, 37, -43], [-16, -43, 98]] = L Lᵀ with whole numbers; det = (2·1·3)².
    let matrix = SquareMatrix(size: 3, elements: [4, 12, -16, 12, 37, -43, -16, -43, 98])
    let factor = try CholeskyFactor(matrix)
    #expect(factor.lower.elements == [2, 0, 0, 6, 1, 0, -8, 5, 3])
    expectClose(factor.logDeterminant, Elementary.log(36), within: 1e-15)
    #expect(factor.solve(matrix * [1, -2, 3]) == [1, -2, 3])
    #expect(factor.solveLower([2, 7, 0]) == [1, 1, 1])
  }

  @Test func `a matrix that is not positive definite is refused with its row`() {
    let matrix = SquareMatrix(size: 2, elements: [1, 2, 2, 1])
    #expect(throws: SquareMatrix.FactorizationError.notPositiveDefinite(row: 1, pivot: -3)) {
      try CholeskyFactor(matrix)
    }
    #expect(throws: SquareMatrix.FactorizationError.self) {
      try CholeskyFactor(SquareMatrix(size: 1, elements: [.nan]))
    }
  }

  @Test(arguments: [1, 2, 5, 16])
  func `both solvers agree with the product`(size: Int) throws {
    let matrix = definite(size)
    let solution = (0..<size).map { Double($0) - 1.5 }
    expectClose(try CholeskyFactor(matrix).solve(matrix * solution), solution, within: 1e-12)
    expectClose(try matrix.solve(matrix * solution), solution, within: 1e-12)
    let product = try matrix * matrix.inverse()
    expectClose(product.elements, SquareMatrix.identity(size: size).elements, within: 1e-12)
  }

  @Test func `a zero on the diagonal does not stop a general solver`() throws {
    let matrix = SquareMatrix(size: 2, elements: [0, 2, 4, 1])
    #expect(try matrix.solve([6, 7]) == [1, 3])
    #expect(try matrix.inverse().elements == [-0.125, 0.25, 0.5, 0])
  }

  @Test func `a singular matrix is refused with its column`() {
    let matrix = SquareMatrix(size: 3, elements: [1, 2, 3, 2, 4, 6, 1, 0, 1])
    #expect(throws: SquareMatrix.FactorizationError.singular(column: 2, pivot: 0)) {
      try matrix.inverse()
    }
  }

  @Test func `the eigenvalues of the second difference are known`() {
    // Tridiagonal (-1, 2, -1) of size n: λ_k = 2 - 2 cos(kπ/(n + 1)).
    let size = 9
    var matrix = SquareMatrix(diagonal: [Double](repeating: 2, count: size))
    for row in 1..<size {
      matrix[row, row - 1] = -1
      matrix[row - 1, row] = -1
    }
    let eigen = SymmetricEigen(matrix)
    for k in 1...size {
      let angle = Double(k) * Double.pi / Double(size + 1)
      expectClose(eigen.values[k - 1], 2 - 2 * Elementary.cos(angle), within: 1e-14)
    }
  }

  @Test(arguments: [1, 2, 6, 16])
  func `eigenvectors are orthonormal and rebuild the matrix`(size: Int) throws {
    let matrix = definite(size)
    let eigen = SymmetricEigen(matrix)
    let product = eigen.vectors.transposed * eigen.vectors
    expectClose(product.elements, SquareMatrix.identity(size: size).elements, within: 1e-14)
    expectClose(eigen.matrix { $0 }.elements, matrix.elements, within: 1e-13)
    let root = eigen.matrix { $0.squareRoot() }
    expectClose((root * root).elements, matrix.elements, within: 1e-13)
    for index in 1..<max(size, 1) where index < size {
      #expect(eigen.values[index - 1] <= eigen.values[index])
    }
  }

  @Test func `equal and zero eigenvalues are no trouble`() {
    #expect(SymmetricEigen(SquareMatrix.identity(size: 4)).values == [1, 1, 1, 1])
    // All ones: 0, 0 and 3.
    let eigen = SymmetricEigen(SquareMatrix(size: 3, elements: [Double](repeating: 1, count: 9)))
    expectClose(eigen.values, [0, 0, 3], within: 2e-15)
  }
}
