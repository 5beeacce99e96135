import RivuletClosedForm
import RivuletNumerics
import RivuletTestSupport
import Testing

@Suite struct TreePruningTests {
  @Test func `order statistics agree with integrals of their densities`() throws {
    let table = try ReferenceTable("order-statistics", in: "trees")
    for row in table.rows {
      let moments = NormalOrderStatistics(count: try table.integer(row, "count"))
      let rank = try table.integer(row, "rank")
      expectClose(moments.means[rank - 1], try table.number(row, "mean"), within: 2e-14)
      expectClose(moments.squares[rank - 1], try table.number(row, "square"), within: 2e-14)
    }
  }

  @Test func `order statistics share out the moments of the samples`() {
    for count in [1, 2, 5, 16, 100, 1000] {
      let moments = NormalOrderStatistics(count: count)
      expectClose(Sums.sum(moments.means), 0, within: 1e-11)
      expectRelative(Sums.sum(moments.squares), Double(count), within: 1e-13)
    }
    let three = NormalOrderStatistics(count: 3)
    // 3/(2 sqrt(pi)) and 1 + sqrt(3)/(2 pi)
    expectClose(three.means[2], 1.5 / Double.pi.squareRoot(), within: 1e-14)
    expectClose(three.squares[2], 1 + 3.0.squareRoot() / (2 * Double.pi), within: 1e-14)
  }

  @Test func `the better of two children is biased by the curvature`() throws {
    let table = try ReferenceTable("better-of-two", in: "trees")
    for row in table.rows {
      let c = try table.number(row, "curvature")
      expectClose(
        PruningBias.betterOfTwo(curvature: c), try table.number(row, "product"), within: 1e-14)
      #expect(PruningBias.betterOfTwo(curvature: -c) == PruningBias.betterOfTwo(curvature: c))
    }
    expectPrinted(PruningBias.betterOfTwo(curvature: 0.5), ".7377")
    #expect(PruningBias.betterOfTwo(curvature: 0) == 0.5)
    expectClose(PruningBias.betterOfTwo(curvature: 1e-6), 0.5, within: 1e-6)
  }

  @Test func `the best of two linear children is not biased, of more it is`() {
    expectClose(PruningBias.bestSibling(siblings: 2), 0.5, within: 1e-14)
    // 1 + sqrt(3)/(2 pi) - 1/3 against 2/3
    expectClose(
      PruningBias.bestSibling(siblings: 3), 2.0 / 3 + 3.0.squareRoot() / (2 * Double.pi),
      within: 1e-14)
    for count in 3...12 {
      let factor = AdvantageFactor.centredSiblingFactor(siblings: count, correlation: 0.3)
      #expect(PruningBias.bestSibling(siblings: count, correlation: 0.3) > factor)
    }
    #expect(PruningBias.bestSibling(siblings: 1) < 1e-14)
    // The larger of two: 1/sqrt(pi), by sqrt(1 - rho).
    expectClose(
      PruningBias.bestSiblingAdvantage(siblings: 2, correlation: 0.75),
      0.5 / Double.pi.squareRoot(), within: 1e-14)
  }

  @Test func `extremes exaggerate the gradient and all leaves do not`() {
    for leaves in [2, 4, 16, 80] {
      let all = PruningBias.extremes(leaves: leaves, kept: leaves / 2)
      expectClose(all.ratio, 1, within: 1e-12)
      expectClose(all.perEdge, 1 - 1 / Double(leaves), within: 1e-12)
    }
    let ratios = (1...8).map { PruningBias.extremes(leaves: 16, kept: $0).ratio }
    #expect(ratios == ratios.sorted(by: >) && ratios[0] > 3)
    // Four of each end of sixteen, from the squares of the fixture's order statistics.
    let moments = NormalOrderStatistics(count: 16)
    var sum = 0.0
    for rank in [0, 1, 2, 3, 12, 13, 14, 15] { sum += moments.squares[rank] - 1.0 / 16 }
    let four = PruningBias.extremes(leaves: 16, kept: 4)
    expectClose(four.perKeptEdge, sum / 8, within: 1e-13)
    expectClose(four.perEdge, sum / 16, within: 1e-13)
    expectClose(four.ratio, sum / 8 / (15.0 / 16), within: 1e-13)
  }
}
