/// A key of the random streams: a 64-bit Philox key derived from a seed through named children.
///
/// Stream version 1:
///
/// - The root key of a seed is the seed.
/// - The key of a child is words 0 (lower half) and 1 (upper half) of one Philox4x32-10 block under
///   the parent's key. The counter is (low half of n, high half of n, tag, 0xFFFFFFFF), where n is
///   the child's number and tag 1, or n the 64-bit FNV-1a hash of the child's name in UTF-8 and tag 2.
/// - The numbers drawn under a key come from the blocks with the counter (block, step, node, root).
///   The root 0xFFFFFFFF is no address, so no draw ever sees a block that made a key.
///
/// Two draws of one key at one address share their words, whatever they are used for: each purpose
/// takes a child of its own.
public struct RandomKey: Sendable, Hashable {
  /// The version of the layout; any change that moves a draw raises it.
  public static let streamVersion = 1

  /// The Philox key, word 0 in the lower half.
  public let word: UInt64

  /// Makes the root key of a seed.
  ///
  /// - Parameter seed: Any number.
  public init(seed: UInt64) { word = seed }

  /// Returns the child with the given number.
  ///
  /// - Parameter index: Any number; numbers and names do not meet.
  /// - Returns: A key whose draws are independent of the parent's and of every other child's.
  public func child(_ index: UInt64) -> RandomKey { child(index, tag: 1) }

  /// Returns the child with the given name.
  ///
  /// - Parameter name: Any text; its UTF-8 bytes decide, without normalisation.
  /// - Returns: A key whose draws are independent of the parent's and of every other child's.
  public func child(_ name: String) -> RandomKey {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return child(hash, tag: 2)
  }

  private func child(_ number: UInt64, tag: UInt32) -> RandomKey {
    let low = UInt32(truncatingIfNeeded: number)
    let block = Philox.block(
      counter: SIMD4(low, UInt32(number >> 32), tag, NoiseAddress.reservedRoot), key: word)
    return RandomKey(seed: UInt64(block[1]) << 32 | UInt64(block[0]))
  }
}
