/// Moments of a stream of pairs: those of either side, and the co-moment.
///
/// Merges like `Moments`, tile by tile in the order of the tiles.
public struct PairMoments: Sendable, Hashable {
  /// The moments of the first numbers.
  public private(set) var first: Moments
  /// The moments of the second numbers.
  public private(set) var second: Moments
  /// The sum of the products of both deviations, Σ (xᵢ - x̄)(yᵢ - ȳ).
  public private(set) var coMoment: Double

  /// Makes the moments of no pair yet.
  public init() {
    first = Moments()
    second = Moments()
    coMoment = 0
  }

  /// The number of pairs taken in.
  public var count: Int { first.count }

  /// Takes in one more pair.
  ///
  /// - Parameters:
  ///   - x: The first number, finite.
  ///   - y: The second number, finite.
  public mutating func add(_ x: Double, _ y: Double) {
    let deviation = x - first.mean
    first.add(x)
    second.add(y)
    coMoment += deviation * (y - second.mean)
  }

  /// Takes in all pairs of another stream.
  ///
  /// - Parameter other: The moments of the pairs that follow.
  public mutating func merge(_ other: PairMoments) {
    if other.count == 0 { return }
    if count == 0 {
      self = other
      return
    }
    let share = Double(other.count) / Double(count + other.count)
    let products = (other.first.mean - first.mean) * (other.second.mean - second.mean)
    coMoment += other.coMoment + products * (Double(count) * share)
    first.merge(other.first)
    second.merge(other.second)
  }

  /// The covariance that divides by n; needs one pair.
  public var populationCovariance: Double {
    precondition(count >= 1, "a population covariance needs one or more pairs")
    return coMoment / Double(count)
  }

  /// The covariance that divides by n - 1; needs two pairs.
  public var sampleCovariance: Double {
    precondition(count >= 2, "a sample covariance needs two or more pairs, got \(count)")
    return coMoment / Double(count - 1)
  }

  /// The correlation, or `nil` if either side does not vary.
  public var correlation: Double? {
    let scale = first.sumOfSquares.squareRoot() * second.sumOfSquares.squareRoot()
    return scale > 0 ? min(1, max(-1, coMoment / scale)) : nil
  }
}
