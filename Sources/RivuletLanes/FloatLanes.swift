public import CRivuletLanes

/// Eight numbers in single precision: the unit in which networks are computed on every processor.
///
/// As with ``DoubleLanes``, only modules that are compiled with the same processor flags may pass lanes
/// to each other.
public typealias FloatLanes = SIMD8<Float>

extension SIMD8 where Scalar == Float {
  /// Puts one number into all lanes.
  @inlinable @inline(__always)
  public static func splat(_ value: Float) -> Self { rivulet_float_broadcast(value) }

  /// Reads eight consecutive numbers.
  @inlinable @inline(__always)
  public init(at address: UnsafePointer<Float>) { self = rivulet_float_load(address) }

  /// Writes the lanes to eight consecutive numbers.
  @inlinable @inline(__always)
  public func store(to address: UnsafeMutablePointer<Float>) { rivulet_float_store(self, address) }
}

extension SIMD8 where Scalar == Float {
  /// Adds lane by lane.
  @inlinable @inline(__always)
  public static func + (a: Self, b: Self) -> Self { rivulet_float_add(a, b) }

  /// Subtracts lane by lane.
  @inlinable @inline(__always)
  public static func - (a: Self, b: Self) -> Self { rivulet_float_subtract(a, b) }

  /// Multiplies lane by lane.
  @inlinable @inline(__always)
  public static func * (a: Self, b: Self) -> Self { rivulet_float_multiply(a, b) }

  /// Divides lane by lane.
  @inlinable @inline(__always)
  public static func / (a: Self, b: Self) -> Self { rivulet_float_divide(a, b) }

  /// Returns the square root of each lane.
  @inlinable @inline(__always)
  public func squareRoot() -> Self { rivulet_float_square_root(self) }

  /// Returns the smaller number of each lane, and that of `other` if one is NaN.
  @inlinable @inline(__always)
  public func minimum(_ other: Self) -> Self { rivulet_float_minimum(self, other) }

  /// Returns the larger number of each lane, and that of `other` if one is NaN.
  @inlinable @inline(__always)
  public func maximum(_ other: Self) -> Self { rivulet_float_maximum(self, other) }

  /// Returns `a + x b` for each lane x.
  @inlinable @inline(__always)
  public func line(_ a: Float, _ b: Float) -> Self { .splat(a) + self * .splat(b) }

  /// The sum of the lanes, in pairs at distance four, two and one.
  @inlinable @inline(__always)
  public var sumOfLanes: Float {
    let a0 = self[0] + self[4]
    let a1 = self[1] + self[5]
    let a2 = self[2] + self[6]
    let a3 = self[3] + self[7]
    return (a0 + a2) + (a1 + a3)
  }

  /// The lanes in double precision, exact.
  @inlinable @inline(__always)
  public var widened: DoubleLanes { rivulet_double_from_float(self) }

  /// Rounds numbers in double precision to nearest.
  @inlinable @inline(__always)
  public init(rounding numbers: DoubleLanes) { self = rivulet_float_from_double(numbers) }
}
