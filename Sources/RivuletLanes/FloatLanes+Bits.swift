public import CRivuletLanes

/// Eight patterns of 32 bits: those of eight numbers, or a mask with all ones where a test holds.
public typealias HalfLanes = SIMD8<Int32>

extension SIMD8 where Scalar == Int32 {
  /// Puts one pattern into all lanes.
  @inlinable @inline(__always)
  public static func splat(_ value: Int32) -> Self { rivulet_int_broadcast(value) }

  /// Returns the bits that both have.
  @inlinable @inline(__always)
  public static func & (a: Self, b: Self) -> Self { rivulet_int_and(a, b) }

  /// Returns the bits that at least one has.
  @inlinable @inline(__always)
  public static func | (a: Self, b: Self) -> Self { rivulet_int_or(a, b) }

  /// Returns the bits that exactly one has.
  @inlinable @inline(__always)
  public static func ^ (a: Self, b: Self) -> Self { rivulet_int_xor(a, b) }

  /// Adds the patterns as integers modulo 2^32.
  @inlinable @inline(__always)
  public func adding(_ other: Self) -> Self { rivulet_int_add(self, other) }

  /// Subtracts the patterns as integers modulo 2^32.
  @inlinable @inline(__always)
  public func subtracting(_ other: Self) -> Self { rivulet_int_subtract(self, other) }

  /// Moves the bits of each lane up by `distance`, 0 to 31, and brings in zeros.
  @inlinable @inline(__always)
  public func shiftedUp(by distance: Int32) -> Self { rivulet_int_shift_left(self, distance) }

  /// Moves the bits of each lane down by `distance`, 0 to 31, and brings in zeros.
  @inlinable @inline(__always)
  public func shiftedDown(by distance: Int32) -> Self { rivulet_int_shift_right(self, distance) }

  /// Returns `chosen` in the lanes whose highest bit is set, as all of a mask's are, else `other`.
  @inlinable @inline(__always)
  public func select(_ chosen: FloatLanes, else other: FloatLanes) -> FloatLanes {
    rivulet_float_select(self, chosen, other)
  }

  /// The numbers whose IEEE bits these are.
  @inlinable @inline(__always)
  public var asNumbers: FloatLanes { rivulet_float_of(self) }

  /// The integers as numbers, rounded to nearest.
  @inlinable @inline(__always)
  public var converted: FloatLanes { rivulet_float_from_int(self) }

  /// Takes the lower halves of eight words that stand in the order of ``SIMD8/pairedCounting(from:)``.
  @inlinable @inline(__always)
  public init(pairedWords: WordLanes) { self = rivulet_int_from_paired_words(pairedWords) }
}

extension SIMD8 where Scalar == UInt64 {
  /// Returns eight consecutive 32-bit numbers, modulo 2^32, in the order 0 1 4 5 2 3 6 7.
  ///
  /// In this order the lower halves of two registers join into one in a single instruction.
  @inlinable @inline(__always)
  public static func pairedCounting(from first: UInt32) -> Self {
    rivulet_word_and(
      rivulet_word_add(rivulet_word_splat(UInt64(first)), Self(0, 1, 4, 5, 2, 3, 6, 7)),
      rivulet_word_splat(0xFFFF_FFFF))
  }
}

extension SIMD8 where Scalar == Float {
  /// The IEEE bits of each number.
  @inlinable @inline(__always)
  public var bits: HalfLanes { rivulet_int_of(self) }

  /// Returns a mask of the lanes that are less than those of `other`; false for NaN.
  @inlinable @inline(__always)
  public func isLess(than other: Self) -> HalfLanes { rivulet_float_less(self, other) }

  /// Returns a mask of the lanes that are less than or equal to those of `other`; false for NaN.
  @inlinable @inline(__always)
  public func isAtMost(_ other: Self) -> HalfLanes { rivulet_float_less_or_equal(self, other) }
}
