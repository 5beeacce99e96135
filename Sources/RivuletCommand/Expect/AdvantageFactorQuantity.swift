import Rivulet

/// `rivulet expect advantage-factor`: what group statistics make of the gradient.
enum AdvantageFactorQuantity: Quantity {
  static let name = "advantage-factor"
  static let summary = "What centring and standardising in a group does to the gradient"
  static let examples = [
    CommandSyntax.Example(
      "rivulet expect advantage-factor --group 6", "groups of six under every convention"),
    CommandSyntax.Example(
      "rivulet expect advantage-factor --group 24 --convention population --epsilon 1e-4 "
        + "--reward-deviation 0.01", "Flow-GRPO's epsilon where rewards hardly vary"),
  ]
  static let group = Option(
    "--group", "G", .count(2...1_000_000), help: "The number of rewards that share statistics",
    default: "24")
  static let convention = Option(
    "--convention", "NAME", .choice(of: AdvantageRule.Convention.self),
    help: "What centred rewards are divided by", default: "all of them")
  static let epsilon = Option(
    "--epsilon", "E", .boundedSize, help: "The number added to the spread", default: "0")
  static let rewardDeviation = Option(
    "--reward-deviation", "W", .boundedScale,
    help: "The true standard deviation of the rewards", default: "1")
  static let groups = [
    CommandSyntax.OptionGroup(
      title: "Group",
      options: [
        group.declaration, convention.declaration, epsilon.declaration,
        rewardDeviation.declaration,
      ])
  ]
  static let notes = [
    "Rewards r_i = w xi_i + ... with Gaussian noise, G independent members. The mean of "
      + "(1/G) sum A_i xi_i is the factor times w, or times w/|w| where the rule divides by a spread."
  ]

  static func expectation(_ arguments: ParsedArguments) throws -> Expectation {
    let size = try arguments.value(of: group) ?? 24
    let conventions =
      try arguments.value(of: convention).map { [$0] } ?? AdvantageRule.Convention.allCases
    let epsilon = try arguments.value(of: epsilon) ?? 0
    let deviation = try arguments.value(of: rewardDeviation) ?? 1
    var answer = Expectation(quantity: name, title: "Factor of the expected gradient")
    answer.add(.init("group", .integer(size)))
    answer.add(.init("epsilon", .number(epsilon)))
    answer.add(.init("rewardDeviation", .number(deviation)))
    answer.addColumn(
      "convention", values: conventions.map { .text($0.rawValue) },
      "what centred rewards are divided by")
    answer.addColumn(
      "multiplies", values: conventions.map { .text($0.dividesBySpread ? "w/|w|" : "w") },
      "what the factor multiplies")
    answer.addColumn(
      "factor",
      conventions.map {
        AdvantageFactor.standardisationFactor(groupSize: size, convention: $0)
      },
      "none: 1 - 1/G; population: sqrt((G-1)/G) c4; sample: (G-1)/G c4; leaveOneOut: 1")
    answer.addColumn(
      "factorWithEpsilon",
      conventions.map {
        AdvantageFactor.standardisationFactor(
          groupSize: size, convention: $0, epsilon: epsilon, rewardDeviation: deviation)
      }, "the same with epsilon added to the spread, by quadrature over the law of the spread")
    answer.addFact(
      "c4", AdvantageFactor.c4(groupSize: size),
      "sqrt(2/(G-1)) Gamma(G/2) / Gamma((G-1)/2), mean of the sample standard deviation")
    return answer
  }
}

extension AdvantageRule.Convention {
  /// Whether advantages under the rule have no unit.
  fileprivate var dividesBySpread: Bool { self == .population || self == .sample }
}
