import Foundation
import Rivulet
import Testing

/// The statistics of the distribution tests must see what can go wrong in a sampler.

@Test func `a counter used twice is rejected as correlation`() {
  let key = RandomKey(seed: 91)
  func draws(_ step: (Int) -> Int) -> [[Double]] {
    (0...2048).map {
      key.standardNormals(count: 32, at: NoiseAddress(root: 0, step: UInt32(step($0))))
    }
  }
  for (step, isSound) in [({ $0 }, true), ({ $0 / 2 }, false)] as [((Int) -> Int, Bool)] {
    let all = draws(step)
    #expect(
      RandomStatistics.areUncorrelated(
        all[..<2048].flatMap { $0 }, all[1...].flatMap { $0 }) == isSound)
  }
}

@Test func `lanes that change places are rejected against the single draws`() {
  // Lane l is the draw of root l, so it is uncorrelated with the single draw of root l + 1.
  let key = RandomKey(seed: 92)
  let lanes = 4096
  let filled = [Double](unsafeUninitializedCapacity: 8 * lanes) { buffer, initialized in
    initialized = 8 * lanes
    key.fillStandardNormals(
      dimension: 8, lanes: lanes, at: NoiseAddress(root: 0),
      into: UnsafeMutableBufferPointer(rebasing: buffer[..<(8 * lanes)]))
  }
  let single = (0...lanes).map { key.standardNormals(count: 8, at: NoiseAddress(root: UInt32($0))) }
  func agreement(_ lane: (Int) -> Int) -> (same: Bool, uncorrelated: Bool) {
    var placed: [Double] = []
    var own: [Double] = []
    var next: [Double] = []
    for d in 0..<8 {
      for l in 0..<lanes {
        placed.append(filled[d * lanes + lane(l)])
        own.append(single[l][d])
        next.append(single[l + 1][d])
      }
    }
    return (placed == own, RandomStatistics.areUncorrelated(placed, next))
  }
  #expect(agreement { $0 } == (true, true))
  #expect(agreement { $0 ^ 1 } == (false, false))
}

@Test(arguments: ["as it should be", "top eight bits", "short of a turn"])
func `a truncated angle is rejected as uneven`(angle: String) {
  // The same words through a transform with the C library, with or without a defect: 2^19 pairs.
  let u = RandomKey(seed: 93).uniforms(count: 1 << 20)
  var z = u
  for pair in stride(from: 0, to: u.count, by: 2) {
    let turn =
      switch angle {
      case "top eight bits": (u[pair + 1] * 256).rounded(.down) / 256
      case "short of a turn": u[pair + 1] * 0.999
      default: u[pair + 1]
      }
    let r = (-2 * log(u[pair])).squareRoot()
    z[pair] = r * cos(2 * Double.pi * turn)
    z[pair + 1] = r * sin(2 * Double.pi * turn)
  }
  #expect(RandomStatistics.areUniform(RandomStatistics.angles(z)) == (angle == "as it should be"))
  #expect(RandomStatistics.areUniform(RandomStatistics.radii(z)))
}

@Test func `angle and radius of the kernel's pairs are even`() {
  // The words of the test above: the sound transform there and the kernel agree in law and bits.
  let z = RandomKey(seed: 93).standardNormals(count: 1 << 20)
  #expect(RandomStatistics.areUniform(RandomStatistics.angles(z)))
  #expect(RandomStatistics.areUniform(RandomStatistics.radii(z)))
}

@Test func `eight bits of angle are rejected by the normal law as well`() {
  let u = RandomKey(seed: 94).uniforms(count: 1 << 18)
  let z = stride(from: 0, to: u.count, by: 2).map {
    let turn = (u[$0 + 1] * 256).rounded(.down) / 256
    return (-2 * log(u[$0])).squareRoot() * cos(2 * Double.pi * turn)
  }
  #expect(!RandomStatistics.areUniform(RandomStatistics.transformed(z)))
}

@Test func `a shuffle that exchanges with any place is rejected`() {
  var counts = [Int](repeating: 0, count: 24)
  for index in 0..<24000 {
    let u = RandomKey(seed: 95).child(UInt64(index)).uniforms(count: 4)
    var order = [0, 1, 2, 3]
    for place in 0..<4 { order.swapAt(place, Int(u[place] * 4)) }
    counts[rank(order)] += 1
  }
  #expect(!RandomStatistics.areEven(counts))
}
