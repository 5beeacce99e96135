import RivuletCredit
import RivuletNumerics
import RivuletTestSupport
import Testing

@Suite struct TreePruningTests {
  /// The tree of the published defaults: T = 20, K = 2, splits 0, 3, 6 and 9; 218 edges.
  let dense: TreeShape
  let values: [Double]

  init() throws {
    dense = try TreeShape(splits: .dense, stepCount: 20)
    var cases = CaseGenerator(seed: 2)
    values = RewardFusion.uniform.values(of: (0..<16).map { _ in cases.number() }, shape: dense)
  }

  var advantages: [Double] { TreeAdvantageRule.published.advantages(of: values, shape: dense) }

  @Test func `width pruning keeps the published 138 of 218 edges`() {
    // 218 less half of 16 chains of ten edges; with the losers' fork edges 8 less.
    #expect(WidthPruning.parentTop1().mask(of: values, shape: dense).count == 138)
    #expect(
      WidthPruning.parentTop1(dropsForkEdges: true).mask(of: values, shape: dense).count == 130)
    #expect(WidthPruning.extreme(count: 4).mask(of: values, shape: dense).count == 138)
    #expect(WidthPruning.extreme(count: 0).mask(of: values, shape: dense).count == 58)
    #expect(WidthPruning.extreme(count: 8).mask(of: values, shape: dense).count == 218)
    #expect(WidthPruning.publishedMode1(ratio: 0.5).mask(of: advantages, shape: dense).count == 138)
    #expect(WidthPruning.publishedMode2(ratio: 0.5).mask(of: advantages, shape: dense).count == 138)
  }

  @Test func `Parent-Top1 keeps the better child of every last parent, the first of equal ones`()
    throws
  {
    let shape = try TreeShape(widths: [2, 2, 1])
    let values = RewardFusion.uniform.values(of: [1, 2, 3, 3], shape: shape)
    // Nodes 3 to 6 are the fork's children, 7 to 10 the leaves: 8 beats 7, 9 ties with 10.
    let mask = WidthPruning.parentTop1().mask(of: values, shape: shape)
    #expect((1...10).filter { !mask[$0] } == [7, 10])
    let all = WidthPruning.parentTop1(dropsForkEdges: true).mask(of: values, shape: shape)
    #expect((1...10).filter { !all[$0] } == [3, 6, 7, 10])
  }

  @Test func `Extreme keeps equal leaves in their order and none twice`() throws {
    let shape = try TreeShape(widths: [5, 1])
    let values = RewardFusion.uniform.values(of: [2, 1, 2, 1, 1], shape: shape)
    // Descending: leaves 0, 2, 1, 3, 4. Nodes 6 to 10 are the leaves.
    let one = WidthPruning.extreme(count: 1).mask(of: values, shape: shape)
    #expect((6...10).filter { one[$0] } == [6, 10])
    let two = WidthPruning.extreme(count: 2).mask(of: values, shape: shape)
    #expect((6...10).filter { two[$0] } == [6, 8, 9, 10])
    let three = WidthPruning.extreme(count: 3).mask(of: values, shape: shape)
    #expect(three.count == 10)
  }

  @Test func `published mode 1 is depth pruning of the last depths, whatever the rewards`() throws {
    // Ten edges a chain, of which the first five stay: depths 16 to 20 go, on every tree.
    for seed in 0..<40 as Range<UInt64> {
      var cases = CaseGenerator(seed: seed)
      let values = RewardFusion.uniform.values(
        of: (0..<16).map { _ in cases.number() }, shape: dense)
      let advantages = TreeAdvantageRule.published.advantages(of: values, shape: dense)
      #expect(
        WidthPruning.publishedMode1(ratio: 0.5).mask(of: advantages, shape: dense)
          == EdgeMask(droppingDepths: 16...20, shape: dense))
    }
  }

  @Test func `published mode 2 is Extreme where chains stay whole, and cuts them elsewhere`() {
    #expect(
      WidthPruning.publishedMode2(ratio: 0.5).mask(of: advantages, shape: dense)
        == WidthPruning.extreme(count: 4).mask(of: values, shape: dense))
    // int(160 x 0.33) = 52: the best 26 and the worst 26 edges, two chains and a part of one at
    // either end.
    let cut = WidthPruning.publishedMode2(ratio: 0.33).mask(of: advantages, shape: dense)
    #expect(cut.count == 58 + 52)
    let lengths = dense.leaves.map { leaf in
      dense.path(to: leaf).dropFirst(11).count { cut[$0] }
    }
    #expect(lengths.sorted() == [Int](repeating: 0, count: 10) + [6, 6, 10, 10, 10, 10])
  }

  @Test func `published mode 2 trains a single candidate twice`() throws {
    let chain = try TreeShape(widths: [2, 1])
    let scores = [0.0, -1, 1, -1, 1]
    let filter = EdgeMask(keeps: [false, true, true, false, true])
    #expect(
      WidthPruning.publishedMode2Kept(of: scores, ratio: 0.5, shape: chain, within: filter)
        == [1, 2, 4, 4])
    let mask = WidthPruning.publishedMode2(ratio: 0.5)
      .mask(of: scores, shape: chain, within: filter)
    #expect(mask == filter)
    // Three candidates, ratio 0.9: int(2.7) = 2, one best and one worst; the walk is 1, 4, 2, 5, 3,
    // 6.
    let wide = try TreeShape(widths: [3, 1])
    #expect(
      WidthPruning.publishedMode2Kept(of: [0, 0, 5, 1, 0, 5, 1], ratio: 0.9, shape: wide)
        == [1, 2, 3, 5, 4])
  }

  @Test func `a tree without a fork keeps every edge`() throws {
    let chain = try TreeShape(widths: [1, 1, 1])
    for pruning in [
      WidthPruning.parentTop1(dropsForkEdges: true), .extreme(count: 0),
      .publishedMode1(ratio: 0.5), .publishedMode2(ratio: 0.5),
    ] {
      #expect(pruning.mask(of: [1, 1, 1, 1], shape: chain) == .all(shape: chain))
    }
  }

  @Test func `windows keep what the closed form counts`() {
    // 218 less 16 for each depth from 10 on and 8 for depth 9.
    let published = DepthWindow(base: 15...18, direction: .towardsRoot, interval: 30, stop: 9)
    #expect(published.depths(at: 0) == [15, 16, 17, 18])
    #expect(published.depths(at: 29) == [15, 16, 17, 18])
    #expect(published.depths(at: 30) == [14, 15, 16, 17])
    #expect(published.depths(at: 300) == [9, 10, 11, 12])
    let counts = [0, 30, 180, 300].map { published.mask(at: $0, shape: dense).count }
    #expect(counts == [154, 154, 162, 162])
    let whole = DepthWindow(
      start: 16, size: 5, direction: .towardsRoot, interval: 1, stop: 16)
    #expect(whole.mask(at: 7, shape: dense).count == 138)
    let paper = DepthWindow.paper(lastSplit: 9, stop: 20)
    #expect([0, 30, 60, 9000].map { paper.depths(at: $0)[0] } == [9, 10, 11, 17])
    #expect([0, 30, 9000].map { paper.mask(at: $0, shape: dense).count } == [162, 154, 154])
    // A window that starts beyond its stop does not move.
    let beyond = DepthWindow(base: [7, 3], direction: .towardsRoot, interval: 1, stop: 5)
    #expect(beyond.depths(at: 100) == [3, 7])
  }

  @Test func `pruning ends with its part of the training`() {
    // int(300 x 0.4) = 120.
    let period = PruningPeriod(ratio: 0.4)
    #expect(period.prunes(at: 1, of: 300) && period.prunes(at: 120, of: 300))
    #expect(!period.prunes(at: 121, of: 300))
    #expect(
      PruningPeriod().prunes(at: 300, of: 300) && !PruningPeriod(ratio: 0).prunes(at: 1, of: 9))
  }

  @Test func `the stochastic steps of the published mix have 34 edges`() {
    // Steps 0 to 3 of the window and the splits: 2 + 2 + 2 + 4 + 8 + 16.
    let mask = EdgeMask(steps: [9, 6, 3, 0, 1, 2, 3], shape: dense)
    #expect(mask.count == 34)
    #expect(EdgeMask(steps: 0..<20, shape: dense) == .all(shape: dense))
    #expect(EdgeMask(steps: [20, -1], shape: dense).count == 0)
  }

  @Test func `a mask is common edges and counts them in each lane`() throws {
    let fork = try TreeShape(widths: [2])
    let first = EdgeMask(keeps: [false, false, true, false, true, true], lanes: 2)
    let second = EdgeMask(keeps: [false, false, true, true, false, true], lanes: 2)
    #expect(first.count(lane: 0) == 2 && first.count(lane: 1) == 1 && first.count == 3)
    let common = first.intersection(second)
    #expect(common.keeps == [false, false, true, false, false, true])
    #expect(
      common.isSubset(of: first) && common.isSubset(of: second) && !first.isSubset(of: second))
    #expect(first[1, 0] && !first[1, 1] && first[2, 1])
    #expect(EdgeMask.all(shape: fork, lanes: 2).count(lane: 1) == 2)
  }

  @Test func `rewards choose the kept edges, so their mean is biased where the reward bends`()
    throws
  {
    // One fork of two, r = xi + c xi^2, the better child kept, advantages not divided. Exact mean
    // of A xi over kept edges: 1/2 + c / sqrt(pi) erf(1 / (2 c)); 0.7377 for c = 1/2, and 1/2
    // without pruning. n = 2^18 forks; A xi has a deviation below 1.7, so 4.9 standard errors (rate
    // 1e-6) are below 0.0163, against an effect of 0.2377.
    let fork = try TreeShape(widths: [2])
    let count = 1 << 18
    let noise = RandomKey(seed: 20).standardNormals(count: 2 * count)
    let rewards = noise.map { $0 + 0.5 * $0 * $0 }
    let values = RewardFusion.uniform.values(of: rewards, shape: fork, lanes: count)
    let advantages = TreeAdvantageRule.siblingCentred
      .advantages(of: values, shape: fork, lanes: count)
    let mask = WidthPruning.parentTop1(dropsForkEdges: true)
      .mask(of: values, shape: fork, lanes: count)
    #expect(mask.count == count)
    var kept = 0.0
    var all = 0.0
    for edge in 0..<(2 * count) {
      let term = advantages[count + edge] * noise[edge]
      all += term
      if mask.keeps[count + edge] { kept += term }
    }
    let exact = 0.5 + 0.5 / Double.pi.squareRoot() * Special.erf(1)
    expectClose(exact, 0.7377, within: 5e-5)
    expectClose(kept / Double(count), exact, within: 0.0163)
    expectClose(all / Double(2 * count), 0.5, within: 0.0163)
  }

  @Test func `misuse stops`() async {
    await #expect(processExitsWith: .failure) { _ = EdgeMask(keeps: [true, true]) }
    await #expect(processExitsWith: .failure) {
      let fork = try TreeShape(widths: [2])
      _ = WidthPruning.extreme(count: -1).mask(of: [0, 1, 2], shape: fork)
    }
    await #expect(processExitsWith: .failure) {
      let fork = try TreeShape(widths: [2])
      _ = WidthPruning.publishedMode2(ratio: 1.5).mask(of: [0, 1, 2], shape: fork)
    }
    await #expect(processExitsWith: .failure) {
      let fork = try TreeShape(widths: [2])
      _ = WidthPruning.parentTop1().mask(of: [0, .nan, 2], shape: fork)
    }
    await #expect(processExitsWith: .failure) {
      _ = DepthWindow(base: [], direction: .towardsRoot, interval: 1, stop: 0)
    }
  }
}

@Suite struct EdgeAveragingTests {
  @Test func `a depth weighs its number of nodes`() throws {
    let dense = try TreeShape(splits: .dense, stepCount: 20)
    let weights = EdgeAveraging.overEdges.depthWeights(shape: dense)
    // Each depth after the last fork 16 / 218, each before the second fork 2 / 218.
    #expect(weights[0] == 0 && weights[3] == 2.0 / 218 && weights[20] == 16.0 / 218)
    #expect(EdgeAveraging.perDepth.depthWeights(shape: dense)[1...].allSatisfy { $0 == 0.05 })
    for averaging in EdgeAveraging.allCases {
      let factors = averaging.factors(shape: dense)
      let weights = averaging.depthWeights(shape: dense)
      expectClose(weights.reduce(0, +), 1, within: 1e-15)
      for depth in 0...20 {
        let sum = factors[dense.nodes(atDepth: depth)].reduce(0, +)
        expectClose(sum, weights[depth], within: 1e-15)
      }
    }
  }

  @Test func `after pruning the divisor is the kept edges or all`() throws {
    let shape = try TreeShape(widths: [2, 2])
    let mask = EdgeMask(keeps: [false, false, false, true, true, false, true])
    // Three of six edges stay, all at depth 2, which has four.
    let cases: [(EdgeAveraging, EdgeAveraging.Divisor, Double)] = [
      (.overEdges, .keptEdges, 1.0 / 3), (.overEdges, .allEdges, 1.0 / 6),
      (.perDepth, .keptEdges, 1.0 / 3), (.perDepth, .allEdges, 1.0 / 8),
    ]
    for (averaging, divisor, factor) in cases {
      let factors = averaging.factors(shape: shape, mask: mask, divisor: divisor)
      #expect(factors == mask.keeps.map { $0 ? factor : 0 })
    }
    let none = EdgeMask(steps: [], shape: shape)
    for averaging in EdgeAveraging.allCases {
      #expect(averaging.factors(shape: shape, mask: none).allSatisfy { $0 == 0 })
    }
  }
}
