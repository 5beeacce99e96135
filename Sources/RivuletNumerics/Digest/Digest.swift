/// A 256-bit digest (SHA-256) of bytes, as lower-case hexadecimal digits.
public struct Digest: Sendable {
  /// Makes the digest of nothing yet.
  public init() {}
  /// Takes in the bytes of a text (UTF-8).
  public mutating func update(_ text: String) {}
  /// Takes in the bits of a number, least significant byte first.
  public mutating func update(_ number: Double) {}
  /// Takes in an integer, least significant byte first.
  public mutating func update(_ number: UInt64) {}
  /// The digest of everything taken in so far, as 64 hexadecimal digits.
  public var hexadecimal: String { "" }
}
