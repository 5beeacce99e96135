import RivuletFlow
import RivuletNumerics

/// What model and rewards of a recipe become: a field, the parameters to start from, and a score.
///
/// The states of the model `pixelField` are the coefficients of the orthonormal cosine transform of
/// images, frequency p along y and q along x at place p n + q; standard normal noise is the same law in
/// both. Lists of numbers in rewards and data, such as gradients and means, are coefficients too.
///
/// With the conditioning `prompt` the context of a state is one row for each prompt, 1 in the row of its
/// own prompt and 0 elsewhere.
public struct TrainingWorld: Sendable {
  /// The field that is trained.
  public let field: any TrainableField
  /// The parameters to start from, before pre-training.
  public let parameters: [Float]
  /// The rewards without their weights: first the trained terms, then the gold ones.
  public let score: any TileReward
  /// The time that the field is told at each step: that of the grid, or cut to thousandths.
  public let times: [Double]
  /// The number of pixels in a row of an image; nil where states are points.
  public let imageSide: Int?

  /// Builds what a recipe describes.
  ///
  /// - Parameter recipe: A recipe that was read or validated.
  public init(_ recipe: Recipe) {
    times = Self.times(of: recipe)
    let model = Self.model(of: recipe, times: times)
    field = model.field
    parameters = model.parameters
    score = RewardTable(recipe)
    imageSide = recipe.model.kind == "pixelField" ? recipe.model.count("side") : nil
    precondition(
      parameters.count == field.parameterCount && score.dimension == field.dimension,
      "the recipe is not valid: \(recipe.model.kind) with \(score.dimension) dimensions")
  }

  /// Returns the pixels of an image whose coefficients are a state, and a point as it is.
  ///
  /// - Parameter state: One number for each dimension.
  /// - Returns: As many numbers; pixels row by row.
  public func pixels(of state: [Double]) -> [Double] {
    guard let imageSide else { return state }
    return CosineTransform(size: imageSide).grid(of: state)
  }

  /// Returns the time that a field is told at each step of a recipe.
  ///
  /// - Parameter recipe: A recipe that was read or validated.
  /// - Returns: One number for each step.
  static func times(of recipe: Recipe) -> [Double] {
    recipe.fullPlan.kernels.map { kernel in
      switch recipe.timeConditioning {
      case .exact: kernel.time
      case .thousandths: TruncatedTimeField<GaussianField>.truncated(kernel.time)
      }
    }
  }
}
