import RivuletFlow

// Models, rewards and data that do not fit together.

extension Recipe {
  private static let pixelRewards = [
    "lowFrequencies", "highFrequencies", "texture", "symmetry", "blob",
  ]
  private static let pixelData = ["pixels", "shapes"]
  private static let planeData = ["ring", "grid", "twoMoons", "checkerboard", "spirals"]

  /// Refuses lists whose length does not fit the model, and rewards and data of another kind of states.
  func checkWorld() throws(RecipeError) {
    try ComponentCatalogue.models.check(
      model, dimension: dimension, prompts: prompts.count, at: RecipePath(text: "model"))
    try checkSpectrum(model, at: RecipePath(text: "model"))
    for (list, terms) in [("terms", rewards.terms), ("gold", rewards.gold)] {
      for (index, term) in terms.enumerated() {
        try check(term.reward, at: RecipePath(text: "rewards.\(list)[\(index)]"))
      }
    }
    if let data = pretraining?.data {
      try check(data: data, at: RecipePath(text: "pretraining.data"))
    }
  }

  private func check(_ reward: Component, at path: RecipePath) throws(RecipeError) {
    try ComponentCatalogue.rewards.check(
      reward, dimension: dimension, prompts: prompts.count, at: path)
    if Self.pixelRewards.contains(reward.kind) && model.kind != "pixelField" {
      throw Self.contradiction(
        path.field("kind"), reward.kind,
        "it scores pixels, and the states of the model \(model.kind) are points")
    }
    if case .numbers(let weights) = reward["weights"], case .counts(let modes) = reward["modes"],
      let wrong = modes.firstIndex(where: { $0 >= weights.count })
    {
      throw Self.contradiction(
        path.field("modes[\(wrong)]"), modes[wrong],
        "there are \(weights.count) modes, numbered from 0")
    }
    guard case .numbers(let normals) = reward["normals"] else { return }
    for first in stride(from: 0, to: normals.count, by: dimension)
    where !normals[first..<(first + dimension)].contains(where: { $0 != 0 }) {
      throw Self.contradiction(
        path.field("normals[\(first)]"), normals[first],
        "the normal that starts here is zero and shows to neither side")
    }
  }

  private func check(data: Component, at path: RecipePath) throws(RecipeError) {
    try ComponentCatalogue.data.check(
      data, dimension: dimension, prompts: prompts.count, at: path)
    if Self.planeData.contains(data.kind) && dimension != 2 {
      throw Self.contradiction(
        path.field("kind"), data.kind, "its points have 2 numbers and the model has \(dimension)")
    }
    guard Self.pixelData.contains(data.kind) else { return }
    guard model.kind == "pixelField" else {
      throw Self.contradiction(
        path.field("kind"), data.kind,
        "it has images, and the states of the model \(model.kind) are points")
    }
    guard data.count("side") == model.count("side") else {
      throw Self.contradiction(
        path.field("side"), data.count("side"),
        "the model's images have \(model.count("side")) pixels in a row")
    }
    try checkSpectrum(data, at: path)
  }

  /// Refuses a spectrum whose smallest or largest deviation is no positive number.
  private func checkSpectrum(_ component: Component, at path: RecipePath) throws(RecipeError) {
    guard case .number(let exponent) = component["spectrumExponent"] else { return }
    do {
      _ = try PixelGridField(
        side: component.count("side"), exponent: exponent, scale: component.number("deviation"))
    } catch {
      throw Self.contradiction(path.field("spectrumExponent"), exponent, "\(error)")
    }
  }
}
