import Rivulet

extension ParsedArguments {
  /// Draws the tree that the options choose and gives it credit.
  ///
  /// - Parameters:
  ///   - largest: The most leaves that it may have.
  ///   - largestNumbers: The most numbers in the states of all nodes.
  /// - Returns: The tree.
  /// - Throws: ``UsageError`` or ``CommandFailure`` for options or a file that do not fit.
  func shownTree(largest: Int, largestNumbers: Int) throws -> ShownTree {
    var (schedule, tree, plan) = try treeSetting(largest: Double(largest))
    let noise = try forkNoise()
    var answer = Expectation(quantity: "tree", title: "")
    func requireRoom(_ dimension: Int) throws(UsageError) {
      guard Double(tree.counts.nodes) * Double(dimension) <= Double(largestNumbers) else {
        throw UsageError(
          "the states of the tree are \(tree.counts.nodes) nodes times \(dimension) dimensions; "
            + "expected at most \(largestNumbers) numbers", command: command)
      }
    }
    try requireRoom(schedule.dimension)
    let reward = try rewardChoice(on: &schedule)
    let credit = try creditChoice(of: tree)
    let dimension = schedule.dimension
    try requireRoom(dimension)
    answer.inputs = schedule.treeInputs + [tree.input]
    answer.addMix(try mixPattern(of: tree), stepCount: tree.stepCount)
    answer.add(noise.input)
    let seed = try value(of: ShowOptions.seed) ?? 0
    let root = try value(of: ShowOptions.root) ?? 0
    answer.add(.init("seed", .text(String(seed)), text: String(seed)))
    answer.add(.init("root", .integer(root)))
    answer.inputs += reward.inputs
    let scored = try scored(into: &answer)
    let mean = try value(of: FlowOptions.dataMean) ?? 0
    answer.add(.init("dataMean", .number(mean)))
    answer.inputs += credit.inputs
    let field = try GaussianField(
      means: [Double](repeating: mean, count: dimension),
      deviations: [Double](repeating: schedule.dataScale, count: dimension))
    let rollout = try draw(
      reward.reward,
      by: TreeSetting(
        plan: plan, field: field, shape: tree.shape(command: command), forkNoise: noise,
        scored: scored.state, root: UInt32(root), key: RandomKey(seed: seed)))
    return credit.credit.applied(
      to: rollout, noisySteps: plan.stochasticSteps, inputs: answer.inputs)
  }

  /// What a draw depends on beside the reward.
  private struct TreeSetting {
    let plan: SamplingPlan
    let field: GaussianField
    let shape: TreeShape
    let forkNoise: ForkNoise
    let scored: ScoredState
    let root: UInt32
    let key: RandomKey
  }

  private func draw(_ reward: some Reward, by setting: TreeSetting) throws -> TreeRollout {
    try TreeSampler(
      plan: setting.plan, field: setting.field, reward: reward, shape: setting.shape,
      forkNoise: setting.forkNoise, scored: setting.scored
    ).rollout(root: setting.root, key: setting.key)
  }

  private func rewardChoice(
    on schedule: inout ResolvedSchedule
  ) throws -> (reward: any Reward, inputs: [Expectation.Input]) {
    let family = try value(of: ShowOptions.reward) ?? .linear
    let isCurved = family == .quadratic
    if has(ValueQuantity.curvature.declaration) && !isCurved {
      throw UsageError("--curvature needs --reward quadratic", command: command)
    }
    var inputs = [Expectation.Input("reward", .text(family.rawValue))]
    if family == .modes {
      if has(FlowOptions.gradient.declaration) {
        throw UsageError("--gradient does nothing with --reward modes", command: command)
      }
      let ones = [Double](repeating: 1, count: schedule.dimension)
      return (
        LogMixture(weights: [1, 1], centers: [ones.map { -$0 }, ones], width: 0.5), inputs
      )
    }
    var gradient = try value(of: FlowOptions.gradient) ?? [1]
    guard gradient.allSatisfy({ $0.magnitude <= 1e100 }) else {
      throw UsageError("--gradient: expected numbers from -1e100 to 1e100", command: command)
    }
    if gradient.count > schedule.dimension {
      try setDimension(gradient.count, of: FlowOptions.gradient.declaration, in: &schedule)
    }
    inputs.append(.init("gradient", .numbers(gradient)))
    gradient += [Double](repeating: 0, count: schedule.dimension - gradient.count)
    guard isCurved else { return (LinearReward(gradient: gradient), inputs) }
    let curvature = try value(of: ValueQuantity.curvature) ?? 1
    inputs.append(.init("curvature", .number(curvature)))
    return (QuadraticReward(curvature: curvature, gradient: gradient), inputs)
  }

  private func creditChoice(
    of tree: ChosenTree
  ) throws(UsageError) -> (credit: ShownCredit, inputs: [Expectation.Input]) {
    let family = try value(of: ShowOptions.fusion) ?? .uniform
    let beta = try value(of: ShowOptions.beta) ?? 1
    let reduction = try value(of: FusionBiasQuantity.reduction) ?? .sum
    var inputs = [Expectation.Input("fusion", .text(family.rawValue))]
    let fusion: RewardFusion
    switch family {
    case .uniform:
      for option in [
        ShowOptions.beta.declaration, FusionBiasQuantity.reduction.declaration,
      ] where has(option) {
        throw UsageError("\(option.name) needs --fusion path or local", command: command)
      }
      fusion = .uniform
    case .path: fusion = .pathSoftmax(beta: beta)
    case .local: fusion = .localSoftmax(beta: beta)
    }
    if family != .uniform {
      inputs.append(.init("beta", .number(beta)))
      inputs.append(.init("reduction", .text(reduction.rawValue)))
    }
    var rule = TreeAdvantageRule.published
    rule.baseline = try value(of: ShowOptions.baseline) ?? .depth
    inputs.append(.init("baseline", .text(rule.baseline.rawValue)))
    let pruning = try values(of: ShowOptions.prune)
    for choice in pruning {
      guard case .depths(let depths) = choice.rule else { continue }
      for depth in depths where !(1...tree.stepCount).contains(depth) {
        throw UsageError(
          "--prune \(choice.text): there are no edges to depth \(depth); the depths are "
            + "1...\(tree.stepCount)", command: command)
      }
    }
    inputs.append(
      .init(
        "pruning", .list(pruning.map { .text($0.text) }),
        text: pruning.isEmpty ? "none" : pruning.map(\.text).joined(separator: ", ")))
    return (
      ShownCredit(fusion: fusion, reduction: reduction, rule: rule, pruning: pruning), inputs
    )
  }
}
