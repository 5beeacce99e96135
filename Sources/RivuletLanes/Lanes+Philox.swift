/// Eight blocks of Philox4x32-10 at once, one a lane.
///
/// Each of the four counter words stands in the lower half of a 64-bit lane. The upper halves hold
/// leftovers: a round multiplies lower halves only and moves upper halves down, so nothing has to be
/// cleared between rounds.
///
///     (hi0, lo0) = 0xD2511F53 c0,  (hi1, lo1) = 0xCD9E8D57 c2
///     c <- (hi1 ^ c1 ^ k0, lo1, hi0 ^ c3 ^ k1, lo0),   k <- k + (0x9E3779B9, 0xBB67AE85)
///
/// Source: Salmon, Moraes, Dror and Shaw, Parallel random numbers: as easy as 1, 2, 3 (SC 2011).
public struct PhiloxLanes {
  /// The first word of each block; only the lower half counts.
  public var word0: WordLanes
  /// The second word of each block; only the lower half counts.
  public var word1: WordLanes
  /// The third word of each block; only the lower half counts.
  public var word2: WordLanes
  /// The fourth word of each block; only the lower half counts.
  public var word3: WordLanes

  /// Makes the blocks of eight counters under one key.
  ///
  /// - Parameters:
  ///   - counter0: The first counter word of each lane, in the lower half.
  ///   - counter1: The second.
  ///   - counter2: The third.
  ///   - counter3: The fourth.
  ///   - key: The key: word 0 in the lower half, word 1 in the upper half.
  @inlinable @inline(__always)
  public init(
    _ counter0: WordLanes, _ counter1: WordLanes, _ counter2: WordLanes, _ counter3: WordLanes,
    key: UInt64
  ) {
    word0 = counter0
    word1 = counter1
    word2 = counter2
    word3 = counter3
    // Written out, because the compiler does not unroll a loop of this size by itself.
    mix(0, key)
    mix(1, key)
    mix(2, key)
    mix(3, key)
    mix(4, key)
    mix(5, key)
    mix(6, key)
    mix(7, key)
    mix(8, key)
    mix(9, key)
  }

  @inlinable @inline(__always)
  mutating func mix(_ round: UInt64, _ key: UInt64) {
    let product0 = WordLanes.productOfLowHalves(word0, .splat(0xD251_1F53))
    let product1 = WordLanes.productOfLowHalves(word2, .splat(0xCD9E_8D57))
    // Carries into the upper halves stay: where the compiler knew that those are zero, it would put
    // two products in place of one.
    let round0 = WordLanes.splat(key &+ round &* 0x9E37_79B9)
    let round1 = WordLanes.splat((key >> 32) &+ round &* 0xBB67_AE85)
    word0 = product1.shiftedRight(32) ^ (word1 ^ round0)
    word1 = product1
    word2 = product0.shiftedRight(32) ^ (word3 ^ round1)
    word3 = product0
  }
}
