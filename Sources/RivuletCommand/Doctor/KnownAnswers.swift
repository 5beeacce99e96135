import Rivulet

/// A function whose output is published, computed again on this machine.
struct KnownAnswer: Sendable, Hashable {
  /// What is computed.
  let name: String
  /// What others publish.
  let published: String
  /// What this machine computes.
  let computed: String

  /// Whether the two agree.
  var isRight: Bool { published == computed }

  /// Philox4x32-10 and SHA-256, on which every number and every digest rests.
  ///
  /// Sources: `kat_vectors` of Random123 (zeros, ones, digits of pi); FIPS 180-2, appendix B.
  static var all: [KnownAnswer] {
    [
      philox("zeros", SIMD4(repeating: 0), 0, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
      philox("ones", SIMD4(repeating: .max), .max, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
      philox(
        "pi", SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344), 0x299f_31d0_a409_3822,
        "d16cfe09 94fdcceb 5001e420 24126ea1"),
      sha256(
        "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      sha256(
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
    ]
  }

  private static func philox(
    _ name: String, _ counter: SIMD4<UInt32>, _ key: UInt64, _ published: String
  ) -> KnownAnswer {
    let block = Philox.block(counter: counter, key: key)
    let words = (0..<4).map { hexadecimal(block[$0]) }
    return KnownAnswer(
      name: "Philox4x32-10 \(name)", published: published,
      computed: words.joined(separator: " "))
  }

  private static func sha256(_ text: String, _ published: String) -> KnownAnswer {
    var digest = Digest()
    digest.update(text)
    return KnownAnswer(
      name: "SHA-256 of \(text.utf8.count) bytes", published: published,
      computed: digest.hexadecimal)
  }

  private static func hexadecimal(_ word: UInt32) -> String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
