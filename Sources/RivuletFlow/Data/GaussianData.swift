public import RivuletNumerics

/// Gaussian data, independent in an orthonormal basis: vectors in the plane, or random images.
///
///     x = B (mu + s z),   z standard normal
public struct GaussianData: ExactDataSet {
  /// The exact velocity of the flow to this data; it holds mu, s and B.
  public let field: GaussianField

  /// Makes the data of a field.
  ///
  /// - Parameter field: The field, which holds means, deviations and basis.
  public init(field: GaussianField) {
    self.field = field
  }

  /// Makes random images with a power spectrum.
  ///
  /// - Parameter pixels: The field of the images.
  public init(pixels: PixelGridField) {
    field = pixels.gaussian
  }

  /// The dimension of the samples.
  public var dimension: Int { field.dimension }

  /// Returns one sample.
  ///
  /// - Parameters:
  ///   - index: The number of the sample; any number but the reserved root.
  ///   - key: The key of the draw.
  /// - Returns: `dimension` numbers.
  public func sample(_ index: UInt32, key: RandomKey) -> [Double] {
    let z = SampleDraws(index, key: key).normal(count: dimension)
    return field.basis.state(
      of: z.indices.map { field.means[$0] + field.deviations[$0] * z[$0] })
  }
}

/// Data of a mixture of Gaussians: a component by its weight, then a normal vector around its mean.
public struct MixtureData: ExactDataSet {
  /// The exact velocity of the flow to this data; it holds weights, means and deviations.
  public let field: MixtureField
  private let cumulative: [Double]

  /// Makes the data of a field; see ``MixtureField/ring(count:radius:deviation:)`` and
  /// ``MixtureField/grid(side:spacing:deviation:)``.
  ///
  /// - Parameter field: The field, which holds weights, means and deviations.
  public init(field: MixtureField) {
    self.field = field
    var sum = 0.0
    cumulative = field.weights.map { weight in
      sum += weight
      return sum
    }
  }

  /// The dimension of the samples.
  public var dimension: Int { field.dimension }

  /// Returns the component of one sample.
  ///
  /// - Parameters:
  ///   - index: The number of the sample; any number but the reserved root.
  ///   - key: The key of the draw.
  /// - Returns: 0 ..< the number of components.
  public func component(of index: UInt32, key: RandomKey) -> Int {
    component(SampleDraws(index, key: key))
  }

  /// Returns one sample.
  ///
  /// - Parameters:
  ///   - index: The number of the sample; any number but the reserved root.
  ///   - key: The key of the draw.
  /// - Returns: `dimension` numbers.
  public func sample(_ index: UInt32, key: RandomKey) -> [Double] {
    let draws = SampleDraws(index, key: key)
    let component = component(draws)
    let z = draws.normal(count: dimension)
    let spread = field.deviations[component]
    return z.indices.map {
      field.means[component][$0] + spread[spread.count == 1 ? 0 : $0] * z[$0]
    }
  }

  private func component(_ draws: SampleDraws) -> Int {
    let u = draws.uniform(count: 1)[0]
    var component = 0
    // The last sum is one up to rounding; whatever lies above it belongs to the last component.
    while component < cumulative.count - 1 && u >= cumulative[component] { component += 1 }
    return component
  }
}
