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
    case "perceptron":
      let field = perceptron(model, dimension: model.count("dimension"), contexts: contexts)
      return Model(field, field.initialParameters(key: key))
    default: preconditionFailure("the catalogue knows no model '\(model.kind)'")
    }
  }

  private static func perceptron(
    _ model: Component, dimension: Int, contexts: Int
  ) -> MultilayerPerceptron {
    MultilayerPerceptron(
      dimension: dimension, hidden: model.counts("hidden"),
      activation: model.name("activation") == "tanh" ? .tanh : .silu, contextCount: contexts,
      timeFrequencies: model.count("timeFeatures"))
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
