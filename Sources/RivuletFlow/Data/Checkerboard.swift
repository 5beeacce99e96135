public import RivuletNumerics

/// Uniform data on the squares of one colour of a checkerboard around the origin.
///
/// The board has `side` squares in a row and the width 2 `scale`. Square (i, j), i along x and j along y,
/// belongs to the data where i + j is even.
public struct Checkerboard: ExactDataSet, Hashable {
  /// The number of squares in a row.
  public let side: Int
  /// Half the width of the board.
  public let scale: Double
  private let squares: [Square]

  private struct Square: Sendable, Hashable {
    let column: Int
    let row: Int
  }

  /// Makes the data.
  ///
  /// - Parameters:
  ///   - side: The number of squares in a row, at least one.
  ///   - scale: Half the width of the board, finite and positive.
  public init(side: Int = 4, scale: Double = 2) {
    precondition(side >= 1, "a board has one or more squares in a row, got \(side)")
    precondition(scale.isFinite && scale > 0, "the scale must be positive, got \(scale)")
    self.side = side
    self.scale = scale
    squares = (0..<side * side).map { Square(column: $0 % side, row: $0 / side) }
      .filter { ($0.column + $0.row).isMultiple(of: 2) }
  }

  /// The dimension of the samples.
  public var dimension: Int { 2 }

  /// The exact velocity of the flow to this data.
  public var field: CheckerboardField { CheckerboardField(side: side, scale: scale) }

  /// Returns one sample.
  ///
  /// - Parameters:
  ///   - index: The number of the sample; any number but the reserved root.
  ///   - key: The key of the draw.
  /// - Returns: Two numbers in (-scale, scale).
  public func sample(_ index: UInt32, key: RandomKey) -> [Double] {
    let u = SampleDraws(index, key: key).uniform(count: 3)
    let square = squares[SampleDraws.choice(of: squares.count, by: u[0])]
    let width = 2 * scale / Double(side)
    return [
      (Double(square.column) + u[1]) * width - scale, (Double(square.row) + u[2]) * width - scale,
    ]
  }
}
