import RivuletNumerics
import RivuletTraining
import Testing

struct CheckpointTests {
  private static let digest = String(repeating: "0123456789abcdef", count: 4)

  private static let sample = Checkpoint(
    iteration: 7, recipeDigest: digest, streamVersion: 1,
    arrays: [
      Checkpoint.NamedArray("weights", .floats([1, -0.0, .infinity])),
      Checkpoint.NamedArray("means", .doubles([0.1, .leastNonzeroMagnitude])),
      Checkpoint.NamedArray("state", .words([.max, 0])),
      Checkpoint.NamedArray("leer/ä", .words([])),
    ])

  private static func error(_ bytes: [UInt8]) -> CheckpointError? {
    do {
      _ = try Checkpoint(bytes: bytes, recipeDigest: digest, streamVersion: 1)
      return nil
    } catch {
      return error
    }
  }

  @Test func `bytes follow the layout, least significant first`() throws {
    let bytes = Checkpoint(
      iteration: 258, recipeDigest: Self.digest, streamVersion: 1,
      arrays: [Checkpoint.NamedArray("w", .floats([1]))]
    ).bytes
    // Written by hand from the layout; 1 is 3F800000 in single precision.
    #expect(Array(bytes[..<8]) == [0x89, 0x52, 0x56, 0x43, 0x0D, 0x0A, 0x1A, 0x0A])
    #expect(Array(bytes[8..<16]) == [1, 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(bytes[16..<24]) == [205, 0, 0, 0, 0, 0, 0, 0])  // 112 + 24 + 1 + 4 + 64
    #expect(Array(bytes[24..<32]) == [1, 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(bytes[32..<40]) == [2, 1, 0, 0, 0, 0, 0, 0])
    #expect(Array(bytes[40..<104]) == Array(Self.digest.utf8))
    #expect(Array(bytes[104..<112]) == [1, 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(bytes[112..<121]) == [1, 0, 0, 0, 0, 0, 0, 0, 0x77])
    #expect(Array(bytes[121..<137]) == [1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
    #expect(Array(bytes[137..<141]) == [0, 0, 0x80, 0x3F])
    var digest = Digest()
    digest.update(bytes[..<141])
    #expect(Array(bytes[141...]) == Array(digest.hexadecimal.utf8))
  }

  @Test func `a checkpoint reads back to the same bits`() throws {
    let nan = Double(bitPattern: 0x7FF8_0000_0000_0123)
    let checkpoint = Checkpoint(
      iteration: 0, recipeDigest: Self.digest, streamVersion: 1,
      arrays: [Checkpoint.NamedArray("nan", .doubles([nan]))])
    let back = try Checkpoint(bytes: checkpoint.bytes)
    #expect(try back.doubles("nan", count: 1)[0].bitPattern == nan.bitPattern)
    #expect(try Checkpoint(bytes: Self.sample.bytes) == Self.sample)
    #expect(try Checkpoint(bytes: Self.sample.bytes).floats("weights")[1].sign == .minus)
  }

  @Test func `every cut is refused as one`() {
    let bytes = Self.sample.bytes
    for count in 0..<bytes.count {
      let error = Self.error(Array(bytes[..<count]))
      if count == 0 {
        #expect(error == .foreign(firstBytes: []))
      } else {
        guard case .wrongLength(let expected, count) = error, expected > UInt64(count) else {
          Issue.record("cut after \(count): \(String(describing: error))")
          continue
        }
      }
    }
    #expect(
      Self.error(bytes + [0])
        == .wrongLength(expected: UInt64(bytes.count), found: bytes.count + 1))
  }

  @Test func `every flipped bit is refused`() {
    let bytes = Self.sample.bytes
    for index in bytes.indices {
      for bit in 0..<8 {
        var flipped = bytes
        flipped[index] ^= 1 << UInt8(bit)
        let error = Self.error(flipped)
        switch (index, error) {
        case (..<8, .foreign), (8..<16, .wrongVersion), (16..<24, .wrongLength),
          (24..., .damaged):
          continue
        default: Issue.record("byte \(index), bit \(bit): \(String(describing: error))")
        }
      }
    }
  }

  @Test func `files of other things and of other runs are refused with what they are`() {
    #expect(
      Self.error(Array("{\"a\": 1}\n".utf8))
        == .foreign(firstBytes: Array("{\"a\": 1}".utf8)))
    let other = String(repeating: "f", count: 64)
    let foreign = Checkpoint(iteration: 7, recipeDigest: other, streamVersion: 1, arrays: [])
    #expect(Self.error(foreign.bytes) == .wrongRecipe(expected: Self.digest, found: other))
    let old = Checkpoint(iteration: 7, recipeDigest: Self.digest, streamVersion: 2, arrays: [])
    #expect(Self.error(old.bytes) == .wrongStream(expected: 1, found: 2))
  }

  @Test func `contents that no layout has are refused although their digest fits`() {
    // The name of the only array gets a length beyond the end; the digest is made anew.
    var bytes = Checkpoint(
      iteration: 1, recipeDigest: Self.digest, streamVersion: 1,
      arrays: [Checkpoint.NamedArray("w", .words([1]))]
    ).bytes
    let cases: [(Int, UInt8)] = [(112, 200), (119, 255), (121, 9), (129, 3), (120, 0xFF), (104, 2)]
    for (index, value) in cases {
      let right = bytes[index]
      bytes[index] = value
      var digest = Digest()
      digest.update(bytes[..<(bytes.count - 64)])
      let resealed = Array(bytes[..<(bytes.count - 64)]) + Array(digest.hexadecimal.utf8)
      guard case .malformed = Self.error(resealed) else {
        Issue.record("byte \(index) = \(value): \(String(describing: Self.error(resealed)))")
        continue
      }
      bytes[index] = right
    }
  }

  @Test func `arrays are asked for by name, type and count`() throws {
    #expect(
      throws: CheckpointError.wrongArray(
        name: "means", expected: "elements of Float", found: "2 elements of Double")
    ) { try Self.sample.floats("means") }
    #expect(
      throws: CheckpointError.wrongArray(
        name: "means", expected: "3 elements of Double", found: "2 elements of Double")
    ) { try Self.sample.doubles("means", count: 3) }
    #expect(
      throws: CheckpointError.wrongArray(
        name: "bias", expected: "elements of UInt64", found: "no such array")
    ) { try Self.sample.words("bias") }
  }
}
