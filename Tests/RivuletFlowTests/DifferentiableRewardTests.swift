import Rivulet
import RivuletTestSupport
import Testing

@Suite struct DifferentiableRewardTests {
  private func mixture() throws -> MixtureField {
    try MixtureField(
      weights: [0.5, 0.125, 0.75], means: [[1.0, 0], [-1, 0.5], [0.25, -2]],
      diagonals: [[0.25, 0.5], [1, 0.75], [0.125, 1.5]])
  }

  private var bumps: GaussianBumps {
    GaussianBumps(
      heights: [2, -0.5, 1], centers: [[1.0, 0], [-1, 0.5], [0.25, -2]], widths: [0.75, 1, 0.5])
  }

  @Test func `bumps, modes and half-planes agree with the independent script`() throws {
    let rows = try FlowTable("rewards", in: "worlds").rows
    #expect(rows.count == 12)
    let rewards: [String: any DifferentiableReward] = [
      "bumps": bumps, "mode": ModeChoice(mixture: try mixture(), component: 1),
      "half": SoftHalfPlane(normal: [0.75, -0.5], offset: 0.25, width: 0.125),
    ]
    for row in rows {
      let name = try row.text("reward")
      let reward = try #require(rewards[name])
      let state = try row.numbers("x0", "x1")
      expectNear(reward.reward(of: state), try row.number("value"), within: 1e-13, name)
      let gradient = reward.gradient(at: state)
      expectNear(gradient[0], try row.number("d0"), within: 1e-13, name)
      expectNear(gradient[1], try row.number("d1"), within: 1e-13, name)
    }
  }

  /// Compares a gradient with central differences, whose error is about 1e-10 times third derivatives.
  private func expectGradient(
    _ reward: any DifferentiableReward, at state: [Double], within tolerance: Double = 1e-7
  ) {
    let gradient = reward.gradient(at: state)
    let step = 1e-5
    for axis in state.indices {
      var (low, high) = (state, state)
      low[axis] -= step
      high[axis] += step
      let slope = (reward.reward(of: high) - reward.reward(of: low)) / (2 * step)
      expectNear(
        gradient[axis], slope, within: tolerance, "axis \(axis) of \(type(of: reward))")
    }
  }

  private func pixelRewards(side: Int) -> [any DifferentiableReward] {
    [
      EnergyShare.lowFrequencies(side: side, cutoff: 1.5),
      EnergyShare.highFrequencies(side: side, cutoff: 1.5), EnergyShare.mirrorSymmetry(side: side),
      BlobPosition(side: side, target: [0.25, 0.75]),
      RewardInBasis.texture(side: side, cutoff: 2),
    ]
  }

  @Test func `every gradient is the slope of its reward`() throws {
    let state = irregularNumbers(16, salt: 31)
    let vector = irregularNumbers(16, salt: 32)
    let plain: [any DifferentiableReward] = [
      LinearReward(gradient: vector, offset: 2),
      QuadraticReward(curvatures: irregularNumbers(16, salt: 33), gradient: vector),
      GaussianBump(center: vector, width: 4),
      LogMixture(weights: [1, 2], centers: [vector, vector.reversed()], width: 3),
      RewardSum([
        .init(weight: 2, LinearReward(gradient: vector)),
        .init(weight: -0.5, GaussianBump(center: vector, width: 4)),
      ]),
    ]
    for reward in plain + pixelRewards(side: 4) { expectGradient(reward, at: state) }
  }

  @Test func `a tile has the same rewards as its states to the bit`() throws {
    let plane: [any DifferentiableReward] = [
      bumps, ModeChoice(mixture: try mixture(), component: 2),
      SoftHalfPlane(normal: [0.75, -0.5], offset: 0.25, width: 0.125),
      RewardSum([.init(weight: 0.3, bumps), .init(weight: -2, LinearReward(gradient: [1, 2]))]),
    ]
    for reward in plane + pixelRewards(side: 4) {
      let tile = irregularTile(dimension: reward.dimension, salt: 6)
      expectSameBits(
        reward.rewards(of: tile),
        (0..<StateTile.lanes).map { reward.reward(of: tile.state($0)) }, "\(type(of: reward))")
    }
  }

  // log sigma(z) is z - log(1 + exp(z)): about z far on the wrong side, about -exp(-z) on the right one.
  @Test func `a half-plane stays exact far from its edge`() {
    let reward = SoftHalfPlane(normal: [1], width: 0.001)
    #expect(reward.reward(of: [-5]) == -5000)
    #expect(reward.reward(of: [5]) == 0)
    expectNear(reward.reward(of: [0]), -Elementary.log(2), within: 1e-15)
  }

  @Test func `the posterior of a mode is one in sum and finite far away`() throws {
    let rewards = PromptRewards.modes(of: try mixture())
    var sum = 0.0
    for prompt in 0..<3 { sum += Elementary.exp(rewards[prompt].reward(of: [0.4, -0.2])) }
    expectNear(sum, 1, within: 1e-14)
    #expect(rewards[0].reward(of: [1e6, 0]).isFinite)
  }

  // By hand: with g = (3, 4) and q = 2 the gold reward is 25/4 at g / q and 0 at 2 g / q.
  @Test func `an overoptimised proxy leaves the gold behind`() {
    let pair = RewardPair.overoptimised(gradient: [3, 4], curvature: 2)
    #expect(pair.gold.reward(of: [1.5, 2]) == 6.25 && pair.proxy.reward(of: [1.5, 2]) == 12.5)
    #expect(pair.gold.reward(of: [3, 4]) == 0)
    #expect(pair.alignment(at: [0, 0]) == 1 && pair.alignment(at: [3, 4]) == -1)
    let tilted = RewardPair.tilted(cosine: 0.6, dimension: 3)
    #expect(tilted.proxy.gradient == [0.6, 0.8, 0] && tilted.gold.gradient == [1, 0, 0])
    expectNear(tilted.alignment(at: [7, 8, 9]), 0.6, within: 1e-15)
  }

  // A cosine wave has all its energy at one frequency; x mirrored has the odd frequencies turned.
  @Test func `shares of energy know pure waves`() {
    let side = 8
    let basis = OrthonormalBasis.cosines(side: side)
    let (slow, quick) = (basis.vector(1), basis.vector(5 * side + 4))
    let low = EnergyShare.lowFrequencies(side: side, cutoff: 2)
    let high = EnergyShare.highFrequencies(side: side, cutoff: 2)
    expectNear(low.reward(of: slow), 1, within: 1e-8)
    expectNear(low.reward(of: quick), 0, within: 1e-8)
    expectNear(high.reward(of: quick), 1, within: 1e-8)
    let mixed = slow.indices.map { 3 * slow[$0] + 4 * quick[$0] + 7 }
    expectNear(low.reward(of: mixed), 9 / 25.0, within: 1e-8)
    #expect(low.reward(of: [Double](repeating: 0, count: 64)) == 0)
    let symmetry = EnergyShare.mirrorSymmetry(side: side)
    expectNear(symmetry.reward(of: slow), 0, within: 1e-8)
    expectNear(symmetry.reward(of: quick), 1, within: 1e-8)
    // Half the energy of an image that is bright in one column alone is in its symmetric part.
    let column = (0..<64).map { $0 % side == 0 ? 1.0 : 0 }
    expectNear(symmetry.reward(of: column), 0.5, within: 1e-8)
  }

  // By hand: one pixel far brighter than the others is the place; a flat image is in the middle.
  @Test func `the place of a blob is where it is bright`() {
    let reward = BlobPosition(side: 4, target: [0.875, 0.125], width: 0.5, sharpness: 2)
    var image = [Double](repeating: 0, count: 16)
    expectClose(reward.place(of: image), [0.5, 0.5], within: 1e-15)
    image[3] = 400
    #expect(reward.place(of: image) == [0.875, 0.125] && reward.reward(of: image) == 0)
    image[3] = 0
    image[12] = 400
    // The squared distance is 2 (3/4)^2, over 2 w^2 = 1/2.
    expectNear(reward.reward(of: image), -2.25, within: 1e-14)
  }

  @Test func `every lane is scored by its own prompt`() {
    let rewards = PromptRewards.targets([[0, 0], [1, 1], [2, -1]], width: 0.5)
    let tile = irregularTile(dimension: 2, salt: 41)
    let prompts = (0..<StateTile.lanes).map { $0 * 7 % 3 }
    let scores = rewards.rewards(of: tile, prompts: prompts)
    for lane in 0..<StateTile.lanes {
      #expect(scores[lane] == rewards[prompts[lane]].reward(of: tile.state(lane)))
    }
  }

  @Test func `misuse stops`() async {
    await #expect(processExitsWith: .failure) {
      _ = ModeChoice(mixture: .ring(count: 3), component: 3)
    }
    await #expect(processExitsWith: .failure) {
      _ = SoftHalfPlane(normal: [0, 0], width: 1)
    }
    await #expect(processExitsWith: .failure) {
      _ = RewardSum([
        .init(LinearReward(gradient: [1])), .init(LinearReward(gradient: [1, 2])),
      ])
    }
    await #expect(processExitsWith: .failure) {
      _ = PromptRewards.targets([[0]], width: 1)[1]
    }
  }
}
