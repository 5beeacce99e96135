import RivuletFlow
import RivuletTestSupport
import Testing

/// A table of `Fixtures/closedform` or `Fixtures/trees`, made by the script of that name in `Fixtures/origin`.
struct ReferenceTable {
  let columns: [String]
  let rows: [[String]]

  init(_ name: String, in folder: String = "closedform") throws {
    let lines = try Fixtures.text("\(folder)/\(name).csv").split(separator: "\n")
    let cells = lines.map { $0.split(separator: ",").map(String.init) }
    columns = try #require(cells.first)
    rows = Array(cells.dropFirst())
    #expect(!rows.isEmpty && rows.allSatisfy { $0.count == columns.count })
  }

  func text(_ row: [String], _ column: String) throws -> String {
    row[try #require(columns.firstIndex(of: column))]
  }

  func number(_ row: [String], _ column: String) throws -> Double {
    try #require(Double(text(row, column)))
  }

  func integer(_ row: [String], _ column: String) throws -> Int {
    try #require(Int(text(row, column)))
  }
}

/// Expects a number to round to a printed one: to lie within half a unit of its last digit.
func expectPrinted(
  _ observed: Double, _ printed: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  guard let value = Double(printed) else {
    Issue.record("\(printed) is no number", sourceLocation: sourceLocation)
    return
  }
  let parts = printed.lowercased().split(separator: "e")
  let decimals = parts[0].split(separator: ".").dropFirst().first?.count ?? 0
  let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
  var unit = 1.0
  for _ in 0..<abs(exponent - decimals) { unit *= 10 }
  let half = (exponent >= decimals ? unit : 1 / unit) / 2
  expectClose(observed, value, within: half * (1 + 1e-9), sourceLocation: sourceLocation)
}

/// Expects a list of numbers to round to printed ones, separated by spaces.
func expectPrinted(
  _ observed: [Double], _ printed: String, sourceLocation: SourceLocation = #_sourceLocation
) {
  let words = printed.split(separator: " ")
  #expect(words.count == observed.count, sourceLocation: sourceLocation)
  for (value, word) in zip(observed, words) {
    expectPrinted(value, String(word), sourceLocation: sourceLocation)
  }
}

/// Expects agreement relative to the larger of one and the expected magnitude's own scale.
func expectRelative(
  _ observed: Double, _ expected: Double, within tolerance: Double,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  expectClose(
    observed, expected, within: tolerance * abs(expected) + 1e-300, sourceLocation: sourceLocation)
}

/// The schedules of the published models with ten steps, nine of them trained.
enum Published {
  static let uniform = (grid: TimeGrid.uniform(steps: 10), noise: NoiseSchedule.flow(scale: 0.7))
  static let sd35 = (
    grid: TimeGrid.stableDiffusion3(steps: 10), noise: NoiseSchedule.flow(scale: 0.7)
  )
  static let flux = (grid: TimeGrid.flux(steps: 10), noise: NoiseSchedule.flow(scale: 0.9))
  static let qwen = (grid: TimeGrid.qwen(steps: 10), noise: NoiseSchedule.flow(scale: 1.2))
  static let trained = 0..<9

  static func plan(
    _ schedule: (grid: TimeGrid, noise: NoiseSchedule)
  ) throws -> SamplingPlan {
    try .fullSDE(grid: schedule.grid, noise: schedule.noise, lastStepIsStochastic: true)
  }
}
