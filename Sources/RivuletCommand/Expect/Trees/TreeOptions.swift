import Rivulet

/// The options that choose a rollout tree and the noise of its forks.
enum TreeOptions {
  static let splits = Option(
    "--splits", "STEP[:K],...", .text,
    help: "The steps at which every node forks, such as 0,3,6,9 or 0:3,4 with a number of children "
      + "of its own; none for a chain", default: "0,3,6,9")
  static let publishedSplits = Flag(
    "--published-splits",
    help: "Read --splits as the published trainer does: steps outside the grid move to its ends, "
      + "one that is listed twice forks once")
  static let rounds = Option(
    "--rounds", "R", .count(0...10_000),
    help: "Fork R times, every floor(N / R) steps, as the published trainer does without a list")
  static let width = Option(
    "--width", "K", .count(1...1_024), help: "The number of children of a fork", default: "2")
  static let widths = Option(
    "--widths", "K,...", .widthOfEachStep,
    help: "The number of children at each step, instead of --splits; 1 for a step without a fork")
  static let mixInterval = Option(
    "--mix-interval", "Q", .count(1...10_000),
    help: "Follow the ODE but at forks and where k mod Q is below --mix-window, as BranchGRPO-Mix")
  static let mixWindow = Option(
    "--mix-window", "W", .count(1...10_000), help: "The number of steps of a window of Mix",
    default: "4 with --mix-interval")

  static let branchParameter = Option(
    "--branch-parameter", "S", .boundedSize,
    help: "s of the fork noise (xi_0 + s eta) / sqrt(1 + s^2); siblings correlate by 1 / (1 + s^2)",
    default: "4")
  static let forkScale = Option(
    "--fork-scale", "C", .boundedScale,
    help: "The fork noise of the published code: C times noise of a child's own, scored as if C "
      + "were 1")
  static let independentForks = Flag(
    "--independent-forks", help: "Every child of a fork draws noise of its own")
  static let sharing = Option(
    "--sharing", "WHO", .choice(of: ForkNoise.Sharing.self),
    help: "Which children share xi_0, those of one fork or of all forks of a step", default: "fork")

  static let scored = PlanOptions.scored
  static let schedule = PlanOptions.schedule

  /// The options of a schedule, with the default of trees.
  static let scheduleGroup = CommandSyntax.OptionGroup(
    title: ScheduleOptions.group.title,
    options: [schedule.declaration] + ScheduleOptions.group.options.dropFirst())

  /// The options of the shape.
  static let shape = [
    splits.declaration, publishedSplits.declaration, rounds.declaration, width.declaration,
    widths.declaration,
  ]

  /// The options of the shape and of the steps that follow the ODE.
  static let group = CommandSyntax.OptionGroup(
    title: "Tree", options: shape + [mixInterval.declaration, mixWindow.declaration])

  /// The options of the noise of forks.
  static let forkNoise = [
    branchParameter.declaration, forkScale.declaration, independentForks.declaration,
  ]

  /// The options of the noise of forks where only the correlation of siblings counts.
  static let correlation = [branchParameter.declaration, independentForks.declaration]
}

extension ValueReading where Value == [Int] {
  /// The number of children at each step.
  static let widthOfEachStep = ValueReading(
    "whole numbers from 1 to 1024, one for each step, such as 2,1,1,3"
  ) { text in
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    let widths = parts.compactMap { part in
      Int(part).flatMap { (1...1_024).contains($0) ? $0 : nil }
    }
    return widths.count == parts.count && widths.count <= 10_000 ? widths : nil
  }
}
