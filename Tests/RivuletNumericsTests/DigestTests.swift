import RivuletNumerics
import Testing

/// Known answers: the examples of FIPS 180-4 (and of NIST's page of example values).
struct DigestTests {
  private func digest(_ text: String) -> String {
    var digest = Digest()
    digest.update(text)
    return digest.hexadecimal
  }

  @Test func `nothing has its known digest`() {
    #expect(
      Digest().hexadecimal == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test func `abc has its known digest`() {
    #expect(
      digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  }

  @Test func `a text of 56 letters, which pads into a second block, has its known digest`() {
    #expect(
      digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
        == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
  }

  @Test func `a million letters have their known digest`() {
    #expect(
      digest(String(repeating: "a", count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  @Test func `reading a digest ends nothing and cuts do not matter`() {
    var pieces = Digest()
    for letter in ["a", "", "b", "c"] {
      pieces.update(letter)
      _ = pieces.hexadecimal
    }
    #expect(pieces.hexadecimal == digest("abc"))
  }

  @Test func `numbers enter as their bits, least significant byte first`() {
    var numbers = Digest()
    numbers.update(1.5)
    numbers.update(UInt64(0x0102_0304_0506_0708))
    numbers.update(-2)
    var bytes = Digest()
    // 1.5 is 0x3FF8000000000000; -2 is all ones but the last bit.
    bytes.update([0, 0, 0, 0, 0, 0, 0xF8, 0x3F] as [UInt8])
    bytes.update([8, 7, 6, 5, 4, 3, 2, 1] as [UInt8])
    bytes.update([0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF] as [UInt8])
    #expect(numbers.hexadecimal == bytes.hexadecimal)
  }

  @Test func `zeros of either sign differ`() {
    var positive = Digest()
    positive.update(0.0)
    var negative = Digest()
    negative.update(-0.0)
    #expect(positive.hexadecimal != negative.hexadecimal)
  }
}
