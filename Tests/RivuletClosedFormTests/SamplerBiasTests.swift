import RivuletClosedForm
import RivuletFlow
import RivuletTestSupport
import Testing

@Suite struct SamplerBiasTests {
  func bias(_ steps: Int, _ noise: NoiseSchedule?, _ deviation: Double = 1) throws -> SamplerBias {
    try SamplerBias.uniform(steps: steps, noise: noise, deviation: deviation)
  }

  func noise(_ sampler: String, _ level: Double) throws -> NoiseSchedule? {
    switch sampler {
    case "ode": return nil
    case "flow": return .flow(scale: level)
    case "constant": return .constant(level)
    case "cps": return .coefficientPreserving(level)
    default:
      Issue.record("unknown sampler \(sampler)")
      return nil
    }
  }

  @Test func `variances and seed correlations agree with the independent script to 1e-12`() throws {
    let table = try ReferenceTable("samplers")
    for row in table.rows {
      let noise = try noise(table.text(row, "sampler"), table.number(row, "level"))
      let observed = try bias(
        try table.integer(row, "steps"), noise, try table.number(row, "scale"))
      expectRelative(observed.terminalVariance, try table.number(row, "variance"), within: 1e-12)
      expectClose(
        observed.seedCorrelation, try table.number(row, "seedCorrelation"), within: 1e-12)
    }
  }

  @Test func `without stored steps the numbers have the bits of the plan`() throws {
    let listed = (0..<7).map { 0.1 + Double($0) / 10 }
    for noise in [
      NoiseSchedule.flow(scale: 0.7), .constant(0.3), .coefficientPreserving(0.7),
      .coefficients(listed),
    ] {
      for last in [false, true] {
        let plan = try SamplingPlan.fullSDE(
          grid: .uniform(steps: 7), noise: noise, lastStepIsStochastic: last)
        #expect(
          try SamplerBias.uniform(
            steps: 7, noise: noise, lastStepIsStochastic: last, deviation: 0.4)
            == SamplerBias(plan: plan, deviation: 0.4))
      }
    }
    let plan = SamplingPlan.ode(grid: .uniform(steps: 7))
    #expect(try bias(7, nil, 0.4) == SamplerBias(plan: plan, deviation: 0.4))
    let chain = GaussianChain(plan: plan, mean: 3, deviation: 0.4)
    expectRelative(
      try bias(7, nil, 0.4).terminalVariance, chain.terminalLaw.variance, within: 1e-14)
  }

  @Test func `a wrong scale is refused as on a stored grid`() {
    #expect(throws: NoiseSchedule.Invalid.negativeScale(-1)) {
      try SamplerBias.uniform(steps: 3, noise: .flow(scale: -1), deviation: 1)
    }
  }

  @Test func `output over true deviation is as printed`() throws {
    let samplers: [NoiseSchedule?] = [
      nil, .flow(scale: 0.7), .constant(0.3), .coefficientPreserving(0.7),
    ]
    expectPrinted(try samplers.map { try bias(10, $0).deviationRatio }, ".879 .965 .887 .762")
    expectPrinted(
      try samplers.map { try bias(1000, $0).deviationRatio }, ".999 1.003 .999 .850")
    expectPrinted(try bias(10000, samplers[3]).deviationRatio, ".852")
  }

  @Test func `the variance of Flow-GRPO's sampler errs as printed, not in one direction`() throws {
    let flow = NoiseSchedule.flow(scale: 0.7)
    expectPrinted(try bias(10, flow).varianceError, "-6.853e-2")
    expectPrinted(try bias(100, flow).varianceError, "0.0079")
    expectPrinted(try bias(200, flow).varianceError, "0.0086")
    expectPrinted(try bias(1000, flow).varianceError, "5.721e-3")
    expectPrinted(try bias(10_000, flow).varianceError, "2.161e-3")
    expectPrinted(try bias(100_000, flow).varianceError, "7.298e-4")
  }

  @Test func `measured orders tend to the smaller of one and the square of the scale`() throws {
    func order(_ noise: NoiseSchedule?, from: Int, to: Int) throws -> Double {
      try #require(
        SamplerBias.measuredOrder(coarse: bias(from, noise), fine: bias(to, noise)))
    }
    expectClose(try order(nil, from: 1000, to: 10000), 1, within: 0.01)
    expectClose(try order(.constant(0.3), from: 1000, to: 10000), 1, within: 0.01)
    for scale in [0.3, 0.5, 0.7] {
      let limit = SamplerLimits.flowOrder(scale: scale)
      let early = try order(.flow(scale: scale), from: 1000, to: 10000)
      let late = try order(.flow(scale: scale), from: 10000, to: 100_000)
      // The order rises towards its limit: a term of first order hides it less and less.
      #expect(abs(late - limit) < abs(early - limit))
      expectClose(late, limit, within: 0.04)
    }
    expectClose(try order(.flow(scale: 1.3), from: 10000, to: 100_000), 1, within: 0.03)
    expectClose(try order(.flow(scale: 2.0.squareRoot()), from: 1000, to: 10000), 2, within: 0.01)
    #expect(
      SamplerBias.measuredOrder(
        coarse: try bias(10, .flow(scale: 0.7)), fine: try bias(100, .flow(scale: 0.7))) == nil)
  }

  @Test func `the first step of Flow-GRPO adds a^4 / 4 however short it is`() throws {
    // With N steps: M_0 = 1 - h f - a^2/2 for unit data, so S_1 = (1 - a^2/2 - h)^2 + a^2.
    let grid = TimeGrid.uniform(steps: 1_000)
    let plan = try SamplingPlan.fullSDE(grid: grid, noise: .flow(scale: 0.7))
    let chain = GaussianChain(plan: plan, deviation: 1)
    let excess = SamplerLimits.flowFirstStepExcess(scale: 0.7)
    expectClose(excess, 0.060025, within: 1e-15)
    expectClose(chain.variances[1] - 1, excess, within: 2e-3)
    let fast = GaussianChain(
      plan: try .fullSDE(grid: .uniform(steps: 10000), noise: .flow(scale: 0.7)), deviation: 1)
    // First order in h: ten times more steps, a tenth of the distance.
    let ratio = (chain.variances[1] - 1 - excess) / (fast.variances[1] - 1 - excess)
    expectClose(ratio, 10, within: 0.1)
  }

  @Test func `coefficient-preserving sampling tends to the cosine, slowly`() throws {
    expectPrinted(SamplerLimits.coefficientPreservingRatio(level: 0.7), ".8526")
    expectPrinted(SamplerLimits.coefficientPreservingRatio(level: 0.9), ".7604")
    for level in [0.7, 0.9] {
      let limit = SamplerLimits.coefficientPreservingRatio(level: level)
      let errors = try [1000, 8000, 64000].map {
        try bias($0, .coefficientPreserving(level)).deviationRatio - limit
      }
      // N^(-2/3): eight times the steps, a quarter of the error.
      expectClose(errors[1] / errors[2], 4, within: 0.25)
      expectClose(errors[0] / errors[1], 4, within: 0.6)
    }
    let narrow = try bias(64000, .coefficientPreserving(0.7), 0.5).deviationRatio
    expectClose(narrow, SamplerLimits.coefficientPreservingRatio(level: 0.7), within: 2e-3)
  }

  @Test func `seed correlations of Flow-GRPO decay with the printed exponents`() throws {
    func exponent(_ scale: Double, _ coarse: Int, _ fine: Int) throws -> Double {
      // Decades: log10 of the ratio, by comparing with powers of ten.
      let first = try bias(coarse, .flow(scale: scale)).seedCorrelation
      let second = try bias(fine, .flow(scale: scale)).seedCorrelation
      return localExponent(first / second)
    }
    for (scale, early, late) in [
      (0.7, ".177", ".2429"), (1, ".322", ".4969"), (0.3, ".033", ".0446"),
    ] {
      expectPrinted(try exponent(scale, 10, 100), early)
      expectPrinted(try exponent(scale, 1000, 10000), late)
    }
    expectClose(try exponent(2.0.squareRoot(), 100, 1000), 3, within: 0.05)
  }

  /// log10 of a positive number by bisection.
  func localExponent(_ ratio: Double) -> Double {
    var low = -5.0
    var high = 5.0
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if power(ofTen: middle) < ratio { low = middle } else { high = middle }
    }
    return low
  }

  /// 10^x from square roots: 10^x = prod over the binary digits of x.
  func power(ofTen x: Double) -> Double {
    var rest = abs(x)
    var result = 1.0
    while rest >= 1 {
      result *= 10
      rest -= 1
    }
    var root = 10.0
    for _ in 0..<54 {
      root = root.squareRoot()
      rest *= 2
      if rest >= 1 {
        result *= root
        rest -= 1
      }
    }
    return x < 0 ? 1 / result : result
  }

  @Test func `seed correlations follow their limit laws`() throws {
    let flow = try bias(100_000, .flow(scale: 0.7)).seedCorrelation
    expectPrinted(flow, ".03688")
    let law = SamplerLimits.flowSeedCorrelation(scale: 0.7, steps: 100_000, deviation: 1)
    expectPrinted(law, ".03690")
    let early = SamplerLimits.flowSeedCorrelation(scale: 0.7, steps: 10, deviation: 1)
    expectPrinted(100 * (early / (try bias(10, .flow(scale: 0.7)).seedCorrelation) - 1), "21")
    let narrow = try bias(100_000, .flow(scale: 1), 0.25).seedCorrelation
    expectRelative(
      narrow, SamplerLimits.flowSeedCorrelation(scale: 1, steps: 100_000, deviation: 0.25),
      within: 1e-2)
    expectPrinted(
      SamplerLimits.constantSeedCorrelation(coefficient: 0.3, deviation: 1), ".932")
    for deviation in [1, 0.3] {
      expectClose(
        try bias(10000, .constant(0.3), deviation).seedCorrelation,
        SamplerLimits.constantSeedCorrelation(coefficient: 0.3, deviation: deviation), within: 1e-3)
    }
  }
}
