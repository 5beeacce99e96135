import RivuletClosedForm
import RivuletFlow
import Testing

/// The settings of `Fixtures/trees`, made by `Fixtures/origin/plan.py`.
enum PlanFixtures {
  /// The shares of the setting that a row describes.
  static func shares(of row: [String], in table: ReferenceTable) throws -> VarianceShares {
    let count = try table.integer(row, "steps")
    let grid: TimeGrid =
      switch try table.text(row, "grid") {
      case "shift3": .shifted(steps: count, shift: 3)
      case "sd3": .stableDiffusion3(steps: count)
      case "flux": .flux(steps: count)
      case "uniform": .uniform(steps: count)
      case let name: throw UnknownGrid(name: name)
      }
    let scale = try table.number(row, "scale")
    let noise: NoiseSchedule =
      try table.text(row, "noise") == "flow" ? .flow(scale: scale) : .constant(scale)
    return VarianceShares(
      plan: try .fullSDE(grid: grid, noise: noise, lastStepIsStochastic: true),
      deviations: [try table.number(row, "deviation")], gradient: [1],
      scored: try table.integer(row, "clean") == 1 ? .cleanPrediction : .finalState)
  }

  /// The widths of a tree as the script writes them, such as `0:2 3:2`.
  static func widths(_ text: String, steps: Int) throws -> [Int] {
    var widths = [Int](repeating: 1, count: steps)
    for word in text.split(separator: " ") {
      let parts = word.split(separator: ":").map { Int($0) }
      let step = try #require(parts.first.flatMap { $0 })
      widths[step] = try #require(parts.last.flatMap { $0 })
    }
    return widths
  }

  struct UnknownGrid: Error {
    let name: String
  }
}
