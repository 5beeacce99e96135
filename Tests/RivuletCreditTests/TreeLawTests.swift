import RivuletCredit
import RivuletTestSupport
import Testing

/// Laws that fusion, tree advantages and pruning keep on every tree, over awkward rewards.
@Suite struct TreeLawTests {
  func forEachTree(
    count: UInt64 = 120, tame: Bool = false,
    _ body: (_ root: ModelTree, _ shape: TreeShape, inout CaseGenerator) throws -> Void
  ) throws {
    for seed in 0..<count {
      var cases = CaseGenerator(seed: 1000 + seed)
      let root = ModelTree.random(&cases)
      let count = root.leaves.count
      root.fill(
        rewards: tame ? (0..<count).map { _ in cases.number() } : cases.rewards(count: count),
        &cases)
      try body(root, try root.shape(), &cases)
    }
  }

  @Test func `values stay within the rewards below, and a leaf keeps its bits`() throws {
    try forEachTree { root, shape, _ in
      for fusion in allFusions {
        let values = fusion.values(
          of: root.rewards, logProbabilities: root.logProbabilities, shape: shape)
        for node in root.all {
          let rewards = node.rewards
          let value = values[node.number]
          #expect((rewards.min() ?? 0) <= value && value <= (rewards.max() ?? 0), "\(fusion)")
          if rewards.count == 1 { #expect(value.bitPattern == rewards[0].bitPattern) }
        }
      }
    }
  }

  @Test func `equal rewards give that value and advantages of zero, exactly`() throws {
    try forEachTree { root, shape, cases in
      let reward = cases.number() * [1, 1e300, 1e-300, 0.1][cases.below(4)]
      let rewards = [Double](repeating: reward, count: shape.leafCount)
      for fusion in allFusions {
        let values = fusion.values(
          of: rewards, logProbabilities: root.logProbabilities, shape: shape)
        #expect(values.allSatisfy { $0 == reward })
        for var rule in allTreeRules {
          rule.epsilon = 0
          rule.gate = 0
          #expect(rule.advantages(of: values, shape: shape).allSatisfy { $0 == 0 })
        }
      }
    }
  }

  @Test func `beta zero and equal paths have the bits of the uniform mean`() throws {
    try forEachTree { root, shape, _ in
      let uniform = RewardFusion.uniform.values(of: root.rewards, shape: shape)
      let zero = RewardFusion.pathSoftmax(beta: 0)
        .values(of: root.rewards, logProbabilities: root.logProbabilities, shape: shape)
      let even = RewardFusion.pathSoftmax(beta: 3).values(
        of: root.rewards, logProbabilities: [Double](repeating: -0.3, count: shape.nodeCount),
        shape: shape)
      #expect(zero.map(\.bitPattern) == uniform.map(\.bitPattern))
      #expect(even.map(\.bitPattern) == uniform.map(\.bitPattern))
    }
  }

  @Test func `a constant on all paths changes nothing`() throws {
    try forEachTree(tame: true) { root, shape, cases in
      // The same number on all edges of a depth is the same number on all paths.
      var moved = root.logProbabilities
      for depth in 1...shape.stepCount {
        let shift = 100 * cases.number()
        for node in shape.nodes(atDepth: depth) { moved[node] += shift }
      }
      for fusion in allFusions {
        expectClose(
          fusion.values(of: root.rewards, logProbabilities: moved, shape: shape),
          fusion.values(of: root.rewards, logProbabilities: root.logProbabilities, shape: shape),
          within: 1e-10)
      }
    }
  }

  @Test func `a shift of all rewards shifts values and leaves advantages alone`() throws {
    try forEachTree(tame: true) { root, shape, _ in
      for fusion in allFusions {
        let scores = root.logProbabilities
        let plain = fusion.values(of: root.rewards, logProbabilities: scores, shape: shape)
        let moved = fusion.values(
          of: root.rewards.map { $0 + 5 }, logProbabilities: scores, shape: shape)
        expectClose(moved, plain.map { $0 + 5 }, within: 1e-14)
        for rule in allTreeRules {
          // Spreads of these rewards are above 1e-3 or zero up to rounding, which epsilon 0.01
          // damps.
          expectClose(
            rule.advantages(of: moved, shape: shape), rule.advantages(of: plain, shape: shape),
            within: 1e-11)
        }
      }
    }
  }

  @Test func `a power of two as factor changes no bit`() throws {
    try forEachTree { root, shape, _ in
      guard root.rewards.allSatisfy({ $0 == 0 || (1e-280...1e280).contains(abs($0)) }) else {
        return
      }
      for fusion in allFusions {
        let scores = root.logProbabilities
        let plain = fusion.values(of: root.rewards, logProbabilities: scores, shape: shape)
        let scaled = fusion.values(
          of: root.rewards.map { $0 * 0x1p20 }, logProbabilities: scores, shape: shape)
        #expect(scaled == plain.map { $0 * 0x1p20 })
        for rule in allTreeRules {
          var other = rule
          other.epsilon *= 0x1p20
          other.gate *= 0x1p20
          let unit = rule.convention.divides ? 1 : 0x1p20
          #expect(
            other.advantages(of: scaled, shape: shape)
              == rule.advantages(of: plain, shape: shape).map { $0 * unit })
        }
      }
    }
  }

  @Test func `children in another order give values and advantages in that order`() throws {
    try forEachTree(tame: true) { root, shape, _ in
      let before = root.all
      let numbers = before.map(\.number)
      let old = (rewards: root.rewards, scores: root.logProbabilities)
      root.reverse()
      let turned = try root.shape()
      for fusion in allFusions {
        let values = fusion.values(of: old.rewards, logProbabilities: old.scores, shape: shape)
        let others = fusion.values(
          of: root.rewards, logProbabilities: root.logProbabilities, shape: turned)
        expectClose(before.map { others[$0.number] }, numbers.map { values[$0] }, within: 1e-14)
        for rule in allTreeRules {
          let advantages = rule.advantages(of: values, shape: shape)
          let moved = rule.advantages(of: others, shape: turned)
          expectClose(
            before.map { moved[$0.number] }, numbers.map { advantages[$0] }, within: 1e-11)
        }
        // Without ties the better child and the extreme leaves are the same ones.
        for pruning in [WidthPruning.parentTop1(), .extreme(count: 2)] {
          let mask = pruning.mask(of: values, shape: shape)
          let other = pruning.mask(of: others, shape: turned)
          #expect(before.map { other[$0.number] } == numbers.map { mask[$0] })
        }
      }
    }
  }

  @Test func `sample advantages of a depth sum to zero and their squares to one less than n`()
    throws
  {
    let rule = TreeAdvantageRule(baseline: .depth, convention: .sample, epsilon: 0)
    try forEachTree { root, shape, _ in
      let values = RewardFusion.uniform.values(of: root.rewards, shape: shape)
      let advantages = rule.advantages(of: values, shape: shape)
      for depth in 1...shape.stepCount {
        let nodes = shape.nodes(atDepth: depth)
        let count = Double(nodes.count)
        let group = advantages[nodes]
        let isEven = nodes.allSatisfy { values[$0] == values[nodes.lowerBound] }
        expectClose(group.reduce(0, +), 0, within: 1e-13 * count)
        expectClose(
          group.reduce(0) { $0 + $1 * $1 }, isEven ? 0 : count - 1, within: 1e-13 * count)
        // |A| <= (n - 1) / sqrt(n), with equality for one outlier.
        let bound = (count - 1) / count.squareRoot()
        #expect(group.allSatisfy { abs($0) <= bound * (1 + 1e-15) })
      }
    }
  }

  @Test func `lanes have the bits of single trees`() throws {
    try forEachTree(count: 40) { root, shape, cases in
      let lanes = 1 + cases.below(11)
      let trees = (0..<lanes).map { _ in
        (
          rewards: cases.rewards(count: shape.leafCount),
          scores: (0..<shape.nodeCount).map { _ in cases.number() }
        )
      }
      func rows(_ columns: [[Double]]) -> [Double] {
        columns[0].indices.flatMap { row in columns.map { $0[row] } }
      }
      func column<Element>(_ rows: [Element], _ lane: Int) -> [Element] {
        stride(from: lane, to: rows.count, by: lanes).map { rows[$0] }
      }
      for fusion in allFusions + [.publishedColumn(beta: 1)] {
        let tame = trees.map { tree in tree.rewards.map { max(min($0, 1e305), -1e305) } }
        let scores = rows(trees.map(\.scores))
        let values = fusion.values(
          of: rows(tame), logProbabilities: scores, shape: shape, lanes: lanes)
        let weights = fusion.weights(
          of: 0, logProbabilities: scores, shape: shape, lanes: lanes)
        for lane in 0..<lanes {
          let alone = fusion.values(
            of: tame[lane], logProbabilities: trees[lane].scores, shape: shape)
          #expect(column(values, lane).map(\.bitPattern) == alone.map(\.bitPattern))
          #expect(
            column(weights, lane)
              == fusion.weights(of: 0, logProbabilities: trees[lane].scores, shape: shape))
        }
        for rule in allTreeRules + [.published, .paper, .siblingCentred, .flatSample] {
          let advantages = rule.advantages(of: values, shape: shape, lanes: lanes)
          for lane in 0..<lanes {
            let alone = rule.advantages(of: column(values, lane), shape: shape)
            #expect(column(advantages, lane).map(\.bitPattern) == alone.map(\.bitPattern))
          }
        }
        for pruning in [
          WidthPruning.parentTop1(), .parentTop1(dropsForkEdges: true), .extreme(count: 2),
          .publishedMode1(ratio: 0.5), .publishedMode2(ratio: 0.5),
        ] {
          let mask = pruning.mask(of: values, shape: shape, lanes: lanes)
          for lane in 0..<lanes {
            let alone = pruning.mask(of: column(values, lane), shape: shape)
            #expect(column(mask.keeps, lane) == alone.keeps)
            #expect(mask.count(lane: lane) == alone.count)
          }
          #expect(mask.isSubset(of: .all(shape: shape, lanes: lanes)))
        }
      }
    }
  }

  @Test func `writing over old numbers gives the numbers of a fresh list`() throws {
    try forEachTree(count: 40) { root, shape, cases in
      var values = (0..<shape.nodeCount).map { _ in cases.number() }
      var advantages = values
      var keeps = values.map { $0 > 0 }
      for fusion in allFusions {
        let scores = root.logProbabilities
        fusion.write(root.rewards, logProbabilities: scores, shape: shape, into: &values)
        #expect(
          values == fusion.values(of: root.rewards, logProbabilities: scores, shape: shape))
      }
      for rule in allTreeRules {
        rule.write(values, shape: shape, into: &advantages)
        #expect(advantages == rule.advantages(of: values, shape: shape))
      }
      for pruning in [
        WidthPruning.parentTop1(), .extreme(count: 1), .publishedMode1(ratio: 0.5),
        .publishedMode2(ratio: 0.5),
      ] {
        pruning.write(values, shape: shape, into: &keeps)
        #expect(keeps == pruning.mask(of: values, shape: shape).keeps)
      }
    }
  }

  @Test func `the spread of values across a depth does not fall from one depth to the next`()
    throws
  {
    // With uniform fusion on a balanced tree a value is the mean of equally many values below, so
    // the population variance of a depth is that of the next one less the mean variance within
    // parents.
    for seed in 0..<400 as Range<UInt64> {
      var cases = CaseGenerator(seed: seed)
      let shape = try TreeShape(widths: (0..<(1 + cases.below(6))).map { _ in 1 + cases.below(3) })
      let rewards = (0..<shape.leafCount).map { _ in cases.number() }
      let values = RewardFusion.uniform.values(of: rewards, shape: shape)
      let spreads = (0...shape.stepCount).map {
        plainPopulationDeviation(Array(values[shape.nodes(atDepth: $0)]))
      }
      for (above, below) in zip(spreads, spreads.dropFirst()) { #expect(above <= below + 1e-14) }
    }
  }
}
