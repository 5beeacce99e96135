import Rivulet

/// The options that choose the sampler and the data of a Gaussian flow.
enum FlowOptions {
  /// Which steps of a sampler add noise.
  enum Sampler: String, CaseIterable, Sendable {
    /// Every step but the last.
    case sde
    /// Every step.
    case sdeAll = "sde-all"
    /// None.
    case ode
  }

  static let sampler = Option(
    "--sampler", "SAMPLER", .choice(of: Sampler.self),
    help: "Which steps add noise, all but the last, all, or none", default: "sde")
  static let dataMean = Option(
    "--data-mean", "MU", .bounded, help: "The mean of the data in each dimension", default: "0")
  static let gradient = Option(
    "--gradient", "G,...", .numbers,
    help: "The gradient of the linear reward, one number for each dimension that it sees",
    default: "1")
}

extension ValueReading where Value == Double {
  /// A number that stays far from overflow in every formula.
  static let bounded = ValueReading("a number from -1e6 to 1e6, such as 0.5") { text in
    finiteNumber(text).flatMap { abs($0) <= 1e6 ? $0 : nil }
  }

  /// A number that is not negative and stays far from overflow.
  static let boundedSize = ValueReading("a number that is not negative, at most 1e6, such as 0.7") {
    text in
    finiteNumber(text).flatMap { $0 >= 0 && $0 <= 1e6 ? $0 : nil }
  }

  /// A scale that is positive and stays far from overflow and underflow.
  static let boundedScale = ValueReading("a number from 1e-6 to 1e6, such as 0.5") { text in
    finiteNumber(text).flatMap { $0 >= 1e-6 && $0 <= 1e6 ? $0 : nil }
  }
}

extension ParsedArguments {
  /// Returns the plan of the sampler that the options choose, and says so in the answer.
  ///
  /// - Parameters:
  ///   - schedule: The times and the noise.
  ///   - answer: The answer that repeats the choice.
  /// - Returns: The plan.
  /// - Throws: ``UsageError`` for a sampler that does not exist.
  func plan(of schedule: ResolvedSchedule, into answer: inout Expectation) throws -> SamplingPlan {
    let sampler = try value(of: FlowOptions.sampler) ?? .sde
    answer.add(.init("sampler", .text(sampler.rawValue)))
    switch sampler {
    case .sdeAll: return schedule.plan
    case .ode: return .ode(grid: schedule.grid)
    case .sde: return try .fullSDE(grid: schedule.grid, noise: schedule.noise)
    }
  }

  /// Returns the size of the gradient of the linear reward, and says so in the answer.
  ///
  /// A gradient may see fewer dimensions than a state has. Where nothing gives the dimension, it is that
  /// of the gradient.
  func gradientSize(
    on schedule: inout ResolvedSchedule, into answer: inout Expectation
  ) throws -> Double {
    let gradient = try value(of: FlowOptions.gradient) ?? [1]
    if gradient.count > schedule.dimension {
      try setDimension(
        gradient.count, of: FlowOptions.gradient.declaration, in: &schedule)
    }
    answer.inputs = schedule.inputs + answer.inputs
    var squares = 0.0
    for component in gradient { squares += component * component }
    guard squares.isFinite else {
      throw UsageError(
        "--gradient: the square of its length is not a finite number", command: command)
    }
    answer.add(.init("gradient", .numbers(gradient)))
    return squares.squareRoot()
  }

  /// Makes the number of coordinates that an option lists the dimension of the schedule.
  ///
  /// - Parameters:
  ///   - count: How many coordinates there are.
  ///   - option: The option that lists them.
  ///   - schedule: The schedule. A dimension of 1 in a file may stand for none, and gives way.
  /// - Throws: ``UsageError`` where `--dimension` or the file says otherwise.
  func setDimension(
    _ count: Int, of option: OptionDeclaration, in schedule: inout ResolvedSchedule
  ) throws(UsageError) {
    let isGiven = schedule.givenByOption.contains(.dimension) || schedule.dimension > 1
    guard !isGiven || schedule.dimension == count else {
      let place =
        schedule.givenByOption.contains(.dimension)
        ? ScheduleOptions.dimension.declaration.name : "the file's dimension"
      throw UsageError(
        "\(option.name) has \(count) \(count == 1 ? "number" : "numbers"), but \(place) is "
          + "\(schedule.dimension)", command: command)
    }
    schedule.dimension = count
  }
}

extension ResolvedSchedule {
  /// Refuses a schedule on which the exact recursions leave the range of numbers.
  ///
  /// With data of standard deviation s each step multiplies the state by M_k = p_k + q_k alpha_k; a step
  /// with much noise at a small time has a huge M_k, and a product of many of them has no value.
  ///
  /// - Parameters:
  ///   - plan: The steps.
  ///   - command: The command, for the message.
  /// - Throws: What ``wrong(_:step:_:command:)`` returns for the step that multiplies most, and for the
  ///   data scale where that step would do so without noise too.
  func requireFiniteChain(_ plan: SamplingPlan, command: String) throws {
    let limit = 1e150
    var variance = 1.0
    var carried = 1.0
    var worst = (step: 0, slope: 0.0, withoutNoise: 0.0)
    for (step, kernel) in plan.kernels.enumerated() {
      let alpha = GaussianField.slope(time: kernel.time, deviation: dataScale)
      let slope = (kernel.stateFactor + kernel.velocityFactor * alpha).magnitude
      variance = slope * slope * variance + kernel.deviation * kernel.deviation
      carried *= max(1, slope)
      if !(slope <= worst.slope) { worst = (step, slope, (1 - kernel.stepSize * alpha).magnitude) }
      // The comparison is false for a number that is not one, too.
      guard variance <= limit && carried <= limit else {
        let part: Part = worst.slope > 2 * worst.withoutNoise ? .noise : .dataScale
        throw wrong(
          part, step: worst.step,
          "the sampler diverges at step \(step): step \(worst.step) at time "
            + "\(shortestText(plan.kernels[worst.step].time)) alone multiplies the state by "
            + Numerals.significant(worst.slope), command: command)
      }
    }
  }
}
