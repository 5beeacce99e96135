import Rivulet

/// The options of `rivulet show tree` beside those of trees and schedules.
enum ShowOptions {
  /// The forms of the answer.
  enum Format: String, CaseIterable, Sendable {
    /// A drawing.
    case text
    /// Every node.
    case json
  }

  /// How rewards of leaves become values of nodes.
  enum Fusion: String, CaseIterable, Sendable {
    case uniform
    case path
    case local
  }

  /// The rewards.
  enum Reward: String, CaseIterable, Sendable {
    case linear
    case quadratic
    case modes
  }

  static let seed = Option(
    "--seed", "N", .seed, help: "The seed of all noise, decimal or 0x...", default: "0")
  static let root = Option(
    "--root", "R", .count(0...1_000_000), help: "The number of the root: another initial noise",
    default: "0")
  static let reward = Option(
    "--reward", "FAMILY", .choice(of: Reward.self),
    help: "g x, g x - q x^2 / 2, or the logarithm of two bumps of width 0.5 at -1 and 1",
    default: "linear")
  static let fusion = Option(
    "--fusion", "HOW", .choice(of: Fusion.self),
    help: "The mean of the leaves below a node, weighted by whole paths, or fork by fork",
    default: "uniform")
  static let beta = Option(
    "--beta", "B", .boundedSize, help: "The inverse temperature of --fusion path or local",
    default: "1")
  static let baseline = Option(
    "--baseline", "NODES", .choice(of: TreeAdvantageRule.Baseline.self),
    help: "Which nodes share a mean and a spread, those of a depth, siblings, or all leaves",
    default: "depth")
  static let prune = Option(
    "--prune", "RULE", .pruning,
    help: "Which edges are not trained: parent-top1, extreme:B, depths:15...18, or mode1:RATIO and "
      + "mode2:RATIO of the published code", isRepeated: true)
  static let format = Option(
    "--format", "FORMAT", .choice(of: Format.self),
    help: "A drawing, or every node with state, value, advantage and mask", default: "text")

  /// The options in the order of help.
  static let groups = [
    TreeOptions.group,
    CommandSyntax.OptionGroup(
      title: "Noise and reward",
      options: TreeOptions.forkNoise + [
        TreeOptions.sharing.declaration, seed.declaration, root.declaration, reward.declaration,
        FlowOptions.gradient.declaration, ValueQuantity.curvature.declaration,
        TreeOptions.scored.declaration, FlowOptions.dataMean.declaration,
      ]),
    CommandSyntax.OptionGroup(
      title: "Credit",
      options: [
        fusion.declaration, beta.declaration, FusionBiasQuantity.reduction.declaration,
        baseline.declaration, prune.declaration,
      ]),
    TreeOptions.scheduleGroup,
    CommandSyntax.OptionGroup(
      title: "Output", options: [format.declaration, Expect.output.declaration]),
  ]
}

/// A rule that keeps edges from being trained, and how it is spelled.
struct PruningChoice: Sendable, Hashable {
  /// What the rule looks at.
  enum Rule: Sendable, Hashable {
    case width(WidthPruning)
    case depths([Int])
  }

  /// The rule.
  let rule: Rule
  /// The text that chooses it.
  let text: String
}

extension ValueReading where Value == PruningChoice {
  /// A pruning rule with its number behind a colon.
  static let pruning = ValueReading(
    "parent-top1, extreme:B with B from 1 on, depths:D such as depths:15...18, or mode1:RATIO or "
      + "mode2:RATIO with a ratio from 0 to 1"
  ) { text in
    let (name, number) =
      text.firstIndex(of: ":").map {
        (String(text[..<$0]), String(text[text.index(after: $0)...]))
      } ?? (text, "")
    func ratio() -> Double? {
      finiteNumber(number).flatMap { (0...1).contains($0) ? $0 : nil }
    }
    let rule: PruningChoice.Rule? =
      switch name {
      case "parent-top1": number.isEmpty && name == text ? .width(.parentTop1()) : nil
      case "extreme":
        ValueReading<Int>.count(1...1_000_000).read(number).map { .width(.extreme(count: $0)) }
      case "depths": ValueReading<[Int]>.steps.read(number).map { .depths($0) }
      case "mode1": ratio().map { .width(.publishedMode1(ratio: $0)) }
      case "mode2": ratio().map { .width(.publishedMode2(ratio: $0)) }
      default: nil
      }
    return rule.map { PruningChoice(rule: $0, text: text) }
  }
}
