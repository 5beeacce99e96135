import Rivulet

/// `rivulet plan`: where a rollout tree should fork within a budget of calls.
enum Plan: Command {
  static let name = "plan"
  static let syntax = CommandSyntax(
    command: "rivulet plan", summary: "Plans where a rollout tree forks within a budget of calls",
    examples: [
      .init("rivulet plan", "BranchGRPO's own setting, within the calls of its default tree"),
      .init(
        "rivulet plan --noise flow --data-scale 0.5",
        "the same grid with the noise of Flow-GRPO, on data of deviation 0.5"),
      .init(
        "rivulet plan --grid shift --steps 20 --shift 3 --noise constant --scale 0.3 --calls 120",
        "the published setting from its parts, with 120 calls"),
      .init(
        "rivulet plan --schedule-file mine.json --compare 0,2 --objective fidelity --format json",
        "a schedule and a tree of your own"),
    ],
    groups: PlanOptions.groups + [Expect.outputGroup],
    notes: [
      "A tree costs one call for each node above the leaves: 1 + the nodes that the steps before the "
        + "last draw, 203 for the published default tree. --gradient-cost and --leaf-cost count more.",
      "The published split points stand for 20 steps; on other grids they are moved to "
        + "floor(p T / 20), and points that fall together fork once.",
      "The fidelity of a plan is that of centred advantages over the nodes of each depth.",
    ])

  static func run(_ arguments: [String], console: Console) throws -> ExitCode {
    guard let parsed = try parsed(arguments, console: console) else { return .success }
    let format = try parsed.value(of: Expect.format) ?? .text
    let file = try parsed.value(of: Expect.output).flatMap { $0 == "-" ? nil : $0 }
    let target = try file.map { path throws(CommandFailure) in try OutputFile(path: path) }
    let answer = try answer(parsed)
    if let target {
      try target.write(answer.rendered(as: format, style: .plain, columns: 100))
    } else {
      try console.write(
        answer.rendered(as: format, style: console.outputStyle, columns: console.columns))
    }
    return .success
  }

  /// Returns the answer.
  ///
  /// - Parameter arguments: The options that were given.
  /// - Returns: The answer.
  /// - Throws: ``UsageError`` or ``CommandFailure``.
  static func answer(_ arguments: ParsedArguments) throws -> PlanAnswer {
    var asked = Expectation(quantity: name, title: "")
    let (shares, schedule) = try shares(arguments, into: &asked)
    let planner = try planner(arguments, shares: shares, schedule: schedule, into: &asked)
    let subjects = try trees(arguments, stepCount: shares.stepCount)
    let published = planner.cost(of: subjects[0].subject)
    let budget = try arguments.value(of: PlanOptions.calls).map { Double($0) } ?? published
    asked.add(.init("budget", .number(budget)))
    let groups = flatGroups(budget: budget, chain: planner.costs.chain)
    let all = subjects + groups
    do throws(SplitPlannerRefusal) {
      let best = try planner.best(budget: budget)
      var reach = budget
      for entry in all { reach = max(reach, planner.cost(of: entry.subject)) }
      let front = try planner.front(budget: reach)
      let comparisons = planner.comparisons(of: all.map(\.subject), front: front)
      return PlanAnswer(
        inputs: asked.inputs, budget: budget,
        countsCallsAlone: planner.costs == TreeCosts(stepCount: shares.stepCount),
        planner: planner, best: best, front: front.filter { $0.cost <= budget },
        rows: zip(all, comparisons).map { PlanAnswer.Row(name: $0.name, comparison: $1) },
        bound: try planner.varianceBound(budget: budget))
    } catch {
      let option =
        switch error {
        case .budgetBelowChain, .leavesBeyondBudget: PlanOptions.calls.declaration.name
        case .leavesUnreachable: PlanOptions.leaves.declaration.name
        case .tooMany: PlanOptions.maxLeaves.declaration.name
        }
      throw UsageError("\(option): \(error)", command: arguments.command)
    }
  }

  private static func shares(
    _ arguments: ParsedArguments, into asked: inout Expectation
  ) throws -> (VarianceShares, ResolvedSchedule) {
    var schedule = try arguments.schedule(orElse: .branch20)
    let size = try arguments.gradientSize(on: &schedule, into: &asked)
    guard size > 0 else {
      throw UsageError(
        "--gradient: a gradient of zeros sees nothing, so there is nothing to plan",
        command: arguments.command)
    }
    let scored = try arguments.value(of: PlanOptions.scored) ?? .clean
    asked.add(.init("scored", .text(scored.rawValue)))
    try schedule.requireFiniteChain(schedule.plan, command: arguments.command)
    let shares = try arguments.shares(
      plan: schedule.plan, deviation: schedule.dataScale, gradient: size, scored: scored)
    guard shares.stepTotal >= 1e-200 else {
      throw schedule.wrong(
        .noise,
        "the noise of the steps decides nothing that the reward sees, so there is nothing to plan",
        command: arguments.command)
    }
    return (shares, schedule)
  }

  private static func planner(
    _ arguments: ParsedArguments, shares: VarianceShares, schedule: ResolvedSchedule,
    into asked: inout Expectation
  ) throws -> SplitPlanner {
    let leaves = try arguments.value(of: PlanOptions.leaves)
    let largest = try arguments.value(of: PlanOptions.maxLeaves) ?? max(16, leaves ?? 0)
    if let leaves, leaves > largest {
      throw UsageError(
        "--leaves '\(leaves)': expected at most --max-leaves \(largest)",
        command: arguments.command)
    }
    let widths = try arguments.value(of: PlanOptions.widths) ?? [2, 3]
    let noise =
      try arguments.value(of: PlanOptions.branchParameter)
      .map { ForkNoise.correlated(branchParameter: $0) } ?? .independent
    let gradientCost = try arguments.value(of: PlanOptions.gradientCost) ?? 0
    let leafCost = try arguments.value(of: PlanOptions.leafCost) ?? 0
    let objective = try arguments.value(of: PlanOptions.objective) ?? .variance
    let planner = SplitPlanner(
      shares: shares,
      costs: TreeCosts(
        stepCount: shares.stepCount, trainedEdge: gradientCost,
        trainedSteps: schedule.trainedSteps, leaf: leafCost),
      widths: widths, largestLeafCount: largest, leafCount: leaves,
      siblingCorrelation: noise.siblingCorrelation, objective: objective)
    asked.add(.init("widths", .integers(planner.widths)))
    asked.add(.init("maxLeaves", .integer(largest)))
    asked.add(
      .init("leaves", leaves.map { .integer($0) } ?? .null, text: leaves.map(String.init) ?? "any"))
    asked.add(.init("siblingCorrelation", .number(planner.siblingCorrelation)))
    asked.add(.init("gradientCost", .number(gradientCost)))
    asked.add(.init("leafCost", .number(leafCost)))
    asked.add(.init("objective", .text(objective.rawValue)))
    return planner
  }

  /// The published trees, the default first, and those of the options.
  private static func trees(
    _ arguments: ParsedArguments, stepCount: Int
  ) throws(UsageError) -> [(name: String, subject: PlanComparison.Subject)] {
    var trees: [(name: String, subject: PlanComparison.Subject)] = []
    for published in PublishedSplits.all {
      let splits = published.steps(stepCount: stepCount)
      var widths = [Int](repeating: 1, count: stepCount)
      for step in splits { widths[step] = 2 }
      trees.append(("\(published.name) \(forkListText(widths))", .tree(widths: widths)))
    }
    for forks in try arguments.values(of: PlanOptions.compare) {
      var widths = [Int](repeating: 1, count: stepCount)
      var leaves = 1.0
      for fork in forks {
        guard fork.step < stepCount else {
          throw UsageError(
            "--compare: there is no step \(fork.step); the steps are 0...\(stepCount - 1)",
            command: arguments.command)
        }
        widths[fork.step] = fork.width
        leaves *= Double(fork.width)
      }
      guard leaves <= 1e6 else {
        throw UsageError(
          "--compare: this tree has \(shortestText(leaves)) leaves; expected at most 1000000",
          command: arguments.command)
      }
      trees.append(("yours \(forkListText(widths))", .tree(widths: widths)))
    }
    return trees
  }

  /// The flat groups of as many whole chains as the budget pays for.
  private static func flatGroups(
    budget: Double, chain: Double
  ) -> [(name: String, subject: PlanComparison.Subject)] {
    let size = Int(min(budget / chain, 1e9))
    guard size >= 1 else { return [] }
    return [
      ("flat (one noise)", .flat(groupSize: size, sharesInitialNoise: true)),
      ("flat (own noise)", .flat(groupSize: size, sharesInitialNoise: false)),
    ]
  }
}
