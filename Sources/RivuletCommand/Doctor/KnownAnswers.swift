import Rivulet

/// A function whose output is known, computed again on this machine.
struct KnownAnswer: Sendable, Hashable {
  /// What is computed.
  let name: String
  /// What others publish, or what the release pins.
  let expected: String
  /// What this machine computes.
  let computed: String

  /// Whether the two agree.
  var isRight: Bool { expected == computed }

  /// Philox4x32-10 and SHA-256, on which every number and every digest rests, and the mathematics.
  ///
  /// Sources: `kat_vectors` of Random123 (zeros, ones, digits of pi); FIPS 180-2, appendix B. The bits
  /// of exp, log and sin are those of the nearest double, from tables made with 40 digits: the functions
  /// promise a small bound only, but at these arguments they are right to the last bit. The normals of
  /// the key 7 are the bits that this release pins; each lies within the 4 units in the last place
  /// that `RandomKey.standardNormals` states. The mathematics digest is pinned by the release too.
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
      bits(
        "exp of -1, 0.5, 1, 2", [-1, 0.5, 1, 2].map(Elementary.exp),
        "3fd78b56362cef38 3ffa61298e1e069c 4005bf0a8b145769 401d8e64b8d4ddae"),
      bits(
        "log of 0.5, 2, 10", [0.5, 2, 10].map(Elementary.log),
        "bfe62e42fefa39ef 3fe62e42fefa39ef 40026bb1bbb55516"),
      bits(
        "sin of 0.5, 1, 2, 1e22", [0.5, 1, 2, 1e22].map(Elementary.sin),
        "3fdeaee8744b05f0 3feaed548f090cee 3fed18f6ead1b446 bfeb453ab76bf397"),
      bits(
        "first normals of key 7", RandomKey(seed: 7).standardNormals(count: 4),
        "3f331bb17b148695 bfd3829ceeef8a08 3ffc9ec006bda408 3ff1160171d73022"),
      KnownAnswer(
        name: "mathematics digest", expected: MathematicsDigest.expected,
        computed: MathematicsDigest.value),
    ]
  }

  private static func philox(
    _ name: String, _ counter: SIMD4<UInt32>, _ key: UInt64, _ published: String
  ) -> KnownAnswer {
    let block = Philox.block(counter: counter, key: key)
    let words = (0..<4).map { hexadecimal(block[$0]) }
    return KnownAnswer(
      name: "Philox4x32-10 \(name)", expected: published,
      computed: words.joined(separator: " "))
  }

  private static func bits(_ name: String, _ values: [Double], _ expected: String) -> KnownAnswer {
    let words = values.map { value in
      hexadecimal(UInt32(truncatingIfNeeded: value.bitPattern >> 32))
        + hexadecimal(UInt32(truncatingIfNeeded: value.bitPattern))
    }
    return KnownAnswer(name: name, expected: expected, computed: words.joined(separator: " "))
  }

  private static func sha256(_ text: String, _ published: String) -> KnownAnswer {
    var digest = Digest()
    digest.update(text)
    return KnownAnswer(
      name: "SHA-256 of \(text.utf8.count) bytes", expected: published,
      computed: digest.hexadecimal)
  }

  private static func hexadecimal(_ word: UInt32) -> String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }
}
