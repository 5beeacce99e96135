public import CRivuletLanes

/// Eight numbers in double precision: the unit in which kernels compute on every processor.
public typealias DoubleLanes = SIMD8<Double>

extension SIMD8 where Scalar == Double {
  /// Adds lane by lane.
  @inlinable @inline(__always)
  public static func + (a: Self, b: Self) -> Self { rivulet_add(a, b) }

  /// Subtracts lane by lane.
  @inlinable @inline(__always)
  public static func - (a: Self, b: Self) -> Self { rivulet_subtract(a, b) }

  /// Multiplies lane by lane.
  @inlinable @inline(__always)
  public static func * (a: Self, b: Self) -> Self { rivulet_multiply(a, b) }

  /// Divides lane by lane.
  @inlinable @inline(__always)
  public static func / (a: Self, b: Self) -> Self { rivulet_divide(a, b) }

  /// Returns the square root of each lane.
  @inlinable @inline(__always)
  public func squareRoot() -> Self { rivulet_square_root(self) }
}
