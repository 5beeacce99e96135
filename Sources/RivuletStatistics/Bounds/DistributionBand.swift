import RivuletNumerics

/// The band around a whole distribution function, by Dvoretzky, Kiefer and Wolfowitz.
///
///     P(sup |F_n - F| > e) <= 2 exp(-2 n e^2),   e = sqrt(ln(2/alpha) / (2 n))
///
/// With Massart's constant (1990). The values are probability integral transforms u = F(x), which are
/// uniform on [0, 1] if F is right, so one band serves every continuous law.
public struct DistributionBand: Sendable, Hashable {
  /// The number of values.
  public let count: Int
  /// sup |F_n(u) - u|, the Kolmogorov distance; NaN if a value is not in [0, 1].
  public let distance: Double

  /// Measures the distance of transformed values from the uniform law.
  ///
  ///     D = max_i max(i/n - u_(i), u_(i) - (i-1)/n)    over the sorted values u_(1) <= ... <= u_(n)
  ///
  /// - Parameter transforms: u = F(x) of each value, at least one, in any order.
  public init(transforms: [Double]) {
    precondition(!transforms.isEmpty, "a band needs one or more values")
    count = transforms.count
    guard transforms.allSatisfy({ $0 >= 0 && $0 <= 1 }) else {
      distance = .nan
      return
    }
    let n = Double(transforms.count)
    var largest = 0.0
    for (index, value) in transforms.sorted().enumerated() {
      largest = max(largest, Double(index + 1) / n - value, value - Double(index) / n)
    }
    distance = largest
  }

  /// Returns the half width of the band.
  ///
  /// - Parameters:
  ///   - count: The number of values, at least one.
  ///   - alpha: The probability that the law leaves the band, in (0, 1).
  /// - Returns: sqrt(ln(2/alpha) / (2 n)), a difference of probabilities.
  public static func radius(count: Int, alpha: Double) -> Double {
    precondition(count >= 1, "a band needs one or more values, got \(count)")
    precondition(alpha > 0 && alpha < 1, "alpha must be in (0, 1), got \(alpha)")
    return (Elementary.log(2 / alpha) / (2 * Double(count))).squareRoot()
  }

  /// An upper bound of the p-value, min(1, 2 exp(-2 n D^2)); NaN if the distance is.
  public var pValueBound: Double {
    if distance.isNaN { return .nan }
    return min(1, 2 * Elementary.exp(-2 * Double(count) * distance * distance))
  }
}
