public import CRivuletLanes

/// Eight numbers in double precision: the unit in which kernels compute on every processor.
///
/// Only modules that are compiled with the same processor flags may pass lanes to each other,
/// because the flags decide in which registers lanes travel. Everything above RivuletKernels calls
/// functions of pointers and scalars.
public typealias DoubleLanes = SIMD8<Double>

extension SIMD8 where Scalar == Double {
  /// Puts one number into all lanes.
  @inlinable @inline(__always)
  public static func splat(_ value: Double) -> Self { rivulet_broadcast(value) }

  /// Reads eight consecutive numbers.
  @inlinable @inline(__always)
  public init(at address: UnsafePointer<Double>) { self = rivulet_load(address) }

  /// Writes the lanes to eight consecutive numbers.
  @inlinable @inline(__always)
  public func store(to address: UnsafeMutablePointer<Double>) { rivulet_store(self, address) }
}

// The standard library works on floating-point vectors lane by lane; these overloads are one
// instruction a register and win over the generic ones, so formulas read unchanged.
extension SIMD8 where Scalar == Double {
  /// Adds lane by lane.
  @inlinable @inline(__always)
  public static func + (a: Self, b: Self) -> Self { rivulet_add(a, b) }

  /// Adds one number to all lanes.
  @inlinable @inline(__always)
  public static func + (a: Self, b: Double) -> Self { rivulet_add(a, rivulet_broadcast(b)) }

  /// Adds one number and each lane.
  @inlinable @inline(__always)
  public static func + (a: Double, b: Self) -> Self { rivulet_add(rivulet_broadcast(a), b) }

  /// Subtracts lane by lane.
  @inlinable @inline(__always)
  public static func - (a: Self, b: Self) -> Self { rivulet_subtract(a, b) }

  /// Subtracts one number from all lanes.
  @inlinable @inline(__always)
  public static func - (a: Self, b: Double) -> Self { rivulet_subtract(a, rivulet_broadcast(b)) }

  /// Subtracts each lane from one number.
  @inlinable @inline(__always)
  public static func - (a: Double, b: Self) -> Self { rivulet_subtract(rivulet_broadcast(a), b) }

  /// Multiplies lane by lane.
  @inlinable @inline(__always)
  public static func * (a: Self, b: Self) -> Self { rivulet_multiply(a, b) }

  /// Multiplies all lanes by one number.
  @inlinable @inline(__always)
  public static func * (a: Self, b: Double) -> Self { rivulet_multiply(a, rivulet_broadcast(b)) }

  /// Multiplies one number by each lane.
  @inlinable @inline(__always)
  public static func * (a: Double, b: Self) -> Self { rivulet_multiply(rivulet_broadcast(a), b) }

  /// Divides lane by lane.
  @inlinable @inline(__always)
  public static func / (a: Self, b: Self) -> Self { rivulet_divide(a, b) }

  /// Divides all lanes by one number.
  @inlinable @inline(__always)
  public static func / (a: Self, b: Double) -> Self { rivulet_divide(a, rivulet_broadcast(b)) }

  /// Divides one number by each lane.
  @inlinable @inline(__always)
  public static func / (a: Double, b: Self) -> Self { rivulet_divide(rivulet_broadcast(a), b) }

  /// Returns the square root of each lane.
  @inlinable @inline(__always)
  public func squareRoot() -> Self { rivulet_square_root(self) }

  /// Returns the smaller number of each lane, and that of `other` if one is NaN.
  @inlinable @inline(__always)
  public func minimum(_ other: Self) -> Self { rivulet_minimum(self, other) }

  /// Returns the larger number of each lane, and that of `other` if one is NaN.
  @inlinable @inline(__always)
  public func maximum(_ other: Self) -> Self { rivulet_maximum(self, other) }
}
