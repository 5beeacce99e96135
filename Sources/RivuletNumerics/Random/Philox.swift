/// The block cipher Philox4x32-10, one block at a time: the reference that the kernels must match.
///
/// Source: Salmon, Moraes, Dror and Shaw, Parallel random numbers: as easy as 1, 2, 3 (SC 2011);
/// known answers of their library Random123.
public enum Philox {
  /// Returns the four words of one block.
  ///
  ///     (hi0, lo0) = 0xD2511F53 c0,  (hi1, lo1) = 0xCD9E8D57 c2
  ///     c <- (hi1 ^ c1 ^ k0, lo1, hi0 ^ c3 ^ k1, lo0),   k <- k + (0x9E3779B9, 0xBB67AE85)
  ///
  /// ten times.
  ///
  /// - Parameters:
  ///   - counter: The counter c, word 0 first.
  ///   - key: The key, word 0 in its lower half, word 1 in its upper half.
  /// - Returns: The four words; for a fixed key a permutation of the counters.
  public static func block(counter: SIMD4<UInt32>, key: UInt64) -> SIMD4<UInt32> {
    var words = counter
    var key0 = UInt32(truncatingIfNeeded: key)
    var key1 = UInt32(truncatingIfNeeded: key >> 32)
    for _ in 0..<10 {
      let product0 = UInt64(words[0]) * 0xD251_1F53
      let product1 = UInt64(words[2]) * 0xCD9E_8D57
      words = SIMD4(
        UInt32(product1 >> 32) ^ words[1] ^ key0, UInt32(truncatingIfNeeded: product1),
        UInt32(product0 >> 32) ^ words[3] ^ key1, UInt32(truncatingIfNeeded: product0))
      key0 &+= 0x9E37_79B9
      key1 &+= 0xBB67_AE85
    }
    return words
  }
}
