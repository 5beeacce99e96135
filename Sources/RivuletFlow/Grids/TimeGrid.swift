/// The times at which a sampler stands, from noise to data.
///
///     1 = t_0 > t_1 > ... > t_N = 0,   h_k = t_k - t_{k+1}
///
/// Time is the noise fraction: at t a state is (1 - t) x_data + t x_noise. Step k leads from t_k to
/// t_{k+1}, so step 0 is the noisiest.
public struct TimeGrid: Sendable, Hashable {
  /// What can be wrong with a list of times.
  public enum Invalid: Error, Hashable, CustomStringConvertible {
    /// Fewer than two times were given.
    case tooFew(count: Int)
    /// A time is not a finite number.
    case notFinite(index: Int, value: Double)
    /// A time is not smaller than the one before it.
    case notDescending(index: Int, previous: Double, value: Double)
    /// The first time is not 1.
    case doesNotStartAtOne(value: Double)
    /// The last time is not 0.
    case doesNotEndAtZero(value: Double)

    /// The rule that is broken, the place and the value.
    public var description: String {
      switch self {
      case .tooFew(let count):
        "a time grid needs two or more times, got \(count)"
      case .notFinite(let index, let value):
        "times[\(index)] is \(value); every time must be a finite number"
      case .notDescending(let index, let previous, let value):
        "times[\(index)] is \(value) after \(previous); times must fall strictly from 1 to 0"
      case .doesNotStartAtOne(let value):
        "times[0] is \(value); a time grid starts at exactly 1 (pure noise)"
      case .doesNotEndAtZero(let value):
        "the last time is \(value); a time grid ends at exactly 0 (data)"
      }
    }
  }

  /// The N + 1 times, from 1 down to 0.
  public let times: [Double]

  /// Makes a grid from its times.
  ///
  /// - Parameter times: Two or more numbers that fall strictly from exactly 1 to exactly 0.
  /// - Throws: ``Invalid`` with the index and the value of the first time that breaks a rule.
  public init(times: [Double]) throws(Invalid) {
    guard times.count >= 2 else { throw .tooFew(count: times.count) }
    for (index, time) in times.enumerated() where !time.isFinite {
      throw .notFinite(index: index, value: time)
    }
    guard times[0] == 1 else { throw .doesNotStartAtOne(value: times[0]) }
    for index in times.indices.dropFirst() where times[index] >= times[index - 1] {
      throw .notDescending(index: index, previous: times[index - 1], value: times[index])
    }
    guard times[times.count - 1] == 0 else {
      throw .doesNotEndAtZero(value: times[times.count - 1])
    }
    self.times = times
  }

  /// The number of steps N.
  public var stepCount: Int { times.count - 1 }

  /// The step numbers 0 ..< N.
  public var steps: Range<Int> { 0..<stepCount }

  /// Returns h_k = t_k - t_{k+1}, the length of a step.
  ///
  /// - Parameter step: A step number, 0 ..< N.
  /// - Returns: A positive number.
  public func stepSize(_ step: Int) -> Double { times[step] - times[step + 1] }
}
