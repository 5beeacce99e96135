import Rivulet

/// `rivulet expect fusion-bias`: what weighting leaves by their probability does to a value.
enum FusionBiasQuantity: Quantity {
  static let name = "fusion-bias"
  static let summary = "What probability weights make of the value of a fork, for a curved reward"
  static let examples = [
    CommandSyntax.Example(
      "rivulet expect fusion-bias --beta 0,0.1,0.5,1",
      "two children in one dimension, where the true value is 1"),
    CommandSyntax.Example(
      "rivulet expect fusion-bias --children 4 --dimension 65536 --reduction mean",
      "a latent with the averaged log-probabilities of the published code: all but uniform"),
    CommandSyntax.Example(
      "rivulet expect fusion-bias --fork-scale 4",
      "fork noise of scale 4, scored as if the scale were 1"),
  ]
  static let children = Option(
    "--children", "K", .count(1...1_024), help: "The children of the fork", default: "2")
  static let beta = Option(
    "--beta", "B,...", .inverseTemperatures,
    help: "The inverse temperatures of the weights; 0 is uniform, 1 weights by probability",
    default: "1")
  static let reduction = Option(
    "--reduction", "HOW", .choice(of: LogProbabilityReduction.self),
    help: "Whether log-probabilities are sums or means over dimensions", default: "sum")
  static let dimension = Option(
    "--dimension", "D", .count(1...1_000_000), help: "The number of dimensions of a state",
    default: "1")
  static let groups = [
    CommandSyntax.OptionGroup(
      title: "Fork",
      options: [
        children.declaration, dimension.declaration, beta.declaration, reduction.declaration,
        TreeOptions.forkScale.declaration,
      ])
  ]
  static let notes = [
    "Children x_b = mu + tau c xi_b, drawn independently by the density that then weights them too. A "
      + "linear reward has no bias, since the law is symmetric; r = |xi|^2 has the one shown. A reward "
      + "-|xi|^2 / 2 has minus half of it."
  ]

  static func expectation(_ arguments: ParsedArguments) throws -> Expectation {
    let children = try arguments.value(of: children) ?? 2
    let dimension = try arguments.value(of: dimension) ?? 1
    let betas = try arguments.value(of: beta) ?? [1]
    let reduction = try arguments.value(of: reduction) ?? .sum
    let scale = try arguments.value(of: TreeOptions.forkScale) ?? 1
    let forks = betas.map {
      FusionBias(
        children: children, dimension: dimension, beta: $0, reduction: reduction, noiseScale: scale)
    }
    if let index = forks.firstIndex(where: { $0.sharpness > 1e4 }) {
      let sharpness = shortestText(forks[index].sharpness)
      throw UsageError(
        "--beta \(shortestText(betas[index])): the weights' sharpness is \(sharpness); expected at "
          + "most 10000, beyond which they are one-hot; give a smaller --beta or --fork-scale",
        command: arguments.command)
    }
    let values = forks.map { $0.expectedSquare() }
    let largest = forks.map { $0.expectedLargestWeight() }
    let trueValue = Double(dimension)
    var answer = Expectation(quantity: name, title: "Value of a fork under probability weights")
    answer.add(.init("children", .integer(children)))
    answer.add(.init("dimension", .integer(dimension)))
    answer.add(.init("reduction", .text(reduction.rawValue)))
    answer.add(.init("forkScale", .number(scale)))
    answer.addColumn("beta", betas, "the inverse temperature")
    answer.addColumn(
      "sharpness", forks.map(\.sharpness),
      "gamma = beta c^2, over D where log-probabilities are means; w_b ~ exp(-gamma |xi_b|^2 / 2)")
    answer.addColumn(
      "fusedValue", values, "E[sum w_b |xi_b|^2]; the true value is D", unit: "reward")
    answer.addColumn("bias", values.map { $0 - trueValue }, "fusedValue - D", unit: "reward")
    answer.addColumn(
      "limit", forks.map(\.limitingSquare),
      "D / (1 + gamma), the value under a density ~ p^(1 + gamma), which many children tend to",
      unit: "reward")
    answer.addColumn(
      "largestWeight", largest, "E[max w_b], from 1/K for equal weights to 1 for one child alone")
    answer.addColumn(
      "effectiveChildren", largest.map { 1 / $0 }, "1 / largestWeight, from K to 1")
    return answer
  }
}

extension ValueReading where Value == [Double] {
  /// Numbers from 0 to 1e4, separated by commas.
  static let inverseTemperatures = ValueReading(
    "up to 64 numbers from 0 to 1e4, separated by commas, such as 0,0.5,1"
  ) { text in
    numbers.read(text).flatMap { betas in
      betas.count <= 64 && betas.allSatisfy { $0 >= 0 && $0 <= 1e4 } ? betas : nil
    }
  }
}
