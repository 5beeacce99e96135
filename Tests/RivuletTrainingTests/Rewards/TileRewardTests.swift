import Rivulet
import Testing

@Suite struct `Rewards of tiles` {
  /// The rewards of a tile, row by row.
  static func rewards(
    _ score: some TileReward, of state: [Float], prompts: [UInt32], lanes: Int
  ) -> [Float] {
    var output = [Float](repeating: .nan, count: score.rewardCount * lanes)
    score.rewards(of: state, prompts: prompts, lanes: lanes, into: &output)
    return output
  }

  /// Compares a reward of single precision with one of double precision, lane by lane.
  private func expectEqual(
    _ single: some TileReward, _ double: some Reward, scale: Double = 1, within tolerance: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let lanes = 24
    let dimension = double.dimension
    #expect(single.dimension == dimension && single.rewardCount == 1)
    let state = wave(dimension * lanes, 1, scale: scale)
    let values = Self.rewards(
      single, of: state, prompts: [UInt32](repeating: 0, count: lanes), lanes: lanes)
    for lane in 0..<lanes {
      expectNear(
        Double(values[lane]),
        double.reward(of: (0..<dimension).map { Double(state[$0 * lanes + lane]) }),
        within: tolerance, "lane \(lane)", sourceLocation: sourceLocation)
    }
  }

  @Test func `linear and quadratic rewards are those of double precision`() {
    let linear = LinearReward(gradient: [0.5, -2, 0.25], offset: 0.75)
    expectEqual(QuadraticTileReward(linear), linear, within: 2e-6)
    let quadratic = QuadraticReward(
      curvatures: [1, -0.5, 3], gradient: [0.5, -2, 0.25], offset: -1)
    expectEqual(QuadraticTileReward(quadratic), quadratic, within: 4e-6)
  }

  @Test func `bumps and their logarithms are those of double precision`() {
    let bump = GaussianBump(center: [1, -0.5], width: 0.75)
    expectEqual(BumpTileReward(bump), bump, within: 2e-6)
    let mixture = LogMixture(
      weights: [0.4, 0.6, 1.5], centers: [[1, 0.5], [-1, 0], [0, 2]], width: 0.5)
    expectEqual(LogMixtureTileReward(mixture), mixture, within: 4e-6)
    // Fifty widths away every bump alone underflows.
    expectEqual(LogMixtureTileReward(mixture), mixture, scale: 25, within: 4e-6)
  }

  @Test func `modes and half-planes are those of double precision, near and far`() throws {
    let mixture = try MixtureField(
      weights: [0.5, 0.125, 0.75], means: [[1, 0], [-1, 0.5], [0.25, -2]],
      deviations: [0.5, 0.5, 0.5])
    for component in 0..<3 {
      let reward = ModeChoice(mixture: mixture, component: component)
      expectEqual(LogShareTileReward(reward), reward, within: 4e-6)
      expectEqual(LogShareTileReward(reward), reward, scale: 30, within: 4e-6)
    }
    let plane = SoftHalfPlane(normal: [0.75, -0.5], offset: 0.25, width: 0.125)
    expectEqual(LogShareTileReward(plane), plane, within: 4e-6)
    expectEqual(LogShareTileReward(plane), plane, scale: 100, within: 4e-6)
  }

  @Test func `rewards of images are those of the pixels whose coefficients are scored`() {
    for side in [4, 5] {
      let basis = OrthonormalBasis.cosines(side: side)
      /// A reward of pixels as a reward of coefficients, in double precision.
      struct Transformed<Base: Reward>: Reward {
        let base: Base
        let basis: OrthonormalBasis
        var dimension: Int { base.dimension }
        func reward(of state: [Double]) -> Double { base.reward(of: basis.state(of: state)) }
      }
      for share in [
        EnergyShare.lowFrequencies(side: side, cutoff: 2),
        .highFrequencies(side: side, cutoff: 2), .mirrorSymmetry(side: side),
        .mirrorSymmetry(side: side, axis: .horizontal),
      ] {
        expectEqual(
          EnergyShareTileReward(share), Transformed(base: share, basis: basis), within: 2e-6)
      }
      for scale in [1.0, 20] {
        let blob = BlobPosition(side: side, target: [0.25, 0.75])
        // Twenty times the contrast: one pixel alone counts, and exponents reach a hundred.
        expectEqual(
          BlobTileReward(blob), Transformed(base: blob, basis: basis), scale: scale,
          within: scale * 4e-6)
      }
    }
  }

  @Test func `an image that is mirrored in an axis has the full share of that axis`() {
    // Two rows of two pixels: (1, 1), (-2, -2) is symmetric left and right and not top and bottom.
    let image = [1.0, 1, -2, -2]
    #expect(EnergyShare.mirrorSymmetry(side: 2).reward(of: image) > 0.999999)
    // The mean row is (-1/2, -1/2): the energy of the symmetric part is 4 / 4 = 1 of 10.
    expectNear(
      EnergyShare.mirrorSymmetry(side: 2, axis: .horizontal).reward(of: image), 0.1, within: 1e-9)
  }

  @Test func `each lane is scored by the form of its prompt`() {
    let lanes = 16
    let gradients: [[Double]] = [[1, 0], [0, 1], [-1, 2]]
    let shared = LinearReward(gradient: [3, 3])
    let table = RewardTable([
      .init(QuadraticTileReward(shared)),
      .init(prompts: gradients.map { QuadraticTileReward(linear: $0) }),
    ])
    #expect(table.rewardCount == 2 && table.dimension == 2)
    let state = wave(2 * lanes, 5)
    let prompts: [UInt32] = (0..<lanes).map { (lane: Int) in UInt32((lane * 7 + lane / 5) % 3) }
    #expect(Set(prompts).count == 3)
    let values = Self.rewards(table, of: state, prompts: prompts, lanes: lanes)
    for lane in 0..<lanes {
      let x = [Double(state[lane]), Double(state[lanes + lane])]
      let prompt = Int(prompts[lane])
      let own = Double(values[lanes + lane])
      expectNear(Double(values[lane]), shared.reward(of: x), within: 2e-6)
      expectNear(own, LinearReward(gradient: gradients[prompt]).reward(of: x), within: 2e-6)
      let wrong = LinearReward(gradient: gradients[(prompt + 1) % 3]).reward(of: x)
      #expect(abs(own - wrong) > 1e-3)
    }
  }

  @Test func `a lane's reward does not depend on the other lanes`() throws {
    let blob = BlobTileReward(BlobPosition(side: 4, target: [0.5, 0.25]))
    let plane = LogShareTileReward(
      SoftHalfPlane(normal: [Double](repeating: 1, count: 16), width: 2))
    let table = RewardTable([.init(blob), .init(prompts: [plane, blob])])
    let state = wave(16 * 48, 2)
    let prompts = (0..<48).map { UInt32($0 % 2) }
    let whole = Self.rewards(table, of: state, prompts: prompts, lanes: 48)
    // The same states in tiles of eight lanes.
    for first in stride(from: 0, to: 48, by: 8) {
      var part: [Float] = []
      for row in 0..<16 { part += state[(row * 48 + first)..<(row * 48 + first + 8)] }
      let values = Self.rewards(
        table, of: part, prompts: Array(prompts[first..<(first + 8)]), lanes: 8)
      for row in 0..<2 {
        for lane in 0..<8 { #expect(values[row * 8 + lane] == whole[row * 48 + first + lane]) }
      }
    }
  }
}
