import Rivulet
import RivuletTestSupport
import Testing

private func rows(of path: String) throws -> [[Substring]] {
  try Fixtures.text("random/\(path)").split(separator: "\n").map { $0.split(separator: " ") }
}

/// The seed and the address in the first four fields of a row.
private func place(_ fields: [Substring]) throws -> (key: RandomKey, address: NoiseAddress) {
  (
    RandomKey(seed: try #require(UInt64(fields[0], radix: 16))),
    NoiseAddress(
      root: try #require(UInt32(fields[1], radix: 16)),
      step: try #require(UInt32(fields[2], radix: 16)),
      node: try #require(UInt32(fields[3], radix: 16)))
  )
}

@Test func `keys of children follow the layout`() throws {
  // Fixtures/random/keys.txt, by the independent script Fixtures/origin/random.py.
  let lines = try rows(of: "keys.txt")
  #expect(lines.count == 44)
  for fields in lines {
    var key = RandomKey(seed: try #require(UInt64(fields[0], radix: 16)))
    for part in fields[2...] {
      if part.hasPrefix("#") {
        key = key.child(try #require(UInt64(part.dropFirst())))
      } else {
        key = key.child(String(part.dropFirst()))
      }
    }
    #expect(key.word == UInt64(fields[1], radix: 16))
  }
}

@Test func `uniforms are the words of their address, centred in their cells`() throws {
  for fields in try rows(of: "uniforms.txt") {
    let (key, address) = try place(fields)
    let expected = try fields[4...].map {
      (Double(try #require(UInt32($0, radix: 16))) + 0.5) / 4_294_967_296
    }
    #expect(key.uniforms(count: expected.count, at: address) == expected)
    #expect(key.uniforms(count: 3, at: address) == Array(expected[..<3]))
  }
}

@Test func `permutations are those of the independent script`() throws {
  for fields in try rows(of: "permutations.txt") {
    let (key, address) = try place(fields)
    let expected = fields[4...].compactMap { Int($0) }
    #expect(key.permutation(count: expected.count, at: address) == expected)
  }
}

@Test func `nothing drawn is an empty list`() {
  let key = RandomKey(seed: 1)
  #expect(key.uniforms(count: 0).isEmpty)
  #expect(key.standardNormals(count: 0).isEmpty)
  #expect(key.permutation(count: 0).isEmpty)
}

@Test func `the words that a bounded draw passes over are those below the remainder`() {
  // For n = 3 * 2^30 the remainder 2^32 mod n is 2^30: a quarter of the words is passed over.
  let key = RandomKey(seed: 31)
  let bound: UInt64 = 3 << 30
  var stream = WordStream(key: key, address: NoiseAddress(root: 4, step: 5, node: 6), expected: 8)
  var passed = 0
  for block in 0..<200 {
    let words = Philox.block(counter: SIMD4(UInt32(block), 5, 6, 4), key: key.word)
    for index in 0..<4 {
      let product = UInt64(words[index]) * bound
      if product % (1 << 32) < 1 << 30 {
        passed += 1
      } else {
        #expect(stream.nextBelow(bound) == Int(product / (1 << 32)))
      }
    }
  }
  // Binomial(800, 1/4): mean 200, standard deviation 12.2; six of them on either side.
  #expect((126...274).contains(passed))
}

@Test func `the reserved root is refused`() async {
  await #expect(processExitsWith: .failure) {
    _ = RandomKey(seed: 1).uniforms(count: 1, at: NoiseAddress(root: .max))
  }
  await #expect(processExitsWith: .failure) {
    _ = RandomKey(seed: 1).standardNormals(count: 1, at: NoiseAddress(root: .max))
  }
  await #expect(processExitsWith: .failure) {
    var room = [Double](repeating: 0, count: 2)
    room.withUnsafeMutableBufferPointer { output in
      RandomKey(seed: 1).fillStandardNormals(
        dimension: 1, lanes: 2, at: NoiseAddress(root: .max - 1), into: output)
    }
  }
}
