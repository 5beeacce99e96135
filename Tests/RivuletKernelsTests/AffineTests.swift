import Foundation
import Rivulet
import RivuletKernels
import RivuletTestSupport
import Testing

@Test(arguments: [0, 1, 7, 8, 9, 64, 100])
func `an affine step adds in the written order in every lane`(count: Int) {
  let key = RandomKey(seed: 11)
  let state = key.child("x").standardNormals(count: count)
  let velocity = key.child("v").standardNormals(count: count)
  let noise = key.child("z").standardNormals(count: count)
  var moved = state
  var drifted = state
  moved.withUnsafeMutableBufferPointer { row in
    guard let x = row.baseAddress else { return }
    affineStep(state: x, velocity: velocity, noise: noise, count: count, a: 0.9, b: -0.3, c: 0.7)
  }
  drifted.withUnsafeMutableBufferPointer { row in
    guard let x = row.baseAddress else { return }
    affineStep(state: x, velocity: velocity, noise: nil, count: count, a: 0.9, b: -0.3, c: 0.7)
  }
  for lane in 0..<count {
    #expect(moved[lane] == (0.9 * state[lane] + -0.3 * velocity[lane]) + 0.7 * noise[lane])
    #expect(drifted[lane] == 0.9 * state[lane] + -0.3 * velocity[lane])
  }
}

@Test func `the Gaussian velocity has the bits of its formula in every lane`() {
  let state = RandomKey(seed: 12).standardNormals(count: 21)
  var velocity = [Double](repeating: 0, count: 21)
  velocity.withUnsafeMutableBufferPointer { row in
    guard let v = row.baseAddress else { return }
    gaussianVelocity(state: state, velocity: v, count: 21, slope: 0.4, centre: 0.2, mean: 0.5)
  }
  for lane in state.indices { #expect(velocity[lane] == 0.4 * (state[lane] - 0.2) - 0.5) }
}

private let steps = [
  PlanarStep(
    xRow: SIMD2(0.9, -0.1), yRow: SIMD2(0.05, 0.8), offset: SIMD2(0.2, -0.3), deviation: 0.5),
  PlanarStep(
    xRow: SIMD2(0.7, 0.2), yRow: SIMD2(-0.3, 1.1), offset: SIMD2(-0.1, 0.4), deviation: 0.25),
]
private let modes = [
  PlanarMode(logWeight: -1, centre: SIMD2(1.5, 1.5)),
  PlanarMode(logWeight: -0.5, centre: SIMD2(-2, 0.3)),
  PlanarMode(logWeight: 0.25, centre: SIMD2(40, -60)),
]

private func sums(firstRoot: UInt32, count: Int) -> [Double] {
  [Double](unsafeUninitializedCapacity: 6) { buffer, initialized in
    initialized = 6
    guard let output = buffer.baseAddress else { return }
    affineChainSums(
      initialKey: 21, stepKey: 22, firstRoot: firstRoot, count: count, steps: steps,
      stepCount: steps.count, modes: modes, modeCount: modes.count, precision: 1.4, sums: output)
  }
}

@Test(arguments: [8, 256, 264, 1000])
func `fused chains agree with chains one by one`(count: Int) {
  // The reference draws each normal by its address and takes exp and log from the C library.
  var expected = [Double](repeating: 0, count: 6)
  for chain in 0..<count {
    let root = UInt32(500 + chain)
    var x = RandomKey(seed: 21).standardNormals(count: 2, at: NoiseAddress(root: root))
    for (index, step) in steps.enumerated() {
      let z = RandomKey(seed: 22)
        .standardNormals(count: 2, at: NoiseAddress(root: root, step: UInt32(index)))
      x = [
        step.xRow.x * x[0] + step.xRow.y * x[1] + step.offset.x + step.deviation * z[0],
        step.yRow.x * x[0] + step.yRow.y * x[1] + step.offset.y + step.deviation * z[1],
      ]
    }
    var mixture = 0.0
    for mode in modes {
      let dx = x[0] - mode.centre.x
      let dy = x[1] - mode.centre.y
      mixture += exp(mode.logWeight - (dx * dx + dy * dy) * 1.4)
    }
    let terms = [log(mixture), x[0], x[1], x[0] * x[0], x[0] * x[1], x[1] * x[1]]
    for index in 0..<6 { expected[index] += terms[index] }
  }
  // Every sum has `count` terms of order ten; their rounding stays far below this.
  expectClose(sums(firstRoot: 500, count: count), expected, within: 1e-13 * 100 * Double(count))
}

@Test func `a mixture far from every mode keeps its largest term`() {
  // One step that moves all mass to (1000, 0): the nearest mode dominates by thousands of nats.
  let far = [
    PlanarStep(xRow: SIMD2(0, 0), yRow: SIMD2(0, 0), offset: SIMD2(1000, 0), deviation: 0)
  ]
  let reward = [Double](unsafeUninitializedCapacity: 6) { buffer, initialized in
    initialized = 6
    guard let output = buffer.baseAddress else { return }
    affineChainSums(
      initialKey: 1, stepKey: 2, firstRoot: 0, count: 8, steps: far, stepCount: 1,
      modes: modes, modeCount: 3, precision: 1.4, sums: output)
  }
  // By hand: 0.25 - 1.4 (960^2 + 60^2) for each of eight chains.
  expectClose(reward[0] / 8, 0.25 - 1.4 * (960.0 * 960 + 60 * 60), within: 1e-9)
}
