import Rivulet
import RivuletTestSupport
import Testing

@Suite struct RewardTests {
  private let centers = [[1.0, 0], [-1, 0.5], [0, -2]]
  private let weights = [0.5, 0.25, 0.125]

  @Test func `the mixture and the bump agree with the independent script`() throws {
    let mixture = LogMixture(weights: weights, centers: centers, width: 0.75)
    let bump = GaussianBump(center: centers[1], width: 0.75)
    let rows = try FlowTable("rewards").rows
    #expect(rows.count == 5)
    for row in rows {
      let state = try row.numbers("x0", "x1")
      expectNear(mixture.reward(of: state), try row.number("mixture"), within: 1e-14)
      expectClose(bump.reward(of: state), try row.number("bump"), within: 1e-15)
    }
  }

  // By hand: 0.5 x 2 - 3 x (-1) + 0.25.
  @Test func `a linear reward is an inner product and a constant`() {
    #expect(LinearReward(gradient: [0.5, -3], offset: 0.25).reward(of: [2, -1]) == 4.25)
  }

  // By hand: -1/2 (2 x 4 + 0.5 x 16) + (3 x 2 - 1 x 4) + 1 = -8 + 2 + 1.
  @Test func `a quadratic reward is half the curvature times the square`() {
    let reward = QuadraticReward(curvatures: [2, 0.5], gradient: [3, -1], offset: 1)
    #expect(reward.reward(of: [2, 4]) == -5)
    #expect(
      QuadraticReward(curvature: 2, gradient: [3, -1]).reward(of: [2, 4])
        == QuadraticReward(curvatures: [2, 2], gradient: [3, -1]).reward(of: [2, 4]))
  }

  @Test func `a quadratic reward without curvature is linear`() {
    let state = irregularNumbers(16)
    let gradient = irregularNumbers(16, salt: 2)
    expectSameBits(
      [QuadraticReward(curvature: 0, gradient: gradient).reward(of: state)],
      [LinearReward(gradient: gradient).reward(of: state)])
  }

  @Test func `a mixture of one is the logarithm of its bump`() {
    let mixture = LogMixture(weights: [1], centers: [centers[0]], width: 0.5)
    let bump = GaussianBump(center: centers[0], width: 0.5)
    for state in [[1, 0], [0.5, 0.5], [-1, 2]] {
      expectNear(mixture.reward(of: state), Elementary.log(bump.reward(of: state)), within: 1e-14)
    }
  }

  @Test(arguments: [1, 2, 16, 256])
  func `a tile has the same rewards as its states to the bit`(dimension: Int) {
    let vector = irregularNumbers(dimension, salt: 3)
    expectTileEqualsStates(LinearReward(gradient: vector, offset: 0.7))
    expectTileEqualsStates(
      QuadraticReward(
        curvatures: irregularNumbers(dimension, salt: 4), gradient: vector, offset: -1.3))
    expectTileEqualsStates(
      GaussianBump(center: vector, width: 0.9 * Double(dimension).squareRoot()))
    expectTileEqualsStates(
      LogMixture(
        weights: [0.2, 0.8], centers: [vector, irregularNumbers(dimension, salt: 5)], width: 0.6))
  }

  private func expectTileEqualsStates(_ reward: some Reward) {
    let tile = irregularTile(dimension: reward.dimension, salt: 6)
    expectSameBits(
      reward.rewards(of: tile),
      (0..<StateTile.lanes).map { reward.reward(of: tile.state($0)) }, "\(type(of: reward))")
  }

  @Test func `misuse stops`() async {
    await #expect(processExitsWith: .failure) {
      _ = LinearReward(gradient: [1]).reward(of: [1, 2])
    }
    await #expect(processExitsWith: .failure) { _ = LinearReward(gradient: [.nan]) }
    await #expect(processExitsWith: .failure) { _ = GaussianBump(center: [0], width: 0) }
    await #expect(processExitsWith: .failure) {
      _ = LogMixture(weights: [1, 1], centers: [[0], [0, 1]], width: 1)
    }
  }
}
