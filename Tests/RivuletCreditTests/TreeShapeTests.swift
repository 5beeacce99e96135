import RivuletCredit
import RivuletTestSupport
import Testing

@Suite struct SplitPointsTests {
  @Test func `read a published list as the published parser does`() throws {
    // Cases that were run through the published parser: clamped, sorted, kept twice, T = 20.
    let cases: [(String, listed: [Int], leaves: Int)] = [
      ("3,3,3", [3, 3, 3], 2), ("-2,25", [0, 19], 4), ("0,19,20,21", [0, 19, 19, 19], 4),
      (" 9, 0 ,6,3", [0, 3, 6, 9], 16),
    ]
    for (text, listed, leaves) in cases {
      let points = try SplitPoints(publishedList: text, stepCount: 20)
      #expect(points.listed == listed)
      #expect(try TreeShape(splits: points, stepCount: 20).leafCount == leaves)
    }
    #expect(throws: SplitPointsInvalid.notANumber("x")) {
      try SplitPoints(publishedList: "0,x", stepCount: 20)
    }
    #expect(throws: SplitPointsInvalid.notANumber("")) {
      try SplitPoints(publishedList: "", stepCount: 20)
    }
  }

  @Test func `spread rounds as the published trainer does`() throws {
    // j floor(T / R): 20 / 4 = 5, floor(20 / 3) = 6, and 0 for more rounds than steps.
    #expect(SplitPoints(publishedRounds: 4, stepCount: 20).steps == [0, 5, 10, 15])
    #expect(SplitPoints(publishedRounds: 3, stepCount: 20).steps == [0, 6, 12])
    let crowded = SplitPoints(publishedRounds: 30, stepCount: 20)
    #expect(crowded.listed == [Int](repeating: 0, count: 30) && crowded.steps == [0])
    for rounds in [0, -1] {
      let none = SplitPoints(publishedRounds: rounds, stepCount: 20)
      #expect(try none.steps.isEmpty && TreeShape(splits: none, stepCount: 20).leafCount == 1)
    }
  }

  @Test func `refuse steps outside the grid and steps given twice`() throws {
    #expect(try SplitPoints([6, 0], stepCount: 7).steps == [0, 6])
    #expect(throws: SplitPointsInvalid.outsideGrid(step: 7, stepCount: 7)) {
      try SplitPoints([0, 7], stepCount: 7)
    }
    #expect(throws: SplitPointsInvalid.outsideGrid(step: -1, stepCount: 7)) {
      try SplitPoints([0, -1], stepCount: 7)
    }
    #expect(throws: SplitPointsInvalid.repeated(3)) { try SplitPoints([3, 0, 3], stepCount: 7) }
  }
}

@Suite struct TreeShapeTests {
  /// The tree of the published defaults: T = 20, K = 2.
  let dense: TreeShape

  init() throws { dense = try TreeShape(splits: .dense, stepCount: 20) }

  @Test func `published trees have the counts of the closed form`() throws {
    // E = sum over i < T of K^b(i), b(i) the split points up to i; F = E - L + 1; N = E + 1. The
    // numbers are those of the table that an independent script made from the formula.
    let six = try SplitPoints([0, 3, 6], stepCount: 20)
    let twelve = try SplitPoints([0, 3, 6, 9, 12], stepCount: 20)
    let cases: [(SplitPoints, width: Int, edges: Int, expanded: Int, leaves: Int)] = [
      (.dense, 2, 218, 203, 16), (.mixed, 2, 184, 169, 16), (.sparse, 2, 150, 135, 16),
      (.late, 2, 83, 68, 16), (.dense, 3, 1008, 928, 81), (.dense, 4, 3068, 2813, 256),
      (six, 2, 130, 123, 8), (twelve, 2, 346, 315, 32),
    ]
    for (splits, width, edges, expanded, leaves) in cases {
      let shape = try TreeShape(splits: splits, width: width, stepCount: 20)
      #expect(shape.edgeCount == edges && shape.nodeCount == edges + 1)
      #expect(shape.expandedCount == expanded && shape.leafCount == leaves)
      #expect(shape.forkSteps == splits.steps && shape.isBalanced)
    }
  }

  @Test func `the default tree has 219 nodes in the rows that its splits say`() {
    // Forks at steps 0, 3, 6, 9 double the number of nodes from depths 1, 4, 7, 10 on.
    let counts = (0...20).map { dense.nodes(atDepth: $0).count }
    #expect(counts == [1, 2, 2, 2, 4, 4, 4, 8, 8, 8] + [Int](repeating: 16, count: 11))
    #expect(dense.lastForkStep == 9)
    #expect(dense.partingStep(0, 15) == 0 && dense.partingStep(0, 1) == 9)
    #expect(dense.partingStep(3, 3) == nil)
  }

  @Test func `a tree of one child each is a chain, without a fork`() throws {
    let chain = try TreeShape(widths: [1, 1, 1])
    #expect(chain.nodeCount == 4 && chain.leafCount == 1 && chain.lastForkStep == nil)
    #expect(chain.noiseNumbers == [0, 0, 0, 0])
  }

  @Test func `the first path draws what a chain draws, and a branch keeps its number`() throws {
    // Hand calculation: widest forks 3 and 2, so child j of number n has 3 n + j, then 2 n + j.
    let shape = try TreeShape(childCounts: [[3], [1, 2, 1]])
    #expect(shape.noiseNumbers == [0, 0, 1, 2, 0, 2, 3, 4])
    #expect(!shape.isBalanced)
  }

  @Test func `what is no tree is refused with the place and the value`() {
    #expect(throws: TreeShapeInvalid.noSteps) { try TreeShape(childCounts: []) }
    #expect(throws: TreeShapeInvalid.wrongCount(depth: 1, expected: 2, got: 1)) {
      try TreeShape(childCounts: [[2], [1]])
    }
    #expect(throws: TreeShapeInvalid.childless(depth: 1, node: 1, count: 0)) {
      try TreeShape(childCounts: [[2], [1, 0]])
    }
    #expect(throws: TreeShapeInvalid.childless(depth: 0, node: 0, count: 0)) {
      try TreeShape(widths: [0])
    }
    // The root is a node too.
    #expect(throws: TreeShapeInvalid.tooLarge(depth: 1)) {
      try TreeShape(childCounts: [[TreeShape.largestNodeCount]])
    }
    #expect(throws: TreeShapeInvalid.self) { try TreeShape(widths: [1 << 20, 1 << 20]) }
  }
}
