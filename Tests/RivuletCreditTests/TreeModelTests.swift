import RivuletCredit
import RivuletTestSupport
import Testing

/// Flat lists against objects, over 120 random trees with rewards of order one.
@Suite struct TreeModelTests {
  func forEachTree(
    _ body: (_ root: ModelTree, _ shape: TreeShape, inout CaseGenerator) throws -> Void
  ) throws {
    for seed in 0..<120 as Range<UInt64> {
      var cases = CaseGenerator(seed: seed)
      let root = ModelTree.random(&cases)
      let rewards = (0..<root.leaves.count).map { _ in
        // Quarters make ties between leaves likely.
        cases.below(3) == 0 ? Double(cases.below(8)) / 4 : cases.number()
      }
      root.fill(rewards: rewards, &cases)
      try body(root, try root.shape(), &cases)
    }
  }

  @Test func `a shape counts, numbers and finds paths as objects do`() throws {
    try forEachTree { root, shape, _ in
      let nodes = root.all.sorted { $0.number < $1.number }
      #expect(shape.nodeCount == nodes.count && shape.leafCount == root.leaves.count)
      #expect(shape.edgeCount == nodes.count - 1 && shape.stepCount == root.height)
      #expect(shape.expandedCount == nodes.count { !$0.children.isEmpty })
      #expect(shape.preorder == root.all.map(\.number))
      #expect(shape.lastForkStep == root.lastForkStep)
      for node in nodes {
        #expect(shape.depth(of: node.number) == node.depth)
        #expect(shape.parents[node.number] == node.parent?.number ?? 0)
        #expect(Array(shape.children(of: node.number)) == node.children.map(\.number))
        #expect(shape.path(to: node.number) == node.path.map(\.number))
        let leaves = shape.leafRange(below: node.number).map { $0 + shape.leaves.lowerBound }
        #expect(leaves == node.leaves.map(\.number))
      }
      for depth in 0...root.height {
        #expect(Array(shape.nodes(atDepth: depth)) == root.level(depth).map(\.number))
      }
      for step in 0..<root.height {
        #expect(shape.forks(atStep: step) == root.level(step).contains { $0.children.count > 1 })
      }
      let even = (0..<root.height).allSatisfy { depth in
        Set(root.level(depth).map(\.children.count)).count == 1
      }
      #expect(shape.isBalanced == even)
    }
  }

  @Test func `two leaves part at the depth of their last common node`() throws {
    try forEachTree { root, shape, cases in
      for _ in 0..<10 {
        let first = cases.below(shape.leafCount)
        let second = cases.below(shape.leafCount)
        let common = Array(zip(root.leaves[first].path, root.leaves[second].path))
          .last { $0 === $1 }
        let expected = first == second ? nil : common?.0.depth
        #expect(shape.partingStep(first, second) == expected)
      }
    }
  }

  @Test func `noise numbers are places in the widest tree`() throws {
    try forEachTree { root, shape, _ in
      // The product of the widest forks so far, digit by digit.
      for node in root.all {
        var number = 0
        for (parent, child) in zip(node.path, node.path.dropFirst()) {
          let widest = root.level(parent.depth).map(\.children.count).max() ?? 1
          let place = parent.children.firstIndex { $0 === child } ?? 0
          number = number * widest + place
        }
        #expect(Int(shape.noiseNumbers[node.number]) == number)
      }
      for depth in 0...root.height {
        let numbers = shape.nodes(atDepth: depth).map { shape.noiseNumbers[$0] }
        #expect(Set(numbers).count == numbers.count)
      }
    }
  }

  @Test func `fused values are those of the recursion`() throws {
    try forEachTree { root, shape, _ in
      let cases: [(RewardFusion, (ModelTree) -> Double)] = [
        (.uniform, { $0.uniformValue }),
        (.pathSoftmax(beta: 0.7), { $0.pathValue(beta: 0.7) }),
        (.localSoftmax(beta: 0.7), { $0.localValue(beta: 0.7) }),
        (.publishedColumn(beta: 0.7), { $0.publishedValue(beta: 0.7).value }),
      ]
      for (fusion, model) in cases {
        let values = fusion.values(
          of: root.rewards, logProbabilities: root.logProbabilities, shape: shape)
        for node in root.all {
          // Rounding of sums of up to 30 numbers of order one, and of exponentials of up to e^14.
          expectClose(values[node.number], model(node), within: 1e-12)
        }
      }
    }
  }

  @Test func `advantages are those of the textbook in the groups of the objects`() throws {
    try forEachTree { root, shape, _ in
      let values = RewardFusion.uniform.values(of: root.rewards, shape: shape)
      let rewards = root.rewards
      // The group of each node under each baseline, and the value that is compared with it.
      let levels = (0...root.height).map { root.level($0).map(\.uniformValue) }
      let groups = root.all.dropFirst().map { node in
        let top = node.segmentTop
        return (
          number: node.number, value: node.uniformValue, level: levels[node.depth],
          top: top?.uniformValue ?? 0, siblings: top?.parent?.children.map(\.uniformValue) ?? []
        )
      }
      for rule in allTreeRules {
        let observed = rule.advantages(of: values, shape: shape)
        #expect(observed[0] == 0)
        for node in groups {
          let expected =
            switch rule.baseline {
            case .depth: plainAdvantage(node.value, among: node.level, rule: rule)
            case .siblings: plainAdvantage(node.top, among: node.siblings, rule: rule)
            case .flat: plainAdvantage(node.value, among: rewards, rule: rule)
            }
          // The smallest spread that is not rounding is far above 1e-6; epsilon is 0.01.
          expectClose(observed[node.number], expected, within: 1e-10)
        }
      }
    }
  }

  @Test func `kept edges are those that objects keep`() throws {
    try forEachTree { root, shape, cases in
      let values = RewardFusion.uniform.values(of: root.rewards, shape: shape)
      for drops in [false, true] {
        var kept = Set(root.all.dropFirst().map(\.number))
        if let step = root.lastForkStep {
          for parent in root.level(step) {
            let best = parent.children.map { values[$0.number] }.max() ?? 0
            let winner = parent.children.first { values[$0.number] == best }
            for child in parent.children where child !== winner {
              kept.subtract(child.all.dropFirst(drops ? 0 : 1).map(\.number))
            }
          }
        }
        let mask = WidthPruning.parentTop1(dropsForkEdges: drops).mask(of: values, shape: shape)
        #expect(Set(shape.preorder.filter { mask[$0] }) == kept)
      }
      let count = cases.below(6)
      let order = root.leaves.enumerated().sorted {
        ($1.element.reward, $0.offset) < ($0.element.reward, $1.offset)
      }
      let chosen = Set((order.prefix(count) + order.suffix(count)).map(\.element.number))
      let expected = root.all.dropFirst().filter { node in
        guard let step = root.lastForkStep, node.depth > step + 1 else { return true }
        return chosen.contains(node.leaves[0].number)
      }
      let mask = WidthPruning.extreme(count: count).mask(of: values, shape: shape)
      #expect(Set(shape.preorder.filter { mask[$0] }) == Set(expected.map(\.number)))
    }
  }

  @Test func `the published modes keep the lists that the published loops make`() throws {
    try forEachTree { root, shape, cases in
      let values = RewardFusion.uniform.values(of: root.rewards, shape: shape)
      let scores = TreeAdvantageRule.published.advantages(of: values, shape: shape)
      let ratio = Double(cases.below(9)) / 8
      let filter = EdgeMask(
        droppingDepths: (0..<2).map { _ in cases.below(root.height + 1) }, shape: shape)
      for others in [nil, filter] {
        let samples = root.all.dropFirst().filter { others?[$0.number] ?? true }
        let last = root.lastForkStep ?? root.height
        let early = samples.filter { $0.depth <= last + 1 }
        let late = samples.filter { $0.depth > last + 1 }

        var first = Set(early.map(\.number))
        for top in root.level(min(last + 1, root.height)) {
          let group = late.filter { node in node.path.contains { $0 === top } }
          let sorted = stablyDescending(group) { scores[$0.number] }
          let count = max(1, Int(Double(group.count) * ratio))
          first.formUnion(sorted.prefix(count).map(\.number))
        }
        let mask = WidthPruning.publishedMode1(ratio: ratio)
          .mask(of: scores, shape: shape, within: others)
        #expect(Set(shape.preorder.filter { mask[$0] }) == first)

        var second = early
        if !late.isEmpty {
          let sorted = stablyDescending(late) { scores[$0.number] }
          let count = max(2, Int(Double(late.count) * ratio))
          second += sorted.prefix(count / 2) + sorted.suffix(count - count / 2)
        }
        #expect(
          WidthPruning.publishedMode2Kept(of: scores, ratio: ratio, shape: shape, within: others)
            == second.map(\.number))
      }
    }
  }

  /// Insertion from the front, which never moves an element past an equal one.
  func stablyDescending(_ nodes: [ModelTree], by score: (ModelTree) -> Double) -> [ModelTree] {
    var sorted: [ModelTree] = []
    for node in nodes {
      let place = sorted.firstIndex { score($0) < score(node) } ?? sorted.count
      sorted.insert(node, at: place)
    }
    return sorted
  }
}
