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
      + "spread at the last trained step equals the largest one of the early steps: the trained ones "
      + "among steps 0 to 2, without the last trained step.",
    "Claim T5: the noise level is a proxy of that spread. It is said to turn where their "
      + "correlation over the trained steps falls to --correlation.",
    "Turns are looked for at data scales from 1e-4 to 1e4; two within 6 percent of each other are "
      + "missed. Between them each claim is evaluated anew: it may hold in several regions.",
  ]

  static func expectation(_ arguments: ParsedArguments) throws -> Expectation {
    let schedule = try arguments.trainedSchedule()
    let trained = schedule.trainedSteps
    let early = trained.dropLast().filter { $0 <= 2 }
    guard let last = trained.last, !early.isEmpty else {
      throw schedule.wrong(
        .trainedSteps, "a turn compares one of steps 0 to 2 with a later trained step",
        command: arguments.command)
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
      "T4: where the spread at the last trained step equals the largest early one; \(place)",
      unit: "state")
    answer.addFact(
      "correlationTurns", proxy.map { .numbers($0) } ?? .null,
      "T5: where the correlation of spread and noise level is --correlation; \(place)",
      unit: "state")
    let law = BranchingLaw(plan: schedule.plan, deviation: schedule.dataScale)
    answer.addFact(
      "lateOverEarlySpread", schedule.lateOverEarly(law, early: early, last: last),
      "the spread at the last trained step over the largest early one (trained steps up to 2, without the last trained), "
        + "at --data-scale")
    answer.addFact(
      "noiseCorrelation", schedule.noiseCorrelation(of: law),
      "the correlation of spread and noise level, at --data-scale")
    let ratio = schedule.lateOverEarly(law, early: early, last: last)
    // Which side of a turn is which is evaluated in each interval, not taken for granted.
    let earlyDominates = Regions(turns: spread) { scale in
      let law = BranchingLaw(plan: schedule.plan, deviation: scale)
      return schedule.lateOverEarly(law, early: early, last: last) < 1
    }
    add(earlyDominates, "spread", claim: "T4", holdsHere: ratio < 1, to: &answer)
    let scale = schedule.dataScale
    answer.notes.append(
      earlyDominates.sentence(
        "T4", at: scale, holds: ratio < 1,
        because: "late over early spread \(Numerals.significant(ratio))"))
    guard let proxy else {
      add(nil, "correlation", claim: "T5", holdsHere: nil, to: &answer)
      answer.notes.append("T5 says nothing here: every trained step has the same noise level.")
      return answer
    }
    let correlation = schedule.noiseCorrelation(of: law)
    let isProxy = correlation.map { $0 > level } ?? false
    let proxyHolds = Regions(turns: proxy) { scale in
      let law = BranchingLaw(plan: schedule.plan, deviation: scale)
      return schedule.noiseCorrelation(of: law).map { $0 > level } ?? false
    }
    add(proxyHolds, "correlation", claim: "T5", holdsHere: isProxy, to: &answer)
    answer.notes.append(
      proxyHolds.sentence(
        "T5", at: scale, holds: isProxy,
        because: correlation.map { "correlation \(Numerals.significant($0))" } ?? "no correlation"))
    return answer
  }

  private static func add(
    _ regions: Regions?, _ prefix: String, claim: String, holdsHere: Bool?,
    to answer: inout Expectation
  ) {
    answer.addFact(
      prefix + "Holds",
      regions.map { .list($0.holding.map { .numbers([$0.lowerBound, $0.upperBound]) }) } ?? .null,
      "the regions of the data scale, each from and to, in which \(claim) holds; searched from "
        + "1e-4 to 1e4", unit: "state")
    answer.addFact(
      prefix + "HoldsAtDataScale", holdsHere.map { .truth($0) } ?? .null,
      "whether \(claim) holds at --data-scale")
  }
}

/// The regions of the data's scale in which a statement holds.
private struct Regions {
  /// The regions, ascending; neighbours are joined.
  let holding: [ClosedRange<Double>]

  /// Evaluates the statement in the middle of every interval between two turns.
  ///
  /// - Parameters:
  ///   - turns: The turns inside ``BranchingLaw/turningRange``, ascending.
  ///   - holds: The statement at a scale.
  init(turns: [Double], holds: (Double) -> Bool) {
    let range = BranchingLaw.turningRange
    let ends = [range.lowerBound] + turns + [range.upperBound]
    var holding: [ClosedRange<Double>] = []
    for index in 1..<ends.count where holds((ends[index - 1] * ends[index]).squareRoot()) {
      if let last = holding.last, last.upperBound == ends[index - 1] {
        holding[holding.count - 1] = last.lowerBound...ends[index]
      } else {
        holding.append(ends[index - 1]...ends[index])
      }
    }
    self.holding = holding
  }

  /// Returns where a claim holds, and whether it does on the data that were asked about.
  func sentence(_ claim: String, at scale: Double, holds: Bool, because reason: String) -> String {
    let range = BranchingLaw.turningRange
    let searched = "\(text(range.lowerBound)) to \(text(range.upperBound))"
    let place: String
    if holding.isEmpty {
      place = "\(claim) fails at every data scale s"
    } else if holding == [range] {
      place = "\(claim) holds at every data scale s"
    } else {
      place = "\(claim) holds for " + holding.map(text).joined(separator: " and ")
    }
    return "\(place) (searched: s from \(searched)); at your \(shortestText(scale)) it "
      + "\(holds ? "holds" : "fails") (\(reason))."
  }

  private func text(_ region: ClosedRange<Double>) -> String {
    let range = BranchingLaw.turningRange
    if region.lowerBound == range.lowerBound { return "s < \(text(region.upperBound))" }
    if region.upperBound == range.upperBound { return "s > \(text(region.lowerBound))" }
    return "\(text(region.lowerBound)) < s < \(text(region.upperBound))"
  }

  private func text(_ scale: Double) -> String { Numerals.significant(scale, digits: 6) }
}

extension ResolvedSchedule {
  /// The scales of the data at which a statement turns on this schedule.
  func turningScales(of turn: BranchingLaw.Turn) throws -> [Double] {
    try BranchingLaw.turningScales(
      of: turn, grid: grid, noise: noise, trainedSteps: trainedSteps)
  }

  /// The spread at the last trained step over the largest one of the early steps.
  func lateOverEarly(_ law: BranchingLaw, early: [Int], last: Int) -> Double {
    var largest = 0.0
    for step in early { largest = max(largest, law.rewardDeviation(step: step)) }
    return law.rewardDeviation(step: last) / largest
  }
}
