public import CRivuletLanes

/// Eight 64-bit words, most often with a 32-bit number in the lower half of each.
public typealias WordLanes = SIMD8<UInt64>

extension SIMD8 where Scalar == UInt64 {
  /// Returns eight copies of one word.
  @inlinable @inline(__always)
  public static func splat(_ word: UInt64) -> Self { rivulet_word_splat(word) }

  /// Returns eight consecutive 32-bit numbers from the given one on, modulo 2^32.
  @inlinable @inline(__always)
  public static func counting(from first: UInt32) -> Self {
    rivulet_word_and(
      rivulet_word_add(rivulet_word_splat(UInt64(first)), Self(0, 1, 2, 3, 4, 5, 6, 7)),
      rivulet_word_splat(0xFFFF_FFFF))
  }

  /// Adds lane by lane, modulo 2^64.
  @inlinable @inline(__always)
  public static func &+ (a: Self, b: Self) -> Self { rivulet_word_add(a, b) }

  /// Keeps the bits that both have.
  @inlinable @inline(__always)
  public static func & (a: Self, b: Self) -> Self { rivulet_word_and(a, b) }

  /// Joins the bits of both.
  @inlinable @inline(__always)
  public static func | (a: Self, b: Self) -> Self { rivulet_word_or(a, b) }

  /// Keeps the bits in which they differ.
  @inlinable @inline(__always)
  public static func ^ (a: Self, b: Self) -> Self { rivulet_word_xor(a, b) }

  /// Shifts every lane to the left by the same number of bits, 0 to 63.
  @inlinable @inline(__always)
  public func shiftedLeft(_ bits: UInt64) -> Self { rivulet_word_shift_left(self, bits) }

  /// Shifts every lane to the right by the same number of bits, 0 to 63, filling with zeros.
  @inlinable @inline(__always)
  public func shiftedRight(_ bits: UInt64) -> Self { rivulet_word_shift_right(self, bits) }

  /// Returns the 64-bit product of the lower halves of each lane; the upper halves do not matter.
  @inlinable @inline(__always)
  public static func productOfLowHalves(_ a: Self, _ b: Self) -> Self {
    rivulet_word_multiply_low_halves(a, b)
  }

  /// The numbers whose IEEE bits these words are.
  @inlinable @inline(__always)
  public var asNumbers: DoubleLanes { rivulet_double_of_words(self) }

  /// Takes `a` where the sign bit of this mask is set, `b` elsewhere.
  @inlinable @inline(__always)
  public func selectBySign(_ a: DoubleLanes, _ b: DoubleLanes) -> DoubleLanes {
    rivulet_select_by_sign(self, a, b)
  }
}

extension SIMD8 where Scalar == Double {
  /// The IEEE bits of each number.
  @inlinable @inline(__always)
  public var asWords: WordLanes { rivulet_words_of(self) }
}
