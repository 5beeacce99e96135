import RivuletFlow
import RivuletNumerics

// Each model of the catalogue with the parameters at which its velocity is the published or exact one.

extension TrainingWorld {
  /// A field with the parameters to start from.
  struct Model {
    let field: any TrainableField
    let parameters: [Float]

    /// A field whose parameters all start at zero.
    init(fromZero field: some TrainableField) {
      self.init(field, [Float](repeating: 0, count: field.parameterCount))
    }

    init(_ field: some TrainableField, _ parameters: [Float]) {
      self.field = field
      self.parameters = parameters
    }
  }

  /// Builds the model of a recipe.
  static func model(of recipe: Recipe, times: [Double]) -> Model {
    let model = recipe.model
    let contexts = model.name("conditioning") == "prompt" ? recipe.prompts.count : 0
    let key = RandomKey(seed: recipe.seed).child("parameters")
    switch model.kind {
    case "affineGaussian":
      let data = valid {
        try GaussianField(means: model.numbers("mean"), deviations: model.numbers("deviation"))
      }
      return Model(
        fromZero: StepwiseAffineField(
          data, times: times, hasMatrices: model.name("learns") == "matrices",
          contextCount: contexts))
    case "gaussianMixture":
      let field = GaussianMixtureField(
        mixture(model), learnsAll: model.name("learns") == "all", contextCount: contexts)
      return Model(field, field.initialParameters)
    case "perceptron":
      let field = perceptron(
        model, dimension: recipe.dimension, contexts: contexts,
        frequencies: model.count("timeFeatures"))
      return Model(field, field.initialParameters(key: key))
    case "pixelField":
      let pixels = pixels(model)
      // In the coefficients of the cosine transform the images' coordinates are independent.
      let data = valid {
        try GaussianField(means: pixels.gaussian.means, deviations: pixels.deviations)
      }
      let exact = StepwiseAffineField(data, times: times, contextCount: contexts)
      guard !model.counts("hidden").isEmpty else { return Model(fromZero: exact) }
      let residual = perceptron(
        model, dimension: pixels.dimension, contexts: contexts, frequencies: 0)
      let start = [Float](repeating: 0, count: exact.parameterCount)
      return Model(
        FieldSum(exact, residual), start + residual.initialParameters(key: key, lastGain: 0))
    default: preconditionFailure("the catalogue knows no model '\(model.kind)'")
    }
  }

  private static func perceptron(
    _ model: Component, dimension: Int, contexts: Int, frequencies: Int
  ) -> MultilayerPerceptron {
    MultilayerPerceptron(
      dimension: dimension, hidden: model.counts("hidden"),
      activation: model.name("activation") == "tanh" ? .tanh : .silu, contextCount: contexts,
      timeFrequencies: frequencies)
  }

  /// Builds the mixture of round components of a model or of data.
  static func mixture(_ component: Component) -> MixtureField {
    let weights = component.numbers("weights")
    let means = component.numbers("means")
    let dimension = means.count / weights.count
    return valid {
      try MixtureField(
        weights: weights,
        means: weights.indices.map { Array(means[($0 * dimension)..<(($0 + 1) * dimension)]) },
        deviations: component.numbers("deviations"))
    }
  }

  /// Builds the random images of a model or of data.
  static func pixels(_ component: Component) -> PixelGridField {
    valid {
      try PixelGridField(
        side: component.count("side"), exponent: component.number("spectrumExponent"),
        scale: component.number("deviation"))
    }
  }

  /// Builds what the ranges of a valid recipe allow.
  static func valid<Value>(_ build: () throws -> Value) -> Value {
    do {
      return try build()
    } catch {
      preconditionFailure("the recipe is not valid: \(error)")
    }
  }
}
