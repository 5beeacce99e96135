import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletTestSupport
import Testing

@Suite struct TreeCountsTests {
  @Test func `counts are those of trees walked node by node`() throws {
    let table = try ReferenceTable("counts", in: "trees")
    for row in table.rows {
      let steps = try table.integer(row, "steps")
      let text = try table.text(row, "splits")
      let splits = try SplitPoints(
        text == "-" ? [] : text.split(separator: " ").compactMap { Int($0) }, stepCount: steps)
      let counts = TreeCounts(
        splits: splits, width: try table.integer(row, "width"), stepCount: steps)
      #expect(counts.edges == (try table.integer(row, "edges")))
      #expect(counts.modelCalls == (try table.integer(row, "calls")))
      #expect(counts.nodes == (try table.integer(row, "nodes")))
      #expect(counts.leaves == (try table.integer(row, "leaves")))
      #expect(counts.modelCalls == counts.edges - counts.leaves + 1)
      #expect(counts.nodes == counts.modelCalls + counts.leaves)
    }
  }

  @Test func `counts agree with a tree shape at every depth`() throws {
    for widths in [[2, 1, 3, 1, 1, 2], [1], [4], [1, 1, 5, 2]] {
      let counts = TreeCounts(widths: widths)
      let shape = try TreeShape(widths: widths)
      #expect(counts.nodesAtDepth == (0...widths.count).map { shape.nodes(atDepth: $0).count })
      #expect(counts.edges == shape.edgeCount && counts.leaves == shape.leafCount)
      #expect(counts.modelCalls == shape.expandedCount && counts.nodes == shape.nodeCount)
    }
  }

  @Test func `costs for each sample are those of section 1_6`() throws {
    for (splits, width, printed) in [
      ([0, 3, 6, 9], 2, "13.625 12.6875 13.6875"), ([0, 4, 8, 12], 2, "11.5 10.5625 11.5625"),
      ([0, 5, 10, 15], 2, "9.375 8.4375 9.4375"), ([9, 12, 15, 18], 2, "5.1875 4.25 5.25"),
      ([0, 3, 6, 9], 3, "12.444 11.457 12.457"), ([0, 3, 6, 9], 4, "11.984 10.988 11.988"),
      ([0, 3, 6], 2, "16.25 15.375 16.375"), ([0, 3, 6, 9, 12], 2, "10.8125 9.84375 10.84375"),
    ] {
      let counts = TreeCounts(
        splits: try SplitPoints(splits, stepCount: 20), width: width, stepCount: 20)
      expectPrinted(
        [counts.edgesPerLeaf, counts.modelCallsPerLeaf, counts.nodesPerLeaf], printed)
    }
  }

  @Test func `a split point that is listed twice forks once`() throws {
    let twice = try SplitPoints(publishedList: "3,3,3", stepCount: 20)
    #expect(TreeCounts(splits: twice, stepCount: 20).leaves == 2)
    let ends = try SplitPoints(publishedList: "0,19,20,21", stepCount: 20)
    #expect(TreeCounts(splits: ends, stepCount: 20).leaves == 4)
  }

  @Test func `pruned and mixed trees keep the edges of sections 3, 4 and 6_1`() {
    let counts = TreeCounts(splits: .dense, stepCount: 20)
    #expect(counts.edges(keepingLeaves: 8) == 138)  // 8.625 * 16
    #expect(counts.edges(keepingLeaves: 16) == 218)
    #expect(counts.edges(droppingDepths: 16...20) == 138)
    #expect(counts.edges(droppingDepths: 15...18) == 154)  // 9.625 * 16
    #expect(counts.edges(droppingDepths: 14...17) == 154)
    #expect(counts.edges(droppingDepths: 9...12) == 162)
    #expect(counts.edges(droppingDepths: [16, 16, 0, 21]) == 202)
    let mix = TreeCounts.publishedMixSteps(splits: .dense, stride: 30, window: 4, stepCount: 20)
    #expect(mix == [0, 1, 2, 3, 6, 9])
    #expect(counts.edges(madeBySteps: mix) == 34)  // 2 + 2 + 2 + 4 + 8 + 16
    // 4.25 for each of 16 leaves is 68, the edges of two such trees.
    #expect(2 * counts.edges(madeBySteps: mix) == 68)
    let all = TreeCounts.publishedMixSteps(splits: .dense, stride: 1, window: 4, stepCount: 20)
    #expect(all == Array(0..<20) && counts.edges(madeBySteps: all) == counts.edges)
    #expect(TreeCounts(splits: .late, stepCount: 20).modelCalls == 68)
    // Edges after the last fork: 176 of 218, the fork's own included.
    #expect(counts.edges(madeBySteps: 9..<20) == 176)
  }

  @Test func `sharing prefixes saves calls exactly where there is a fork`() throws {
    let chain = TreeCounts(widths: [1, 1, 1])
    #expect(chain.savedModelCalls == 0 && chain.lastFork == nil)
    #expect(TreeCounts(widths: [1, 1, 2]).savedModelCalls == 3)  // 2 * 3 - 3
    #expect(TreeCounts(splits: .dense, stepCount: 20).savedModelCalls == 320 - 203)
    // A fork at the first step saves the evaluation of the root alone.
    #expect(TreeCounts(widths: [2, 1, 1]).savedModelCalls == 1)
  }
}
