import RivuletNumerics
import RivuletStatistics
import RivuletTestSupport
import Testing

struct JudgementTests {
  private func outcome(
    _ measurement: Measurement, alpha: Double = 1e-6, requiredEffect: Double = .infinity
  ) -> Judgement.Outcome {
    measurement.judged(alpha: alpha, requiredEffect: requiredEffect).outcome
  }

  private func identity(_ observed: Double, _ expected: Double, _ tolerance: Double)
    -> Measurement
  {
    .identity(observed: observed, expected: expected, tolerance: tolerance)
  }

  private func mean(_ observed: Double, sigma: Double = 1, count: Int = 10_000) -> Measurement {
    .mean(observed: observed, expected: 0, sigma: sigma, count: count, sigmaIsKnown: true)
  }

  // MARK: Identities

  @Test func `an identity passes up to its tolerance and no farther`() {
    #expect(outcome(identity(1.25, 1, 0.25)) == .passed)
    #expect(outcome(identity(0.75, 1, 0.25)) == .passed)
    #expect(outcome(identity(Double(1.25).nextUp, 1, 0.25)) == .fell)
    #expect(outcome(identity(3, 3, 0)) == .passed)
  }

  @Test func `an identity has no p-value and asks for no power`() {
    let judgement = identity(1, 1, 0.5).judged(alpha: 1e-6, requiredEffect: 0.02)
    #expect(judgement.p == nil)
    #expect(judgement.sampleSize == nil)
    #expect(judgement.detectableEffect == 0.5)
    #expect(judgement.interval == ConfidenceInterval(lower: 0.5, upper: 1.5))
    #expect(judgement.outcome == .passed)
  }

  @Test(arguments: [
    (Double.nan, 1.0, 1.0), (1, .nan, 1), (1, 1, .nan), (.infinity, .infinity, 1),
    (1, .infinity, .infinity), (1, 1, .infinity), (1, 1, -1),
  ])
  func `an identity of numbers that are not finite falls`(
    observed: Double, expected: Double, tolerance: Double
  ) {
    #expect(outcome(identity(observed, expected, tolerance)) == .fell)
  }

  // MARK: Means

  @Test func `a mean falls beyond the quantile of a quarter of alpha`() {
    // alpha = 2e-6: half of it, 1e-6, on two sides; z = 4.8916384757 (Phi^-1(1 - 5e-7)).
    #expect(outcome(mean(0.048916), alpha: 2e-6) == .passed)
    #expect(outcome(mean(0.048917), alpha: 2e-6) == .fell)
    #expect(outcome(mean(-0.048917), alpha: 2e-6) == .fell)
  }

  @Test func `a mean that hits its expectation is too good`() {
    #expect(outcome(mean(0)) == .tooGood)
    // |z| = 1e-6: erf(1e-6 / sqrt 2) = 7.98e-7, above 5e-7; |z| = 5e-7: 3.99e-7, below it.
    #expect(outcome(mean(1e-8)) == .passed)
    #expect(outcome(mean(5e-9)) == .tooGood)
  }

  @Test func `a mean that could hide the required effect is under-powered`() {
    // At alpha = 2e-6: (4.89164 + 4.75342) / 100 = 0.0964506.
    #expect(
      mean(0.01).judged(alpha: 2e-6, requiredEffect: 0.0965).outcome == .passed)
    #expect(
      mean(0.01).judged(alpha: 2e-6, requiredEffect: 0.0964).outcome == .underPowered)
    #expect(mean(0.01).judged(alpha: 2e-6, requiredEffect: .nan).outcome == .underPowered)
  }

  @Test func `a mean that falls does so whatever its power`() {
    #expect(mean(0.5).judged(alpha: 1e-6, requiredEffect: 1e-9).outcome == .fell)
  }

  @Test func `the interval leaves out the expectation of a mean that falls`() {
    for (observed, isInside) in [(0.048916, true), (0.048917, false)] {
      let interval = mean(observed).judged(alpha: 2e-6, requiredEffect: 1).interval
      #expect(interval.contains(0) == isInside)
    }
  }

  // MARK: Numbers that cannot be tested

  @Test(arguments: [
    Measurement.mean(observed: .nan, expected: 0, sigma: 1, count: 10, sigmaIsKnown: true),
    .mean(observed: .infinity, expected: 0, sigma: 1, count: 10, sigmaIsKnown: true),
    .mean(observed: 0, expected: .nan, sigma: 1, count: 10, sigmaIsKnown: true),
    .mean(observed: 0, expected: 0, sigma: 0, count: 10, sigmaIsKnown: true),
    .mean(observed: 0, expected: 0, sigma: .nan, count: 10, sigmaIsKnown: true),
    .mean(observed: 0, expected: 0, sigma: 1, count: 0, sigmaIsKnown: true),
    .mean(observed: 0, expected: 0, sigma: 1, count: 1, sigmaIsKnown: false),
    .variance(observed: .nan, expected: 1, degreesOfFreedom: 5),
    .variance(observed: -1, expected: 1, degreesOfFreedom: 5),
    .variance(observed: 1, expected: 0, degreesOfFreedom: 5),
    .variance(observed: 1, expected: 1, degreesOfFreedom: 0),
    .proportion(successes: 3, trials: 2, expected: 0.5),
    .proportion(successes: -1, trials: 2, expected: 0.5),
    .proportion(successes: 0, trials: 0, expected: 0.5),
    .proportion(successes: 1, trials: 2, expected: .nan),
    .proportion(successes: 1, trials: 2, expected: 1.5),
  ])
  func `numbers out of range fall without a p-value`(measurement: Measurement) throws {
    let judgement = measurement.judged(alpha: 1e-6, requiredEffect: .infinity)
    #expect(judgement.outcome == .fell)
    #expect(try #require(judgement.p).isNaN)
    #expect(!judgement.interval.contains(judgement.expected))
  }

  // MARK: Proportions and variances

  @Test func `the likeliest count of a proportion is not too good`() {
    // p = 1, yet P(X = 500) = 0.0252 at n = 1000 and q = 1/2.
    let measurement = Measurement.proportion(successes: 500, trials: 1000, expected: 0.5)
    #expect(measurement.pValue == 1)
    #expect(outcome(measurement, alpha: 1e-2) == .passed)
  }

  @Test func `a certain event passes when it always happens and falls when it once fails`() {
    #expect(outcome(.proportion(successes: 9, trials: 9, expected: 1)) == .passed)
    #expect(outcome(.proportion(successes: 8, trials: 9, expected: 1)) == .fell)
    #expect(outcome(.proportion(successes: 0, trials: 9, expected: 0)) == .passed)
    #expect(outcome(.proportion(successes: 1, trials: 9, expected: 0)) == .fell)
  }

  @Test func `a variance with the square root lost falls`() {
    // sigma = 0.7 taken for sigma^2 = 0.49.
    #expect(outcome(.variance(observed: 0.7, expected: 0.49, degreesOfFreedom: 5000)) == .fell)
    #expect(outcome(.variance(observed: 0, expected: 0.49, degreesOfFreedom: 50)) == .fell)
  }

  @Test func `more samples see smaller effects`() {
    let laws: [(Int) -> Measurement] = [
      { self.mean(0, count: $0) },
      { .variance(observed: 1, expected: 1, degreesOfFreedom: $0) },
      { .proportion(successes: $0 / 2, trials: $0, expected: 0.5) },
    ]
    for law in laws {
      let effects = [1000, 4000, 16_000].map { law($0).detectableEffect(alpha: 1e-6) }
      // Four times the samples halve the effect, up to the steps of counts and the skewness.
      #expect(effects[1] / effects[0] < 0.55)
      #expect(effects[2] / effects[1] < 0.52)
      #expect(effects[2] > 0)
    }
  }

  // MARK: Budget

  @Test func `a budget is split over all assertions and counts the sampled ones`() {
    let budget = ErrorBudget(assertions: 8)
    #expect(budget.share == 1.25e-7)
    let use = budget.use(pValues: [0.5, nil, 0.25, .nan])
    #expect(use.sampled == 3)
    #expect(use.spent == 3 * 1.25e-7)
    #expect(use.smallestP == 0.25)
    #expect(budget.use(pValues: [nil]).smallestP == nil)
  }
}
