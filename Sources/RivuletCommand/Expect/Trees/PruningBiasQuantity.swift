import Rivulet

/// `rivulet expect pruning-bias`: what pruning that looks at rewards does to the gradient.
enum PruningBiasQuantity: Quantity {
  static let name = "pruning-bias"
  static let summary = "What keeping the best or the extreme leaves does to the gradient"
  static let examples = [
    CommandSyntax.Example(
      "rivulet expect pruning-bias", "Parent-Top1 of two and four best and worst of 16"),
    CommandSyntax.Example(
      "rivulet expect pruning-bias --curvature 2 --siblings 4 --leaves 81 --extreme 10",
      "a more curved reward, wider forks, more leaves"),
  ]
  static let curvature = Option(
    "--curvature", "C", .bounded, help: "c of the reward xi + c xi^2 of a fork with two children",
    default: "0.5")
  static let siblings = Option(
    "--siblings", "K", .count(2...1_000), help: "The children of a fork, for a linear reward",
    default: "2")
  static let leaves = Option(
    "--leaves", "L", .count(2...1_000), help: "The leaves of a flat group", default: "16")
  static let extreme = Option(
    "--extreme", "B", .count(1...500), help: "How many of the best and of the worst stay",
    default: "4")
  static let branchParameter = Option(
    TreeOptions.branchParameter.declaration.name, "S", TreeOptions.branchParameter.reading,
    help: TreeOptions.branchParameter.declaration.help, default: "independent siblings")
  static let groups = [
    CommandSyntax.OptionGroup(
      title: "Pruning",
      options: [
        curvature.declaration, siblings.declaration, branchParameter.declaration,
        leaves.declaration, extreme.declaration,
      ])
  ]
  static let notes = [
    "Advantages are centred and not divided by a spread; the gradient is 1. Pruning that chooses depths "
      + "without looking at rewards leaves the gradient of every other depth alone."
  ]

  static func expectation(_ arguments: ParsedArguments) throws -> Expectation {
    let curvature = try arguments.value(of: curvature) ?? 0.5
    let siblings = try arguments.value(of: siblings) ?? 2
    let leaves = try arguments.value(of: leaves) ?? 16
    let kept = try arguments.value(of: extreme) ?? 4
    guard 2 * kept <= leaves else {
      throw UsageError(
        "--extreme '\(kept)': expected at most \(leaves / 2), half of --leaves \(leaves)",
        command: arguments.command)
    }
    let noise = try arguments.forkNoise(orElse: .independent)
    let rho = noise.siblingCorrelation
    let extremes = PruningBias.extremes(leaves: leaves, kept: kept)
    let rows: [(rule: String, reward: String, of: Int, kept: Int, mean: Double, unpruned: Double)] =
      [
        (
          "parent-top1", "curved", 2, 1, PruningBias.betterOfTwo(curvature: curvature),
          TreeGradientFactor.siblingFork(siblings: 2, correlation: 0)
        ),
        (
          "parent-top1", "linear", siblings, 1,
          PruningBias.bestSibling(siblings: siblings, correlation: rho),
          TreeGradientFactor.siblingFork(siblings: siblings, correlation: rho)
        ),
        ("extreme", "linear", leaves, 2 * kept, extremes.perKeptEdge, 1 - 1 / Double(leaves)),
      ]
    var answer = Expectation(quantity: name, title: "Gradient of the edges that pruning keeps")
    answer.add(.init("curvature", .number(curvature)))
    answer.add(.init("siblings", .integer(siblings)))
    answer.add(noise.input)
    answer.add(.init("leaves", .integer(leaves)))
    answer.add(.init("extreme", .integer(kept)))
    answer.addColumn(
      "rule", values: rows.map { .text($0.rule) },
      "parent-top1: the best child of a fork stays; extreme: the B best and the B worst leaves stay"
    )
    answer.addColumn(
      "reward", values: rows.map { .text($0.reward) },
      "curved: xi + c xi^2, two independent children; linear: xi")
    answer.addColumn("members", values: rows.map { .integer($0.of) }, "how many there are")
    answer.addColumn("kept", values: rows.map { .integer($0.kept) }, "how many stay")
    answer.addColumn(
      "keptMean", rows.map(\.mean),
      "E[A xi] over the edges that stay; curved: 1/2 + (c / sqrt(pi)) erf(1 / (2 c)); linear: "
        + "(1 - rho)(E[X_(K)^2] - 1/K), X_(K) the largest of K")
    answer.addColumn(
      "unprunedMean", rows.map(\.unpruned), "the same without pruning: (1 - 1/K)(1 - rho)")
    answer.addColumn(
      "ratio", rows.map { $0.unpruned > 0 ? $0.mean / $0.unpruned : nil },
      "keptMean / unprunedMean; 1 is no bias")
    answer.addFact(
      "keptAdvantage", PruningBias.bestSiblingAdvantage(siblings: siblings, correlation: rho),
      "sqrt(1 - rho) E[X_(K)], the mean advantage of the child that stays; 0 without pruning",
      unit: "reward")
    return answer
  }
}
