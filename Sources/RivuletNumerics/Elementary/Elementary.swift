import Foundation

/// Elementary functions with the same bits on every platform.
public enum Elementary {
  /// Returns e to the power `x`.
  public static func exp(_ x: Double) -> Double { Foundation.exp(x) }
  /// Returns the natural logarithm of `x`.
  public static func log(_ x: Double) -> Double { Foundation.log(x) }
  /// Returns exp(x) - 1, also near zero.
  public static func expm1(_ x: Double) -> Double { Foundation.expm1(x) }
  /// Returns log(1 + x), also near zero.
  public static func log1p(_ x: Double) -> Double { Foundation.log1p(x) }
  /// Returns the sine of `x` radians.
  public static func sin(_ x: Double) -> Double { Foundation.sin(x) }
  /// Returns the cosine of `x` radians.
  public static func cos(_ x: Double) -> Double { Foundation.cos(x) }
  /// Returns the hyperbolic tangent of `x`.
  public static func tanh(_ x: Double) -> Double { Foundation.tanh(x) }
}
