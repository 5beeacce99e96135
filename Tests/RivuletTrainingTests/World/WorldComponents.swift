import Rivulet
import Testing

/// A component of every kind, for points in the plane or images of four pixels a side, and two prompts.
enum WorldComponents {
  /// A component of every kind of model, for the given states.
  static let models: [Component] = [
    Component(
      "affineGaussian",
      [
        .init("dimension", .count(2)), .init("mean", .numbers([0.5, 0])),
        .init("deviation", .numbers([1, 0.5])), .init("learns", .name("matrices")),
        .init("conditioning", .name("prompt")),
      ]),
    Component(
      "gaussianMixture",
      [
        .init("dimension", .count(2)), .init("weights", .numbers([1, 2])),
        .init("means", .numbers([1, 0, -1, 0])), .init("deviations", .numbers([0.5, 0.25])),
        .init("learns", .name("all")), .init("conditioning", .name("prompt")),
      ]),
    Component(
      "perceptron",
      [
        .init("dimension", .count(2)), .init("hidden", .counts([8, 8])),
        .init("activation", .name("silu")), .init("timeFeatures", .count(2)),
        .init("conditioning", .name("prompt")),
      ]),
    pixels(hidden: [8]),
  ]

  static func pixels(hidden: [Int]) -> Component {
    Component(
      "pixelField",
      [
        .init("side", .count(4)), .init("spectrumExponent", .number(2)),
        .init("deviation", .number(1.5)), .init("hidden", .counts(hidden)),
        .init("activation", .name("tanh")), .init("conditioning", .name("prompt")),
      ])
  }

  /// Every kind of reward for points in the plane and two prompts.
  static let planeRewards: [Component] = [
    Component(
      "linear", [.init("gradients", .numbers([1, 0, 0, 1])), .init("offset", .number(0))]),
    Component(
      "quadratic",
      [
        .init("curvatures", .numbers([1, 2])), .init("gradients", .numbers([1, 0])),
        .init("offset", .number(0.5)),
      ]),
    Component("bump", [.init("centres", .numbers([1, 0, 0, 1])), .init("width", .number(1))]),
    Component(
      "logMixture",
      [
        .init("weights", .numbers([1, 2])), .init("means", .numbers([1, 0, -1, 0])),
        .init("deviation", .number(0.5)),
      ]),
    Component(
      "mode",
      [
        .init("weights", .numbers([1, 2])), .init("means", .numbers([1, 0, -1, 0])),
        .init("deviation", .number(0.5)), .init("modes", .counts([1, 0])),
      ]),
    Component(
      "halfPlane",
      [
        .init("normals", .numbers([1, 0, 0, 1])), .init("offset", .number(0.25)),
        .init("softness", .number(0.5)),
      ]),
  ]

  /// Every kind of reward for images of four pixels a side.
  static let pixelRewards: [Component] = [
    Component("lowFrequencies", [.init("cutoff", .count(2))]),
    Component("highFrequencies", [.init("cutoff", .count(2))]),
    Component("texture", [.init("cutoff", .count(2))]),
    Component("symmetry", [.init("axis", .name("horizontal"))]),
    Component(
      "blob",
      [
        .init("rows", .numbers([0.25, 0.75])), .init("columns", .numbers([0.5])),
        .init("width", .number(0.25)), .init("sharpness", .number(2)),
      ]),
  ]

  /// Every kind of data in the plane.
  static let planeData: [Component] = [
    Component(
      "gaussian", [.init("mean", .numbers([1, 0])), .init("deviation", .numbers([1, 0.5]))]),
    Component(
      "ring",
      [
        .init("modes", .count(6)), .init("radius", .number(2)), .init("deviation", .number(0.25)),
      ]),
    Component(
      "grid",
      [
        .init("side", .count(3)), .init("spacing", .number(1)), .init("deviation", .number(0.25)),
      ]),
    Component(
      "mixture",
      [
        .init("weights", .numbers([1, 2])), .init("means", .numbers([1, 0, -1, 0])),
        .init("deviations", .numbers([0.5, 0.25])),
      ]),
    Component("twoMoons", [.init("deviation", .number(0.125)), .init("radius", .number(1.5))]),
    Component("checkerboard", [.init("cells", .count(4)), .init("side", .number(4))]),
    Component(
      "spirals",
      [
        .init("arms", .count(2)), .init("turns", .number(1)), .init("radius", .number(3)),
        .init("deviation", .number(0.125)),
      ]),
  ]

  /// Every kind of data of images of four pixels a side.
  static let pixelData: [Component] = [
    Component(
      "pixels",
      [
        .init("side", .count(4)), .init("spectrumExponent", .number(1)),
        .init("deviation", .number(1)),
      ]),
    Component("shapes", [.init("side", .count(4)), .init("shape", .name("discs"))]),
  ]
}
