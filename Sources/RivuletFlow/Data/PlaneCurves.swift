public import RivuletNumerics

/// Two half circles in the plane that reach into each other, with Gaussian noise across them.
///
/// The upper moon is (cos a, sin a), the lower one (1 - cos a, 1/2 - sin a), a uniform in [0, pi]; both
/// are shifted by (-1/2, -1/4) so that the mean is zero, then scaled. The velocity has no closed form.
public struct TwoMoons: DataSet, Hashable {
  /// The standard deviation of the noise, in units of the radius.
  public let noise: Double
  /// The radius of the half circles.
  public let scale: Double

  /// Makes the data.
  ///
  /// - Parameters:
  ///   - noise: The noise in units of the radius, finite and not negative.
  ///   - scale: The radius, finite and positive.
  public init(noise: Double = 0.1, scale: Double = 1.5) {
    precondition(noise.isFinite && noise >= 0, "the noise must not be negative, got \(noise)")
    precondition(scale.isFinite && scale > 0, "the scale must be positive, got \(scale)")
    self.noise = noise
    self.scale = scale
  }

  /// The dimension of the samples.
  public var dimension: Int { 2 }

  /// Returns one sample.
  ///
  /// - Parameters:
  ///   - index: The number of the sample; any number but the reserved root.
  ///   - key: The key of the draw.
  /// - Returns: Two numbers.
  public func sample(_ index: UInt32, key: RandomKey) -> [Double] {
    let draws = SampleDraws(index, key: key)
    let u = draws.uniform(count: 2)
    let z = draws.normal(count: 2)
    let (cosine, sine) = (Elementary.cos(Double.pi * u[1]), Elementary.sin(Double.pi * u[1]))
    let isUpper = u[0] < 0.5
    let x = isUpper ? cosine - 0.5 : 0.5 - cosine
    let y = isUpper ? sine - 0.25 : 0.25 - sine
    return [scale * (x + noise * z[0]), scale * (y + noise * z[1])]
  }
}

/// Spiral arms in the plane that start at the origin, with Gaussian noise around them.
///
/// With u uniform in (0, 1) the radius is scale sqrt(u) and the angle 2 pi (turns sqrt(u) + arm / arms),
/// so that the points lie on an arm about as densely everywhere. The velocity has no closed form.
public struct Spirals: DataSet, Hashable {
  /// The number of arms.
  public let arms: Int
  /// How often an arm winds around the origin.
  public let turns: Double
  /// The standard deviation of the noise.
  public let noise: Double
  /// The radius at which the arms end.
  public let scale: Double

  /// Makes the data.
  ///
  /// - Parameters:
  ///   - arms: At least one.
  ///   - turns: Finite; negative turns the other way.
  ///   - noise: Finite and not negative.
  ///   - scale: Finite and positive.
  public init(arms: Int = 2, turns: Double = 1, noise: Double = 0.1, scale: Double = 3) {
    precondition(arms >= 1, "there must be one or more arms, got \(arms)")
    precondition(turns.isFinite, "the turns must be finite, got \(turns)")
    precondition(noise.isFinite && noise >= 0, "the noise must not be negative, got \(noise)")
    precondition(scale.isFinite && scale > 0, "the scale must be positive, got \(scale)")
    self.arms = arms
    self.turns = turns
    self.noise = noise
    self.scale = scale
  }

  /// The dimension of the samples.
  public var dimension: Int { 2 }

  /// Returns one sample.
  ///
  /// - Parameters:
  ///   - index: The number of the sample; any number but the reserved root.
  ///   - key: The key of the draw.
  /// - Returns: Two numbers.
  public func sample(_ index: UInt32, key: RandomKey) -> [Double] {
    let draws = SampleDraws(index, key: key)
    let u = draws.uniform(count: 2)
    let z = draws.normal(count: 2)
    let arm = SampleDraws.choice(of: arms, by: u[0])
    let distance = u[1].squareRoot()
    let angle = 2 * Double.pi * (turns * distance + Double(arm) / Double(arms))
    let radius = scale * distance
    return [
      radius * Elementary.cos(angle) + noise * z[0], radius * Elementary.sin(angle) + noise * z[1],
    ]
  }
}
