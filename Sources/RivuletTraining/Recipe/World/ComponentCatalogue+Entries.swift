// What can be built: models by TrainingWorld, rewards by RewardTable, data by TrainingData.

extension ComponentCatalogue {
  private static let dimensions = Rule("dimension", .count(1...4096))
  private static let conditioning = Rule("conditioning", .name(["none", "prompt"]))
  private static let activation = Rule("activation", .name(["silu", "tanh"]))

  /// The velocity fields that can be trained.
  static let models = ComponentCatalogue(entries: [
    Entry(
      "affineGaussian",
      [
        dimensions, Rule("mean", .numbers(.any, .dimension)),
        Rule("deviation", .numbers(.positive, .dimension)),
        Rule("learns", .name(["biases", "matrices"])), conditioning,
      ]),
    Entry(
      "gaussianMixture",
      [
        dimensions, Rule("weights", .numbers(.positive, .some)),
        Rule("means", .numbers(.any, .points(named: "weights"))),
        Rule("deviations", .numbers(.positive, .same(named: "weights"))),
        Rule("learns", .name(["means", "all"])), conditioning,
      ]),
    Entry(
      "perceptron",
      [
        dimensions, Rule("hidden", .counts(1...4096, .some)), activation,
        Rule("timeFeatures", .count(0...256)), conditioning,
      ]),
    Entry(
      "pixelField",
      [
        Rule("side", .count(1...64)), Rule("spectrumExponent", .number(.any)),
        Rule("deviation", .number(.positive)), Rule("hidden", .counts(1...4096, .any)), activation,
        conditioning,
      ]),
  ])

  /// The rewards of final states.
  static let rewards = ComponentCatalogue(entries: [
    Entry(
      "linear",
      [Rule("gradients", .numbers(.any, .promptPoints)), Rule("offset", .number(.any))]),
    Entry(
      "quadratic",
      [
        Rule("curvatures", .numbers(.any, .dimension)),
        Rule("gradients", .numbers(.any, .promptPoints)), Rule("offset", .number(.any)),
      ]),
    Entry(
      "bump",
      [Rule("centres", .numbers(.any, .promptPoints)), Rule("width", .number(.positive))]),
    Entry(
      "logMixture",
      [
        Rule("weights", .numbers(.positive, .some)),
        Rule("means", .numbers(.any, .points(named: "weights"))),
        Rule("deviation", .number(.positive)),
      ]),
    Entry(
      "mode",
      [
        Rule("weights", .numbers(.positive, .some)),
        Rule("means", .numbers(.any, .points(named: "weights"))),
        Rule("deviation", .number(.positive)), Rule("modes", .counts(0...4096, .prompts)),
      ]),
    Entry(
      "halfPlane",
      [
        Rule("normals", .numbers(.any, .promptPoints)), Rule("offset", .number(.any)),
        Rule("softness", .number(.positive)),
      ]),
    Entry("lowFrequencies", [Rule("cutoff", .count(1...64))]),
    Entry("highFrequencies", [Rule("cutoff", .count(1...64))]),
    Entry("texture", [Rule("cutoff", .count(1...64))]),
    Entry("symmetry", [Rule("axis", .name(["horizontal", "vertical"]))]),
    Entry(
      "blob",
      [
        Rule("rows", .numbers(.unit, .prompts)), Rule("columns", .numbers(.unit, .prompts)),
        Rule("width", .number(.positive)), Rule("sharpness", .number(.positive)),
      ]),
  ])

  /// The data that a model is pre-trained on.
  static let data = ComponentCatalogue(entries: [
    Entry(
      "gaussian",
      [
        Rule("mean", .numbers(.any, .dimension)),
        Rule("deviation", .numbers(.positive, .dimension)),
      ]),
    Entry(
      "ring",
      [
        Rule("modes", .count(1...1024)), Rule("radius", .number(.positive)),
        Rule("deviation", .number(.positive)),
      ]),
    Entry(
      "grid",
      [
        Rule("side", .count(1...64)), Rule("spacing", .number(.positive)),
        Rule("deviation", .number(.positive)),
      ]),
    Entry(
      "mixture",
      [
        Rule("weights", .numbers(.positive, .some)),
        Rule("means", .numbers(.any, .points(named: "weights"))),
        Rule("deviations", .numbers(.positive, .same(named: "weights"))),
      ]),
    Entry(
      "twoMoons",
      [Rule("deviation", .number(.notNegative)), Rule("radius", .number(.positive))]),
    Entry("checkerboard", [Rule("cells", .count(1...64)), Rule("side", .number(.positive))]),
    Entry(
      "spirals",
      [
        Rule("arms", .count(1...16)), Rule("turns", .number(.any)),
        Rule("radius", .number(.positive)), Rule("deviation", .number(.notNegative)),
      ]),
    Entry(
      "pixels",
      [
        Rule("side", .count(1...64)), Rule("spectrumExponent", .number(.any)),
        Rule("deviation", .number(.positive)),
      ]),
    Entry("shapes", [Rule("side", .count(1...64)), Rule("shape", .name(["discs", "bars"]))]),
  ])
}
