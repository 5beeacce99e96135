import Rivulet

/// `rivulet expect turning`: at which scale of the data published statements turn on a schedule.
enum TurningQuantity: Quantity {
  static let name = "turning"
  static let summary = "The data scale at which claims T4 and T5 turn on a schedule"
  static let examples = [
    CommandSyntax.Example("rivulet expect turning --schedule sd35", "when SD3.5's schedule turns"),
    CommandSyntax.Example(
      "rivulet expect turning --schedule-file mine.json --data-scale 0.4",
      "when mine turns, and which side of it my data are on"),
  ]
  static let correlation = Option(
    "--correlation", "R", .insideUnit, help: "The correlation at which claim T5 is said to turn",
    default: "0.5")
  static let groups = [
    ScheduleOptions.group,
    CommandSyntax.OptionGroup(title: "Turning", options: [correlation.declaration]),
  ]
  static let notes = [
    "Claim T4: the reward spreads most over the branches of the first steps. It turns where the "
      + "spread at the last trained step equals the largest of steps 0 to 2.",
    "Claim T5: the noise level is a proxy of that spread. It is said to turn where their "
      + "correlation over the trained steps falls to --correlation.",
  ]

  static func expectation(_ arguments: ParsedArguments) throws -> Expectation {
    let schedule = try arguments.trainedSchedule()
    let trained = schedule.trainedSteps
    let early = trained.dropLast().filter { $0 <= 2 }
    guard let last = trained.last, !early.isEmpty else {
      throw UsageError(
        "--trained \(stepListText(trained)): a turn compares one of steps 0 to 2 with a later "
          + "trained step", command: arguments.command)
    }
    let level = try arguments.value(of: correlation) ?? 0.5
    var answer = Expectation(quantity: name, title: "Where published statements turn")
    answer.inputs = schedule.inputs
    answer.add(.init("correlation", .number(level)))
    try schedule.requireFiniteChain(.ode(grid: schedule.grid), command: arguments.command)
    let spread = try schedule.turningScales(of: .spread)
    let proxy = schedule.noiseVaries ? try schedule.turningScales(of: .correlation(level)) : nil
    let range = BranchingLaw.turningRange
    let place =
      "data scales from \(shortestText(range.lowerBound)) to \(shortestText(range.upperBound))"
    answer.addFact(
      "spreadTurns", .numbers(spread),
      "T4: where the spread at the last trained step equals the largest of steps 0 to 2; \(place)",
      unit: "state")
    answer.addFact(
      "correlationTurns", proxy.map { .numbers($0) } ?? .null,
      "T5: where the correlation of spread and noise level is --correlation; \(place)",
      unit: "state")
    let law = BranchingLaw(plan: schedule.plan, deviation: schedule.dataScale)
    answer.addFact(
      "lateOverEarlySpread", schedule.lateOverEarly(law, early: early, last: last),
      "the spread at the last trained step over the largest of steps 0 to 2, at --data-scale")
    answer.addFact(
      "noiseCorrelation", schedule.noiseCorrelation(of: law),
      "the correlation of spread and noise level, at --data-scale")
    // Which side of the last turn is which is read off above it, not taken for granted.
    answer.notes.append(
      sentence("T4", spread) { scale in
        let law = BranchingLaw(plan: schedule.plan, deviation: scale)
        return schedule.lateOverEarly(law, early: early, last: last) < 1
      })
    if let proxy {
      answer.notes.append(
        sentence("T5", proxy) { scale in
          let law = BranchingLaw(plan: schedule.plan, deviation: scale)
          return schedule.noiseCorrelation(of: law) ?? 0 > level
        })
    } else {
      answer.notes.append("T5 says nothing here: every trained step has the same noise level.")
    }
    return answer
  }

  private static func sentence(
    _ claim: String, _ scales: [Double], holds: (Double) -> Bool
  ) -> String {
    guard let scale = scales.last else {
      return "\(claim) \(holds(1) ? "holds" : "fails") at every data scale."
    }
    let verb = holds(scale * 1.01) ? "holds" : "fails"
    return "\(claim) \(verb) above the data scale \(Numerals.significant(scale, digits: 6))."
  }
}

extension ResolvedSchedule {
  /// The scales of the data at which a statement turns on this schedule.
  func turningScales(of turn: BranchingLaw.Turn) throws -> [Double] {
    try BranchingLaw.turningScales(
      of: turn, grid: grid, noise: noise, trainedSteps: trainedSteps)
  }

  /// The spread at the last trained step over the largest of the early ones.
  func lateOverEarly(_ law: BranchingLaw, early: [Int], last: Int) -> Double {
    var largest = 0.0
    for step in early { largest = max(largest, law.rewardDeviation(step: step)) }
    return law.rewardDeviation(step: last) / largest
  }
}
