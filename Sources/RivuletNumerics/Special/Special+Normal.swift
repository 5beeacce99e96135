extension Special {
  /// Returns the standard normal distribution function, accurate in the far left tail too.
  ///
  ///     Φ(x) = ½ erfc(-x/√2)
  ///
  /// Left of -0.7 the exponential is taken of x²/2 itself, not of the square of a rounded x/√2, so
  /// that the tail keeps its digits down to underflow at -38.5.
  ///
  /// - Parameter x: Any number.
  /// - Returns: A probability with a relative error below 2e-15; where the value is subnormal
  ///   (x below -37.5), one unit of the last place comes on top.
  public static func normalCDF(_ x: Double) -> Double {
    if x > -0.7 { return 0.5 + 0.5 * erf(x * rootHalf) }
    let distance = -x
    if distance > 39 { return 0 }
    return gaussian(distance, rate: 0.5, times: 0.5 * scaledErfc(distance * rootHalf))
  }

  /// Returns the probability that a standard normal number exceeds `x`.
  ///
  ///     1 - Φ(x) = Φ(-x)
  ///
  /// - Parameter x: Any number.
  /// - Returns: A probability with the error bound of `normalCDF`, so right in the far right tail.
  public static func normalUpperTail(_ x: Double) -> Double { normalCDF(-x) }

  /// √(1/2).
  static let rootHalf = 0.707_106_781_186_547_524_4

  /// 1/√(2π).
  static let inverseRootTwoPi = 0.398_942_280_401_432_677_94

  /// ½ log 2π.
  static let halfLogTwoPi = 0.918_938_533_204_672_741_78
}
