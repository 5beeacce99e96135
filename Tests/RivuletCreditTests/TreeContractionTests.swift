import RivuletCredit
import RivuletTestSupport
import Testing

@Suite struct TreeContractionTests {
  @Test func `the published tree contracts to the tree of its four forks`() throws {
    let shape = try TreeShape(splits: .dense, stepCount: 20)
    let small = try TreeShape(widths: [2, 2, 2, 2])
    #expect(shape.contracted == small)
    let nodes = shape.contractedNodes()
    // By hand: depths 1 to 3 have the two children of the first fork, numbers 1 and 2.
    #expect(Array(nodes[0...6]) == [0, 1, 2, 1, 2, 1, 2])
    #expect(Array(nodes.suffix(16)) == Array(15...30))
    #expect(try TreeShape(widths: [1, 1, 1]).contracted == TreeShape(widths: [1]))
    // A chain before the first fork belongs to the root.
    #expect(try TreeShape(widths: [1, 2, 1]).contractedNodes() == [0, 0, 1, 2, 1, 2])
  }

  @Test func `credit of the contracted tree is that of the whole one to the last bit`() throws {
    var cases = CaseGenerator(seed: 41)
    let rules = TreeAdvantageRule.Baseline.allCases.flatMap { baseline in
      [
        TreeAdvantageRule(baseline: baseline, convention: .none, epsilon: 0),
        TreeAdvantageRule(baseline: baseline, convention: .sample, epsilon: 1e-8, gate: 1e-6),
      ]
    }
    for _ in 0..<200 {
      let shape = try ModelTree.random(&cases).shape()
      let small = shape.contracted
      let rewards = cases.rewards(count: shape.leafCount)
      let values = RewardFusion.uniform.values(of: rewards, shape: shape)
      let smallValues = RewardFusion.uniform.values(of: rewards, shape: small)
      #expect(shape.expanded(smallValues).map(\.bitPattern) == values.map(\.bitPattern))
      for rule in rules {
        let advantages = rule.advantages(of: values, shape: shape)
        let smallAdvantages = rule.advantages(of: smallValues, shape: small)
        // Above the first fork a node has the mean of all leaves: nothing but rounding under `flat`.
        let start = rule.baseline == .flat ? shape.contractedNodes().count { $0 == 0 } : 0
        #expect(
          shape.expanded(smallAdvantages).dropFirst(start).map(\.bitPattern)
            == advantages.dropFirst(start).map(\.bitPattern))
      }
      for pruning in [WidthPruning.parentTop1(), .extreme(count: 1 + cases.below(4))] {
        var leaves = [Bool](repeating: false, count: shape.leafCount)
        pruning.write(leaves: rewards, shape: small, into: &leaves)
        let mask = pruning.mask(of: values, shape: shape)
        // A chain behind the last fork is kept as its leaf is; a tree that ends in a fork has none.
        guard let last = shape.lastForkStep, last + 1 < shape.stepCount else { continue }
        #expect(shape.leaves.map { mask[$0] } == leaves)
      }
    }
  }
}
