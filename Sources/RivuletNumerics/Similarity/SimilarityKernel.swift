/// A positive definite function of two points, for distances between distributions.
public enum SimilarityKernel: Sendable, Hashable {
  /// exp(-|x - y|^2/(2 w^2)) with the width w > 0.
  case gaussian(width: Double)
  /// (x.y/D + 1)^3, D the dimension: the kernel of the kernel inception distance.
  ///
  /// Source: arXiv 1801.01401, section 4.
  case cubic

  /// Returns the kernel of two points that stand in flat lists.
  ///
  /// - Parameters:
  ///   - x: A list that holds the first point.
  ///   - xStart: Where the first point begins.
  ///   - y: A list that holds the second point.
  ///   - yStart: Where the second point begins.
  ///   - dimension: D, the number of coordinates.
  /// - Returns: k(x, y).
  public func value(
    _ x: [Double], at xStart: Int, _ y: [Double], at yStart: Int, dimension: Int
  ) -> Double {
    switch self {
    case .gaussian(let width):
      precondition(width > 0, "the width of a kernel is positive, got \(width)")
      var sum = 0.0
      for index in 0..<dimension {
        let difference = x[xStart + index] - y[yStart + index]
        sum += difference * difference
      }
      return Elementary.exp(-sum / (2 * width * width))
    case .cubic:
      var sum = 0.0
      for index in 0..<dimension { sum += x[xStart + index] * y[yStart + index] }
      let base = sum / Double(dimension) + 1
      return base * base * base
    }
  }

  /// Returns the kernel of two points.
  ///
  /// - Parameters:
  ///   - x: The first point.
  ///   - y: The second, of the same dimension.
  /// - Returns: k(x, y).
  public func value(_ x: [Double], _ y: [Double]) -> Double {
    precondition(
      x.count == y.count && !x.isEmpty, "points have \(x.count) and \(y.count) coordinates")
    return value(x, at: 0, y, at: 0, dimension: x.count)
  }
}
