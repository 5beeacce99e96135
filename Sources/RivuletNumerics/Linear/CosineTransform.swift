/// The orthonormal discrete cosine transform (DCT-II) of a row of numbers and of a square grid.
///
///     c_k = a_k sum_i x_i cos(pi (2 i + 1) k / (2 n)),   a_0 = sqrt(1/n), a_k = sqrt(2/n)
///
/// Orthonormal, so that the inverse is the transpose and lengths are kept. A grid is transformed row
/// by row, then column by column: 2 n^3 multiplications instead of the n^4 of a matrix. Mirroring the
/// row changes the sign of odd coefficients, exactly.
///
/// Reference: Ahmed, Natarajan and Rao 1974; with this scaling Strang, SIAM Review 41, 1999.
public struct CosineTransform: Sendable, Hashable {
  /// The number n of numbers in a row.
  public let size: Int
  /// The rows of the transform: element k n + i is a_k cos(pi (2 i + 1) k / (2 n)).
  public let elements: [Double]

  /// Makes the transform.
  ///
  /// - Parameter size: n, at least one.
  public init(size: Int) {
    precondition(size >= 1, "a transform has one or more numbers, got \(size)")
    self.size = size
    let first = (1 / Double(size)).squareRoot()
    let other = (2 / Double(size)).squareRoot()
    elements = (0..<size * size).map { index in
      let (frequency, place) = (index / size, index % size)
      return frequency == 0
        ? first : other * Self.cosine(ofQuarters: (2 * place + 1) * frequency, size: size)
    }
  }

  /// Returns cos(pi m / (2 n)), folded into the first quarter of the circle so that symmetries are
  /// exact.
  private static func cosine(ofQuarters m: Int, size: Int) -> Double {
    var rest = m % (4 * size)
    if rest > 2 * size { rest = 4 * size - rest }
    let isNegative = rest > size
    if isNegative { rest = 2 * size - rest }
    if rest == size { return 0 }
    let cosine = Elementary.cos(Double.pi * Double(rest) / Double(2 * size))
    return isNegative ? -cosine : cosine
  }

  /// Returns the factor of the number at a place in the coefficient of a frequency.
  ///
  /// - Parameters:
  ///   - frequency: k, 0 ..< n.
  ///   - place: i, 0 ..< n.
  /// - Returns: a_k cos(pi (2 i + 1) k / (2 n)).
  public subscript(frequency: Int, place: Int) -> Double { elements[frequency * size + place] }

  /// Returns the coefficients of a row.
  ///
  /// - Parameter row: x, n numbers.
  /// - Returns: c, n numbers.
  public func coefficients(ofRow row: [Double]) -> [Double] {
    precondition(row.count == size, "a row has \(size) numbers, got \(row.count)")
    return (0..<size).map { frequency in
      var sum = 0.0
      for place in 0..<size { sum += elements[frequency * size + place] * row[place] }
      return sum
    }
  }

  /// Returns the row with the given coefficients.
  ///
  /// - Parameter coefficients: c, n numbers.
  /// - Returns: x, n numbers.
  public func row(of coefficients: [Double]) -> [Double] {
    precondition(
      coefficients.count == size, "there are \(size) coefficients, got \(coefficients.count)")
    return (0..<size).map { place in
      var sum = 0.0
      for frequency in 0..<size {
        sum += elements[frequency * size + place] * coefficients[frequency]
      }
      return sum
    }
  }

  /// Returns the coefficients of a square grid.
  ///
  /// - Parameter grid: n^2 numbers, row by row: place y n + x.
  /// - Returns: n^2 coefficients: place p n + q for frequency p along y and q along x.
  public func coefficients(ofGrid grid: [Double]) -> [Double] {
    precondition(
      grid.count == size * size, "a grid has \(size * size) numbers, got \(grid.count)")
    return columns(of: rows(of: grid, isInverse: false), isInverse: false)
  }

  /// Returns the square grid with the given coefficients.
  ///
  /// - Parameter coefficients: n^2 numbers in the order of ``coefficients(ofGrid:)``.
  /// - Returns: n^2 numbers, row by row.
  public func grid(of coefficients: [Double]) -> [Double] {
    precondition(
      coefficients.count == size * size,
      "there are \(size * size) coefficients, got \(coefficients.count)")
    return columns(of: rows(of: coefficients, isInverse: true), isInverse: true)
  }

  /// The places of `elements` for output `to` and input `from`.
  private func place(_ to: Int, _ from: Int, _ isInverse: Bool) -> Int {
    isInverse ? from * size + to : to * size + from
  }

  private func rows(of grid: [Double], isInverse: Bool) -> [Double] {
    var output = [Double](repeating: 0, count: size * size)
    for y in 0..<size {
      for to in 0..<size {
        var sum = 0.0
        for x in 0..<size { sum += elements[place(to, x, isInverse)] * grid[y * size + x] }
        output[y * size + to] = sum
      }
    }
    return output
  }

  private func columns(of grid: [Double], isInverse: Bool) -> [Double] {
    var output = [Double](repeating: 0, count: size * size)
    for to in 0..<size {
      for x in 0..<size {
        var sum = 0.0
        for y in 0..<size { sum += elements[place(to, y, isInverse)] * grid[y * size + x] }
        output[to * size + x] = sum
      }
    }
    return output
  }
}
