import Rivulet

/// The options that say what a plan may cost, which trees it may choose, and what judges them.
enum PlanOptions {
  /// What the reward sees.
  enum Scored: String, CaseIterable, Sendable {
    /// The state after the last step.
    case final
    /// The clean prediction of the last step.
    case clean
  }

  static let calls = Option(
    "--calls", "BUDGET", .count(1...1_000_000_000),
    help: "The largest cost of a tree, in calls of the model",
    default: "what the published default tree costs")
  static let widths = Option(
    "--widths", "K,...", .widths, help: "The numbers of children that a fork may have",
    default: "2,3")
  static let maxLeaves = Option(
    "--max-leaves", "L", .count(1...1_000_000), help: "The largest number of leaves",
    default: "16, as the published tree has")
  static let leaves = Option(
    "--leaves", "L", .count(1...1_000_000), help: "The number of leaves that a plan must have",
    default: "any")
  static let branchParameter = Option(
    "--branch-parameter", "S", .boundedSize,
    help: "s of the fork noise, of which siblings share the part 1 / (1 + s^2)",
    default: "independent siblings")
  static let gradientCost = Option(
    "--gradient-cost", "C", .boundedSize,
    help: "What the gradient of an edge of a trained step costs, in calls", default: "0")
  static let leafCost = Option(
    "--leaf-cost", "C", .boundedSize, help: "What the reward of a leaf costs, in calls",
    default: "0")
  static let objective = Option(
    "--objective", "WHAT", .choice(of: SplitPlanner.Objective.self),
    help: "What judges a tree, the variance of its mean reward or the fidelity of its credit",
    default: "variance")
  static let scored = Option(
    "--scored", "STATE", .choice(of: Scored.self),
    help: "What the reward sees, the final state or the clean prediction of the last step",
    default: "clean, as in the published code")
  static let compare = Option(
    "--compare", "STEP[:K],...", .forks,
    help:
      "A tree of your own to compare, its forks such as 0:3,1,4; 2 children where K is left out",
    isRepeated: true)

  /// The schedule that the command takes without an option.
  static let schedule = Option(
    ScheduleOptions.schedule.declaration.name, "NAME", ScheduleOptions.schedule.reading,
    help: ScheduleOptions.schedule.declaration.help, default: PublishedSchedule.branch20.id)

  /// The options in the order of help.
  static let groups = [
    CommandSyntax.OptionGroup(
      title: "Plan",
      options: [
        calls.declaration, widths.declaration, maxLeaves.declaration, leaves.declaration,
        branchParameter.declaration, gradientCost.declaration, leafCost.declaration,
        objective.declaration, compare.declaration,
      ]),
    CommandSyntax.OptionGroup(
      title: "Reward", options: [scored.declaration, FlowOptions.gradient.declaration]),
    CommandSyntax.OptionGroup(
      title: ScheduleOptions.group.title,
      options: [schedule.declaration] + ScheduleOptions.group.options.dropFirst()),
  ]
}

/// A fork as an option writes it.
struct ForkTerm: Sendable, Hashable {
  /// The step that forks.
  let step: Int
  /// The number of children.
  let width: Int
}

extension ValueReading where Value == [Int] {
  /// The widths of forks, separated by commas.
  static let widths = ValueReading("whole numbers from 2 to 1024 such as 2,3") { text in
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let widths = parts.compactMap { part in
      Int(part).flatMap { (2...1_024).contains($0) ? $0 : nil }
    }
    return widths.count == parts.count && widths.count <= 32 ? widths : nil
  }
}

extension ValueReading where Value == [ForkTerm] {
  /// Forks in ascending order of their steps, such as `0:3,1,4`.
  static let forks = ValueReading(
    "forks in ascending order such as 0,3,6,9, or 0:3,1,4 with a number of children from 2 to 1024"
  ) { text in
    var forks: [ForkTerm] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let words = part.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
      guard
        words.count <= 2, let step = words.first.flatMap({ $0 }),
        let width = words.count == 2 ? words[1] : 2, (2...1_024).contains(width),
        (0...1_000_000).contains(step), step > forks.last?.step ?? -1
      else { return nil }
      forks.append(ForkTerm(step: step, width: width))
    }
    return forks
  }
}
