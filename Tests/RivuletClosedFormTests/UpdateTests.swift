import RivuletClosedForm
import RivuletCredit
import RivuletFlow
import RivuletNumerics
import RivuletTestSupport
import Testing

/// The four-step problem of `Fixtures/origin/optimum.py`: two coordinates, a linear reward.
enum FourSteps {
  static let gradient = [1.1, -0.4]
  static let deviations = [0.7, 1.3]

  static func plan() throws -> SamplingPlan {
    try .fullSDE(
      grid: TimeGrid(times: [1, 0.75, 0.45, 0.2, 0]), noise: .constant(0.6),
      lastStepIsStochastic: true)
  }

  static func chains() throws -> LinearCredit {
    let plan = try plan()
    return LinearCredit(
      chains: deviations.map { GaussianChain(plan: plan, deviation: $0) }, gradient: gradient)
  }

  static func branches() throws -> LinearCredit {
    let plan = try plan()
    return LinearCredit(
      branches: deviations.map { BranchingLaw(plan: plan, deviation: $0) }, gradient: gradient)
  }

  /// Three prompts with four members, the first with the problem's reward.
  static func batch(_ name: String, deviation: Double) -> PromptBatch {
    let means = name == "batch-equal" ? [0, 0, 0] : [0.5, -1, 1.5]
    let sizes = name == "batch-sizes" ? [1, 2.5, 0.4] : [1, 1, 1]
    let shared = name == "batch-sizes" ? [0, 0.7, 0.2] : [0, 0, 0]
    return PromptBatch(
      groupSize: 4,
      prompts: (0..<3).map {
        .init(mean: means[$0], deviation: sizes[$0] * deviation, sharedDeviation: shared[$0])
      })
  }
}

@Suite struct UpdateTests {
  @Test func `advantage factors are those of dense integrals over all noises`() throws {
    let table = try ReferenceTable("updates", in: "optimum")
    let chains = try FourSteps.chains()
    let branches = try FourSteps.branches()
    for row in table.rows {
      let words = try table.text(row, "case").split(separator: " ").map(String.init)
      let convention = try #require(
        AdvantageRule.Convention(rawValue: table.text(row, "convention")))
      var step = 1
      var credit = chains
      let rollouts: UpdateConvention.Rollouts
      switch words[0] {
      case "chains-private": rollouts = .chains(groupSize: 5, sharesInitialNoise: false)
      case "chains-shared": rollouts = .chains(groupSize: 5, sharesInitialNoise: true)
      case "branches-seed", "branches-correlated":
        credit = branches
        rollouts = .seedBranches(
          siblings: 4, siblingCorrelation: words[0] == "branches-seed" ? 0 : 0.35)
      case "branches-prompt":
        credit = branches
        rollouts = .promptBranches(seeds: 3, siblings: 4)
      case "tree-depth", "tree-siblings", "tree-flat":
        step = try #require(Int(words[2]))
        // rho = 1/(1 + s^2)
        let number = try #require(Double(words[4]))
        let noise: ForkNoise =
          words[3] == "scale"
          ? .scaled(number)
          : number == 0
            ? .independent : .correlated(branchParameter: (1 / number - 1).squareRoot())
        rollouts = .tree(
          nodeCounts: [2, 2, 6, 6], forkNoise: noise,
          baseline: try #require(.init(rawValue: String(words[0].dropFirst(5)))))
      default:
        rollouts = .batch(
          FourSteps.batch(words[0], deviation: chains.shares.total.squareRoot()), prompt: 0)
      }
      let rule = UpdateConvention(
        rollouts: rollouts, convention: convention, trainedSteps: [step])
      expectRelative(
        rule.advantageFactors(on: credit)[0], try table.number(row, "factor"), within: 1e-11)
    }
  }

  @Test func `the exact convention updates along the gradient and ends at the optimum`() throws {
    let plan = try FourSteps.plan()
    let chains = FourSteps.deviations.map { GaussianChain(plan: plan, deviation: $0) }
    let credit = try FourSteps.chains()
    let rule = UpdateConvention.exact(
      groupSize: 4, penalty: 0.3, trainedSteps: plan.stochasticSteps)
    let update = UpdateExpectation(of: rule, on: credit)
    #expect(update.lengthRatios == [1, 1, 1, 1])
    for penalty in update.effectivePenalties { expectClose(penalty ?? 0, 0.3, within: 1e-15) }
    let optimum = try BiasOptimum(
      chains: chains, gradient: FourSteps.gradient, penalty: 0.3)
    let stationary = try #require(update.stationaryBiases)
    for step in 0..<4 {
      for index in 0..<2 {
        expectRelative(stationary[step][index], optimum.biases[step][index], within: 1e-13)
        // -kappa w is the slope of E[R]: g Phi_{k+1} q.
        expectRelative(
          update.policyPart()[step][index],
          FourSteps.gradient[index] * chains[index].suffixSlope(from: step + 1)
            * plan.kernels[step].velocityFactor, within: 1e-13)
      }
    }
    for row in update.update(at: stationary) {
      for value in row { expectClose(value, 0, within: 1e-14) }
    }
  }

  @Test func `each published choice multiplies length and effective penalty as predicted`() throws {
    let plan = try FourSteps.plan()
    let credit = try FourSteps.chains()
    let steps = [0, 1, 2]
    let weights = StepWeights.noiseAware(deviations: steps.map { plan.deviations[$0] })
    func make(
      _ convention: AdvantageRule.Convention = .leaveOneOut,
      reduction: LogProbabilityReduction = .sum, weights: [Double]? = nil, shares: [Double]? = nil,
      form: DivergenceForm = .exact, penaltyReduction: LogProbabilityReduction = .sum
    ) -> UpdateExpectation {
      UpdateExpectation(
        of: UpdateConvention(
          rollouts: .chains(groupSize: 6, sharesInitialNoise: true), convention: convention,
          reduction: reduction, trainedSteps: steps, stepWeights: weights, shares: shares,
          penalty: .init(coefficient: 0.04, form: form, reduction: penaltyReduction)),
        on: credit)
    }
    let spread = credit.shares.stepTotal.squareRoot()
    // c4(6) = 0.951533 (tables of control charts); the mean over D = 2 halves.
    let population = (5.0 / 6).squareRoot() * 0.95153287 / spread
    for (index, step) in steps.enumerated() {
      let h = plan.grid.stepSize(step)
      let cases: [(UpdateExpectation, length: Double, penalty: Double)] = [
        (make(), 1, 0.04),
        (make(.none), 5.0 / 6, 0.04 * 6 / 5),
        (make(.population), population, 0.04 / population),
        (make(reduction: .mean), 0.5, 0.08),
        (make(reduction: .mean, penaltyReduction: .mean), 0.5, 0.04),
        (make(form: .withoutStepSize), 1, 0.04 * h),
        (make(weights: weights), weights[index], 0.04 / weights[index]),
        (make(shares: [0.1, 0.2, 0.7]), 1, 0.04),
        (
          make(
            .population, reduction: .mean, weights: weights, form: .withoutStepSize,
            penaltyReduction: .mean),
          population * weights[index] / 2, 0.04 * h / (population * weights[index])
        ),
      ]
      for (update, length, penalty) in cases {
        expectRelative(update.lengthRatios[index], length, within: 1e-8)
        expectRelative(try #require(update.effectivePenalties[step]), penalty, within: 1e-8)
      }
    }
    #expect(make().effectivePenalties[3] == nil)
    // Shares set the pace alone.
    expectRelative(
      make(shares: [0.1, 0.2, 0.7]).policyPart()[1][0], 0.2 * make().policyPart()[1][0],
      within: 1e-15)
  }

  @Test func `rewards of a stationary point follow from its effective penalties`() throws {
    let plan = try FourSteps.plan()
    let chains = FourSteps.deviations.map { GaussianChain(plan: plan, deviation: $0) }
    let credit = try FourSteps.chains()
    let update = UpdateExpectation(
      of: UpdateConvention(
        rollouts: .chains(groupSize: 24, sharesInitialNoise: false), convention: .population,
        reduction: .mean, trainedSteps: [0, 1, 2],
        penalty: .init(coefficient: 0.04, form: .withoutStepSize, reduction: .mean)),
      on: credit)
    let optimum = try BiasOptimum(
      chains: chains, gradient: FourSteps.gradient, penalties: update.effectivePenalties)
    let stationary = try #require(update.stationaryBiases)
    var rise = 0.0
    for step in 0..<3 {
      rise += credit.shares.steps[step] / (update.effectivePenalties[step] ?? .infinity)
      for index in 0..<2 {
        expectRelative(optimum.biases[step][index], stationary[step][index], within: 1e-12)
      }
    }
    expectRelative(optimum.rewardRise, rise, within: 1e-12)
  }

  @Test
  func `plain ascents approach the stationary point geometrically or go on without a penalty`()
    throws
  {
    let credit = try FourSteps.chains()
    var rule = UpdateConvention.exact(groupSize: 4, penalty: 0.3, trainedSteps: [1, 2])
    rule.shares = [0.5, 0.5]
    let update = UpdateExpectation(of: rule, on: credit)
    let ascents = update.expectedBiases(afterAscents: 7, rate: 0.9)
    for index in 0..<2 {
      let keep = 1 - 0.9 * 0.5 * update.stiffnesses[index]
      var power = 1.0
      for _ in 0..<7 { power *= keep }
      for coordinate in 0..<2 {
        let end = try #require(update.stationaryBiases)[index][coordinate]
        expectRelative(ascents[index][coordinate], end * (1 - power), within: 1e-12)
      }
    }
    rule.penalty = nil
    let free = UpdateExpectation(of: rule, on: credit)
    #expect(free.stationaryBiases == nil && free.effectivePenalties == [nil, nil, nil, nil])
    expectRelative(
      free.expectedBiases(afterAscents: 7, rate: 0.9)[0][1], 6.3 * free.policyPart()[0][1],
      within: 1e-13)
  }

  @Test func `factors of one prompt's batch and of equal prompts reduce to known ones`() {
    for size in [2, 3, 8, 24] {
      for convention in AdvantageRule.Convention.allCases {
        // One prompt: the group, whatever the members share.
        let single = PromptBatch(
          groupSize: size, prompts: [.init(mean: 3, deviation: 0.7, sharedDeviation: 2)])
        let divides = convention.divides
        let scale = divides ? 1 : 0.7
        expectRelative(
          single.factor(prompt: 0, convention: convention),
          scale
            * AdvantageFactor.standardisationFactor(groupSize: size, convention: convention),
          within: 1e-12)
      }
      // Equal prompts without offsets: ((G - 1)/G) sqrt(n/2) Gamma(n/2)/Gamma((n + 1)/2), n = P G, which
      // is ((G - 1)/G) sqrt(n/(n - 1)) c4(n).
      let equal = PromptBatch(
        groupSize: size, prompts: (0..<5).map { _ in .init(mean: -1, deviation: 3) })
      let n = 5 * size
      expectRelative(
        equal.factor(prompt: 2, convention: .population),
        Double(size - 1) / Double(size) * (Double(n) / Double(n - 1)).squareRoot()
          * AdvantageFactor.c4(groupSize: n), within: 1e-12)
    }
    // Prompts far apart: the spread is that of their means, 1e4 here, and b tends to (1 - 1/G) sigma/spread.
    let far = PromptBatch(
      groupSize: 4, prompts: [.init(mean: 1e4, deviation: 1), .init(mean: -1e4, deviation: 1)])
    expectRelative(far.factor(prompt: 0, convention: .population), 0.75e-4, within: 1e-7)
  }

  @Test func `advantages of real trees have the predicted mean products`() throws {
    // Independent of the formulas: fusion and TreeAdvantageRule on 8,000 drawn trees of widths 2, 1, 3, 1.
    let widths = [2, 1, 3, 1]
    let shape = try TreeShape(widths: widths)
    let lanes = 8_000
    let credit = try FourSteps.chains()
    let influences = (0..<4).map { credit.shares.steps[$0].squareRoot() }
    let noise = RandomKey(seed: 92_611).standardNormals(count: shape.nodeCount * lanes)
    // One coordinate with the same shares: the reward is sum_k |w_k| xi_k along the path.
    var sums = [Double](repeating: 0, count: shape.nodeCount * lanes)
    for depth in 1...4 {
      for node in shape.nodes(atDepth: depth) {
        let parent = shape.parents[node]
        for lane in 0..<lanes {
          sums[node * lanes + lane] =
            sums[parent * lanes + lane] + influences[depth - 1] * noise[node * lanes + lane]
        }
      }
    }
    let leaves = shape.leaves
    let rewards = Array(sums[(leaves.lowerBound * lanes)..<(leaves.upperBound * lanes)])
    let values = RewardFusion.uniform.values(
      of: rewards, logProbabilities: nil, shape: shape, lanes: lanes)
    for baseline in TreeAdvantageRule.Baseline.allCases {
      for convention in AdvantageRule.Convention.allCases {
        let advantages = TreeAdvantageRule(baseline: baseline, convention: convention, epsilon: 0)
          .advantages(of: values, shape: shape, lanes: lanes)
        let factors = UpdateConvention(
          rollouts: .tree(nodeCounts: [2, 2, 6, 6], forkNoise: .independent, baseline: baseline),
          convention: convention, trainedSteps: [0, 1, 2, 3]
        ).advantageFactors(on: credit)
        for depth in 1...4 {
          let nodes = shape.nodes(atDepth: depth)
          var sum = 0.0
          var squares = 0.0
          for lane in 0..<lanes {
            var product = 0.0
            for node in nodes {
              product += advantages[node * lanes + lane] * noise[node * lanes + lane]
            }
            product /= Double(nodes.count)
            sum += product
            squares += product * product
          }
          let mean = sum / Double(lanes)
          let error = ((squares / Double(lanes) - mean * mean) / Double(lanes)).squareRoot()
          let expected = factors[depth - 1] * influences[depth - 1]
          // 48 comparisons at five standard errors: a false alarm in 3e4 runs.
          expectClose(mean, expected, within: 5 * error)
          #expect(error < 0.04 * expected)
        }
      }
    }
  }

  @Test func `advantages of real batches have the predicted mean products`() {
    // Independent of the formulas: AdvantageRule on 20,000 drawn batches of 3 prompts x 4 members.
    let batch = FourSteps.batch("batch-sizes", deviation: 0.8)
    let layout = GroupLayout(prompts: 3, branches: 4)
    let key = RandomKey(seed: 20_261).child("batches")
    for convention in AdvantageRule.Convention.allCases {
      let rule = AdvantageRule(convention: convention, scope: .batch, epsilon: 0)
      var sums = [0.0, 0, 0]
      var squares = sums
      let count = 20_000
      for index in 0..<count {
        let noise = key.standardNormals(count: 15, at: NoiseAddress(root: UInt32(index)))
        var rewards: [Double] = []
        for (p, prompt) in batch.prompts.enumerated() {
          for i in 0..<4 {
            rewards.append(
              prompt.mean + prompt.sharedDeviation * noise[12 + p]
                + prompt.deviation * noise[4 * p + i])
          }
        }
        let advantages = rule.advantages(of: rewards, layout: layout)
        for p in 0..<3 {
          var product = 0.0
          for i in 0..<4 { product += advantages[4 * p + i] * noise[4 * p + i] / 4 }
          sums[p] += product
          squares[p] += product * product
        }
      }
      for p in 0..<3 {
        let mean = sums[p] / Double(count)
        let error = ((squares[p] / Double(count) - mean * mean) / Double(count)).squareRoot()
        let expected = batch.factor(prompt: p, convention: convention)
        // 12 comparisons at five standard errors: a false alarm in 1e5 runs; the error is below 2 %.
        expectClose(mean, expected, within: 5 * error)
        #expect(error < 0.02 * expected)
      }
    }
  }
}
