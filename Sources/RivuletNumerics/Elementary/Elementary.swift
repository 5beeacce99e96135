import RivuletKernels

/// Elementary functions with the same bits on every platform.
///
/// They are computed from IEEE additions, subtractions, multiplications and divisions in a written
/// order, without fused multiply-adds and without the C library. One number is computed as a lane
/// of the array form. An error bound in ulp counts units in the last place of the exact result, also
/// where that is subnormal; it holds for all arguments, and the tests measure it against tables
/// of high precision. NaN gives NaN.
public enum Elementary {
  /// Returns e to the power `x`.
  ///
  /// Error: at most 1 ulp. Infinite above 709.78; below -745.13 zero.
  ///
  /// - Parameter x: Any number.
  /// - Returns: exp(x).
  public static func exp(_ x: Double) -> Double { exponential(x) }

  /// Returns the natural logarithm of `x`.
  ///
  /// Error: at most 1 ulp. Zero of either sign gives minus infinity, a negative number gives NaN.
  ///
  /// - Parameter x: Any number.
  /// - Returns: log(x).
  public static func log(_ x: Double) -> Double { logarithm(x) }

  /// Returns exp(x) - 1, also near zero.
  ///
  /// Error: at most 2 ulp. The sign of zero is kept.
  ///
  /// - Parameter x: Any number.
  /// - Returns: exp(x) - 1.
  public static func expm1(_ x: Double) -> Double { exponentialMinusOne(x) }

  /// Returns log(1 + x), also near zero.
  ///
  /// Error: at most 2 ulp. The sign of zero is kept; -1 gives minus infinity, less gives NaN.
  ///
  /// - Parameter x: Any number.
  /// - Returns: log(1 + x).
  public static func log1p(_ x: Double) -> Double { logarithmOfOnePlus(x) }

  /// Returns the sine of `x` radians.
  ///
  /// Error: at most 2 ulp, for the largest angles too. The sign of zero is kept; infinity gives NaN.
  ///
  /// - Parameter x: Any number.
  /// - Returns: sin(x), from -1 to 1.
  public static func sin(_ x: Double) -> Double { sine(x) }

  /// Returns the cosine of `x` radians.
  ///
  /// Error: at most 2 ulp, for the largest angles too. Infinity gives NaN.
  ///
  /// - Parameter x: Any number.
  /// - Returns: cos(x), from -1 to 1.
  public static func cos(_ x: Double) -> Double { cosine(x) }

  /// Returns the hyperbolic tangent of `x`.
  ///
  /// Error: at most 3 ulp. The sign of zero is kept.
  ///
  /// - Parameter x: Any number.
  /// - Returns: tanh(x), from -1 to 1.
  public static func tanh(_ x: Double) -> Double { hyperbolicTangent(x) }
}
