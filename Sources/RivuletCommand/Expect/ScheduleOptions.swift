import Rivulet

/// The options that choose times, noise, trained steps and the data of a flow.
enum ScheduleOptions {
  /// The families of time grids.
  enum GridFamily: String, CaseIterable, Sendable {
    case uniform
    case shift
    case sd3
    case flux
    case qwen
  }

  /// The families of noise schedules.
  enum NoiseFamily: String, CaseIterable, Sendable {
    case flow
    case constant
    case cps
  }

  static let schedule = Option(
    "--schedule", "NAME", .choice(PublishedSchedule.all.map { ($0.id, $0) }),
    help: "A published schedule", default: "uniform")
  static let scheduleFile = Option(
    "--schedule-file", "FILE", .file,
    help: "A schedule of your own, a JSON object with times, noiseCoefficients or "
      + "coefficientPreservingLevel, trainedSteps, dataScale and dimension; - for standard input")
  static let grid = Option(
    "--grid", "FAMILY", .choice(of: GridFamily.self), help: "The family of the times",
    default: "uniform")
  static let steps = Option(
    "--steps", "N", .count(1...10_000), help: "The number of steps of --grid", default: "10")
  static let shift = Option(
    "--shift", "S", .shift, help: "The shift of --grid shift or sd3", default: "3")
  static let mu = Option(
    "--mu", "MU", .logarithmOfShift, help: "The logarithm of the shift of --grid flux or qwen",
    default: "1.15 and 0.5387")
  static let terminal = Option(
    "--terminal", "T", .terminal, help: "The last time before 0 of --grid qwen", default: "0.02")
  static let noise = Option(
    "--noise", "FAMILY", .choice(of: NoiseFamily.self),
    help: "The noise: a sqrt(t/(1-t)), a constant, or coefficient-preserving",
    default: "that of the schedule, of a grid flow")
  static let scale = Option(
    "--scale", "A", .noiseSize, help: "The scale a or eta of the noise",
    default: "that of the schedule; of a grid or another --noise 0.7, of --noise constant 0.3")
  static let trained = Option(
    "--trained", "STEPS", .steps, help: "The trained steps, such as 0...8 or 0,2,5",
    default: "all but the last")
  static let dataScale = Option(
    "--data-scale", "S", .boundedScale, help: "The standard deviation of the data", default: "1")
  static let dimension = Option(
    "--dimension", "D", .count(1...1_000_000_000), help: "The number of dimensions of a state",
    default: "1")

  /// The options that choose times and noise.
  static let timesAndNoise = CommandSyntax.OptionGroup(
    title: "Schedule",
    options: [
      schedule.declaration, scheduleFile.declaration, grid.declaration, steps.declaration,
      shift.declaration, mu.declaration, terminal.declaration, noise.declaration,
      scale.declaration,
    ])

  /// All options of a schedule: every quantity that reads one takes them all, so that a line can be
  /// changed into another by its quantity alone.
  static let group = CommandSyntax.OptionGroup(
    title: timesAndNoise.title,
    options: timesAndNoise.options + [
      trained.declaration, dataScale.declaration, dimension.declaration,
    ])
}

extension ValueReading where Value == Double {
  /// The scale of a noise: none, or so much that all that follows from it has a value.
  static let noiseSize = ValueReading("0 or a number from 1e-12 to 1e6, such as 0.7") { text in
    finiteNumber(text).flatMap {
      $0 == 0 || CustomSchedule.coefficientRange.contains($0) ? $0 : nil
    }
  }

  /// A terminal time that stays apart from both ends in double precision.
  static let terminal = ValueReading("a number from 1e-6 to 0.999999, such as 0.02") { text in
    finiteNumber(text).flatMap { $0 >= 1e-6 && $0 <= 0.999999 ? $0 : nil }
  }

  /// A shift for which times stay apart in double precision.
  static let shift = ValueReading("a shift from 1e-6 to 1e6, such as 3") { text in
    finiteNumber(text).flatMap { $0 >= 1e-6 && $0 <= 1e6 ? $0 : nil }
  }

  /// The logarithm of such a shift.
  static let logarithmOfShift = ValueReading("a number from -14 to 14, such as 1.15") { text in
    finiteNumber(text).flatMap { abs($0) <= 14 ? $0 : nil }
  }
}
