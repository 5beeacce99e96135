import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletTestSupport
import Testing

@Suite struct AdvantageFactorTests {
  @Test func `factors agree with integrals over the law of the spread`() throws {
    let table = try ReferenceTable("advantage-factors")
    for row in table.rows {
      let convention = try #require(
        AdvantageRule.Convention(rawValue: try table.text(row, "convention")))
      let size = try table.integer(row, "size")
      let ratio = try table.number(row, "epsilonOverDeviation")
      let expected = try table.number(row, "factor")
      let observed = AdvantageFactor.standardisationFactor(
        groupSize: size, convention: convention, epsilon: ratio * 2.5, rewardDeviation: 2.5)
      expectRelative(observed, expected, within: 1e-13)
      if ratio == 0 {
        expectRelative(
          AdvantageFactor.standardisationFactor(groupSize: size, convention: convention), expected,
          within: 1e-14)
      } else {
        // Never more than the shrinkage of the mean spread, by Jensen's inequality.
        let root = AdvantageFactor.standardisationFactor(groupSize: size, convention: convention)
        #expect(observed < root)
      }
    }
  }

  @Test func `population factors are those printed`() {
    let sizes = [2, 4, 6, 12, 24]
    expectPrinted(
      sizes.map {
        AdvantageFactor.standardisationFactor(groupSize: $0, convention: .population)
      }, "0.564190 0.797885 0.868627 0.935942 0.968365")
    expectPrinted(
      [2, 4, 8, 24].map {
        AdvantageFactor.standardisationFactor(groupSize: $0, convention: .population)
      }, ".564 .798 .903 .968")
  }

  @Test func `sample factors are those printed`() {
    expectPrinted(
      [2, 4, 8, 24].map {
        AdvantageFactor.standardisationFactor(groupSize: $0, convention: .sample)
      }, ".399 .691 .844 .948")
  }

  @Test func `the sample factor is also a mean inverse spread`() {
    // ((G - 2)/G) E[sigma/S], E[sigma/S] = sqrt((G - 1)/2) Gamma((G - 2)/2) / Gamma((G - 1)/2).
    for size in 3...60 {
      let g = Double(size)
      let quotient = Elementary.exp(
        Special.logGamma((g - 2) / 2) - Special.logGamma((g - 1) / 2))
      expectRelative(
        AdvantageFactor.standardisationFactor(groupSize: size, convention: .sample),
        (g - 2) / g * ((g - 1) / 2).squareRoot() * quotient, within: 1e-12)
    }
  }

  @Test func `c4 tends to one as one quarter over the size`() {
    for size in [1000, 100_000] {
      let g = Double(size)
      expectClose(
        AdvantageFactor.c4(groupSize: size), 1 - 1 / (4 * g) - 7 / (32 * g * g), within: 1e-9)
    }
  }

  @Test func `conventions without a spread keep the influence, the unbiased one all of it`() {
    func product(_ convention: AdvantageRule.Convention) -> Double {
      AdvantageFactor.meanProduct(
        groupSize: 4, convention: convention, influence: -0.3, rewardDeviation: 0.5)
    }
    expectClose(product(.leaveOneOut), -0.3, within: 1e-16)
    expectClose(product(.none), -0.3 * 0.75, within: 1e-16)
    expectPrinted(product(.population), "-0.478731")  // -0.6 * 0.797885
    #expect(AdvantageFactor.standardisationFactor(groupSize: 1, convention: .sample) == 0)
    expectClose(
      AdvantageFactor.centredSiblingFactor(siblings: 4, correlation: 0.2), 0.75 * 0.8, within: 1e-16
    )
  }

  @Test func `expected branched gradients are those printed`() throws {
    // K = 6, uniform grid, a = 0.7, population form; a positive slope to the end.
    let plan = try Published.plan(Published.uniform)
    let law = BranchingLaw(plan: plan, deviation: 1)
    func gradients(_ weights: [Double], gradient: Double = 1) -> [Double] {
      (0..<9).map {
        law.expectedGradient(
          step: $0, gradient: gradient, groupSize: 6, convention: .population,
          weight: weights[$0])
      }
    }
    let unit = gradients(StepWeights.unit(count: 9))
    expectPrinted(
      unit,
      "-0.12409 -0.16285 -0.24427 -0.31983 -0.39890 -0.48854 -0.59834 -0.74626 -0.97709")
    expectPrinted(Array(gradients(plan.deviations)[0...1]), "-0.08686 -0.10814")
    let weights = StepWeights.noiseAware(deviations: Array(plan.deviations.prefix(9)))
    let weighted = gradients(weights)
    expectPrinted(weighted[0], "-0.25434")
    for step in 1..<9 { expectPrinted(weighted[step], "-0.31665") }
    // Only the sign of the reward's gradient is seen, unless nothing is divided.
    expectClose(gradients(weights, gradient: -5), weighted.map { -$0 }, within: 1e-15)
    expectClose(
      law.expectedGradient(step: 3, gradient: -5, groupSize: 6, convention: .leaveOneOut),
      5 * plan.kernels[3].scoreCoefficient * law.influence(of: 3), within: 1e-14)
  }

  @Test func `prompt groups agree with integrals over the share of the seeds`() throws {
    let table = try ReferenceTable("prompt-groups")
    for row in table.rows {
      let group = PromptGroup(
        seeds: try table.integer(row, "seeds"), branches: try table.integer(row, "branches"),
        branchDeviation: 0.5, seedDeviation: 0.5 * (try table.number(row, "seedOverBranch")))
      expectRelative(
        group.meanProduct(convention: .population), try table.number(row, "factor"), within: 1e-13)
    }
  }

  @Test func `attenuations of prompt groups are those printed`() throws {
    // N = 4, K = 6, uniform grid, a = 0.7, data deviation 1.
    let law = BranchingLaw(plan: try Published.plan(Published.uniform), deviation: 1)
    let groups = (0..<9).map { law.promptGroup(step: $0, seeds: 4, branches: 6) }
    let products = groups.map { $0.meanProduct(convention: .population) }
    expectPrinted(
      products, "0.76799 0.78956 0.64815 0.56339 0.49142 0.41848 0.34246 0.26629 0.19268")
    expectPrinted(
      groups.map(\.limitingAttenuation),
      "0.73019 0.75871 0.57896 0.48091 0.40380 0.33128 0.26132 0.19641 0.13802")
    let whole = AdvantageFactor.standardisationFactor(groupSize: 24, convention: .population)
    for (group, product) in zip(groups, products) {
      #expect(product > whole * group.limitingAttenuation && product < whole)
    }
  }

  @Test func `prompt groups without seeds' differences or with one seed are plain groups`() {
    for convention in AdvantageRule.Convention.allCases {
      let flat = PromptGroup(seeds: 4, branches: 6, branchDeviation: 1, seedDeviation: 0)
      expectClose(
        flat.meanProduct(convention: convention),
        AdvantageFactor.standardisationFactor(groupSize: 24, convention: convention),
        within: 1e-14)
      let single = PromptGroup(seeds: 1, branches: 6, branchDeviation: 1, seedDeviation: 9)
      expectClose(
        single.meanProduct(convention: convention),
        AdvantageFactor.standardisationFactor(groupSize: 6, convention: convention), within: 1e-14)
    }
    // Many seeds: the limit. Relative difference of order 1/N.
    let many = PromptGroup(seeds: 20_000, branches: 3, branchDeviation: 1, seedDeviation: 2)
    expectRelative(
      many.meanProduct(convention: .population), many.limitingAttenuation, within: 1e-4)
  }

  @Test func `the variance of a batch splits into that within and that between prompts`() {
    // Hand calculation: groups (0, 2) and (5, 9): variances 1 and 4, means 1 and 7, batch mean 4,
    // squares 16 + 4 + 1 + 25 = 46, over 4.
    expectClose(BatchSpread.variance(within: [1, 4], means: [1, 7]), 11.5, within: 1e-15)
    expectClose(
      BatchSpread.expectedVariance(prompts: 2, groupSize: 3, within: 6, between: 1), 6,
      within: 1e-15)
    #expect(BatchSpread.deviationRatio(within: 1, between: 3) == 2)
  }

  @Test func `epsilon leaves the share of the spread in one group`() {
    #expect(AdvantageFactor.shrinkage(deviation: 3e-4, epsilon: 1e-4) == 0.75)
    #expect(AdvantageFactor.shrinkage(deviation: 0, epsilon: 0) == 0)
  }
}

@Suite struct AdvantageMagnitudeTests {
  @Test func `bounds are reached by one member that differs`() {
    for size in [2, 3, 6, 24] {
      let rewards = [1.0] + [Double](repeating: 0, count: size - 1)
      for convention in [AdvantageRule.Convention.population, .sample] {
        let rule = AdvantageRule(convention: convention, scope: .seedGroup, epsilon: 0)
        let advantages = rule.advantages(of: rewards, layout: GroupLayout(branches: size))
        expectClose(
          advantages[0], AdvantageMagnitude.bound(groupSize: size, convention: convention),
          within: 1e-14)
      }
    }
  }

  @Test func `a clamp at five binds from 27 members on`() {
    for convention in [AdvantageRule.Convention.population, .sample] {
      #expect(!AdvantageMagnitude.canBind(clamp: 5, groupSize: 26, convention: convention))
      #expect(AdvantageMagnitude.canBind(clamp: 5, groupSize: 27, convention: convention))
    }
    #expect(AdvantageMagnitude.canBind(clamp: 5, groupSize: 2, convention: .none))
  }

  @Test func `two members always have the largest magnitude`() {
    func probability(_ magnitude: Double) -> Double {
      AdvantageMagnitude.probability(ofAtMost: magnitude, groupSize: 2, convention: .population)
    }
    #expect(probability(0.999) == 0 && probability(1) == 1)
  }

  @Test func `probabilities agree with the Beta law of the independent script`() throws {
    let table = try ReferenceTable("magnitudes")
    for row in table.rows {
      let size = try table.integer(row, "size")
      let magnitude = try table.number(row, "populationMagnitude")
      let expected = try table.number(row, "probability")
      expectClose(
        AdvantageMagnitude.probability(
          ofAtMost: magnitude, groupSize: size, convention: .population), expected, within: 1e-13)
      // The sample form is smaller by sqrt((G - 1)/G).
      let shrunk = magnitude * (Double(size - 1) / Double(size)).squareRoot()
      expectClose(
        AdvantageMagnitude.probability(ofAtMost: shrunk, groupSize: size, convention: .sample),
        expected, within: 1e-13)
    }
  }
}
