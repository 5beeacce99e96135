// What can be built: models by TrainingWorld, rewards by RewardTable, data by TrainingData.

extension ComponentCatalogue {
  private static let dimensions = Rule("dimension", .count(1...4096))
  private static let conditioning = Rule("conditioning", .name(["none", "prompt"]))
  private static let activation = Rule("activation", .name(["silu", "tanh"]))

  /// The velocity fields that can be trained.
  static let models = ComponentCatalogue(entries: [
    // The exact field of N(mean, deviation²) with free biases, or biases and matrices, at each step.
    Entry(
      "affineGaussian",
      [
        dimensions, Rule("mean", .numbers(.any, .dimension)),
        Rule("deviation", .numbers(.positive, .dimension)),
        Rule("learns", .name(["biases", "matrices"])), conditioning,
      ]),
    // The field of a mixture of round Gaussians; learned are the means, or weights and deviations too.
    Entry(
      "gaussianMixture",
      [
        dimensions, Rule("weights", .numbers(.positive, .some)),
        Rule("means", .numbers(.any, .points(named: "weights"))),
        Rule("deviations", .numbers(.positive, .same(named: "weights"))),
        Rule("learns", .name(["means", "all"])), conditioning,
      ]),
    // A network from chance; timeFeatures frequencies of the time, or the time itself for 0.
    Entry(
      "perceptron",
      [
        dimensions, Rule("hidden", .counts(1...4096, .some)), activation,
        Rule("timeFeatures", .count(0...256)), conditioning,
      ]),
    // Images with the deviations deviation / (1 + |f|)^(spectrumExponent / 2) in the cosine basis, with
    // free biases at each step and, where hidden names layers, a perceptron that starts at zero.
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
    // g·x + offset, g one of the gradients.
    Entry(
      "linear",
      [Rule("gradients", .numbers(.any, .promptPoints)), Rule("offset", .number(.any))]),
    // g·x - sum of q x² / 2 + offset, q the curvatures.
    Entry(
      "quadratic",
      [
        Rule("curvatures", .numbers(.any, .dimension)),
        Rule("gradients", .numbers(.any, .promptPoints)), Rule("offset", .number(.any)),
      ]),
    // exp(-|x - c|² / (2 width²)), c one of the centres.
    Entry(
      "bump",
      [Rule("centres", .numbers(.any, .promptPoints)), Rule("width", .number(.positive))]),
    // log sum_m w_m exp(-|x - mu_m|² / (2 deviation²)).
    Entry(
      "logMixture",
      [
        Rule("weights", .numbers(.positive, .some)),
        Rule("means", .numbers(.any, .points(named: "weights"))),
        Rule("deviation", .number(.positive)),
      ]),
    // The logarithm of the posterior of one mode of a mixture of one deviation.
    Entry(
      "mode",
      [
        Rule("weights", .numbers(.positive, .some)),
        Rule("means", .numbers(.any, .points(named: "weights"))),
        Rule("deviation", .number(.positive)), Rule("modes", .counts(0...4096, .prompts)),
      ]),
    // log 1 / (1 + exp(-z)), z = (n·x - offset) / softness, n one of the normals.
    Entry(
      "halfPlane",
      [
        Rule("normals", .numbers(.any, .promptPoints)), Rule("offset", .number(.any)),
        Rule("softness", .number(.positive)),
      ]),
    // The share of frequencies 0 < |f| <= cutoff in the energy without the mean.
    Entry("lowFrequencies", [Rule("cutoff", .count(1...64))]),
    // The share of frequencies |f| > cutoff in the energy without the mean.
    Entry("highFrequencies", [Rule("cutoff", .count(1...64))]),
    // Half the energy of frequencies |f| > cutoff, whose optimum has a closed form.
    Entry("texture", [Rule("cutoff", .count(1...64))]),
    // The share of the part that a mirror in the axis leaves as it is.
    Entry("symmetry", [Rule("axis", .name(["horizontal", "vertical"]))]),
    // -|c - target|² / (2 width²), c the place of the bright part: rows and columns in [0, 1].
    Entry(
      "blob",
      [
        Rule("rows", .numbers(.unit, .prompts)), Rule("columns", .numbers(.unit, .prompts)),
        Rule("width", .number(.positive)), Rule("sharpness", .number(.positive)),
      ]),
  ])

  /// The data that a model is pre-trained on.
  static let data = ComponentCatalogue(entries: [
    // N(mean, deviation²), coordinate by coordinate.
    Entry(
      "gaussian",
      [
        Rule("mean", .numbers(.any, .dimension)),
        Rule("deviation", .numbers(.positive, .dimension)),
      ]),
    // Equal components on a circle.
    Entry(
      "ring",
      [
        Rule("modes", .count(1...1024)), Rule("radius", .number(.positive)),
        Rule("deviation", .number(.positive)),
      ]),
    // Equal components on a square grid around the origin.
    Entry(
      "grid",
      [
        Rule("side", .count(1...64)), Rule("spacing", .number(.positive)),
        Rule("deviation", .number(.positive)),
      ]),
    // Round components with their own weights.
    Entry(
      "mixture",
      [
        Rule("weights", .numbers(.positive, .some)),
        Rule("means", .numbers(.any, .points(named: "weights"))),
        Rule("deviations", .numbers(.positive, .same(named: "weights"))),
      ]),
    // Two half circles with noise of the given deviation.
    Entry(
      "twoMoons",
      [Rule("deviation", .number(.notNegative)), Rule("radius", .number(.positive))]),
    // Uniform on the squares of one colour; cells in a row on a board of width side.
    Entry("checkerboard", [Rule("cells", .count(1...64)), Rule("side", .number(.positive))]),
    // Arms that wind turns times and end at the radius, with noise of the given deviation.
    Entry(
      "spirals",
      [
        Rule("arms", .count(1...16)), Rule("turns", .number(.any)),
        Rule("radius", .number(.positive)), Rule("deviation", .number(.notNegative)),
      ]),
    // Images with the spectrum of pixelField.
    Entry(
      "pixels",
      [
        Rule("side", .count(1...64)), Rule("spectrumExponent", .number(.any)),
        Rule("deviation", .number(.positive)),
      ]),
    // Images of one disc or one bar.
    Entry("shapes", [Rule("side", .count(1...64)), Rule("shape", .name(["discs", "bars"]))]),
  ])
}
