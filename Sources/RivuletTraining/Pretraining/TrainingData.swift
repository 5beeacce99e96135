public import RivuletFlow
import RivuletNumerics

/// The data of a recipe as states of its model, and their exact velocity where it is known.
public struct TrainingData: Sendable {
  /// The law of the data.
  public let data: any DataSet
  /// The exact velocity of the flow to the data; nil where it has no closed form.
  public let field: (any VelocityField)?

  /// Builds the data of a pre-training.
  ///
  /// Images become coefficients of the orthonormal cosine transform, the states of `pixelField`.
  ///
  /// - Parameter component: Data of the catalogue, of a valid recipe.
  public init(_ component: Component) {
    switch component.kind {
    case "gaussian":
      self.init(
        exact: GaussianData(
          field: TrainingWorld.valid {
            try GaussianField(
              means: component.numbers("mean"), deviations: component.numbers("deviation"))
          }))
    case "mixture":
      self.init(exact: MixtureData(field: TrainingWorld.mixture(component)))
    case "ring":
      self.init(
        exact: MixtureData(
          field: .ring(
            count: component.count("modes"), radius: component.number("radius"),
            deviation: component.number("deviation"))))
    case "grid":
      self.init(
        exact: MixtureData(
          field: .grid(
            side: component.count("side"), spacing: component.number("spacing"),
            deviation: component.number("deviation"))))
    case "checkerboard":
      self.init(
        exact: Checkerboard(side: component.count("cells"), scale: component.number("side") / 2))
    case "twoMoons":
      let radius = component.number("radius")
      self.init(
        only: TwoMoons(noise: component.number("deviation") / radius, scale: radius))
    case "spirals":
      self.init(
        only: Spirals(
          arms: component.count("arms"), turns: component.number("turns"),
          noise: component.number("deviation"), scale: component.number("radius")))
    case "pixels":
      let pixels = TrainingWorld.pixels(component)
      self.init(
        exact: GaussianData(
          field: TrainingWorld.valid {
            try GaussianField(means: pixels.gaussian.means, deviations: pixels.deviations)
          }))
    case "shapes":
      let side = component.count("side")
      if component.name("shape") == "discs" {
        self.init(only: CosineCoefficients(Discs(side: side), side: side))
      } else {
        self.init(only: CosineCoefficients(Bars(side: side), side: side))
      }
    default: preconditionFailure("the catalogue knows no data '\(component.kind)'")
    }
  }

  private init(exact data: some ExactDataSet) {
    self.data = data
    field = data.field
  }

  private init(only data: some DataSet) {
    self.data = data
    field = nil
  }
}

/// Images of a data set as coefficients of the orthonormal cosine transform.
struct CosineCoefficients<Images: DataSet>: DataSet {
  let images: Images
  private let transform: CosineTransform

  init(_ images: Images, side: Int) {
    self.images = images
    transform = CosineTransform(size: side)
  }

  var dimension: Int { images.dimension }

  func sample(_ index: UInt32, key: RandomKey) -> [Double] {
    transform.coefficients(ofGrid: images.sample(index, key: key))
  }
}
