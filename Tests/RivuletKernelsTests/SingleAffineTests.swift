import Rivulet
import RivuletKernels
import Testing

@Test(arguments: [0, 1, 4, 5])
func `planar chains of single precision follow their recursion`(stepCount: Int) {
  // Truth: the recursion and the reward in double precision, chain by chain, from the normals of the
  // addresses.
  let key = RandomKey(seed: 12)
  let count = 520
  let steps = (0..<stepCount).map { step in
    PlanarStep(
      xRow: SIMD2(0.9, 0.1 * Double(step)), yRow: SIMD2(-0.2, 0.8),
      offset: SIMD2(0.1, -0.05 * Double(step)), deviation: 0.3)
  }
  let modes = [
    PlanarMode(logWeight: -0.5, centre: SIMD2(1, 1)),
    PlanarMode(logWeight: -1, centre: SIMD2(-1, 0.5)),
  ]
  var sums = [Double](repeating: 0, count: 6)
  steps.withUnsafeBufferPointer { steps in
    modes.withUnsafeBufferPointer { modes in
      sums.withUnsafeMutableBufferPointer { sums in
        withUnsafeTemporaryAllocation(of: PlanarStep.self, capacity: 1) { none in
          guard let modes = modes.baseAddress, let output = sums.baseAddress,
            let law = steps.baseAddress ?? none.baseAddress.map({ UnsafePointer($0) })
          else { return }
          singleAffineChainSums(
            key: key.word, firstRoot: 40, count: count, steps: law, stepCount: stepCount,
            modes: modes, modeCount: 2, precision: 1.5, sums: output)
        }
      }
    }
  }
  var exact = [Double](repeating: 0, count: 6)
  for chain in 0..<count {
    let z = key.standardNormals(
      count: 2 * (stepCount + 1), at: NoiseAddress(root: UInt32(40 + chain)))
    var x = SIMD2(z[0], z[1])
    for (index, step) in steps.enumerated() {
      let noise = SIMD2(z[2 * index + 2], z[2 * index + 3])
      let mean =
        SIMD2((step.xRow * x).sum(), (step.yRow * x).sum()) + step.offset
      x = mean + step.deviation * noise
    }
    var mixture = 0.0
    for mode in modes {
      let distance = x - mode.centre
      mixture += Elementary.exp(mode.logWeight - 1.5 * (distance * distance).sum())
    }
    let terms = [Elementary.log(mixture), x.x, x.y, x.x * x.x, x.x * x.y, x.y * x.y]
    for index in exact.indices { exact[index] += terms[index] }
  }
  // Rounding of each term is about 1e-6 of it and averages out over 520 chains.
  for index in exact.indices {
    #expect(abs(sums[index] - exact[index]) < 2e-6 * Double(count), "sum \(index)")
  }
}
