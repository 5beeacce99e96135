/// Count, mean and spread of a stream of numbers, which merge without a second pass.
///
/// A tile of samples is added number by number, and tiles are merged in the order of their numbers;
/// then the result depends on the tiling alone, not on which thread worked on which tile. Source:
/// Welford (1962) for one number, Chan, Golub and LeVeque (1983) for two sets.
public struct Moments: Sendable, Hashable {
  /// The number of values taken in.
  public private(set) var count: Int
  /// Their mean; zero while there is none.
  public private(set) var mean: Double
  /// The sum of their squared deviations from their mean.
  public private(set) var sumOfSquares: Double

  /// Makes the moments of nothing yet.
  public init() {
    count = 0
    mean = 0
    sumOfSquares = 0
  }

  /// Makes the moments of a list, by two passes in the fixed shape of `Sums`.
  ///
  /// - Parameter values: Any count.
  public init(_ values: [Double]) {
    count = values.count
    mean = values.isEmpty ? 0 : Sums.mean(values)
    sumOfSquares =
      values.isEmpty ? 0 : Sums.populationVariance(values) * Double(values.count)
  }

  /// Takes in one more value.
  ///
  /// - Parameter value: A finite number.
  public mutating func add(_ value: Double) {
    count += 1
    let deviation = value - mean
    mean += deviation / Double(count)
    sumOfSquares += deviation * (value - mean)
  }

  /// Takes in all values of another stream.
  ///
  /// - Parameter other: The moments of the values that follow.
  public mutating func merge(_ other: Moments) {
    if other.count == 0 { return }
    if count == 0 {
      self = other
      return
    }
    let total = Double(count + other.count)
    let share = Double(other.count) / total
    let difference = other.mean - mean
    mean += difference * share
    sumOfSquares += other.sumOfSquares + difference * difference * (Double(count) * share)
    count += other.count
  }

  /// The variance that divides by n; needs one value.
  public var populationVariance: Double {
    precondition(count >= 1, "a population variance needs one or more values")
    return sumOfSquares / Double(count)
  }

  /// The variance that divides by n - 1; needs two values.
  public var sampleVariance: Double {
    precondition(count >= 2, "a sample variance needs two or more values, got \(count)")
    return sumOfSquares / Double(count - 1)
  }
}
