import RivuletClosedForm
import RivuletFlow
import RivuletNumerics
import RivuletTestSupport
import Testing

@Suite struct TreeFusionTests {
  @Test func `fused squares agree with integrals over the children`() throws {
    let table = try ReferenceTable("fusion", in: "trees")
    for row in table.rows {
      let reduction = try #require(
        LogProbabilityReduction(rawValue: try table.text(row, "reduction")))
      let bias = FusionBias(
        children: try table.integer(row, "children"),
        dimension: try table.integer(row, "dimension"),
        beta: try table.number(row, "beta"), reduction: reduction,
        noiseScale: try table.number(row, "scale"))
      expectRelative(bias.expectedSquare(), try table.number(row, "square"), within: 1e-9)
    }
  }

  @Test func `doubling the nodes changes nothing that counts`() {
    for bias in [
      FusionBias(children: 2, beta: 1), FusionBias(children: 16, beta: 0.1),
      FusionBias(children: 4, dimension: 2, beta: 6),
      FusionBias(children: 3, dimension: 50, beta: 1),
    ] {
      expectRelative(
        bias.expectedSquare(nodes: 24), bias.expectedSquare(nodes: 48), within: 1e-12)
      // The weights sum to one.
      expectClose(bias.expectedValue { _ in 1 }, 1, within: 1e-12)
    }
  }

  @Test func `two children are what the hyperbolic tangent says`() {
    for beta in [0.1, 0.5, 1, 3] {
      expectClose(
        FusionBias(children: 2, beta: beta).expectedSquare(), FusionBias.squareOfTwo(beta: beta),
        within: 1e-12)
    }
    #expect(FusionBias.squareOfTwo(beta: 0) == 1)
    expectPrinted(
      [1, 0.5, 0.1].map { FusionBias.squareOfTwo(beta: $0) }, "0.649542 0.781756 0.950366")
  }

  @Test func `biases are those printed`() {
    func square(_ children: Int) -> Double {
      FusionBias(children: children, beta: 1).expectedSquare()
    }
    expectPrinted([2, 4, 16].map { square($0) - 1 }, "-0.350458 -0.442191 -0.487474")
    expectPrinted(square(16), ".512526")
    expectClose(FusionBias(children: 2, beta: 1).limitingSquare - 1, -0.5, within: 1e-16)
    let sum = FusionBias(children: 4, dimension: 2, beta: 1, reduction: .sum)
    let mean = FusionBias(children: 4, dimension: 2, beta: 1, reduction: .mean)
    expectPrinted([-sum.expectedSquare(), -mean.expectedSquare()], "-1.1385 -1.4395")
    expectClose([sum.limitingSquare, mean.limitingSquare], [1, 4.0 / 3], within: 1e-15)
  }

  @Test func `the bias grows with the children towards its limit`() {
    let squares = [1, 2, 4, 16, 256, 4096].map {
      FusionBias(children: $0, dimension: 3, beta: 0.5).expectedSquare()
    }
    #expect(squares == squares.sorted(by: >))
    expectClose(squares[0], 3, within: 1e-12)
    let limit = FusionBias(children: 2, dimension: 3, beta: 0.5).limitingSquare
    #expect(squares[5] > limit)
    // The bias of a ratio of means falls as one over the count.
    expectClose((squares[4] - limit) / (squares[5] - limit), 16, within: 0.5)
  }

  @Test func `scaled noise multiplies beta by its square, uniform weights have no bias`() {
    let scaled = FusionBias(children: 4, dimension: 3, beta: 0.5, noiseScale: 2)
    #expect(scaled == FusionBias(children: 4, dimension: 3, beta: 2))
    expectClose(
      FusionBias(children: 4, dimension: 7, beta: 0).expectedSquare(), 7, within: 1e-12)
    expectClose(FusionBias(children: 1, beta: 5).expectedSquare(), 1, within: 1e-12)
  }

  @Test func `largest weights agree with integrals over the children`() throws {
    let table = try ReferenceTable("largest-weights", in: "trees")
    for row in table.rows {
      let reduction = try #require(
        LogProbabilityReduction(rawValue: try table.text(row, "reduction")))
      let bias = FusionBias(
        children: try table.integer(row, "children"),
        dimension: try table.integer(row, "dimension"),
        beta: try table.number(row, "beta"), reduction: reduction)
      expectClose(bias.expectedLargestWeight(), try table.number(row, "weight"), within: 2e-8)
    }
    let two = FusionBias(children: 2, dimension: 2, beta: 1)
    // One over one plus a uniform number.
    expectClose(two.expectedLargestWeight(), Elementary.log(2), within: 1e-11)
    expectClose(two.expectedLargestWeight(nodes: 32), Elementary.log(2), within: 1e-11)
  }

  @Test func `weights are uniform or one-hot in 65536 dimensions`() {
    func weight(_ dimension: Int, _ reduction: LogProbabilityReduction) -> Double {
      FusionBias(children: 4, dimension: dimension, beta: 1, reduction: reduction)
        .expectedLargestWeight()
    }
    expectPrinted([weight(2, .mean), weight(2, .sum)], ".340 .418")
    expectPrinted([weight(65536, .mean), weight(65536, .sum)], ".2507 .996")
    expectClose(
      FusionBias(children: 4, dimension: 65536, beta: 1).expectedLargestWeight(nodes: 32),
      weight(65536, .sum), within: 1e-10)
  }

  @Test func `the effective sample size is largest for equal weights`() {
    expectClose(FusionBias.effectiveSampleSize(of: [2, 2, 2, 2]), 4, within: 1e-15)
    #expect(FusionBias.effectiveSampleSize(of: [0, 3, 0]) == 1)
    // (1 + 2 + 3)^2/(1 + 4 + 9)
    expectClose(FusionBias.effectiveSampleSize(of: [1, 2, 3]), 36.0 / 14, within: 1e-15)
  }

  @Test func `the published bound on fused values fails for correlated siblings`() {
    let tail = FusionConcentration.exactTail(leaves: 16, deviation: 0.75, correlation: 0.5)
    expectPrinted(tail, ".303")
    let bound = FusionConcentration.publishedBound(leaves: 16, deviation: 0.75)
    expectPrinted(bound, ".0222")
    #expect(tail > bound)
    for correlation in [0, 0.2, 0.5, 1] {
      for deviation in [0.1, 0.5, 1, 2, 4] {
        #expect(
          FusionConcentration.exactTail(leaves: 16, deviation: deviation, correlation: correlation)
            <= FusionConcentration.correctedBound(
              leaves: 16, deviation: deviation, correlation: correlation))
      }
    }
    expectClose(
      FusionConcentration.effectiveLeaves(16, correlation: 0.5), 16 / 8.5, within: 1e-15)
    #expect(FusionConcentration.effectiveLeaves(9, correlation: 1) == 1)
    #expect(FusionConcentration.effectiveLeaves(9, correlation: 0) == 9)
  }
}
