import Rivulet

/// `rivulet expect grid`: the times of a sampler.
enum GridQuantity: Quantity {
  static let name = "grid"
  static let summary = "The times and the step lengths"
  static let examples = [
    CommandSyntax.Example(
      "rivulet expect grid --schedule qwen", "the times of Qwen-Image's schedule"),
    CommandSyntax.Example(
      "rivulet expect grid --grid shift --steps 16 --shift 5 --format json",
      "the times of a uniform grid that is shifted by 5"),
  ]
  static let groups = [ScheduleOptions.group]

  static func expectation(_ arguments: ParsedArguments) throws -> Expectation {
    let schedule = try arguments.schedule()
    let times = schedule.grid.times
    var answer = Expectation(quantity: name, title: "Times of a schedule")
    answer.inputs = schedule.inputs
    answer.addColumn("step", values: schedule.stepCells, "k, 0 is the noisiest")
    answer.addColumn(
      "time", times.dropLast().map { $0 }, "t_k, the noise fraction at which the step starts")
    answer.addColumn("nextTime", times.dropFirst().map { $0 }, "t_{k+1}, where it ends")
    answer.addColumn(
      "stepSize", schedule.kernels.map(\.stepSize), "h_k = t_k - t_{k+1}")
    return answer
  }
}
