import Foundation
import RivuletStatistics
import RivuletTestSupport
import Testing

/// The cases of `Fixtures/statistics/bounds.json`, from `Fixtures/origin/statistics.py`.
private struct ReferenceBounds: Decodable {
  struct Bernstein: Decodable {
    let count: Int
    let variance: Double
    let range: Double
    let alpha: Double
    let radius: Double
  }

  struct Band: Decodable {
    let count: Int
    let alpha: Double
    let radius: Double
  }

  struct Mixture: Decodable {
    let sigma: Double
    let spread: Double
    let alpha: Double
    let count: Int
    let radius: Double
  }

  struct Size: Decodable {
    let effect: Double
    let sigma: Double
    let alpha: Double
    let missRate: Double
    let count: Int
  }

  let bernstein: [Bernstein]
  let band: [Band]
  let mixture: [Mixture]
  let sampleSize: [Size]

  static func read() throws -> ReferenceBounds {
    let text = try Fixtures.text("statistics/bounds.json")
    return try JSONDecoder().decode(ReferenceBounds.self, from: Data(text.utf8))
  }
}

struct BoundTests {
  private let relative = 1e-13

  @Test func `the empirical Bernstein radius is that of the reference`() throws {
    let cases = try ReferenceBounds.read().bernstein
    #expect(cases.count == 3)
    for item in cases {
      let bound = EmpiricalBernstein(
        count: item.count, sampleVariance: item.variance, range: item.range)
      expectClose(bound.radius(alpha: item.alpha), item.radius, within: relative * item.radius)
    }
  }

  @Test func `the radius of the distribution band is that of the reference`() throws {
    let cases = try ReferenceBounds.read().band
    #expect(cases.count == 3)
    for item in cases {
      expectClose(
        DistributionBand.radius(count: item.count, alpha: item.alpha), item.radius,
        within: relative * item.radius)
    }
  }

  @Test func `the mixture boundary is that of the reference`() throws {
    let cases = try ReferenceBounds.read().mixture
    #expect(cases.count == 3)
    for item in cases {
      let boundary = MixtureBoundary(
        sigma: item.sigma, mixtureSpread: item.spread, alpha: item.alpha)
      expectClose(
        boundary.radius(count: item.count), item.radius, within: relative * item.radius)
    }
  }

  @Test func `the required sample size is that of the reference`() throws {
    let cases = try ReferenceBounds.read().sampleSize
    #expect(cases.count == 3)
    for item in cases {
      #expect(
        SampleSize.required(
          effect: item.effect, sigma: item.sigma, alpha: item.alpha, missRate: item.missRate)
          == item.count)
    }
  }

  @Test func `an effect of one sigma needs 94 values at a millionth`() {
    // (4.89164 + 4.75342)^2 = 93.03
    #expect(SampleSize.required(effect: 1, sigma: 1, alpha: 1e-6) == 94)
  }

  @Test func `the required sample size is just enough to detect its effect`() {
    let count = SampleSize.required(effect: 0.02, sigma: 0.5, alpha: 5e-9)
    let effects = [count, count - 1].map { count in
      Measurement.mean(observed: 0, expected: 0, sigma: 0.5, count: count, sigmaIsKnown: true)
        .detectableEffect(alpha: 5e-9)
    }
    #expect(effects[0] <= 0.02)
    #expect(effects[1] > 0.02)
  }

  @Test func `the distance of a sample from the uniform law is its largest step`() {
    // Steps by hand: after 0.1, 0.4, 0.9 the empirical function is 1/3, 2/3, 1; the largest gaps are
    // 2/3 - 0.4 = 0.2667 above and 0.9 - 2/3 = 0.2333 below.
    expectClose(
      DistributionBand(transforms: [0.9, 0.1, 0.4]).distance, 2.0 / 3 - 0.4, within: 1e-15)
    // One value at 1: the function stays 0 up to it.
    #expect(DistributionBand(transforms: [1]).distance == 1)
  }

  @Test func `the bound of the p-value at the radius is alpha`() {
    // 2 exp(-2 n D^2) with n = 1, D = 0.9: 2 exp(-1.62) = 0.39579739817
    expectClose(
      DistributionBand(transforms: [0.9]).pValueBound, 0.395_797_398_17, within: 1e-11)
    #expect(DistributionBand(transforms: [0.5]).pValueBound == 1)
  }

  @Test(arguments: [Double.nan, -0.1, 1.1, .infinity])
  func `a value that is no probability has no distance`(value: Double) {
    let band = DistributionBand(transforms: [0.5, value])
    #expect(band.distance.isNaN)
    #expect(band.pValueBound.isNaN)
  }
}
