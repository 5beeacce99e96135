public import CRivuletLanes

/// Eight patterns of 64 bits: those of eight numbers, or a mask with all ones where a test holds.
public typealias BitLanes = SIMD8<Int64>

extension SIMD8 where Scalar == Double {
  /// The bits of each lane.
  @inlinable @inline(__always)
  public var bits: BitLanes { rivulet_bits_of(self) }

  /// Reads each pattern as a number.
  @inlinable @inline(__always)
  public init(bits: BitLanes) { self = rivulet_double_of(bits) }

  /// The numbers without their signs.
  @inlinable @inline(__always)
  public var magnitude: Self {
    Self(bits: bits & BitLanes.splat(0x7fff_ffff_ffff_ffff))
  }

  /// The sign bit of each lane, with all other bits clear.
  @inlinable @inline(__always)
  public var signBits: BitLanes { bits & BitLanes.splat(.min) }

  /// The upper half of each significand: 26 bits, so that the product of two such is exact.
  @inlinable @inline(__always)
  public var upperHalf: Self { Self(bits: bits & BitLanes.splat(-0x800_0000)) }

  /// Returns a mask of the lanes that are less than those of `other`; false for NaN.
  @inlinable @inline(__always)
  public func isLess(than other: Self) -> BitLanes { rivulet_less(self, other) }

  /// Returns a mask of the lanes that are less than or equal to those of `other`; false for NaN.
  @inlinable @inline(__always)
  public func isAtMost(_ other: Self) -> BitLanes { rivulet_less_or_equal(self, other) }

  /// Returns a mask of the lanes that equal those of `other`; false for NaN.
  @inlinable @inline(__always)
  public func isEqual(to other: Self) -> BitLanes { rivulet_equal(self, other) }
}

extension SIMD8 where Scalar == Int64 {
  /// Puts one pattern into all lanes.
  @inlinable @inline(__always)
  public static func splat(_ value: Int64) -> Self { rivulet_broadcast_bits(value) }

  /// Returns the bits that both have.
  @inlinable @inline(__always)
  public static func & (a: Self, b: Self) -> Self { rivulet_and(a, b) }

  /// Returns the bits that at least one has.
  @inlinable @inline(__always)
  public static func | (a: Self, b: Self) -> Self { rivulet_or(a, b) }

  /// Returns the bits that exactly one has.
  @inlinable @inline(__always)
  public static func ^ (a: Self, b: Self) -> Self { rivulet_exclusive_or(a, b) }

  /// Adds the patterns as integers modulo 2^64.
  @inlinable @inline(__always)
  public func adding(_ other: Self) -> Self { rivulet_add_bits(self, other) }

  /// Subtracts the patterns as integers modulo 2^64.
  @inlinable @inline(__always)
  public func subtracting(_ other: Self) -> Self { rivulet_subtract_bits(self, other) }

  /// Moves the bits of each lane up by `distance`, 0 to 63, and brings in zeros.
  @inlinable @inline(__always)
  public func shiftedUp(by distance: Int32) -> Self { rivulet_shift_left(self, distance) }

  /// Moves the bits of each lane down by `distance`, 0 to 63, and brings in zeros.
  @inlinable @inline(__always)
  public func shiftedDown(by distance: Int32) -> Self { rivulet_shift_right(self, distance) }

  /// Returns `chosen` in the lanes whose highest bit is set, as all of a mask's are, else `other`.
  @inlinable @inline(__always)
  public func select(_ chosen: DoubleLanes, else other: DoubleLanes) -> DoubleLanes {
    rivulet_select(self, chosen, other)
  }

  /// Whether any bit of any lane is set.
  @inlinable @inline(__always)
  public var isAnySet: Bool { rivulet_any(self) }
}
