public import CRivuletLanes

/// Eight rows of eight numbers, to be transposed.
@frozen
public struct EightRows {
  /// The first row, or column.
  public var r0: FloatLanes
  /// The second.
  public var r1: FloatLanes
  /// The third.
  public var r2: FloatLanes
  /// The fourth.
  public var r3: FloatLanes
  /// The fifth.
  public var r4: FloatLanes
  /// The sixth.
  public var r5: FloatLanes
  /// The seventh.
  public var r6: FloatLanes
  /// The eighth.
  public var r7: FloatLanes

  /// Makes a block from its rows.
  @inlinable @inline(__always)
  public init(
    _ r0: FloatLanes, _ r1: FloatLanes, _ r2: FloatLanes, _ r3: FloatLanes,
    _ r4: FloatLanes, _ r5: FloatLanes, _ r6: FloatLanes, _ r7: FloatLanes
  ) {
    self.r0 = r0
    self.r1 = r1
    self.r2 = r2
    self.r3 = r3
    self.r4 = r4
    self.r5 = r5
    self.r6 = r6
    self.r7 = r7
  }

  /// The block with rows and columns exchanged.
  @inlinable @inline(__always)
  public var transposed: EightRows {
    let a0 = rivulet_float_unpack_low(r0, r1)
    let a1 = rivulet_float_unpack_high(r0, r1)
    let a2 = rivulet_float_unpack_low(r2, r3)
    let a3 = rivulet_float_unpack_high(r2, r3)
    let a4 = rivulet_float_unpack_low(r4, r5)
    let a5 = rivulet_float_unpack_high(r4, r5)
    let a6 = rivulet_float_unpack_low(r6, r7)
    let a7 = rivulet_float_unpack_high(r6, r7)
    let b0 = rivulet_float_pairs_low(a0, a2)
    let b1 = rivulet_float_pairs_high(a0, a2)
    let b2 = rivulet_float_pairs_low(a1, a3)
    let b3 = rivulet_float_pairs_high(a1, a3)
    let b4 = rivulet_float_pairs_low(a4, a6)
    let b5 = rivulet_float_pairs_high(a4, a6)
    let b6 = rivulet_float_pairs_low(a5, a7)
    let b7 = rivulet_float_pairs_high(a5, a7)
    return EightRows(
      rivulet_float_halves_low(b0, b4), rivulet_float_halves_low(b1, b5),
      rivulet_float_halves_low(b2, b6), rivulet_float_halves_low(b3, b7),
      rivulet_float_halves_high(b0, b4), rivulet_float_halves_high(b1, b5),
      rivulet_float_halves_high(b2, b6), rivulet_float_halves_high(b3, b7))
  }

  /// The sum of each row: its numbers in pairs of distance one, two and four.
  @inlinable @inline(__always)
  public var sums: FloatLanes {
    let pairs0 = Self.pairs(r0, r1)
    let pairs2 = Self.pairs(r2, r3)
    let pairs4 = Self.pairs(r4, r5)
    let pairs6 = Self.pairs(r6, r7)
    let fours0 = Self.pairs(pairs0, pairs2)
    let fours4 = Self.pairs(pairs4, pairs6)
    let low = rivulet_float_halves_low(fours0, fours4)
    return low + rivulet_float_halves_high(fours0, fours4)
  }

  /// The sums of neighbours in two vectors, half by half.
  @inlinable @inline(__always)
  static func pairs(_ a: FloatLanes, _ b: FloatLanes) -> FloatLanes {
    rivulet_float_even(a, b) + rivulet_float_odd(a, b)
  }
}
