import Foundation
import Rivulet

/// The schedule that the options choose: published, built from options, or read from a file.
struct ResolvedSchedule: Sendable {
  /// A part of a schedule that an option or a file gives.
  enum Part: Sendable {
    case noise
    case trainedSteps
    case dataScale
    case dimension
  }

  /// The name and the times, in a few words.
  var setting: String
  /// The times.
  var grid: TimeGrid
  /// The noise of each step.
  var noise: NoiseSchedule
  /// Every step as a stochastic one.
  var plan: SamplingPlan
  /// The trained steps, ascending.
  var trainedSteps: [Int]
  /// The standard deviation of the data.
  var dataScale: Double
  /// The number of dimensions of a state.
  var dimension: Int
  /// The file that the schedule was read from, if it was.
  var file: String?
  /// What an option gives, in place of the file or the published schedule.
  var givenByOption: Set<Part> = []

  /// The name and the setting with the noise that is used, in a few words.
  var title: String { "\(setting), noise \(noise.shortText)" }

  /// The steps, in sampling order.
  var kernels: [TransitionKernel] { plan.kernels }

  /// What the answer depends on: in JSON the form of a schedule file, so that it can be used as one.
  var inputs: [Expectation.Input] {
    var object: [String: JSONValue] = [
      "times": .numbers(grid.times),
      "trainedSteps": .integers(trainedSteps),
      "dataScale": .number(dataScale),
      "dimension": .integer(dimension),
    ]
    if case .coefficientPreserving(let level) = noise {
      object["coefficientPreservingLevel"] = .number(level)
    } else {
      object["noiseCoefficients"] = .numbers(kernels.map(\.noiseCoefficient))
    }
    let text =
      "\(title); trained \(stepListText(trainedSteps)) of \(grid.stepCount) steps, "
      + "data scale \(shortestText(dataScale)), dimension \(dimension)"
    return [Expectation.Input("schedule", .object(object), text: text)]
  }

  /// The step numbers 0 ..< N as cells.
  var stepCells: [JSONValue] { grid.steps.map { .integer($0) } }

  /// Returns a column that has values for trained steps only.
  func overSteps(_ trainedValues: [Double]) -> [Double?] {
    var cells = [Double?](repeating: nil, count: grid.stepCount)
    for (index, step) in trainedSteps.enumerated() { cells[step] = trainedValues[index] }
    return cells
  }
}

/// Returns step numbers in few words, `0...8` or `0,2,5`.
func stepListText(_ steps: [Int]) -> String {
  guard let first = steps.first, let last = steps.last else { return "none" }
  let isRun = steps.count == last - first + 1
  return isRun && steps.count > 1
    ? "\(first)...\(last)" : steps.map(String.init).joined(separator: ",")
}

extension ParsedArguments {
  /// Returns the schedule that the options choose.
  ///
  /// - Parameter published: The schedule where no option chooses one.
  /// - Returns: A schedule whose trained steps all add noise; there may be none.
  /// - Throws: ``UsageError`` for options that do not fit, ``CommandFailure`` for a file that cannot
  ///   be read or is wrong.
  func schedule(orElse published: PublishedSchedule = .uniform10) throws -> ResolvedSchedule {
    try requireAtMostOne(
      of: [
        ScheduleOptions.schedule.declaration, ScheduleOptions.scheduleFile.declaration,
        ScheduleOptions.grid.declaration,
      ])
    var resolved: ResolvedSchedule
    if let path = try value(of: ScheduleOptions.scheduleFile) {
      try refuseGridParameters(except: [])
      resolved = try schedule(inFile: path)
    } else if has(ScheduleOptions.grid.declaration) || isBuilt {
      resolved = try builtSchedule(try value(of: ScheduleOptions.grid) ?? .uniform)
    } else {
      try refuseGridParameters(except: [])
      resolved = ResolvedSchedule(try value(of: ScheduleOptions.schedule) ?? published)
    }
    if has(ScheduleOptions.noise.declaration) || has(ScheduleOptions.scale.declaration) {
      resolved = try resolved.with(
        noise: try chosenNoise(insteadOf: resolved.noise), arguments: self)
    }
    if let steps = try value(of: ScheduleOptions.trained) {
      resolved.trainedSteps = try checked(trained: steps, in: resolved)
    }
    resolved.dataScale = try value(of: ScheduleOptions.dataScale) ?? resolved.dataScale
    resolved.dimension = try value(of: ScheduleOptions.dimension) ?? resolved.dimension
    let parts: [(OptionDeclaration, ResolvedSchedule.Part)] = [
      (ScheduleOptions.noise.declaration, .noise), (ScheduleOptions.scale.declaration, .noise),
      (ScheduleOptions.trained.declaration, .trainedSteps),
      (ScheduleOptions.dataScale.declaration, .dataScale),
      (ScheduleOptions.dimension.declaration, .dimension),
    ]
    for (option, part) in parts where has(option) { resolved.givenByOption.insert(part) }
    return resolved
  }

  /// Returns the schedule, which must have a trained step and finite scores at all of them.
  func trainedSchedule() throws -> ResolvedSchedule {
    let schedule = try schedule()
    guard !schedule.trainedSteps.isEmpty else {
      throw UsageError(
        "no trained step of this schedule adds noise; choose another with "
          + "\(ScheduleOptions.trained.declaration.synopsis), or a scale above 0", command: command)
    }
    try requireFiniteScores(schedule)
    return schedule
  }

  /// Whether a parameter of a grid is given, and nothing that it could contradict.
  private var isBuilt: Bool {
    !has(ScheduleOptions.schedule.declaration) && has(ScheduleOptions.steps.declaration)
  }

  /// Refuses a schedule from which a law would have no value.
  ///
  /// Every weight and every law of a ratio divides by tau_k, f_k = -q_k / h_k or h_k, and multiplies
  /// with kappa_k; times or coefficients at the edge of double precision make them zero or infinite.
  private func requireFiniteScores(_ schedule: ResolvedSchedule) throws {
    for step in schedule.trainedSteps {
      let kernel = schedule.kernels[step]
      for (name, value) in [
        ("noise level tau", kernel.deviation),
        ("velocity factor f", -kernel.velocityFactor / kernel.stepSize),
        ("score coefficient kappa", kernel.scoreCoefficient),
        ("weight tau / h", kernel.deviation / kernel.stepSize),
      ] where !(value >= 1e-100 && value <= 1e100) {
        throw schedule.wrong(
          .noise, step: step,
          "the \(name) of step \(step) from \(shortestText(kernel.time)) to "
            + "\(shortestText(kernel.nextTime)) is \(shortestText(value)), beyond double precision",
          command: command)
      }
    }
  }

  private func schedule(inFile path: String) throws(CommandFailure) -> ResolvedSchedule {
    guard let text = String(data: try readInput(path), encoding: .utf8) else {
      throw CommandFailure(.badData, "\(path): the file is not UTF-8 text")
    }
    do {
      return ResolvedSchedule(try CustomSchedule(json: text), path: path)
    } catch {
      throw CommandFailure(.badData, "\(path): \(error)")
    }
  }

  private func builtSchedule(_ family: ScheduleOptions.GridFamily) throws -> ResolvedSchedule {
    let steps = try value(of: ScheduleOptions.steps) ?? 10
    if steps < 2 && family != .uniform && family != .shift {
      throw UsageError(
        "--steps '\(steps)': --grid \(family.rawValue) needs two or more steps", command: command)
    }
    let grid: TimeGrid
    let setting: String
    switch family {
    case .uniform:
      try refuseGridParameters(except: [ScheduleOptions.steps.declaration])
      grid = .uniform(steps: steps)
      setting = ""
    case .shift, .sd3:
      try refuseGridParameters(
        except: [ScheduleOptions.steps.declaration, ScheduleOptions.shift.declaration])
      let shift = try value(of: ScheduleOptions.shift) ?? 3
      grid =
        family == .shift
        ? .shifted(steps: steps, shift: shift) : .stableDiffusion3(steps: steps, shift: shift)
      setting = " \(shortestText(shift))"
    case .flux:
      try refuseGridParameters(
        except: [ScheduleOptions.steps.declaration, ScheduleOptions.mu.declaration])
      let mu = try value(of: ScheduleOptions.mu) ?? 1.15
      grid = .flux(steps: steps, mu: mu)
      setting = " mu = \(shortestText(mu))"
    case .qwen:
      try refuseGridParameters(
        except: [
          ScheduleOptions.steps.declaration, ScheduleOptions.mu.declaration,
          ScheduleOptions.terminal.declaration,
        ])
      let mu = try value(of: ScheduleOptions.mu) ?? 0.5 + 0.4 * 768 / 7936
      let terminal = try value(of: ScheduleOptions.terminal) ?? 0.02
      grid = .qwen(steps: steps, mu: mu, terminal: terminal)
      setting = " mu = \(shortestText(mu)) to \(shortestText(terminal))"
    }
    let noise = try chosenNoise(insteadOf: .flow(scale: 0.7))
    return try ResolvedSchedule(
      setting: "grid \(family.rawValue)\(setting), N = \(steps)", grid: grid, noise: noise,
      arguments: self)
  }

  private func chosenNoise(insteadOf other: NoiseSchedule) throws -> NoiseSchedule {
    let scale = try value(of: ScheduleOptions.scale)
    guard let family = try value(of: ScheduleOptions.noise) else {
      guard let scale else { return other }
      switch other {
      case .flow: return .flow(scale: scale)
      case .constant: return .constant(scale)
      case .coefficientPreserving: return .coefficientPreserving(scale)
      case .coefficients:
        throw UsageError(
          "--scale '\(shortestText(scale))': the file gives the noise of each step; "
            + "choose a family with --noise to replace it", command: command)
      }
    }
    // A family that is the schedule's own keeps the schedule's scale.
    switch (family, other) {
    case (.flow, .flow(let own)): return .flow(scale: scale ?? own)
    case (.constant, .constant(let own)): return .constant(scale ?? own)
    case (.cps, .coefficientPreserving(let own)): return .coefficientPreserving(scale ?? own)
    case (.flow, _): return .flow(scale: scale ?? 0.7)
    case (.constant, _): return .constant(scale ?? 0.3)
    case (.cps, _): return .coefficientPreserving(scale ?? 0.7)
    }
  }

  private func refuseGridParameters(except allowed: [OptionDeclaration]) throws(UsageError) {
    let parameters = [
      ScheduleOptions.steps.declaration, ScheduleOptions.shift.declaration,
      ScheduleOptions.mu.declaration, ScheduleOptions.terminal.declaration,
    ]
    for parameter in parameters where has(parameter) && !allowed.contains(parameter) {
      throw UsageError(
        "\(parameter.name) does nothing here: \(parameter.help.lowercasedFirst)", command: command)
    }
  }

  private func checked(
    trained steps: [Int], in schedule: ResolvedSchedule
  ) throws(UsageError) -> [Int] {
    for step in steps {
      guard schedule.grid.steps.contains(step) else {
        throw UsageError(
          "--trained: there is no step \(step); the steps are 0...\(schedule.grid.stepCount - 1)",
          command: command)
      }
      guard schedule.kernels[step].isStochastic else {
        throw UsageError(
          "--trained: step \(step) adds no noise, so it has no log-probability and no weight",
          command: command)
      }
    }
    return steps
  }
}

extension ResolvedSchedule {
  /// A published schedule.
  init(_ published: PublishedSchedule) {
    setting = "\(published.id): \(published.setting)"
    grid = published.grid
    noise = published.noise
    plan = published.plan(lastStepIsStochastic: true)
    trainedSteps = published.trainedSteps
    dataScale = 1
    dimension = 1
  }

  /// A schedule of one's own.
  init(_ custom: CustomSchedule, path: String) {
    setting = "\(path): a schedule of one's own, N = \(custom.grid.stepCount)"
    file = path
    grid = custom.grid
    noise = custom.noise
    plan = custom.plan
    trainedSteps = custom.trainedSteps
    dataScale = custom.dataScale
    dimension = custom.dimension
  }

  /// A schedule from a grid and a noise, trained at every step but the last.
  init(
    setting: String, grid: TimeGrid, noise: NoiseSchedule, arguments: ParsedArguments
  ) throws(UsageError) {
    do {
      plan = try .fullSDE(grid: grid, noise: noise, lastStepIsStochastic: true)
    } catch {
      throw UsageError(
        "\(ScheduleOptions.scale.declaration.name): \(error)", command: arguments.command)
    }
    self.setting = setting
    self.grid = grid
    self.noise = noise
    let kernels = plan.kernels
    trainedSteps = grid.steps.dropLast().filter { kernels[$0].isStochastic }
    dataScale = 1
    dimension = 1
  }

  /// Returns the schedule with another noise; trained steps that would be silent fall away.
  func with(noise: NoiseSchedule, arguments: ParsedArguments) throws(UsageError) -> ResolvedSchedule
  {
    if noise == self.noise { return self }
    let changed = try ResolvedSchedule(
      setting: setting, grid: grid, noise: noise, arguments: arguments)
    var resolved = self
    resolved.noise = noise
    resolved.plan = changed.plan
    resolved.trainedSteps = trainedSteps.filter { changed.kernels[$0].isStochastic }
    return resolved
  }
}

extension NoiseSchedule {
  /// The family and its scale in a few words.
  var shortText: String {
    switch self {
    case .flow(let scale): "flow a = \(shortestText(scale))"
    case .constant(let eta): "constant eta = \(shortestText(eta))"
    case .coefficients: "of each step"
    case .coefficientPreserving(let level): "coefficient-preserving level \(shortestText(level))"
    }
  }
}

extension String {
  /// The text with a small first letter.
  var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
