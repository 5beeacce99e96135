/// A 256-bit digest (SHA-256, FIPS 180-4) of bytes, as lower-case hexadecimal digits.
///
/// What is taken in is a plain sequence of bytes: neither lengths nor types are marked, so whoever
/// digests fields one after the other separates them.
public struct Digest: Sendable {
  /// The eight words of the chaining value.
  private var words: [UInt32]
  /// The bytes that do not fill a block of 64 yet.
  private var pending: [UInt8]
  /// The number of bytes taken in.
  private var byteCount: UInt64

  /// Makes the digest of nothing yet.
  public init() {
    words = Self.initialWords
    pending = []
    pending.reserveCapacity(64)
    byteCount = 0
  }

  /// Takes in bytes.
  ///
  /// - Parameter bytes: Any number of bytes; cutting them otherwise changes nothing.
  public mutating func update(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { take(byte) }
  }

  /// Takes in the bytes of a text (UTF-8).
  ///
  /// - Parameter text: The text; nothing marks its end.
  public mutating func update(_ text: String) { update(text.utf8) }

  /// Takes in the bits of a number, least significant byte first.
  ///
  /// - Parameter number: Any number: zeros of either sign and NaNs of any payload differ.
  public mutating func update(_ number: Double) { update(number.bitPattern) }

  /// Takes in an integer, least significant byte first.
  ///
  /// - Parameter number: Any integer; eight bytes.
  public mutating func update(_ number: UInt64) {
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
      take(UInt8(truncatingIfNeeded: number >> shift))
    }
  }

  /// Takes in an integer as 64 bits in two's complement, least significant byte first.
  ///
  /// - Parameter number: Any integer; eight bytes.
  public mutating func update(_ number: Int) { update(UInt64(bitPattern: Int64(number))) }

  /// The digest of everything taken in so far, as 64 hexadecimal digits.
  ///
  /// Reading it ends nothing: more can be taken in afterwards.
  public var hexadecimal: String {
    var text = ""
    for word in finished() {
      let digits = String(word, radix: 16)
      text += String(repeating: "0", count: 8 - digits.count) + digits
    }
    return text
  }

  /// Returns the chaining value after a one bit, zeros and the length in bits (section 5.1.1).
  private func finished() -> [UInt32] {
    var copy = self
    let bits = byteCount &* 8
    copy.take(0x80)
    while copy.pending.count != 56 { copy.take(0) }
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      copy.take(UInt8(truncatingIfNeeded: bits >> shift))
    }
    return copy.words
  }

  /// Takes in one byte.
  private mutating func take(_ byte: UInt8) {
    pending.append(byte)
    byteCount &+= 1
    if pending.count == 64 {
      compress()
      pending.removeAll(keepingCapacity: true)
    }
  }

  /// Takes the full block into the chaining value (section 6.2.2).
  private mutating func compress() {
    let constants = Self.constants
    var schedule = [UInt32](repeating: 0, count: 64)
    for index in 0..<16 {
      let high = UInt32(pending[4 * index]) << 24 | UInt32(pending[4 * index + 1]) << 16
      schedule[index] =
        high | UInt32(pending[4 * index + 2]) << 8 | UInt32(pending[4 * index + 3])
    }
    for index in 16..<64 {
      let early = schedule[index - 15]
      let late = schedule[index - 2]
      let sigma0 = rotated(early, 7) ^ rotated(early, 18) ^ (early >> 3)
      let sigma1 = rotated(late, 17) ^ rotated(late, 19) ^ (late >> 10)
      schedule[index] = schedule[index - 16] &+ sigma0 &+ schedule[index - 7] &+ sigma1
    }
    var (a, b, c, d) = (words[0], words[1], words[2], words[3])
    var (e, f, g, h) = (words[4], words[5], words[6], words[7])
    for round in 0..<64 {
      let sum1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
      let choice = (e & f) ^ (~e & g)
      let first = h &+ sum1 &+ choice &+ constants[round] &+ schedule[round]
      let sum0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
      let majority = (a & b) ^ (a & c) ^ (b & c)
      (h, g, f, e) = (g, f, e, d &+ first)
      (d, c, b, a) = (c, b, a, first &+ sum0 &+ majority)
    }
    for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { words[index] &+= word }
  }

  /// Returns `word` rotated right.
  private func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 {
    (word >> count) | (word << (32 - count))
  }
}
