import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletTestSupport
import Testing

@Suite struct TreeDefectTests {
  @Test func `scaled forks shift log-probabilities and lengthen scores`() {
    // -(16 - 1)/2 for each coordinate, whatever the average.
    #expect(
      ForkScaleDefect.logProbabilityShift(scale: 4, dimension: 8, reduction: .mean) == -7.5)
    #expect(ForkScaleDefect.logProbabilityShift(scale: 4, dimension: 8, reduction: .sum) == -60)
    #expect(ForkScaleDefect.logProbabilityShift(scale: 1, dimension: 8, reduction: .sum) == 0)
    #expect(ForkScaleDefect.scoreRatio(scale: 4) == 16)
    // By quadrature: E[r score] for r = sin(x'), scored and true, at mu = .3 and std = .2.
    let rule = GaussHermite(count: 60)
    let c = 4.0
    let std = 0.2
    let scored = rule.expectation { Elementary.sin(0.3 + c * std * $0) * c * $0 / std }
    let gradient = rule.expectation { Elementary.cos(0.3 + c * std * $0) }
    expectRelative(scored, ForkScaleDefect.scoreRatio(scale: c) * gradient, within: 1e-12)
  }

  @Test func `siblings' log-probabilities differ as D6 says`() {
    func difference(_ c: Double, _ reduction: LogProbabilityReduction) -> Double {
      ForkScaleDefect.siblingDifference(scale: c, dimension: 129_600, reduction: reduction)
    }
    #expect(difference(1, .sum) == 360 && difference(4, .sum) == 5760)
    expectClose(difference(4, .mean), 16.0 / 360, within: 1e-16)
    func excess(_ c: Double) -> Double {
      ForkScaleDefect.largerWeight(scale: c, dimension: 129_600, reduction: .mean) - 0.5
    }
    expectPrinted([excess(1), excess(4)], ".0007 .011")
    expectClose(
      ForkScaleDefect.largerWeight(scale: 1, dimension: 129_600, reduction: .sum), 1, within: 1e-15)
    // One coordinate, correlated siblings: the variance of (x'^2 - x^2)/2 is 1 - rho^2.
    expectClose(
      ForkScaleDefect.siblingDifference(
        scale: 1, dimension: 1, reduction: .sum, correlation: 0.6), 0.8, within: 1e-15)
  }

  @Test func `rounding errors agree with integrals over each cell`() throws {
    let table = try ReferenceTable("rounding", in: "trees")
    for row in table.rows {
      let s = try table.number(row, "deviation")
      let law = GaussianLaw(mean: try table.number(row, "mean"), variance: s * s)
      let digits = try table.integer(row, "digits")
      // A law uniform within each cell errs by less than one cell in 128.
      expectRelative(
        RoundingDefect.meanSquaredError(of: law, digits: digits), try table.number(row, "square"),
        within: 0.003)
    }
    #expect(RoundingDefect.meanSquaredError(of: GaussianLaw(mean: 1, variance: 0)) == 0)
  }

  @Test func `a state of twice the size rounds twice as badly`() {
    let one = RoundingDefect.meanSquaredError(of: GaussianLaw(mean: 0.3, variance: 0.49))
    let two = RoundingDefect.meanSquaredError(of: GaussianLaw(mean: 0.6, variance: 1.96))
    expectRelative(two, 4 * one, within: 1e-12)
    // Three digits more, an error sixty-four times less.
    let half = RoundingDefect.meanSquaredError(
      of: GaussianLaw(mean: 0.3, variance: 0.49), digits: 11)
    expectRelative(64 * half, one, within: 1e-12)
  }

  @Test func `stored states move the ratio as D8 measured, within its scatter`() throws {
    let plan = try SamplingPlan.fullSDE(
      grid: .shifted(steps: 20, shift: 3), noise: .constant(0.3), lastStepIsStochastic: true)
    let chain = GaussianChain(plan: plan, deviation: 1)
    let law = LeafLaw(
      chain: chain, shape: try TreeShape(splits: .dense, stepCount: 20), forkNoise: .scaled(4))
    func state(_ depth: Int) -> GaussianLaw {
      GaussianLaw(
        mean: 0, variance: law.nodeVariances[law.shape.nodes(atDepth: depth).lowerBound])
    }
    func ratio(_ step: Int) -> Double {
      RoundingDefect.expectedLogRatio(of: state(step + 1), deviation: plan.deviations[step])
    }
    func scatter(_ step: Int, _ scale: Double) -> Double {
      RoundingDefect.logRatioDeviation(
        of: state(step + 1), deviation: plan.deviations[step], scale: scale, dimension: 129_600)
    }
    // One measured edge: -1.2e-3 at the first fork, whose scatter is 4.7e-4.
    // The mean itself is -8.8e-4, from the same sum over binades in another language.
    expectPrinted([scatter(0, 4), ratio(0)], "4.7e-4 -8.8e-4")
    #expect(abs(ratio(0) + 1.2e-3) < scatter(0, 4))
    expectPrinted([ratio(1), ratio(19)], "-8e-4 -1e-4")
  }
}
