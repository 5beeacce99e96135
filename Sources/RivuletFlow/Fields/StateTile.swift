/// A batch of a fixed number of states, stored dimension by dimension.
///
/// `values[d * lanes + l]` is dimension d of lane l. Every loop over a tile runs over a whole row of
/// lanes, so that one code path is both fast and fixed in its bits.
public struct StateTile: Sendable, Hashable {
  /// The number of states in every tile.
  public static let lanes = 64

  /// The dimension of the states.
  public let dimension: Int
  /// The numbers, `dimension` rows of ``lanes``.
  public var values: [Double]

  /// Makes a tile of zeros.
  ///
  /// - Parameter dimension: At least one.
  public init(dimension: Int) {
    precondition(dimension >= 1, "a state has one or more dimensions, got \(dimension)")
    self.dimension = dimension
    values = [Double](repeating: 0, count: dimension * Self.lanes)
  }

  /// Returns the state in one lane.
  ///
  /// - Parameter lane: 0 ..< ``lanes``.
  /// - Returns: `dimension` numbers.
  public func state(_ lane: Int) -> [Double] {
    (0..<dimension).map { values[$0 * Self.lanes + lane] }
  }

  /// Puts a state into one lane.
  ///
  /// - Parameters:
  ///   - state: `dimension` numbers.
  ///   - lane: 0 ..< ``lanes``.
  public mutating func set(_ state: [Double], lane: Int) {
    precondition(state.count == dimension, "a state of this tile has \(dimension) numbers")
    for (index, value) in state.enumerated() { values[index * Self.lanes + lane] = value }
  }
}
