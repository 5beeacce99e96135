import Rivulet

/// The options that say how far the new velocity is from the old one.
enum RatioOptions {
  static let delta = Option(
    "--delta", "DELTA", .boundedSize,
    help: "The shift of the joint log-ratio in its own deviations, instead of a schedule")
  static let difference = Option(
    "--difference", "X", .boundedSize,
    help: "The length of v_new - v_old over all dimensions, the same at each step")
  static let clip = Option(
    "--clip", "E", .insideUnit, help: "The clip range 1 - e to 1 + e", default: "1e-4")
  static let group = CommandSyntax.OptionGroup(
    title: "Change of the velocity", options: [delta.declaration, difference.declaration])
}

/// A shift of the log-ratio, and the step that it belongs to.
private struct RatioRow {
  let step: Int?
  let law: RatioLaw
}

/// Returns the law of the ratio for `--delta`, or for each trained step with `--difference`.
private func ratioRows(
  _ arguments: ParsedArguments, into answer: inout Expectation
) throws -> [RatioRow] {
  try arguments.requireAtMostOne(
    of: [RatioOptions.delta.declaration, RatioOptions.difference.declaration])
  if let delta = try arguments.value(of: RatioOptions.delta) {
    for option in ScheduleOptions.group.options
    where arguments.has(option) && option != ScheduleOptions.dimension.declaration {
      throw UsageError("--delta and \(option.name) exclude each other", command: arguments.command)
    }
    let dimension = try arguments.value(of: ScheduleOptions.dimension) ?? 1
    answer.add(.init("delta", .number(delta)))
    answer.add(.init("dimension", .integer(dimension)))
    return [RatioRow(step: nil, law: RatioLaw(shift: delta, dimension: dimension))]
  }
  let schedule = try arguments.trainedSchedule()
  guard let difference = try arguments.value(of: RatioOptions.difference) else {
    throw UsageError(
      "'\(arguments.command)' needs \(RatioOptions.difference.declaration.synopsis) or "
        + "\(RatioOptions.delta.declaration.synopsis)", command: arguments.command)
  }
  answer.inputs = schedule.inputs
  answer.add(.init("difference", .number(difference)))
  return try schedule.trainedSteps.map { step in
    let shift = schedule.kernels[step].scoreCoefficient * difference
    // Its square is the variance of the log-ratio.
    guard shift <= 1e100 else {
      throw schedule.wrong(
        .noise, step: step,
        "delta of step \(step) is \(shortestText(shift)), too large for double precision",
        command: arguments.command)
    }
    return RatioRow(step: step, law: RatioLaw(shift: shift, dimension: schedule.dimension))
  }
}

private func addShifts(_ rows: [RatioRow], to answer: inout Expectation) {
  if rows[0].step != nil {
    answer.addColumn(
      "step", values: rows.map { $0.step.map { .integer($0) } ?? .null }, "k, a trained step")
  }
  answer.addColumn(
    "delta", rows.map(\.law.shift), "kappa_k |v_new - v_old|, for the sum over dimensions",
    unit: "nat")
}

private let ratioNote =
  "The dimension is 1 where code sums the log-probability over dimensions; where it takes the mean, "
  + "give the number of dimensions with --dimension."

/// `rivulet expect ratio-law`: the law of the probability ratio of a new and an old policy.
enum RatioLawQuantity: Quantity {
  static let name = "ratio-law"
  static let summary = "The law of the probability ratio under the old policy"
  static let examples = [
    CommandSyntax.Example("rivulet expect ratio-law --delta 0.1", "one ratio"),
    CommandSyntax.Example(
      "rivulet expect ratio-law --schedule sd35 --difference 0.01 --dimension 65536",
      "the ratio of every trained step where the mean over dimensions is taken"),
  ]
  static let groups = [RatioOptions.group, ScheduleOptions.group]
  static let notes = [ratioNote]

  static func expectation(_ arguments: ParsedArguments) throws -> Expectation {
    var answer = Expectation(quantity: name, title: "Law of the probability ratio")
    let rows = try ratioRows(arguments, into: &answer)
    addShifts(rows, to: &answer)
    answer.addColumn(
      "logMean", rows.map(\.law.logRatio.mean), "-delta^2 / (2 D), mean of the log-ratio",
      unit: "nat")
    answer.addColumn(
      "logDeviation", rows.map(\.law.logRatio.deviation), "delta / D, its standard deviation",
      unit: "nat")
    answer.addColumn(
      "meanRatio", rows.map(\.law.mean), "exp(-delta^2 / (2 D) + delta^2 / (2 D^2)); 1 for D = 1")
    answer.addColumn(
      "meanRatioMinusOne",
      rows.map { Elementary.expm1($0.law.logRatio.mean + $0.law.logRatio.variance / 2) },
      "meanRatio - 1, with the digits that 1 would hide")
    return answer
  }
}

/// `rivulet expect clip-fraction`: how often a ratio leaves the clip range.
enum ClipFractionQuantity: Quantity {
  static let name = "clip-fraction"
  static let summary = "How often a ratio is clipped, and what the clipped objective expects"
  static let examples = [
    CommandSyntax.Example("rivulet expect clip-fraction --delta 0.1 --clip 0.2", "one ratio"),
    CommandSyntax.Example(
      "rivulet expect clip-fraction --schedule flux --difference 0.5 --dimension 1024",
      "every trained step with the published clip of 1e-4"),
  ]
  static let groups = [
    RatioOptions.group,
    CommandSyntax.OptionGroup(title: "Clip", options: [RatioOptions.clip.declaration]),
    ScheduleOptions.group,
  ]
  static let notes = [ratioNote]

  static func expectation(_ arguments: ParsedArguments) throws -> Expectation {
    var answer = Expectation(quantity: name, title: "Clipping of the probability ratio")
    let rows = try ratioRows(arguments, into: &answer)
    let clip = try arguments.value(of: RatioOptions.clip) ?? 1e-4
    answer.add(.init("clip", .number(clip)))
    addShifts(rows, to: &answer)
    answer.addColumn(
      "clipFraction", rows.map { $0.law.clipFraction(below: clip, above: clip) },
      "P(ratio < 1 - e) + P(ratio > 1 + e)")
    answer.addColumn(
      "clippedAbove", rows.map { $0.law.meanClippedAbove(clip) },
      "E[min(ratio, 1 + e)], the objective of advantage 1")
    answer.addColumn(
      "clippedBelow", rows.map { $0.law.meanClippedBelow(clip) },
      "E[max(ratio, 1 - e)], minus the objective of advantage -1")
    answer.addFact(
      "clipInNats", RatioLaw.nats(ofMeanClip: clip, dimension: rows[0].law.dimension),
      "e D, the clip as a range of the joint log-ratio", unit: "nat")
    return answer
  }
}
