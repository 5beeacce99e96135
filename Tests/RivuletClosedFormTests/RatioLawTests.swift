import RivuletClosedForm
import RivuletFlow
import RivuletTestSupport
import Testing

@Suite struct RatioLawTests {
  @Test func `means, clip fractions and clipped objectives agree with integrals`() throws {
    let table = try ReferenceTable("ratios")
    for row in table.rows {
      let below = try table.number(row, "below")
      let above = try table.number(row, "above")
      let law = RatioLaw(
        shift: try table.number(row, "shift"), dimension: try table.integer(row, "dimension"))
      expectClose(law.mean, try table.number(row, "mean"), within: 1e-14)
      expectClose(
        law.clipFraction(below: below, above: above), try table.number(row, "clipFraction"),
        within: 1e-13)
      expectClose(law.meanClippedAbove(above), try table.number(row, "clippedAbove"), within: 1e-13)
      expectClose(law.meanClippedBelow(below), try table.number(row, "clippedBelow"), within: 1e-13)
    }
  }

  @Test func `the mean is one for the sum and below one for the mean over dimensions`() {
    for shift in [0.1, 1, 3] {
      expectClose(RatioLaw(shift: shift).mean, 1, within: 1e-15)
      for dimension in [2, 16, 256] {
        #expect(RatioLaw(shift: shift, dimension: dimension).mean < 1)
      }
    }
    // delta = 1, D = 2: exp(-1/4 + 1/8).
    expectClose(RatioLaw(shift: 1, dimension: 2).mean, 0.8824969025845955, within: 1e-15)
  }

  @Test func `equal policies have the ratio one and clip nothing`() {
    let law = RatioLaw(shift: 0, dimension: 4)
    #expect(law.mean == 1 && law.clipFraction(below: 1e-4, above: 1e-4) == 0)
    #expect(law.meanClippedAbove(0.2) == 1 && law.meanClippedBelow(0.2) == 1)
  }

  @Test func `Guard's ratio has the median one and a mean of a second-order excess`() {
    // tau = 0.5, delta = 2, D = 4: exp(0.25 * 4 / (2 * 16)) = exp(1/32).
    expectClose(
      RatioLaw(shift: 2, dimension: 4).guardedMean(deviation: 0.5), 1.0317434074991028,
      within: 1e-15)
  }

  @Test func `a clip on the mean is small or large in nats with the dimension`() {
    expectPrinted(RatioLaw.nats(ofMeanClip: 1e-4, dimension: 65536), "6.6")
    expectPrinted(RatioLaw.nats(ofMeanClip: 1e-4, dimension: 129_600), "13.0")
    expectClose(RatioLaw.nats(ofMeanClip: 1e-4, dimension: 2), 2e-4, within: 1e-19)
  }

  @Test func `the shift is the score coefficient times the change of velocity`() throws {
    let kernel = try Published.plan(Published.sd35).kernels[4]
    let means = [0.3, 0.8].map { kernel.mean(state: [1], velocity: [$0])[0] }
    let shift = abs(means[1] - means[0]) / kernel.deviation
    expectRelative(kernel.scoreCoefficient * 0.5, shift, within: 1e-13)
    // Half its square is the divergence, and minus the mean of the log-ratio.
    expectRelative(
      -RatioLaw(shift: shift).logRatio.mean,
      ScoreLaw.divergence(kernel: kernel, squaredVelocityDifference: 0.25), within: 1e-12)
  }
}
