import RivuletNumerics
import RivuletStatistics
import Testing

/// How often the assertions err when a right sampler, or a shifted one, is judged many times.
///
/// 4000 judgements a test. A rate r is held to r -+ 4.892 sqrt(r (1 - r) / 4000), a false-alarm rate of
/// 1e-6 a comparison in the normal approximation: for r = 0.02 that is 0.0092 to 0.0308, so a test at
/// half or twice its level would be seen. The keys are fixed.
struct ErrorRateTests {
  private let repetitions = 4000
  private let alpha = 0.04
  private let missRate = 0.02

  private func normals(_ name: String, count: Int) -> [Double] {
    RandomKey(seed: 20_250_801).child(name).standardNormals(count: count * repetitions)
  }

  /// Counts the outcomes of all repetitions.
  private func outcomes(_ measure: (Int) -> Measurement) -> [Judgement.Outcome: Int] {
    var counts: [Judgement.Outcome: Int] = [:]
    for repetition in 0..<repetitions {
      let judgement = measure(repetition).judged(
        alpha: alpha, missRate: missRate, requiredEffect: .infinity)
      counts[judgement.outcome, default: 0] += 1
    }
    return counts
  }

  private func expectRate(
    _ count: Int?, is rate: Double, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let observed = Double(count ?? 0) / Double(repetitions)
    let radius = 4.892 * (rate * (1 - rate) / Double(repetitions)).squareRoot()
    #expect(abs(observed - rate) <= radius, sourceLocation: sourceLocation)
  }

  private struct Moments {
    let mean: Double
    let variance: Double
  }

  private func moments(_ values: ArraySlice<Double>) -> Moments {
    var sum = 0.0
    for value in values { sum += value }
    let mean = sum / Double(values.count)
    var squares = 0.0
    for value in values { squares += (value - mean) * (value - mean) }
    return Moments(mean: mean, variance: squares / Double(values.count - 1))
  }

  // MARK: Right expectations

  @Test func `a right mean with known sigma errs at its level on both guards`() {
    let values = normals("known mean", count: 8)
    let counts = outcomes { index in
      .mean(
        observed: moments(values[(8 * index)..<(8 * index + 8)]).mean, expected: 0, sigma: 1,
        count: 8, sigmaIsKnown: true)
    }
    expectRate(counts[.fell], is: alpha / 2)
    expectRate(counts[.tooGood], is: alpha / 2)
  }

  @Test func `a right mean with estimated sigma errs at its level even at six values`() {
    let values = normals("estimated mean", count: 6)
    let counts = outcomes { index in
      let moments = moments(values[(6 * index)..<(6 * index + 6)])
      return .mean(
        observed: moments.mean, expected: 0, sigma: moments.variance.squareRoot(), count: 6,
        sigmaIsKnown: false)
    }
    expectRate(counts[.fell], is: alpha / 2)
    expectRate(counts[.tooGood], is: alpha / 2)
  }

  @Test func `an estimated sigma taken for a known one errs too often`() {
    // At six values P(|t_5| > 2.326) = 0.0675 in place of 0.02.
    let values = normals("estimated mean", count: 6)
    let counts = outcomes { index in
      let moments = moments(values[(6 * index)..<(6 * index + 6)])
      return .mean(
        observed: moments.mean, expected: 0, sigma: moments.variance.squareRoot(), count: 6,
        sigmaIsKnown: true)
    }
    expectRate(counts[.fell], is: 0.0675)
  }

  @Test func `a right variance errs at its level on both guards`() {
    let values = normals("variance", count: 6)
    let counts = outcomes { index in
      .variance(
        observed: moments(values[(6 * index)..<(6 * index + 6)]).variance, expected: 1,
        degreesOfFreedom: 5)
    }
    expectRate(counts[.fell], is: alpha / 2)
    expectRate(counts[.tooGood], is: alpha / 2)
  }

  @Test func `a right proportion errs at most at its level and is never too good`() {
    // n = 50, q = 0.3: the tails of at most 0.01 are P(X <= 7) = 0.0072642 and P(X >= 24) = 0.0055922,
    // 0.0128564 together.
    let uniforms = RandomKey(seed: 20_250_801).child("proportion")
      .uniforms(count: 50 * repetitions)
    let counts = outcomes { index in
      var successes = 0
      for value in uniforms[(50 * index)..<(50 * index + 50)] where value < 0.3 { successes += 1 }
      return .proportion(successes: successes, trials: 50, expected: 0.3)
    }
    expectRate(counts[.fell], is: 0.0128564)
    #expect(counts[.tooGood] == nil)
  }

  // MARK: Shifted expectations

  @Test func `a mean shifted by the detectable effect is missed at the stated rate`() {
    let values = normals("shifted mean", count: 8)
    let effect = Measurement.mean(
      observed: 0, expected: 0, sigma: 1, count: 8, sigmaIsKnown: true
    ).detectableEffect(alpha: alpha / 2, missRate: missRate)
    let counts = outcomes { index in
      .mean(
        observed: moments(values[(8 * index)..<(8 * index + 8)]).mean + effect, expected: 0,
        sigma: 1, count: 8, sigmaIsKnown: true)
    }
    expectRate(repetitions - (counts[.fell] ?? 0), is: missRate)
  }

  @Test func `a variance raised by the detectable effect is missed at the stated rate`() {
    let values = normals("raised variance", count: 6)
    let effect = Measurement.variance(observed: 1, expected: 1, degreesOfFreedom: 5)
      .detectableEffect(alpha: alpha / 2, missRate: missRate)
    let counts = outcomes { index in
      .variance(
        observed: moments(values[(6 * index)..<(6 * index + 6)]).variance * (1 + effect),
        expected: 1, degreesOfFreedom: 5)
    }
    expectRate(repetitions - (counts[.fell] ?? 0), is: missRate)
  }

  @Test func `a proportion raised by the detectable effect is missed at most at the stated rate`() {
    let effect = Measurement.proportion(successes: 15, trials: 50, expected: 0.3)
      .detectableEffect(alpha: alpha / 2, missRate: missRate)
    let uniforms = RandomKey(seed: 20_250_801).child("raised proportion")
      .uniforms(count: 50 * repetitions)
    let counts = outcomes { index in
      var successes = 0
      for value in uniforms[(50 * index)..<(50 * index + 50)] where value < 0.3 + effect {
        successes += 1
      }
      return .proportion(successes: successes, trials: 50, expected: 0.3)
    }
    let missed = repetitions - (counts[.fell] ?? 0)
    #expect(missed <= 80 + 44)  // 0.02 of 4000, and 4.892 standard errors of 8.85
    #expect(missed > 0)
  }

  @Test func `antithetic values, whose mean is exact, are too good`() {
    let values = normals("antithetic", count: 4)
    let counts = outcomes { index in
      var sum = 0.0
      for value in values[(4 * index)..<(4 * index + 4)] { sum += value + -value }
      return .mean(observed: sum / 8, expected: 0, sigma: 1, count: 8, sigmaIsKnown: true)
    }
    #expect(counts == [.tooGood: repetitions])
  }

  // MARK: Bounds

  @Test func `a mixture boundary is left at most at its rate however often one looks`() {
    let length = 64
    let values = normals("mixture", count: length)
    let boundary = MixtureBoundary(sigma: 1, mixtureSpread: 0.5, alpha: alpha)
    let radii = (1...length).map { boundary.radius(count: $0) }
    var left = 0
    var leftFixed = 0
    for repetition in 0..<repetitions {
      var sum = 0.0
      var leaves = false
      var leavesFixed = false
      for time in 1...length {
        sum += values[repetition * length + time - 1]
        let mean = abs(sum / Double(time))
        if mean > radii[time - 1] { leaves = true }
        if mean > 2.0537 / Double(time).squareRoot() { leavesFixed = true }
      }
      left += leaves ? 1 : 0
      leftFixed += leavesFixed ? 1 : 0
    }
    #expect(left <= 160 + 61)  // 0.04 of 4000, and 4.892 standard errors of 12.4
    #expect(left > 0)
    // The fixed-time quantile z_{0.02} = 2.0537, looked at 64 times, is left far more often.
    #expect(leftFixed > 3 * 160)
  }

  @Test func `a distribution band holds uniform values and rejects squared ones`() {
    let length = 40
    let uniforms = RandomKey(seed: 20_250_801).child("band").uniforms(count: length * 1000)
    let radius = DistributionBand.radius(count: length, alpha: alpha)
    var left = 0
    var leftSquared = 0
    for repetition in 0..<1000 {
      let values = Array(uniforms[(length * repetition)..<(length * (repetition + 1))])
      if DistributionBand(transforms: values).distance > radius { left += 1 }
      if DistributionBand(transforms: values.map { $0 * $0 }).distance > radius {
        leftSquared += 1
      }
    }
    #expect(left <= 40 + 31)  // 0.04 of 1000, and 4.892 standard errors of 6.2
    #expect(leftSquared > 500)  // sup |sqrt(u) - u| = 1/4 against a radius of 0.2211
  }
}
