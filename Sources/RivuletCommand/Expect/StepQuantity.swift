import Rivulet

/// `rivulet expect step`: everything about one step that a trainer computes.
enum StepQuantity: Quantity {
  static let name = "step"
  static let summary = "Mean, deviation, log-probability and divergence of one step"
  static let examples = [
    CommandSyntax.Example(
      "rivulet expect step --state 0.5,-1 --velocity -0.2,0.3 --draw 1,0 "
        + "--time 0.9 --next-time 0.8 --scale 0.7",
      "one Flow-GRPO step from given numbers"),
    CommandSyntax.Example(
      "rivulet expect step --schedule sd35 --step 3 --state 0.5 --velocity -0.2 "
        + "--next-state 0.51 --reference -0.1",
      "the log-probability of a stored transition and its divergence from a reference"),
  ]

  static let state = Option(
    "--state", "X,...", .numbers, help: "The state x, one number for each dimension")
  static let velocity = Option("--velocity", "V,...", .numbers, help: "The velocity v at the state")
  static let reference = Option(
    "--reference", "V,...", .numbers, help: "The velocity of the reference model at the state")
  static let draw = Option(
    "--draw", "XI,...", .numbers, help: "The standard normal noise xi of the step")
  static let nextState = Option(
    "--next-state", "X,...", .numbers, help: "The next state, instead of --draw")
  static let time = Option(
    "--time", "T", .time, help: "The time at which the step starts, with --next-time")
  static let nextTime = Option("--next-time", "T", .time, help: "The time at which it ends")
  static let step = Option(
    "--step", "K", .count(0...10_000), help: "The step of a schedule, instead of the two times")
  static let coefficient = Option(
    "--coefficient", "S", .noiseSize,
    help: "The noise coefficient s per unit of time, instead of --noise and --scale")

  static let groups = [
    CommandSyntax.OptionGroup(
      title: "Step",
      options: [
        state.declaration, velocity.declaration, reference.declaration, draw.declaration,
        nextState.declaration, time.declaration, nextTime.declaration, step.declaration,
        coefficient.declaration,
      ]), ScheduleOptions.timesAndNoise,
  ]

  static let notes = [
    "With --time and --next-time the noise is flow with scale 0.7 unless --noise, --scale or "
      + "--coefficient say otherwise; --scale 0 gives the ODE step. Time is the noise fraction: "
      + "1 is noise, 0 is data. Velocity points from data to noise."
  ]

  static func expectation(_ arguments: ParsedArguments) throws -> Expectation {
    let state = try arguments.required(state)
    let dimension = state.count
    let velocity = try arguments.vector(velocity, like: state)
    var answer = Expectation(quantity: name, title: "One step of a sampler")
    let kernel = try kernel(arguments, into: &answer)
    answer.add(.init("state", .numbers(state)))
    answer.add(.init("velocity", .numbers(velocity)))

    let mean = kernel.mean(state: state, velocity: velocity)
    answer.addColumn("dimension", values: (0..<dimension).map { .integer($0) }, "d")
    answer.addColumn("state", state, "x", unit: "state")
    answer.addColumn("velocity", velocity, "v", unit: "state / time")
    answer.addColumn("mean", mean, "m = p x + q v", unit: "state")
    answer.addColumn(
      "odePoint", (0..<dimension).map { state[$0] - kernel.stepSize * velocity[$0] },
      "x - h v, where the step without noise leads; not the mean", unit: "state")
    answer.addFact("stepSize", kernel.stepSize, "h = t - t'")
    answer.addFact(
      "coefficient", kernel.noiseCoefficient, "s, the noise per unit of time",
      unit: "state / sqrt(time)")
    answer.addFact("stateFactor", kernel.stateFactor, "p = 1 - s^2 h / (2 t) for an SDE step")
    answer.addFact(
      "velocityFactor", kernel.velocityFactor,
      "q = -h f with f = 1 + s^2 (1-t) / (2 t) for an SDE step")
    answer.addFact("deviation", kernel.deviation, "tau = s sqrt(h)", unit: "state")
    guard kernel.isStochastic else {
      try refuseDensityOptions(arguments)
      answer.notes.append("This step adds no noise, so it has no density and no divergence.")
      return answer
    }
    answer.addFact(
      "scoreCoefficient", kernel.scoreCoefficient,
      "kappa = -q / tau; d log p / dv = -kappa xi for the sum over dimensions")
    try addTransition(to: &answer, arguments, kernel: kernel, state: state, velocity: velocity)
    try addDivergence(to: &answer, arguments, kernel: kernel, velocity: velocity)
    return answer
  }

  private static func addTransition(
    to answer: inout Expectation, _ arguments: ParsedArguments, kernel: TransitionKernel,
    state: [Double], velocity: [Double]
  ) throws {
    try arguments.requireAtMostOne(of: [draw.declaration, nextState.declaration])
    let next: [Double]
    let noise: [Double]
    if arguments.has(draw.declaration) {
      noise = try arguments.vector(draw, like: state)
      next = kernel.next(state: state, velocity: velocity, noise: noise)
      answer.add(.init("draw", .numbers(noise)))
    } else if arguments.has(nextState.declaration) {
      next = try arguments.vector(nextState, like: state)
      noise = kernel.noise(of: next, state: state, velocity: velocity)
      answer.add(.init("nextState", .numbers(next)))
    } else {
      answer.notes.append(
        "Give the noise with --draw or the next state with --next-state for the log-probability.")
      return
    }
    answer.addColumn("nextState", next, "x' = m + tau xi", unit: "state")
    answer.addColumn("draw", noise, "xi = (x' - m) / tau")
    for reduction in LogProbabilityReduction.allCases {
      answer.addColumn(
        "score\(reduction.suffix)", kernel.score(noise: noise, reduction: reduction),
        "d log p / dv, log p the \(reduction.rawValue) over dimensions", unit: "time / state")
      answer.addFact(
        "logProbability\(reduction.suffix)",
        kernel.logProbability(of: next, state: state, velocity: velocity, reduction: reduction),
        "\(reduction.rawValue) over dimensions of -(x'-m)^2/(2 tau^2) - ln tau - ln(2 pi)/2",
        unit: "nat")
    }
  }

  private static func addDivergence(
    to answer: inout Expectation, _ arguments: ParsedArguments, kernel: TransitionKernel,
    velocity: [Double]
  ) throws {
    guard arguments.has(reference.declaration) else { return }
    let other = try arguments.vector(reference, like: velocity)
    answer.add(.init("reference", .numbers(other)))
    for (form, name, formula) in [
      (DivergenceForm.exact, "divergence", "|m - m_ref|^2 / (2 tau^2), the Kullback-Leibler form"),
      (
        .withoutStepSize, "divergenceWithoutStepSize",
        "h times the divergence, |m - m_ref|^2 / (2 s^2) with s^2 = tau^2 / h, as later code has it"
      ),
    ] {
      for reduction in LogProbabilityReduction.allCases {
        answer.addFact(
          name + reduction.suffix,
          kernel.divergence(velocity: velocity, reference: other, form: form, reduction: reduction),
          "\(formula), \(reduction.rawValue) over dimensions",
          unit: form == .exact ? "nat" : "nat time")
      }
    }
  }

  private static func refuseDensityOptions(_ arguments: ParsedArguments) throws(UsageError) {
    for option in [draw, nextState, reference] where arguments.has(option.declaration) {
      throw UsageError(
        "\(option.declaration.name): this step adds no noise, so it has no density; "
          + "choose a scale above 0", command: arguments.command)
    }
  }

  private static func kernel(
    _ arguments: ParsedArguments, into answer: inout Expectation
  ) throws -> TransitionKernel {
    try arguments.requireAtMostOne(of: [time.declaration, step.declaration])
    let own = try arguments.value(of: coefficient)
    for option in [ScheduleOptions.noise.declaration, ScheduleOptions.scale.declaration]
    where own != nil && arguments.has(option) {
      throw UsageError(
        "\(coefficient.declaration.name) and \(option.name) exclude each other",
        command: arguments.command)
    }
    if let index = try arguments.value(of: step) {
      let schedule = try arguments.schedule()
      guard schedule.grid.steps.contains(index) else {
        throw UsageError.invalidValue(
          String(index), of: step.declaration.name,
          expected: "a step from 0 to \(schedule.grid.stepCount - 1)", command: arguments.command)
      }
      answer.inputs += schedule.inputs
      answer.add(.init("step", .integer(index)))
      let kernel = schedule.kernels[index]
      guard let own else { return kernel }
      answer.add(.init("coefficient", .number(own)))
      return TransitionKernel(
        rule: .sde(coefficient: own), time: kernel.time, nextTime: kernel.nextTime)
    }
    guard arguments.has(time.declaration) else {
      throw UsageError(
        "'\(arguments.command)' needs --time and --next-time, or --step with a schedule",
        command: arguments.command)
    }
    for option in [
      ScheduleOptions.schedule.declaration, ScheduleOptions.scheduleFile.declaration,
      ScheduleOptions.grid.declaration, ScheduleOptions.steps.declaration,
      ScheduleOptions.shift.declaration, ScheduleOptions.mu.declaration,
      ScheduleOptions.terminal.declaration,
    ] where arguments.has(option) {
      throw UsageError("--time and \(option.name) exclude each other", command: arguments.command)
    }
    let start = try arguments.required(time)
    let end = try arguments.required(nextTime)
    guard start > end else {
      throw UsageError(
        "--next-time '\(shortestText(end))': expected a time below --time \(shortestText(start)); "
          + "time runs from noise (1) down to data (0)", command: arguments.command)
    }
    answer.add(.init("time", .number(start)))
    answer.add(.init("nextTime", .number(end)))
    let rule = try own.map { .sde(coefficient: $0) } ?? rule(arguments, from: start, to: end)
    answer.add(.init("rule", .text(rule.text)))
    return TransitionKernel(rule: rule, time: start, nextTime: end)
  }

  private static func rule(
    _ arguments: ParsedArguments, from start: Double, to end: Double
  ) throws -> TransitionKernel.Rule {
    let scale = try arguments.value(of: ScheduleOptions.scale)
    switch try arguments.value(of: ScheduleOptions.noise) ?? .flow {
    case .flow:
      // The published patch: at pure noise 1 - t under the root becomes the length of the step.
      let remaining = start == 1 ? 1 - end : 1 - start
      return .sde(coefficient: (scale ?? 0.7) * (start / remaining).squareRoot())
    case .constant: return .sde(coefficient: scale ?? 0.3)
    case .cps:
      let level = scale ?? 0.7
      guard level <= 1 else {
        throw UsageError.invalidValue(
          shortestText(level), of: "--scale", expected: "a level of at most 1 with --noise cps",
          command: arguments.command)
      }
      return .coefficientPreserving(level: level)
    }
  }
}

extension LogProbabilityReduction {
  /// The end of a name in answers.
  var suffix: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
}

extension TransitionKernel.Rule {
  /// The rule and its parameter.
  var text: String {
    switch self {
    case .ode: "ODE"
    case .sde(let s): "SDE with coefficient \(shortestText(s))"
    case .coefficientPreserving(let level): "coefficient-preserving level \(shortestText(level))"
    }
  }
}

extension ParsedArguments {
  /// Returns a list with as many numbers as another.
  func vector(_ option: Option<[Double]>, like other: [Double]) throws(UsageError) -> [Double] {
    let numbers = try required(option)
    guard numbers.count == other.count else {
      throw UsageError(
        "\(option.declaration.name) has \(numbers.count) numbers, the state has \(other.count); "
          + "give one for each dimension", command: command)
    }
    return numbers
  }
}
