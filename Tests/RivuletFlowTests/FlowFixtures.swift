import Rivulet
import RivuletTestSupport
import Testing

/// A table of `Fixtures/flow/` or `Fixtures/worlds/`, made by the script of that name in `Fixtures/origin`.
struct FlowTable {
  /// One row of a table.
  struct Row {
    let names: [Substring]
    let cells: [Substring]

    func text(_ name: String) throws -> String {
      String(cells[try #require(names.firstIndex { $0 == name }, "no column \(name)")])
    }

    func number(_ name: String) throws -> Double {
      let text = try text(name)
      return try #require(Double(text), "\(name) is \(text)")
    }

    func numbers(_ names: String...) throws -> [Double] { try names.map { try number($0) } }
  }

  let rows: [Row]

  init(_ name: String, in folder: String = "flow") throws {
    let lines = try Fixtures.text("\(folder)/\(name).csv").split(separator: "\n")
    let names = try #require(lines.first).split(separator: ",")
    rows = lines.dropFirst().map { Row(names: names, cells: $0.split(separator: ",")) }
    for row in rows { try #require(row.cells.count == names.count) }
  }
}

/// Numbers in (-2, 2) that look irregular, the same in every run.
func irregularNumbers(_ count: Int, salt: UInt64 = 1) -> [Double] {
  var state = salt &* 0x9E37_79B9_7F4A_7C15
  return (0..<count).map { _ in
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) / 0x1p51 - 2
  }
}

/// A tile of irregular states.
func irregularTile(dimension: Int, salt: UInt64 = 1) -> StateTile {
  var tile = StateTile(dimension: dimension)
  tile.values = irregularNumbers(dimension * StateTile.lanes, salt: salt)
  return tile
}

/// Expects two lists to be equal to the last bit.
func expectSameBits(
  _ observed: [Double], _ expected: [Double], _ place: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(
    observed.map(\.bitPattern) == expected.map(\.bitPattern), "\(place)",
    sourceLocation: sourceLocation)
}

/// Expects two numbers to agree within `tolerance` times the larger of 1 and the expected size.
func expectNear(
  _ observed: Double, _ expected: Double, within tolerance: Double, _ place: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(
    abs(observed - expected) <= tolerance * max(1, abs(expected)),
    "\(place): observed \(observed), expected \(expected)", sourceLocation: sourceLocation)
}

/// An orthonormal basis without zeros: the reflection I - 2 u u^T at an irregular unit vector u.
func reflection(dimension: Int) throws -> OrthonormalBasis {
  let direction = irregularNumbers(dimension, salt: 5)
  var squares = 0.0
  for value in direction { squares += value * value }
  var columns = SquareMatrix(
    size: dimension, elements: [Double](repeating: 0, count: dimension * dimension))
  for row in 0..<dimension {
    for column in 0..<dimension {
      columns[row, column] =
        (row == column ? 1 : 0) - 2 * direction[row] * direction[column] / squares
    }
  }
  return try OrthonormalBasis(columns: columns)
}

/// Gaussian data of any dimension: irregular means, standard deviations from 0.2 to 1.2.
func gaussianData(dimension: Int, rotated: Bool = false) throws -> GaussianField {
  try GaussianField(
    means: irregularNumbers(dimension, salt: 7),
    deviations: (0..<dimension).map { 0.2 + Double($0 % 11) / 10 },
    basis: rotated ? reflection(dimension: dimension) : .axes(dimension: dimension))
}
