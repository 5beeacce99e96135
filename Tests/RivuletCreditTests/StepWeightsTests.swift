import RivuletCredit
import RivuletTestSupport
import Testing

@Suite struct StepWeightsTests {
  /// Schedules of any shape: positive noise levels, factors and step sizes.
  func forEachSchedule(_ body: (_ deviations: [Double], _ others: [Double]) -> Void) {
    for seed in 0..<100 as Range<UInt64> {
      var cases = CaseGenerator(seed: seed)
      let count = 1 + cases.below(30)
      body(
        (0..<count).map { _ in abs(cases.number()) + 1e-3 },
        (0..<count).map { _ in abs(cases.number()) + 1e-3 })
    }
  }

  @Test func `have mean one under every rule`() {
    forEachSchedule { deviations, others in
      for weights in [
        StepWeights.unit(count: deviations.count),
        StepWeights.noiseAware(deviations: deviations),
        StepWeights.balanced(deviations: deviations, factors: others),
        StepWeights.guarded(deviations: deviations, stepSizes: others),
      ] {
        expectClose(weights.reduce(0, +) / Double(weights.count), 1, within: 1e-14)
      }
    }
  }

  @Test func `do not see a common factor of the noise`() {
    forEachSchedule { deviations, others in
      let louder = deviations.map { $0 * 7 }
      expectClose(
        StepWeights.noiseAware(deviations: louder), StepWeights.noiseAware(deviations: deviations),
        within: 1e-13)
      expectClose(
        StepWeights.guarded(deviations: louder, stepSizes: others),
        StepWeights.guarded(deviations: deviations, stepSizes: others), within: 1e-12)
    }
  }

  @Test func `are one for noise that does not change over the steps`() {
    expectClose(
      StepWeights.noiseAware(deviations: [0.3, 0.3, 0.3]), StepWeights.unit(count: 3), within: 1e-15
    )
  }

  @Test func `are in proportion to the noise`() {
    // Hand calculation: mean of 1, 2, 3 is 2.
    #expect(StepWeights.noiseAware(deviations: [1, 2, 3]) == [0.5, 1, 1.5])
  }

  @Test func `of Guard are TempFlow's over the length of the step, up to a constant`() {
    forEachSchedule { deviations, stepSizes in
      let plain = StepWeights.noiseAware(deviations: deviations)
      let guarded = StepWeights.guarded(deviations: deviations, stepSizes: stepSizes)
      let constant = guarded[0] * stepSizes[0] / plain[0]
      for step in plain.indices {
        let ratio = guarded[step] * stepSizes[step] / plain[step]
        expectClose(ratio, constant, within: 1e-12 * constant)
      }
    }
  }

  @Test func `leave only the step's length of the score`() {
    // w_k kappa_k with kappa = h f / tau is proportional to h for the balanced rule.
    forEachSchedule { deviations, factors in
      let weights = StepWeights.balanced(deviations: deviations, factors: factors)
      let lengths = deviations.indices.map { 1 + Double($0) }
      let constant = weights[0] * factors[0] / deviations[0]
      for step in weights.indices {
        let kappa = lengths[step] * factors[step] / deviations[step]
        expectClose(
          weights[step] * kappa, constant * lengths[step], within: 1e-12 * constant * lengths[step])
      }
    }
  }

  @Test func `know the factor of the velocity`() {
    // Flow-GRPO's s^2 = a^2 t / (1 - t) gives 1 + a^2/2 at any t below one, and 1 at t = 1.
    expectClose(
      StepWeights.velocityFactor(coefficient: 0.7 * (0.4 / 0.6).squareRoot(), time: 0.4), 1.245,
      within: 1e-15)
    #expect(StepWeights.velocityFactor(coefficient: 3, time: 1) == 1)
  }

  @Test func `refuse a step without noise`() async {
    await #expect(processExitsWith: .failure) { _ = StepWeights.noiseAware(deviations: [1, 0]) }
    await #expect(processExitsWith: .failure) { _ = StepWeights.noiseAware(deviations: []) }
  }
}
