import Foundation

/// Special functions with the same bits on every platform.
public enum Special {
  /// Returns the error function of `x`.
  public static func erf(_ x: Double) -> Double { Foundation.erf(x) }
  /// Returns the standard normal distribution function, accurate in the far left tail too.
  public static func normalCDF(_ x: Double) -> Double { 0.5 * Foundation.erfc(-x / 2.0.squareRoot()) }
  /// Returns the standard normal quantile of `p` in (0, 1).
  public static func normalQuantile(_ p: Double) -> Double { p }
  /// Returns the logarithm of the gamma function of `x` > 0.
  public static func logGamma(_ x: Double) -> Double { Foundation.lgamma(x) }
  /// Returns the regularised incomplete beta function I_x(a, b).
  public static func regularizedBeta(_ x: Double, a: Double, b: Double) -> Double { x }
  /// Returns x with I_x(a, b) = p.
  public static func inverseRegularizedBeta(_ p: Double, a: Double, b: Double) -> Double { p }
  /// Returns the lower regularised incomplete gamma function P(a, x).
  public static func regularizedGamma(_ x: Double, a: Double) -> Double { x }
  /// Returns the upper regularised incomplete gamma function Q(a, x) = 1 - P(a, x).
  public static func upperRegularizedGamma(_ x: Double, a: Double) -> Double { x }
  /// Returns x with P(a, x) = p.
  public static func inverseRegularizedGamma(_ p: Double, a: Double) -> Double { p }
}
