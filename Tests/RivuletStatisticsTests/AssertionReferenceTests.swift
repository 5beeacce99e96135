import RivuletStatistics
import RivuletTestSupport
import Testing

// Foundation as a whole has another type named Measurement.
import struct Foundation.Data
import class Foundation.JSONDecoder

/// One case of `Fixtures/statistics/assertions.json`, from `Fixtures/origin/statistics.py`.
private struct ReferenceCase: Decodable, CustomTestStringConvertible {
  let kind: Measurement.Kind
  let expected: Double
  let observed: Double?
  let sigma: Double?
  let count: Int?
  let known: Bool?
  let degreesOfFreedom: Int?
  let successes: Int?
  let trials: Int?
  let alpha: Double
  let missRate: Double
  let p: Double
  let closeness: Double
  let lower: Double
  let upper: Double
  let effect: Double

  var measurement: Measurement {
    get throws {
      switch kind {
      case .identity:
        .identity(observed: try #require(observed), expected: expected, tolerance: 0)
      case .mean:
        .mean(
          observed: try #require(observed), expected: expected, sigma: try #require(sigma),
          count: try #require(count), sigmaIsKnown: try #require(known as Bool?))
      case .variance:
        .variance(
          observed: try #require(observed), expected: expected,
          degreesOfFreedom: try #require(degreesOfFreedom))
      case .proportion:
        .proportion(
          successes: try #require(successes), trials: try #require(trials), expected: expected)
      }
    }
  }

  var testDescription: String { "\(kind.rawValue) \(observed ?? Double(successes ?? 0))" }

  static let all: [ReferenceCase] = {
    do {
      let text = try Fixtures.text("statistics/assertions.json")
      return try JSONDecoder().decode([ReferenceCase].self, from: Data(text.utf8))
    } catch {
      Issue.record(error)
      return []
    }
  }()
}

/// Expected numbers: tails by exact sums, integrals and bisections with 40 digits.
struct AssertionReferenceTests {
  /// The special functions are good to 2e-13; a p-value of 1e-89 multiplies the rounding of z by z^2.
  private let relative = 1e-12

  private func expectSame(
    _ observed: Double, _ expected: Double, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    expectClose(
      observed, expected, within: relative * abs(expected), sourceLocation: sourceLocation)
  }

  @Test func `the reference covers each law`() {
    #expect(Set(ReferenceCase.all.map(\.kind)) == [.mean, .variance, .proportion])
  }

  @Test(arguments: ReferenceCase.all)
  private func `p-values are those of the exact tails`(reference: ReferenceCase) throws {
    expectSame(try #require(reference.measurement.pValue), reference.p)
  }

  @Test(arguments: ReferenceCase.all)
  private func `intervals end where the exact tail is half of alpha`(
    reference: ReferenceCase
  ) throws {
    let interval = try reference.measurement.interval(alpha: reference.alpha)
    expectSame(interval.lower, reference.lower)
    expectSame(interval.upper, reference.upper)
  }

  @Test(arguments: ReferenceCase.all)
  private func `detectable effects are those of the exact power`(reference: ReferenceCase) throws {
    let effect = try reference.measurement.detectableEffect(
      alpha: reference.alpha, missRate: reference.missRate)
    // The effect of a proportion is a difference of probabilities of order one.
    let slack = reference.kind == .proportion ? 1e-13 : 0
    expectClose(effect, reference.effect, within: relative * reference.effect + slack)
  }

  @Test(arguments: ReferenceCase.all)
  private func `a number is too good exactly when its closeness is below half of alpha`(
    reference: ReferenceCase
  ) throws {
    // The closeness is not public; the outcome turns where alpha / 2 passes it.
    guard reference.closeness < 0.49 else { return }
    let measurement = try reference.measurement
    let alpha = 2 * reference.closeness
    let below = measurement.judged(alpha: alpha * 0.999, requiredEffect: .infinity)
    let above = measurement.judged(alpha: alpha * 1.001, requiredEffect: .infinity)
    #expect(below.outcome == .passed)
    #expect(above.outcome == .tooGood)
  }
}
