import RivuletCredit
import RivuletNumerics
import RivuletTestSupport
import Testing

@Suite struct RewardFusionTests {
  /// Two forks, one behind the other.
  let twoForks: TreeShape

  init() throws { twoForks = try TreeShape(widths: [2, 2]) }

  @Test func `local and path softmax differ where normalisers differ`() {
    // The minimal example: all edges 0 but the two below the right child, which are 3; rewards 0,
    // 0, 1, 1. Path: weights e^3 / (2 e^3 + 2), so e^3 / (e^3 + 1). Local: every softmax is 1/2.
    let scores = [0.0, 0, 0, 0, 0, 3, 3]
    let path = RewardFusion.pathSoftmax(beta: 1)
      .values(of: [0, 0, 1, 1], logProbabilities: scores, shape: twoForks)
    expectClose(path[0], 0.9525741268224334, within: 1e-15)
    #expect(path[1...] == [0, 1, 0, 0, 1, 1])
    let local = RewardFusion.localSoftmax(beta: 1)
      .values(of: [0, 0, 1, 1], logProbabilities: scores, shape: twoForks)
    #expect(local == [0.5, 0, 1, 0, 0, 1, 1])
  }

  @Test func `the published column gives the deepest fork the sum of its rewards`() throws {
    let fork = try TreeShape(widths: [2])
    let scores = [0, -0.5, -1.5]
    // 1 + 3, where the softmax gives (e^-0.5 + 3 e^-1.5) / (e^-0.5 + e^-1.5) = 1 + 2 / (1 + e).
    let broken = RewardFusion.publishedColumn(beta: 1)
      .values(of: [1, 3], logProbabilities: scores, shape: fork)
    #expect(broken == [4, 1, 3])
    let right = RewardFusion.localSoftmax(beta: 1)
      .values(of: [1, 3], logProbabilities: scores, shape: fork)
    expectClose(right[0], 1.5378828427399902, within: 1e-15)
    // Two forks: sums 4 and 6, then softmax of -0.5 and -1.5 as above: 4 + 2 / (1 + e).
    let above = RewardFusion.publishedColumn(beta: 1)
      .values(
        of: [1, 3, 2, 4], logProbabilities: [0, -0.5, -1.5, 7, 8, 9, 9], shape: twoForks)
    #expect(above[1] == 4 && above[2] == 6)
    expectClose(above[0], 4.53788284273999, within: 1e-14)
  }

  @Test func `the column hides in advantages, as a factor of the deepest forks`() throws {
    // Equal widths: K times the uniform mean at and above the deepest forks when all edges are
    // alike.
    let shape = try TreeShape(widths: [2, 1, 2, 1])
    var cases = CaseGenerator(seed: 3)
    let rewards = (0..<4).map { _ in cases.number() }
    let scores = [Double](repeating: -1, count: shape.nodeCount)
    let broken = RewardFusion.publishedColumn(beta: 1)
      .values(of: rewards, logProbabilities: scores, shape: shape)
    let plain = RewardFusion.uniform.values(of: rewards, shape: shape)
    for node in 0..<shape.nodes(atDepth: 3).lowerBound {
      expectClose(broken[node], 2 * plain[node], within: 1e-15)
    }
    expectClose(
      TreeAdvantageRule.paper.advantages(of: broken, shape: shape),
      TreeAdvantageRule.paper.advantages(of: plain, shape: shape), within: 1e-7)
  }

  @Test func `path weighting counts the density twice`() throws {
    // One Gaussian fork of two, r = xi^2, log p = -xi^2 / 2 up to a constant: the exact mean is
    // 1 - E[U V tanh(beta U V / 2)], by quadrature in high precision; the truth is 1.
    let fork = try TreeShape(widths: [2])
    let rule = GaussHermite(count: 64)
    let pairs = rule.nodes.flatMap { x in rule.nodes.map { (x, $0) } }
    let weights = rule.weights.flatMap { w in rule.weights.map { w * $0 } }
    let rewards = pairs.map { $0.0 * $0.0 } + pairs.map { $0.1 * $0.1 }
    let scores = [Double](repeating: 0, count: pairs.count) + rewards.map { -$0 / 2 }
    let expected = [(0.0, 1.0), (0.1, 0.950366), (0.5, 0.781756), (1.0, 0.649542)]
    for (beta, mean) in expected {
      let values = RewardFusion.pathSoftmax(beta: beta)
        .values(of: rewards, logProbabilities: scores, shape: fork, lanes: pairs.count)
      var sum = 0.0
      for lane in pairs.indices { sum += weights[lane] * values[lane] }
      // The expected numbers have six digits, and 64 nodes resolve exp(x^2) / cosh to a few 1e-6.
      expectClose(sum, mean, within: 2e-6)
    }
  }

  @Test func `a heavy leaf has its value exactly, however unlikely the others are`() throws {
    let fork = try TreeShape(widths: [3])
    let fusion = RewardFusion.pathSoftmax(beta: 1)
    let scores = [0, -1e9, 5760, -1e300]
    #expect(
      fusion.values(of: [1e300, 0.1, 7], logProbabilities: scores, shape: fork)[0] == 0.1)
    #expect(fusion.weights(of: 0, logProbabilities: scores, shape: fork) == [0, 1, 0])
  }

  @Test func `rewards next to the largest number have a mean`() throws {
    // Powers of two, so that the exact mean of three of one sign and one of the other is a number.
    let fork = try TreeShape(widths: [4])
    let h = 0x1p1022
    #expect(RewardFusion.uniform.values(of: [h, h, -h, h], shape: fork)[0] == h / 2)
    #expect(RewardFusion.uniform.values(of: [-h, h, h, h], shape: fork)[0] == h / 2)
    let values = RewardFusion.localSoftmax(beta: 1)
      .values(of: [-h, h, h, h], logProbabilities: [0, 0, 0, 0, 0], shape: fork)
    #expect(values[0] == h / 2)
    #expect(RewardFusion.uniform.values(of: [0x1p-1000, 0, 0, 0], shape: fork)[0] == 0x1p-1002)
  }

  @Test func `weights sum to one and their effective number lies between one and all`() throws {
    for seed in 0..<50 as Range<UInt64> {
      var cases = CaseGenerator(seed: seed)
      let root = ModelTree.random(&cases)
      root.fill(rewards: root.leaves.map { _ in cases.number() }, &cases)
      let shape = try root.shape()
      for fusion in allFusions {
        let values = fusion.values(
          of: root.rewards, logProbabilities: root.logProbabilities, shape: shape)
        for node in root.all {
          let weights = fusion.weights(
            of: node.number, logProbabilities: root.logProbabilities, shape: shape)
          let count = Double(node.leaves.count)
          #expect(weights.count == node.leaves.count && weights.allSatisfy { $0 >= 0 })
          expectClose(weights.reduce(0, +), 1, within: 1e-14)
          let sum = zip(weights, node.rewards).reduce(0) { $0 + $1.0 * $1.1 }
          expectClose(sum, values[node.number], within: 1e-13)
          let effective = RewardFusion.effectiveSampleSizes(of: weights)[0]
          #expect(effective >= 1 - 1e-14 && effective <= count * (1 + 1e-14))
          // n / ESS - 1 = n sum (w - 1/n)^2, which only equal weights make zero.
          let unevenness = weights.reduce(0) { $0 + ($1 - 1 / count) * ($1 - 1 / count) }
          expectClose(count / effective - 1, count * unevenness, within: 1e-12 * count)
          if fusion.beta == 0, case .pathSoftmax = fusion {
            expectClose(effective, count, within: 1e-13 * count)
          }
        }
      }
    }
    // Hand calculation: weights 3/4 and 1/4 are worth 1 / (9/16 + 1/16) = 1.6; two lanes.
    #expect(
      RewardFusion.effectiveSampleSizes(of: [0.75, 1, 0.25, 0], lanes: 2) == [1.6, 1])
  }

  @Test func `misuse stops`() async throws {
    await #expect(processExitsWith: .failure) {
      let fork = try TreeShape(widths: [2])
      _ = RewardFusion.uniform.values(of: [1, .nan], shape: fork)
    }
    await #expect(processExitsWith: .failure) {
      let fork = try TreeShape(widths: [2])
      _ = RewardFusion.uniform.values(of: [1, 1e308], shape: fork)
    }
    await #expect(processExitsWith: .failure) {
      let fork = try TreeShape(widths: [2])
      _ = RewardFusion.pathSoftmax(beta: 1).values(of: [1, 2], shape: fork)
    }
    await #expect(processExitsWith: .failure) {
      let fork = try TreeShape(widths: [2])
      _ = RewardFusion.pathSoftmax(beta: -1)
        .values(of: [1, 2], logProbabilities: [0, 0, 0], shape: fork)
    }
    await #expect(processExitsWith: .failure) {
      let fork = try TreeShape(widths: [2])
      _ = RewardFusion.uniform.values(of: [1, 2, 3], shape: fork)
    }
  }
}
