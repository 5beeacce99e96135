import Rivulet
import RivuletKernels
import RivuletTestSupport
import Testing

/// The transform of words, as the kernel computes it.
private func transformed(_ radii: [UInt32], _ angles: [UInt32]) -> (
  cosines: [Double], sines: [Double]
) {
  var cosines = [Double](repeating: 0, count: radii.count)
  var sines = cosines
  radii.withUnsafeBufferPointer { radii in
    angles.withUnsafeBufferPointer { angles in
      cosines.withUnsafeMutableBufferPointer { cosines in
        sines.withUnsafeMutableBufferPointer { sines in
          guard let r = radii.baseAddress, let a = angles.baseAddress,
            let c = cosines.baseAddress, let s = sines.baseAddress
          else { return }
          boxMuller(radiusWords: r, angleWords: a, count: radii.count, cosines: c, sines: s)
        }
      }
    }
  }
  return (cosines, sines)
}

/// The rows that a key fills, as an array.
private func rows(
  _ key: RandomKey, dimension: Int, lanes: Int, at address: NoiseAddress
) -> [Double] {
  [Double](unsafeUninitializedCapacity: dimension * lanes) { buffer, initialized in
    initialized = dimension * lanes
    key.fillStandardNormals(
      dimension: dimension, lanes: lanes, at: address,
      into: UnsafeMutableBufferPointer(rebasing: buffer[..<(dimension * lanes)]))
  }
}

@Test func `normals are within 4 ulp of the exact transform of their words`() throws {
  // Fixtures/random/normals.txt, by mpmath: octant borders, powers of two, radii near 0 and
  // 6.76, and the worst of 14 million random words (3.45 ulp).
  var radii: [UInt32] = []
  var angles: [UInt32] = []
  var exact: [(nearest: Double, rest: Double)] = []
  for line in try Fixtures.text("random/normals.txt").split(separator: "\n") {
    let fields = line.split(separator: " ")
    try #require(fields.count == 6)
    radii.append(try #require(UInt32(fields[0], radix: 16)))
    angles.append(try #require(UInt32(fields[1], radix: 16)))
    for start in [2, 4] {
      let bits = try #require(UInt64(fields[start], radix: 16))
      exact.append((Double(bitPattern: bits), try #require(Double(String(fields[start + 1])))))
    }
  }
  #expect(radii.count >= 2000)
  let observed = transformed(radii, angles)
  var worst = 0.0
  for index in radii.indices {
    for (value, truth) in [
      (observed.cosines[index], exact[2 * index]), (observed.sines[index], exact[2 * index + 1]),
    ] {
      worst = max(worst, abs((value - truth.nearest) / truth.nearest.ulp - truth.rest))
    }
  }
  #expect(worst <= 4, "the largest error is \(worst) ulp")
  #expect(worst > 0.4, "an error below half a unit everywhere means that nothing was compared")
}

@Test func `a normal takes the words of its block that the layout names`() {
  let key = RandomKey(seed: 5).child("layout")
  let address = NoiseAddress(root: 9, step: 8, node: 7)
  let drawn = key.standardNormals(count: 44, at: address)
  for block in 0..<11 {
    let words = Philox.block(counter: SIMD4(UInt32(block), 8, 7, 9), key: key.word)
    let radii = [words[0], words[2], 0, 0, 0, 0, 0, 0]
    let angles = [words[1], words[3], 0, 0, 0, 0, 0, 0]
    let pair = transformed(radii, angles)
    let expected = [pair.cosines[0], pair.sines[0], pair.cosines[1], pair.sines[1]]
    #expect(Array(drawn[(4 * block)..<(4 * block + 4)]) == expected)
  }
}

@Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8, 16, 33])
func `a row of roots holds the bits of the single draws`(dimension: Int) {
  let key = RandomKey(seed: 6).child("rows")
  for lanes in [1, 7, 8, 9, 64, 67] {
    let filled = rows(
      key, dimension: dimension, lanes: lanes, at: NoiseAddress(root: 1000, step: 3, node: 2))
    var different = 0
    for lane in 0..<lanes {
      let single = key.standardNormals(
        count: dimension, at: NoiseAddress(root: UInt32(1000 + lane), step: 3, node: 2))
      for d in 0..<dimension where filled[d * lanes + lane] != single[d] { different += 1 }
    }
    #expect(different == 0)
  }
}

@Test func `rows of the highest roots stop before the reserved one`() {
  let key = RandomKey(seed: 6)
  let first = NoiseAddress.reservedRoot - 5
  let filled = rows(key, dimension: 2, lanes: 5, at: NoiseAddress(root: first))
  for lane in 0..<5 {
    let single = key.standardNormals(count: 2, at: NoiseAddress(root: first + UInt32(lane)))
    #expect([filled[lane], filled[5 + lane]] == single)
  }
}

@Test func `stream version 1 keeps its bits`() {
  // A golden value of this code: it guards against change, on any processor; the tests above say
  // that the numbers are right.
  #expect(RandomKey.streamVersion == 1)
  let normals = RandomKey(seed: 2025).child("golden").standardNormals(count: 65536)
  var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  for normal in normals { hash = (hash ^ normal.bitPattern) &* 0x0000_0100_0000_01B3 }
  #expect(String(hash, radix: 16) == "96c8074f82d6bc6f")
}
