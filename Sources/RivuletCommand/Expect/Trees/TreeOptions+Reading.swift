import Rivulet

extension ForkNoise {
  /// What the answer depends on.
  var input: Expectation.Input {
    var object: [String: JSONValue] = ["siblingCorrelation": .number(siblingCorrelation)]
    let text: String
    switch self {
    case .independent:
      object["kind"] = .text("independent")
      text = "independent"
    case .correlated(let s, let sharing):
      object["kind"] = .text("correlated")
      object["branchParameter"] = .number(s)
      object["sharing"] = .text(sharing.rawValue)
      text =
        "s = \(shortestText(s)), rho = \(Numerals.significant(siblingCorrelation))"
        + (sharing == .step ? ", xi_0 shared by a step" : "")
    case .scaled(let c):
      object["kind"] = .text("scaled")
      object["scale"] = .number(c)
      text = "published, c = \(shortestText(c))"
    }
    return .init("forkNoise", .object(object), text: text)
  }
}

extension PlanOptions.Scored {
  /// The state that a sampler scores.
  var state: ScoredState { self == .final ? .finalState : .cleanPrediction }
}

extension ParsedArguments {
  /// Returns the noise of forks that the options choose.
  ///
  /// - Parameter other: The noise where no option chooses one; the paper's with s = 4.
  /// - Returns: The noise.
  /// - Throws: ``UsageError`` for options that exclude each other or do nothing.
  func forkNoise(orElse other: ForkNoise = .published) throws(UsageError) -> ForkNoise {
    try requireAtMostOne(of: TreeOptions.forkNoise)
    let sharing = try value(of: TreeOptions.sharing)
    if let sharing {
      for other in [
        TreeOptions.forkScale.declaration, TreeOptions.independentForks.declaration,
      ] where has(other) {
        throw UsageError(
          "--sharing \(sharing.rawValue) does nothing with \(other.name), which shares nothing",
          command: command)
      }
    }
    if let scale = try value(of: TreeOptions.forkScale) { return .scaled(scale) }
    if has(TreeOptions.independentForks.declaration) { return .independent }
    if let parameter = try value(of: TreeOptions.branchParameter) {
      return .correlated(branchParameter: parameter, sharing: sharing ?? .fork)
    }
    if let sharing, case .correlated(let parameter, _) = other {
      return .correlated(branchParameter: parameter, sharing: sharing)
    }
    return other
  }

  /// Returns what the reward sees, and says so in the answer.
  func scored(into answer: inout Expectation) throws(UsageError) -> PlanOptions.Scored {
    let scored = try value(of: TreeOptions.scored) ?? .clean
    answer.add(.init("scored", .text(scored.rawValue)))
    return scored
  }

  /// Returns the pattern of BranchGRPO-Mix that the options choose; nil where all steps add noise.
  ///
  /// - Parameter tree: The tree, whose forks are stochastic in any case.
  /// - Returns: The pattern.
  /// - Throws: ``UsageError`` for a window without an interval.
  func mixPattern(of tree: ChosenTree) throws(UsageError) -> MixPattern? {
    let window = try value(of: TreeOptions.mixWindow)
    guard let interval = try value(of: TreeOptions.mixInterval) else {
      guard window == nil else {
        throw UsageError(
          "--mix-window needs \(TreeOptions.mixInterval.declaration.synopsis)", command: command)
      }
      return nil
    }
    return MixPattern(splits: tree.splits, interval: interval, size: window ?? 4)
  }

  /// Returns the schedule of a tree's setting, on which every fork adds noise.
  ///
  /// - Returns: The schedule, the tree on it and the steps with noise as the options choose them.
  /// - Throws: ``UsageError`` or ``CommandFailure`` for options or a file that do not fit.
  func treeSetting(
    largest: Double = 1e12
  ) throws -> (schedule: ResolvedSchedule, tree: ChosenTree, plan: SamplingPlan) {
    let schedule = try schedule(orElse: .branch20)
    let tree = try tree(stepCount: schedule.grid.stepCount, largest: largest)
    for step in tree.forkSteps where !schedule.kernels[step].isStochastic {
      throw schedule.wrong(
        .noise, step: step,
        "the tree forks at step \(step), which adds no noise; split where the schedule adds some",
        command: command)
    }
    var plan = schedule.plan
    if let pattern = try mixPattern(of: tree) {
      do {
        plan = try .mix(grid: schedule.grid, noise: schedule.noise, pattern: pattern)
      } catch {
        throw schedule.wrong(.noise, "\(error)", command: command)
      }
    }
    try schedule.requireFiniteChain(plan, command: command)
    return (schedule, tree, plan)
  }
}

extension ResolvedSchedule {
  /// What the answer about a tree depends on; which steps are trained is a matter of the tree.
  var treeInputs: [Expectation.Input] {
    let text =
      "\(title); data scale \(shortestText(dataScale)), dimension \(dimension)"
    return inputs.map { .init($0.name, $0.value, text: text) }
  }
}

extension Expectation {
  /// Says which steps of a tree add noise, where not all of them do.
  mutating func addMix(_ pattern: MixPattern?, stepCount: Int) {
    guard let pattern else { return }
    add(.init("mixInterval", .integer(pattern.interval)))
    add(.init("mixWindow", .integer(pattern.size)))
    let steps = pattern.stochasticSteps(stepCount: stepCount)
    add(.init("noisySteps", .integers(steps), text: stepListText(steps)))
  }
}
